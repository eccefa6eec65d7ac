"""Prove from the tables alone that nothing is taken twice, and that every booking holds its time."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import exists, or_, select

from booking.models import Booking, BookingItem, Occupancy, Resource, ResourcePart
from booking.stages import MOVABLE, Stage
from commons import clock
from commons.database import db


@dataclass(frozen=True, kw_only=True)
class Excess:
    """Name a moment at which more of a resource is taken than there is."""

    resource: str
    at: datetime
    taken: int
    there: int


@dataclass(frozen=True, kw_only=True)
class Unheld:
    """Name a confirmed booking that does not hold what it was promised."""

    booking_id: int
    resource: str


def excesses() -> list[Excess]:
    """Sweep all planned occupancy with the buffers of today; an empty list proves that no overlap exists.

    A pool that was made smaller later, or a device with longer buffers, keeps its old bookings and is listed until they are settled.
    """
    of_device = (Resource.key, Resource.quantity, Resource.buffer_before_min, Resource.buffer_after_min)
    of_plan = (Occupancy.exclusive, Occupancy.starts_at, Occupancy.ends_at, Occupancy.quantity.label("taken"))
    of_booking = (Booking.stage, Booking.starts_at.label("booked_from"), Booking.ends_at.label("booked_until"))
    query = (
        select(*of_device, *of_plan, *of_booking).join(Occupancy, Occupancy.resource_id == Resource.id).outerjoin(Booking, Booking.id == Occupancy.booking_id)
    )
    # A pool may be closed twice for the same time, a single device never is.
    counted = query.where(or_(Occupancy.closure_id.is_(None), Occupancy.exclusive)).order_by(Resource.id)
    rows = db.session.execute(counted.execution_options(yield_per=5000))
    return [excess for key, group in groupby(rows, key=lambda row: row.key) for excess in _sweep(key, list(group))]


def unheld() -> list[Unheld]:
    """List what bookings to come were promised, parts of kits included, and the plan does not hold for the whole of their time."""
    confirmed = (Booking.stage == Stage.CONFIRMED, Booking.ends_at > clock.now())
    named, stays = (
        select(BookingItem.booking_id, column.label("resource_id"), BookingItem.quantity).join(Booking).where(*confirmed, column.is_not(None))
        for column in (BookingItem.resource_id, BookingItem.substitute_id)
    )
    promised = select(named.union_all(stays).subquery()).cte("promised", recursive=True)
    parts = select(promised.c.booking_id, ResourcePart.part_id, promised.c.quantity * ResourcePart.quantity)
    promised = promised.union_all(parts.join(ResourcePart, ResourcePart.whole_id == promised.c.resource_id))
    holds = exists().where(
        Occupancy.booking_id == promised.c.booking_id,
        Occupancy.resource_id == promised.c.resource_id,
        Occupancy.starts_at <= Booking.starts_at,
        Occupancy.ends_at >= Booking.ends_at,
        or_(Occupancy.exclusive, Occupancy.quantity >= promised.c.quantity),
    )
    query = select(Booking.id, Resource.key).join(promised, promised.c.booking_id == Booking.id).join(Resource, Resource.id == promised.c.resource_id)
    rows = db.session.execute(query.where(~holds).order_by(Booking.id, Resource.key).distinct())
    return [Unheld(booking_id=id_, resource=key) for id_, key in rows]


def _sweep(key: str, rows: Iterable[Any]) -> list[Excess]:
    changes: dict[datetime, int] = defaultdict(int)
    there = 0
    for row in rows:
        number = 1 if row.exclusive else row.taken
        there = 1 if row.exclusive else row.quantity
        start, end = _needed(row)
        changes[start] += number
        changes[end] -= number
    found, taken = [], 0
    for moment in sorted(changes):
        taken += changes[moment]
        if taken > there:
            found.append(Excess(resource=key, at=moment, taken=taken, there=there))
    return found


def _needed(row: Any) -> tuple[datetime, datetime]:
    """Return the time that a row takes: of a booking that has not begun at least its own with the buffers, whatever the row says."""
    if row.stage not in MOVABLE:
        return row.starts_at, row.ends_at
    before, after = timedelta(minutes=row.buffer_before_min), timedelta(minutes=row.buffer_after_min)
    return min(row.starts_at, row.booked_from - before), max(row.ends_at, row.booked_until + after)
