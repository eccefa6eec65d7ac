"""Take a booking's devices away, and only those."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import joinedload, selectinload

from booking import occupying, telling
from booking.displacing import rows
from booking.models import Booking, BookingItem, CalendarEntry, Effect
from booking.occupying import Claim, Locked, Parts, Wish
from booking.stages import Stage, check_step
from commons.database import db

_item, _entry = (cast(Table, model.__table__) for model in (BookingItem, CalendarEntry))


@dataclass(frozen=True, kw_only=True, slots=True)
class Lost:
    """Name a device that a booking lost."""

    resource_id: int
    name: str
    quantity: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Ousted:
    """Hold what became of a booking."""

    booking: Booking
    lost: tuple[Lost, ...]
    effect: Effect
    before: Mapping[str, Any]


def oust(booking_id: int, resource_ids: set[int], locked: Locked, *, at: datetime, reason: str) -> Ousted:
    """Release what a booking holds of these devices: the whole booking when nothing else is in it; what is out there is called back."""
    booking = locked_booking(booking_id)
    before = telling.snapshot(booking)
    hit = [item for item in booking.items if reaches(item.resource_id, resource_ids, locked.parts) or item.substitute_id in resource_ids]
    lost = tuple(Lost(resource_id=item.resource_id, name=item.resource.name, quantity=item.quantity) for item in hit)
    effect = Effect.DISPLACED
    if booking.stage is Stage.OUT:
        effect = Effect.RECALLED
        rows.cut("booking_id", booking.id, at=at, resource_ids=resource_ids)
    elif len(hit) == len(booking.items):
        check_step(booking.stage, Stage.CANCELLED)
        booking.stage, booking.reason = Stage.CANCELLED, reason
        occupying.release(Claim(booking_id=booking.id))
    else:
        _shrink(booking, hit, locked)
    booking.version, booking.changed_at = booking.version + 1, telling.now()
    db.session.flush()
    return Ousted(booking=booking, lost=lost, effect=effect, before=before)


def reaches(whole_id: int, resource_ids: set[int], parts: Parts) -> bool:
    """Say whether a device is one of these or contains one."""
    return whole_id in resource_ids or any(reaches(part_id, resource_ids, parts) for part_id, _ in parts.get(whole_id, []))


def _shrink(booking: Booking, hit: list[BookingItem], locked: Locked) -> None:
    gone = [item.resource_id for item in hit]
    db.session.execute(delete(_item).where(_item.c.id.in_([item.id for item in hit])))
    db.session.execute(delete(_entry).where(_entry.c.booking_id == booking.id, _entry.c.resource_id.in_(gone)))
    for item in hit:
        db.session.expunge(item)
    db.session.expire(booking, ["items"])
    rows.keep_only(booking.id, locked.narrowed(_wishes(booking)).needs())


def _wishes(booking: Booking) -> list[Wish]:
    return [Wish(resource_id=item.resource_id, quantity=item.quantity, substitute_id=item.substitute_id) for item in booking.items]


def locked_booking(booking_id: int) -> Booking:
    """Load a booking after its row is locked, with what it takes."""
    db.session.execute(select(Booking.id).where(Booking.id == booking_id).with_for_update(key_share=True))
    query = select(Booking).where(Booking.id == booking_id).execution_options(populate_existing=True)
    return db.session.scalars(
        query.options(selectinload(Booking.items).joinedload(BookingItem.resource), joinedload(Booking.for_organisation), joinedload(Booking.created_by))
    ).one()
