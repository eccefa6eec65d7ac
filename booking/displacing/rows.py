"""Rows of planned occupancy, as a block reads, cuts and fills them; every caller holds the locks."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Table, delete, insert, select, update

from booking.models import Occupancy
from booking.occupying import Need
from booking.periods import Period, gaps
from booking.rules.occupancy import Taken, short
from commons.database import db

_occupancy = cast(Table, Occupancy.__table__)
_COLUMNS = [_occupancy.c[name] for name in ("id", "resource_id", "starts_at", "ends_at", "quantity", "booking_id", "closure_id", "hold_id")]
_INSERT = insert(_occupancy)


def overlapping(resource_ids: Iterable[int], within: Period, *, but: int | None = None) -> Sequence[Row[Any]]:
    """Return what holds the resources inside the period, without the rows of one closure."""
    query = select(*_COLUMNS).where(_occupancy.c.resource_id.in_(list(resource_ids)), _occupancy.c.starts_at < within.end, _occupancy.c.ends_at > within.start)
    if but is not None:
        query = query.where(_occupancy.c.closure_id.is_distinct_from(but))
    return db.session.execute(query.order_by(_occupancy.c.starts_at, _occupancy.c.id)).all()


def in_the_way(need: Need, within: Period, *, but: int | None = None) -> list[int]:
    """Return the bookings that must go: all of a single device's; of a pool the last made ones until the number fits."""
    rows = overlapping([need.device.id], within, but=but)
    if need.device.exclusive:
        return sorted({row.booking_id for row in rows if row.booking_id is not None})
    rows, gone = [row for row in rows if row.hold_id is None], []
    while full := short(need.quantity, capacity=need.device.quantity, taken=[_taken(row) for row in rows], within=within):
        going = max((row.booking_id for row in rows if row.booking_id and any(_period(row).overlaps(stretch) for stretch in full)), default=None)
        if going is None:
            break
        gone.append(going)
        rows = [row for row in rows if row.booking_id != going]
    return sorted(gone)


def clear(need: Need, within: Period, *, but: int) -> None:
    """Let holds go, and cut what else is closed out of the period; it comes back when the block is lifted."""
    for row in overlapping([need.device.id], within, but=but):
        if row.hold_id is not None:
            db.session.execute(delete(_occupancy).where(_occupancy.c.hold_id == row.hold_id))
        elif row.closure_id is not None and need.device.exclusive:
            _cut_out(row, within)


def fill(need: Need, within: Period, *, closure_id: int) -> None:
    """Hold the period: of a single device whatever is left of it, of a pool the number."""
    values = {"resource_id": need.device.id, "quantity": need.quantity, "exclusive": need.device.exclusive, "closure_id": closure_id}
    pieces = [within]
    if need.device.exclusive:
        pieces = gaps([_period(row) for row in overlapping([need.device.id], within)], within=within)
    if pieces:
        db.session.execute(_INSERT, [{**values, "starts_at": piece.start, "ends_at": piece.end} for piece in pieces])


def drop_of_closure(closure_id: int) -> None:
    """Forget what a closure holds."""
    db.session.execute(delete(_occupancy).where(_occupancy.c.closure_id == closure_id))


def keep_of_closure(closure_id: int, number: int) -> None:
    """Let a closure hold only so many from now on."""
    db.session.execute(update(_occupancy).where(_occupancy.c.closure_id == closure_id, _occupancy.c.quantity > number).values(quantity=number))


def cut(column: str, value: int, *, at: datetime, resource_ids: Iterable[int] | None = None) -> None:
    """End what a claim holds at a moment: what has begun is shortened, what has not is dropped."""
    rows = [_occupancy.c[column] == value] + ([_occupancy.c.resource_id.in_(list(resource_ids))] if resource_ids is not None else [])
    db.session.execute(delete(_occupancy).where(*rows, _occupancy.c.starts_at >= at))
    db.session.execute(update(_occupancy).where(*rows, _occupancy.c.ends_at > at).values(ends_at=at))


def keep_only(booking_id: int, needs: Iterable[Need]) -> None:
    """Leave a booking what it still needs."""
    mine, left = _occupancy.c.booking_id == booking_id, {need.device.id: need.quantity for need in needs}
    db.session.execute(delete(_occupancy).where(mine, _occupancy.c.resource_id.not_in(list(left))))
    for resource_id, quantity in left.items():
        db.session.execute(update(_occupancy).where(mine, _occupancy.c.resource_id == resource_id, _occupancy.c.quantity > quantity).values(quantity=quantity))


def _cut_out(row: Row[Any], within: Period) -> None:
    db.session.execute(delete(_occupancy).where(_occupancy.c.id == row.id))
    values = {"resource_id": row.resource_id, "quantity": row.quantity, "exclusive": True, "closure_id": row.closure_id}
    pieces = gaps([within], within=_period(row))
    if pieces:
        db.session.execute(_INSERT, [{**values, "starts_at": piece.start, "ends_at": piece.end} for piece in pieces])


def _period(row: Row[Any]) -> Period:
    return Period(row.starts_at, row.ends_at)


def _taken(row: Row[Any]) -> Taken:
    return Taken(period=_period(row), quantity=row.quantity, booking_id=row.booking_id, id=row.id)
