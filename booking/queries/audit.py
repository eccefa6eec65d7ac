"""Prove from the table alone that nothing is taken twice."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import select

from booking.models import Occupancy, Resource
from commons.database import db


@dataclass(frozen=True, kw_only=True)
class Excess:
    """Name a moment at which more of a resource is taken than there is."""

    resource: str
    at: datetime
    taken: int
    there: int


def excesses() -> list[Excess]:
    """Sweep all planned occupancy of bookings and holds; an empty list proves that no overlap exists.

    A pool that was made smaller later keeps its old bookings and is listed until they are settled.
    """
    columns = (Resource.key, Resource.kind, Resource.quantity, Occupancy.exclusive, Occupancy.starts_at, Occupancy.ends_at, Occupancy.quantity.label("taken"))
    query = select(*columns).join(Occupancy, Occupancy.resource_id == Resource.id).where(Occupancy.closure_id.is_(None)).order_by(Resource.id)
    rows = db.session.execute(query.execution_options(yield_per=5000))
    return [excess for key, group in groupby(rows, key=lambda row: row.key) for excess in _sweep(key, list(group))]


def _sweep(key: str, rows: Iterable[Any]) -> list[Excess]:
    changes: dict[datetime, int] = defaultdict(int)
    there = 0
    for row in rows:
        number = 1 if row.exclusive else row.taken
        there = 1 if row.exclusive else row.quantity
        changes[row.starts_at] += number
        changes[row.ends_at] -= number
    found, taken = [], 0
    for moment in sorted(changes):
        taken += changes[moment]
        if taken > there:
            found.append(Excess(resource=key, at=moment, taken=taken, there=there))
    return found
