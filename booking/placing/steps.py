"""The steps of a booking without the telling: one booking or many of a series take them alike."""

from sqlalchemy import delete

from booking import occupying
from booking.models import Approval, Booking, BookingItem, OverdueNotice
from booking.occupying import Claim, Locked, Wish
from booking.periods import Period
from booking.placing.terms import approval_of, check_owner, check_reason, check_rules, occupy, touch
from booking.queries.bookings import is_owner_side, items_to_decide, owes_reason
from booking.queries.fleet import due_inspections
from booking.rules.fitness import InspectionExpired
from booking.rules.terms import expiring
from booking.stages import MOVABLE, OwnerExtends, Stage, check_extendable, check_movable, check_step
from commons.calendar_days import today_of
from commons.database import db
from commons.errors import NotAllowed
from commons.people import Actor


def give_up(booking: Booking, *, reason: str, by: Actor) -> None:
    """Cancel; the owner who takes a booking away says why."""
    check_step(booking.stage, Stage.CANCELLED)
    _check_side(booking, reason, by=by)
    booking.stage, booking.reason = Stage.CANCELLED, reason.strip()
    occupying.release(Claim(booking_id=booking.id))
    touch(booking)


def lift_off(booking: Booking, period: Period, *, reason: str, by: Actor) -> None:
    """Take a booking off the plan to put it elsewhere in the same transaction; the owner who does so says why."""
    check = check_extendable if period.start == booking.starts_at else check_movable
    check(booking.stage)
    _check_side(booking, reason, by=by)
    occupying.release(Claim(booking_id=booking.id))


def put_down(booking: Booking, locked: Locked, period: Period, *, by: Actor, reason: str = "") -> None:
    """Put a booking that was lifted off at a time: shorter keeps the owner's yes, otherwise the owner is asked again."""
    if not booking.period.covers(period):
        check_rules(locked, period, by=by, running=booking.period.start == period.start)
        _check_inspected(booking, locked, period)
        _ask_again(booking, locked, period, by=by)
    booking.starts_at, booking.ends_at, booking.reason = period.start, period.end, reason.strip()
    occupy(Claim(booking_id=booking.id), locked, period, stage=booking.stage)
    db.session.execute(delete(OverdueNotice).where(OverdueNotice.late_id == booking.id))  # late by the new end only, and told anew
    touch(booking)


def say_yes(booking: Booking, locked: Locked, *, by: Actor) -> None:
    """Approve the devices one decides on; confirmed once every owner has."""
    check_step(booking.stage, Stage.CONFIRMED)
    for item in _to_decide(booking, by):
        item.approval = Approval.GIVEN
    if all(item.approval is not Approval.PENDING for item in booking.items):
        booking.stage = Stage.CONFIRMED
        occupying.release(Claim(booking_id=booking.id))
        occupy(Claim(booking_id=booking.id), locked, booking.period, stage=booking.stage)
    _decided(booking, by=by)


def say_no(booking: Booking, *, reason: str, by: Actor) -> None:
    """Decline with a reason; the time is free again."""
    check_reason(reason)
    check_step(booking.stage, Stage.DECLINED)
    _to_decide(booking, by)
    booking.stage, booking.reason = Stage.DECLINED, reason.strip()
    occupying.release(Claim(booking_id=booking.id))
    _decided(booking, by=by)


def wishes_of(booking: Booking) -> list[Wish]:
    """Return what a booking takes."""
    return [Wish(resource_id=item.resource_id, quantity=item.quantity, substitute_id=item.substitute_id) for item in booking.items]


def _check_side(booking: Booking, reason: str, *, by: Actor) -> None:
    """Let the booker's side change what it booked, and the owner with a reason that the booker reads."""
    if owes_reason(booking, by):
        check_owner(booking, by)
        check_reason(reason)


def _check_inspected(booking: Booking, locked: Locked, period: Period) -> None:
    """Let nothing that is handed out stay out longer than its inspections are valid."""
    if booking.stage in MOVABLE:
        return  # asked at hand-out
    for resource_id, due in due_inspections(locked.devices, on=today_of(period.end)).items():
        for expired in expiring(period, due):
            raise InspectionExpired(locked.devices[resource_id].name, expired)


def _ask_again(booking: Booking, locked: Locked, period: Period, *, by: Actor) -> None:
    if is_owner_side(booking, by):
        return
    for item in booking.items:
        item.approval = approval_of(locked.devices[item.resource_id], by, quantity=item.quantity, period=period)
    waits = any(item.approval is Approval.PENDING for item in booking.items)
    if waits and booking.stage not in MOVABLE:
        raise OwnerExtends
    if waits and booking.stage is not Stage.REQUESTED:
        check_step(booking.stage, Stage.REQUESTED)
        booking.stage = Stage.REQUESTED


def _to_decide(booking: Booking, by: Actor) -> list[BookingItem]:
    deciding = items_to_decide(booking, by)
    if not deciding:
        raise NotAllowed
    return deciding


def _decided(booking: Booking, *, by: Actor) -> None:
    touch(booking)
    booking.decided_by_id, booking.decided_at = by.person_id, booking.changed_at
