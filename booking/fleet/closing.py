"""Close a device, or a number of a pool, for a time; nobody's booking is dropped silently."""

from collections.abc import Sequence

from sqlalchemy import select

from booking import occupying
from booking.fleet.keeping import check_keeper, get_for_change
from booking.fleet.refusing import BookingsAffected
from booking.models import Block, Closure
from booking.occupying import Claim, Device, Wish
from booking.periods import Period
from booking.queries.numbers import check_number as check_row
from booking.rules.occupancy import check_quantity
from commons import clock, journal
from commons.database import db
from commons.errors import NotFound, RuleBroken
from commons.people import Actor
from commons.words import say


class ClosureReasonMissing(RuleBroken):
    """Whoever closes a device says why."""

    def __init__(self) -> None:
        super().__init__(say("Bitte nennen Sie den Grund der Sperre, zum Beispiel „Reparatur“."), field="reason")


def close(resource_id: int, period: Period, *, reason: str, by: Actor, quantity: int | None = None) -> Closure:
    """Close a resource for a time; refused, with a list, while bookings are in the way."""
    if not reason.strip():
        raise ClosureReasonMissing
    device, number = opened(resource_id, quantity, by)
    check_number(device, [period], number)
    closure = enter(device, period, quantity=number, reason=reason.strip(), by_id=by.person_id)
    _record("closed", closure, device, by=by)
    return closure


def check_number(device: Device, periods: Sequence[Period], number: int) -> None:
    """Refuse, with the list, while bookings are in the way."""
    affected = {id_ for period in periods for id_ in occupying.in_the_way(device, period, left=device.quantity - number)}
    if affected:
        raise BookingsAffected(sorted(affected))


def enter(device: Device, period: Period, *, quantity: int, reason: str, by_id: int, season_id: int | None = None) -> Closure:
    """Write a closure whose time was checked."""
    closure = Closure(resource_id=device.id, starts_at=period.start, ends_at=period.end, quantity=quantity, reason=reason, created_by_id=by_id)
    closure.season_id = season_id
    db.session.add(closure)
    db.session.flush()
    occupying.close(Claim(closure_id=closure.id), device, period, quantity=quantity)
    return closure


def lift(closure_id: int, *, by: Actor) -> Closure:
    """End a closure before its time; others that cover the same days stay."""
    check_row(closure_id)
    closure = db.session.get(Closure, closure_id)
    if closure is None or db.session.scalar(select(Block.id).where(Block.closure_id == closure_id)) is not None:
        raise NotFound  # an incident or a defect ends by being reported over
    device, _ = opened(closure.resource_id, None, by)
    db.session.refresh(closure)
    if closure.lifted_at is None:
        closure.lifted_at = clock.now()
        db.session.flush()
        _rewrite_around(closure, device)
        _record("reopened", closure, device, by=by)
    return closure


def _rewrite_around(closure: Closure, device: Device) -> None:
    """Give the time back and let the other closures cover what is theirs."""
    gone = Period(closure.starts_at, closure.ends_at)
    occupying.release(Claim(closure_id=closure.id))
    if not device.exclusive:
        return
    still = select(Closure).where(Closure.resource_id == device.id, Closure.lifted_at.is_(None), Closure.starts_at < gone.end, Closure.ends_at > gone.start)
    for other in db.session.scalars(still.order_by(Closure.starts_at, Closure.id)):
        occupying.close(Claim(closure_id=other.id), device, Period(other.starts_at, other.ends_at), quantity=1)


def opened(resource_id: int, quantity: int | None, by: Actor) -> tuple[Device, int]:
    """Lock a device for its keeper, with the number that is meant: of a pool on demand, else all."""
    device = occupying.lock([Wish(resource_id=resource_id)]).devices[resource_id]
    check_keeper(get_for_change(resource_id).owner, by)
    number = device.quantity if quantity is None else quantity
    check_quantity(number, total=device.quantity, resource=device.name)
    return device, number


def _record(act: str, closure: Closure, device: Device, *, by: Actor) -> None:
    after = {"start": closure.starts_at.isoformat(), "end": closure.ends_at.isoformat(), "quantity": closure.quantity, "reason": closure.reason}
    journal.record(f"resource.{act}", subject=("resource", device.id), by=by, after=after, municipalities=[device.owner_municipality_id])
