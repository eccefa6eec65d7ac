"""The one guard: whatever changes planned occupancy locks, drops expired holds, checks and writes here.

Lock order: resource rows by id, then bookings, then what letters and journal need.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.exc import DBAPIError

from booking import plan_rows
from booking.claims import Claim, Device, Locked, Need, Parts, Wish, expanded
from booking.models.guards import POOL_GUARD, SINGLE_GUARD
from booking.periods import Period, gaps
from booking.plan_rows import parts_of
from booking.rules.occupancy import PeriodTaken, PoolExhausted, Taken, check_free, check_left, check_once, peak
from commons.database import constraint_of

__all__ = [
    "Claim",
    "Device",
    "Locked",
    "Need",
    "Parts",
    "Wish",
    "check",
    "check_apart",
    "check_need",
    "close",
    "in_the_way",
    "lock",
    "look",
    "occupy",
    "parts_of",
    "release",
    "shed_holds",
]


def lock(wishes: Sequence[Wish], *, holder: int | None = None) -> Locked:
    """Lock the wished resources and their parts in id order; the person's own holds will give way."""
    wholes = {id_ for wish in wishes for id_, _ in wish.held}
    if len(wholes) == 1 and (device := plan_rows.lock_alone(*wholes)):
        return Locked(devices={device.id: device}, wishes=tuple(wishes), parts={}, holder=holder)
    parts = parts_of(wholes)
    devices = plan_rows.lock_all(sorted(expanded(wishes, parts)))
    if parts and parts_of(wholes) != parts:
        return lock(wishes, holder=holder)  # somebody changed the kit before we held it
    return Locked(devices=devices, wishes=tuple(wishes), parts=parts, holder=holder)


def look(wishes: Sequence[Wish], *, holder: int | None = None) -> Locked:
    """Read the wished resources and their parts without locking them: for a preview, which writes nothing."""
    parts = parts_of({id_ for wish in wishes for id_, _ in wish.held})
    devices = plan_rows.look_at_all(sorted(expanded(wishes, parts)))
    return Locked(devices=devices, wishes=tuple(wishes), parts=parts, holder=holder)


def check(locked: Locked, period: Period) -> None:
    """Refuse when any needed resource is not free in the period, buffers included."""
    needs = locked.needs()
    check_apart(needs)
    for need in needs:
        during = need.during(period)
        check_need(need, during, [held.taken for held in plan_rows.holding(need.device, during, holder=locked.holder)])


def check_apart(needs: Iterable[Need]) -> None:
    """Refuse to take a single device twice, whoever holds it."""
    for need in needs:
        if need.device.exclusive:
            check_once(need.quantity, resource=need.device.name)


def check_need(need: Need, during: Period, taken: Sequence[Taken]) -> None:
    """Refuse what does not fit beside what is taken."""
    if need.device.exclusive:
        check_free(during, taken=taken, resource=need.device.name, resource_id=need.device.id)
    else:
        check_left(need.quantity, capacity=need.device.quantity, taken=taken, within=during, resource=need.device.name, resource_id=need.device.id)


def occupy(claim: Claim, locked: Locked, period: Period, *, expires_at: datetime | None = None) -> None:
    """Check and write the planned occupancy of a claim; the table's own guard has the last word."""
    check(locked, period)
    try:
        for need in locked.needs():
            plan_rows.insert_need(claim, need, period, expires_at=expires_at)
    except DBAPIError as error:
        raise _refusal(error, locked) from error


def close(claim: Claim, device: Device, period: Period, *, quantity: int) -> None:
    """Write the occupancy of a closure: no buffers, and of a single device only what no other closure covers already."""
    rows = plan_rows.overlapping(device, period)
    if device.exclusive:
        closed = [row.period for row in rows if row.closure_id is not None]
        check_free(period, taken=[row.taken for row in rows if row.closure_id is None], resource=device.name, resource_id=device.id)
        pieces, number = gaps(closed, within=period), 1
    else:
        check_left(quantity, capacity=device.quantity, taken=[row.taken for row in rows], within=period, resource=device.name, resource_id=device.id)
        pieces, number = [period], quantity
    for piece in pieces:
        plan_rows.insert_closed(claim, device, piece, quantity=number)


def in_the_way(device: Device, period: Period, *, left: int) -> list[int]:
    """Return the bookings that could not stay if only so many were left in the period."""
    taken = [row.taken for row in plan_rows.overlapping(device, period)]
    crowded = (row for row in taken if row.booking_id is not None and peak(taken, within=row.period.within(period) or row.period) > left)
    return sorted({row.booking_id for row in crowded if row.booking_id is not None})


def shed_holds(device: Device, period: Period, *, left: int) -> None:
    """Let go what somebody holds for a form that is still open, where so few are left for it."""
    rows = plan_rows.overlapping(device, period)
    taken = [row.taken for row in rows]
    for row in rows:
        if row.hold_id is not None and peak(taken, within=row.period) > left:
            plan_rows.drop(Claim(hold_id=row.hold_id))


def release(claim: Claim) -> None:
    """Give back all planned occupancy of a claim."""
    plan_rows.drop(claim)


def _refusal(error: DBAPIError, locked: Locked) -> Exception:
    """Say in the rule's own words what the table refused."""
    name = ", ".join(need.device.name for need in locked.needs())
    constraint = constraint_of(error)
    if constraint == SINGLE_GUARD:
        return PeriodTaken(name)
    if constraint == POOL_GUARD:
        return PoolExhausted(name, 0)
    return error
