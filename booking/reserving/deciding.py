"""Say yes or no as the owner."""

from booking import occupying, telling
from booking.models import Approval, Booking
from booking.occupying import Claim
from booking.placing.terms import check_reason, occupy, open_for_change, tell_changed, title_of, touch
from booking.queries.bookings import items_to_decide
from booking.stages import Stage, check_step
from commons.errors import NotAllowed
from commons.people import Actor
from commons.words import say


def approve(booking_id: int, *, by: Actor, version: int | None = None) -> Booking:
    """Say yes for the devices one decides on; confirmed once every owner has."""
    booking, locked = open_for_change(booking_id, by=by, version=version)
    before = telling.snapshot(booking)
    check_step(booking.stage, Stage.CONFIRMED)
    deciding = items_to_decide(booking, by)
    if not deciding:
        raise NotAllowed
    for item in deciding:
        item.approval = Approval.GIVEN
    if all(item.approval is not Approval.PENDING for item in booking.items):
        booking.stage = Stage.CONFIRMED
        occupying.release(Claim(booking_id=booking.id))
        occupy(Claim(booking_id=booking.id), locked, booking.period, stage=booking.stage)
    _decided(booking, by=by)
    tell_changed(booking, "approved", say("Ihre Buchung wurde bestätigt: %(device)s", device=title_of(booking)), by=by, before=before)
    return booking


def decline(booking_id: int, *, reason: str, by: Actor, version: int | None = None) -> Booking:
    """Say no with a reason; the time is free again."""
    check_reason(reason)
    booking, _ = open_for_change(booking_id, by=by, version=version)
    before = telling.snapshot(booking)
    check_step(booking.stage, Stage.DECLINED)
    if not items_to_decide(booking, by):
        raise NotAllowed
    booking.stage, booking.reason = Stage.DECLINED, reason.strip()
    occupying.release(Claim(booking_id=booking.id))
    _decided(booking, by=by)
    tell_changed(booking, "declined", say("Ihre Anfrage wurde abgelehnt: %(device)s", device=title_of(booking)), by=by, before=before)
    return booking


def _decided(booking: Booking, *, by: Actor) -> None:
    touch(booking)
    booking.decided_by_id, booking.decided_at = by.person_id, booking.changed_at
