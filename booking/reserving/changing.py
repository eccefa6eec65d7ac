"""Cancel, move and amend."""

from booking import occupying, telling
from booking.models import Approval, Booking
from booking.occupying import Claim, Locked
from booking.periods import Period
from booking.placing.terms import (
    Details,
    PurposeMissing,
    approval_of,
    check_owner,
    check_reason,
    check_rules,
    occupy,
    open_for_change,
    tell_changed,
    title_of,
    touch,
)
from booking.queries.bookings import is_bookers_side, is_owner_side
from booking.stages import Stage, check_movable, check_open, check_step
from commons.errors import NotAllowed
from commons.people import Actor
from commons.words import say


def cancel(booking_id: int, *, reason: str = "", by: Actor, version: int | None = None) -> Booking:
    """Give a booking up; the owner who takes it away says why."""
    booking, _ = open_for_change(booking_id, by=by, version=version)
    before = telling.snapshot(booking)
    check_step(booking.stage, Stage.CANCELLED)
    if not is_bookers_side(booking, by):
        check_owner(booking, by)
        check_reason(reason)
    booking.stage, booking.reason = Stage.CANCELLED, reason.strip()
    occupying.release(Claim(booking_id=booking.id))
    touch(booking)
    tell_changed(booking, "cancelled", say("Buchung storniert: %(device)s", device=title_of(booking)), by=by, before=before, owners=True)
    return booking


def move(booking_id: int, period: Period, *, by: Actor, version: int | None = None) -> Booking:
    """Put a booking at another time: shorter keeps the owner's yes, otherwise the owner is asked again."""
    booking, locked = open_for_change(booking_id, by=by, version=version)
    before = telling.snapshot(booking)
    check_movable(booking.stage)
    if not is_bookers_side(booking, by):
        check_owner(booking, by)
    occupying.release(Claim(booking_id=booking.id))
    if not booking.period.covers(period):
        check_rules(locked, period, by=by, running=booking.period.start == period.start)
        _ask_again(booking, locked, by=by)
    booking.starts_at, booking.ends_at = period.start, period.end
    occupy(Claim(booking_id=booking.id), locked, period, stage=booking.stage)
    touch(booking)
    tell_changed(booking, "moved", say("Buchung geändert: %(device)s", device=title_of(booking)), by=by, before=before, owners=True)
    return booking


def amend(booking_id: int, *, details: Details, by: Actor, version: int | None = None) -> Booking:
    """Change purpose, note or contact; no rule on time or device is asked again."""
    if not details.purpose.strip():
        raise PurposeMissing
    booking, _ = open_for_change(booking_id, by=by, version=version)
    before = telling.snapshot(booking)
    check_open(booking.stage)
    if not is_bookers_side(booking, by):
        raise NotAllowed
    booking.purpose, booking.note = details.purpose.strip(), details.note.strip()
    booking.contact_name, booking.contact_phone = details.contact_name.strip(), details.contact_phone.strip()
    touch(booking)
    news = telling.news_of(booking)
    telling.renew_calendar(news, at=booking.changed_at)
    telling.write_down("amended", news, by=by, before=before)
    return booking


def _ask_again(booking: Booking, locked: Locked, *, by: Actor) -> None:
    if is_owner_side(booking, by):
        return
    for item in booking.items:
        item.approval = approval_of(locked.devices[item.resource_id], by)
    waits = any(item.approval is Approval.PENDING for item in booking.items)
    if waits and booking.stage is not Stage.REQUESTED:
        check_step(booking.stage, Stage.REQUESTED)
        booking.stage = Stage.REQUESTED
