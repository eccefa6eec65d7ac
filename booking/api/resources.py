"""Which resources there are, and which are free."""

from typing import Any

from flask import Response, jsonify
from flask_babel import gettext
from flask_smorest import Blueprint

from booking.api.schemas import AvailabilityQuery, AvailabilitySchema, ResourceQuery, ResourcesSchema
from booking.api.typed import also, answers, guard, queried, route
from booking.api.wire import alternatives_as_data, period_of, resource_as_data
from booking.periods import Period
from booking.queries.fleet import find_category, resources
from booking.queries.offers import offers
from booking.queries.states import states
from commons.access import acting, current_actor, token_required
from commons.permissions import Permission
from commons.words import Message

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
    if "category" not in query:
        return jsonify({"items": _all(period, query["quantity"]), "next": None})
    found = offers(period, quantity=query["quantity"], category_id=find_category(query["category"]).id, actor=current_actor)
    items = [
        {
            "resource": offer.resource.key,
            "free": offer.free.left,
            "fits": offer.fits,
            "reason": offer.reason.said(gettext),
            "alternatives": alternatives_as_data(offer.alternatives),
        }
        for offer in found
    ]
    return jsonify({"items": items, "next": None})


def _all(period: Period, quantity: int) -> list[dict[str, Any]]:
    said: dict[Message, str] = {}
    return [
        {"resource": key, "free": left, "fits": fits, "reason": said.get(reason) or said.setdefault(reason, reason.said(gettext)), "alternatives": []}
        for key, left, fits, reason in states(period, quantity=quantity, actor=acting())
    ]
