"""Make, read, change and cancel bookings."""

from dataclasses import replace
from typing import Any

from flask import Response, jsonify, request
from flask_smorest import Blueprint

from booking import reserving
from booking.api.schemas import BookingSchema, BookingsSchema, CancelSchema, ChangeSchema, RequestSchema
from booking.api.typed import also, answers, arguments, guard, problem, repeats, route
from booking.api.wire import alternatives_as_data, any_of, booking_as_data, etag_of, key_of, period_of, placed_as_data, rivals_as_data, wishes_of
from booking.models import Booking
from booking.occupying import Wish
from booking.periods import Period
from booking.queries.bookings import get_booking, my_bookings
from booking.queries.equivalents import substitutes_for
from booking.queries.fleet import get_resource
from booking.queries.refusals import explain
from booking.reserving import Details, Placed
from booking.rules.equivalents import AnyOf
from booking.rules.lending import SubstituteUnfit, TiedToOperations
from commons.access import acting, current_actor, token_required
from commons.database import write
from commons.errors import ChangedMeanwhile, RuleBroken
from commons.permissions import Permission
from commons.words import say

blueprint = Blueprint("api-bookings", __name__, url_prefix="/api/v1/bookings", description="Buchungen")
guard(blueprint)
EITHER_SIDE = (Permission.BOOKING_REQUEST, Permission.BOOKING_APPROVE)


@route(blueprint, "", method="POST")
@token_required(Permission.BOOKING_REQUEST)
@arguments(blueprint, RequestSchema)
@answers(blueprint, 201, BookingSchema)
@repeats(blueprint, BookingSchema)
@also(blueprint, 400, 401, 403, 404, 409, 422)
def create(data: dict[str, Any]) -> Response:
    """Ask for resources for a period; 201 when new, 200 when the same key asked before."""
    actor = acting()
    wishes, wanted, period = wishes_of(data, actor), any_of(data), period_of(data)
    details, key = Details(purpose=data["purpose"], note=data["note"]), key_of(request.headers.get("Idempotency-Key"))
    given: dict[str, Any] = {"details": details, "by": actor, "idempotency_key": key}
    try:
        if wanted is None:
            placed = write(reserving.request_booking, wishes, period, **given)
        else:
            placed = write(reserving.request_any, wanted[0], period, quantity=wanted[1], besides=wishes, **given)
    except RuleBroken as broken:
        return _refused(broken, wishes, period, wanted)
    if placed.repeated or wanted is not None:
        return _made(_shown(get_booking(placed.id, actor)), placed)
    return _made(_answer(placed_as_data(placed, period, data, purpose=details.purpose, actor=actor)), placed)


@route(blueprint, "")
@token_required(Permission.BOOKING_READ)
@answers(blueprint, 200, BookingsSchema)
@also(blueprint, 401, 403)
def list_mine() -> dict[str, Any]:
    """List one's own bookings that are to come."""
    return {"items": [booking_as_data(booking) for booking in my_bookings(current_actor)], "next": None}


@route(blueprint, "/<int:booking_id>")
@token_required(Permission.BOOKING_READ)
@answers(blueprint, 200, BookingSchema)
@also(blueprint, 401, 403, 404)
def show(booking_id: int) -> Response:
    """Return a booking of one's own side."""
    shown = _shown(get_booking(booking_id, current_actor))
    shown.make_conditional(request)
    return shown


@route(blueprint, "/<int:booking_id>", method="PATCH")
@token_required(*EITHER_SIDE)
@arguments(blueprint, ChangeSchema)
@answers(blueprint, 200, BookingSchema)
@also(blueprint, 400, 401, 403, 404, 409, 412, 422, 428)
def change(data: dict[str, Any], booking_id: int) -> Response:
    """Move a booking or change what it says; needs If-Match."""
    booking = get_booking(booking_id, current_actor)
    if not request.if_match:
        return problem(428, say("Bitte senden Sie „If-Match“ mit dem „etag“ der Buchung."))
    if not request.if_match.contains(etag_of(booking)):
        return problem(412, say("Die Buchung wurde inzwischen geändert."))
    wishes = [Wish(resource_id=item.resource_id, quantity=item.quantity) for item in booking.items]
    period = period_of({"start": booking.starts_at.isoformat(), "end": booking.ends_at.isoformat(), **data})
    try:
        write(_change, booking_id, period, data, version=booking.version)
    except ChangedMeanwhile as stale:
        return problem(412, stale.message)
    except RuleBroken as broken:
        return _refused(broken, wishes, period)
    return _shown(get_booking(booking_id, current_actor))


@route(blueprint, "/<int:booking_id>/cancel", method="POST")
@token_required(*EITHER_SIDE)
@arguments(blueprint, CancelSchema, required=False)
@answers(blueprint, 200, BookingSchema)
@also(blueprint, 400, 401, 403, 404, 409, 422)
def cancel(data: dict[str, Any], booking_id: int) -> Response:
    """Give a booking up."""
    write(reserving.cancel, booking_id, reason=data["reason"], by=current_actor)
    return _shown(get_booking(booking_id, current_actor))


def _change(booking_id: int, period: Period, data: dict[str, Any], *, version: int) -> None:
    """Move and amend in one transaction."""
    booking = get_booking(booking_id, current_actor)
    if {"start", "end"} & data.keys():
        version = reserving.move(booking_id, period, reason=data["reason"], by=current_actor, version=version).version
    if {"purpose", "note"} & data.keys():
        told = {name: data[name] for name in ("purpose", "note") if name in data}
        reserving.amend(booking_id, details=replace(reserving.details_of(booking), **told), by=current_actor, version=version)


def _made(shown: Response, placed: Placed) -> Response:
    """Say that a booking is new, and where it is."""
    if not placed.repeated:
        shown.status_code, shown.headers["Location"] = 201, f"/api/v1/bookings/{placed.id}"
    return shown


def _refused(broken: RuleBroken, wishes: list[Wish], period: Period, wanted: tuple[AnyOf, int] | None = None) -> Response:
    """Answer a refusal; where the time is taken, with the rivals and what is free instead, and where a substitute is missing, with what could be one."""
    more: dict[str, Any] = {"field": broken.field} if broken.field else {}
    refusal = explain(broken, [(wish.resource_id, wish.quantity) for wish in wishes], period, actor=acting(), wanted=wanted)
    if refusal is not None:
        more["rivals"] = rivals_as_data(refusal.rivals)
        more["alternatives"] = alternatives_as_data(refusal.alternatives)
    if isinstance(broken, TiedToOperations | SubstituteUnfit):
        more["substitutes"] = [other.key for wish in wishes for other in substitutes_for(get_resource(wish.resource_id, acting()), acting())]
    return problem(broken.status, broken.message, more)


def _shown(booking: Booking) -> Response:
    return _answer(booking_as_data(booking))


def _answer(data: dict[str, Any]) -> Response:
    response = jsonify(data)
    response.set_etag(data["etag"])
    response.headers["Cache-Control"] = "private, no-cache"
    return response
