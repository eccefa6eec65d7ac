"""Whom tighter terms of an owner would hit: bookings that could not be made any more as they stand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from booking.models import Bookers, Booking, BookingItem, Occupancy, ReadinessClass, Resource
from booking.periods import Period
from booking.queries.approval import may_book
from booking.queries.house import LENDING_TERMS, house_numbers
from booking.rules.occupancy import Taken, peak
from booking.rules.terms import newly_refused, terms_of
from booking.stages import OPEN
from commons import clock
from commons.calendar_days import today_of
from commons.database import db


@dataclass(frozen=True, kw_only=True, slots=True)
class Conditions:
    """Hold on what an owner lends a device."""

    notice_minutes: int
    advance_days: int | None
    longest_minutes: int | None
    opening: dict[str, list[str]] | None
    bookers: Bookers
    readiness_class: ReadinessClass | None
    buffer_before_min: int
    buffer_after_min: int

    def allow(self, item: BookingItem, *, home: int) -> bool:
        """Say whether the booker of an item may have the device at all."""
        booking = item.booking
        own = booking.for_municipality_id == home
        tied = self.readiness_class is ReadinessClass.A and not own and item.substitute_id is None
        return not tied and may_book(booking.for_organisation.kind, self.bookers, own=own)


def conditions_of(device: Resource) -> Conditions:
    """Return on what a device is lent now."""
    return Conditions(**{name: getattr(device, name) for name in Conditions.__slots__})


def hit_by(device: Resource, new: Conditions) -> list[int]:
    """Return the open bookings to come that the present conditions allow and the new ones do not."""
    old, at = conditions_of(device), clock.now()
    house, home = house_numbers(*LENDING_TERMS, day=today_of(at)), device.owner.municipality_id
    before, after = terms_of(old, house), terms_of(new, house)
    found = {
        item.booking_id
        for item in _items(device.id, at)
        if newly_refused(item.booking.period, old=before, new=after, at=at) or (old.allow(item, home=home) and not new.allow(item, home=home))
    }
    return sorted(found | (_crowded(device, new, at) if _is_longer(old, new) else set()))


def reopened(device: Resource, opening: dict[str, list[str]] | None) -> Conditions:
    """Return the conditions of a device at a site with other hours."""
    return replace(conditions_of(device), opening=opening)


def _items(resource_id: int, at: datetime) -> Sequence[BookingItem]:
    query = select(BookingItem).join(Booking).where(BookingItem.resource_id == resource_id, Booking.ends_at > at, Booking.stage.in_(OPEN))
    return db.session.scalars(query.order_by(BookingItem.id)).all()


def _is_longer(old: Conditions, new: Conditions) -> bool:
    return new.buffer_before_min > old.buffer_before_min or new.buffer_after_min > old.buffer_after_min


def _crowded(device: Resource, new: Conditions, at: datetime) -> set[int]:
    """Find the bookings, of kits around the device too, that would stand in each other's longer buffers."""
    columns = (Booking.id, Booking.starts_at, Booking.ends_at, Occupancy.quantity)
    query = select(*columns).join(Occupancy, Occupancy.booking_id == Booking.id).where(Occupancy.resource_id == device.id, Booking.ends_at > at)
    needed = [
        Taken(period=Period(start, end).buffered(before=new.buffer_before_min, after=new.buffer_after_min), quantity=number, booking_id=id_)
        for id_, start, end, number in db.session.execute(query)
    ]
    return {one.booking_id for one in _too_many(needed, device.quantity) if one.booking_id is not None}


def _too_many(needed: Sequence[Taken], there: int) -> Iterable[Taken]:
    return (one for one in needed if peak(needed, within=one.period) > there)
