"""Which resources there are, and which are free."""

import functools
import json
from collections.abc import Callable, Iterable
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

from flask import Response, jsonify
from flask_babel import get_translations, gettext
from flask_smorest import Blueprint

from booking.api.schemas import AvailabilityQuery, AvailabilitySchema, ResourceQuery, ResourcesSchema
from booking.api.typed import also, answers, guard, queried, route
from booking.api.wire import alternatives_as_data, kind_of, period_of, resource_as_data
from booking.queries.fleet import find_category, resources
from booking.queries.offers import offers
from booking.queries.states import State, Verdict, states
from commons.access import acting, current_actor, token_required
from commons.permissions import Permission

blueprint = Blueprint("api-resources", __name__, url_prefix="/api/v1", description="Geräte")
guard(blueprint)


@route(blueprint, "/resources")
@token_required(Permission.RESOURCE_READ)
@queried(blueprint, ResourceQuery)
@answers(blueprint, 200, ResourcesSchema)
@also(blueprint, 400, 401, 403, 404, 422)
def list_resources(query: dict[str, Any]) -> dict[str, Any]:
    """List the resources in service."""
    category_id = find_category(query["category"]).id if "category" in query else None
    return {"items": [resource_as_data(resource) for resource in resources(current_actor, category_id=category_id)], "next": None}


@route(blueprint, "/availability")
@token_required(Permission.RESOURCE_READ)
@queried(blueprint, AvailabilityQuery)
@answers(blueprint, 200, AvailabilitySchema)
@also(blueprint, 400, 401, 403, 404, 422)
def availability(query: dict[str, Any]) -> Response:
    """Say of each resource how many are free in a period; of a category also what is free instead."""
    period = period_of(query, start="from_", end="until")
    if "category" not in query and not query["feature"] and query["least"] is None:
        return Response(_written(states(period, quantity=query["quantity"], actor=acting())), mimetype="application/json")
    kind = kind_of(find_category(query.get("category", "")), query)
    found = offers(period, quantity=query["quantity"], category_id=kind.category_id, actor=current_actor)
    items = [
        {
            "resource": offer.resource.key,
            "free": offer.free.left,
            "fits": offer.fits,
            "reason": offer.reason.said(gettext),
            "alternatives": alternatives_as_data(offer.alternatives),
        }
        for offer in found
        if kind.fits(offer.resource.category_id, offer.resource.features)
    ]
    return jsonify({"items": items, "next": None})


def _written(found: Iterable[State]) -> str:
    """Write what the same is to be said of once, and beside each key again: hundreds of resources share a few verdicts."""
    rest = functools.cache(functools.partial(_rest, get_translations().ugettext))
    lines = [f'{{"resource":{quoted(key)},{rest(verdict)}' for key, verdict in found]
    return f'{{"items":[{",".join(lines)}],"next":null}}\n'


def _rest(translate: Callable[[str], str], verdict: Verdict) -> str:
    said = {"free": verdict.left, "fits": verdict.fits, "reason": verdict.reason.said(translate), "alternatives": []}
    return json.dumps(said).removeprefix("{")
