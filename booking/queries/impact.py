"""Whom a change of the fleet would hit, and what could be offered to each instead."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from booking.models import Booking, BookingItem, Resource
from booking.periods import Period
from booking.queries.availability import blocked, needs_of
from booking.queries.bookings import bookings_by_id
from booking.queries.equivalents import swaps_for
from booking.rules.alternatives import nearest
from booking.stages import MOVABLE
from commons import clock
from commons.people import Actor

LOOK_AROUND = timedelta(days=28)
MOST = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Impact:
    """Hold a booking that is in the way, and what it could have instead."""

    booking: Booking
    item: BookingItem
    devices: Sequence[Resource]
    times: Sequence[Period]

    @property
    def is_movable(self) -> bool:
        """Say whether it can still be moved: what is out must come back first."""
        return self.booking.stage in MOVABLE


def impacts(booking_ids: Iterable[int], resource: Resource, actor: Actor, *, closed: Period | None = None, fewer: int = 0) -> list[Impact]:
    """Propose for each booking in the way an equivalent at its time, and the nearest other time that the change leaves."""
    found = []
    for booking in sorted(bookings_by_id(booking_ids, actor).values(), key=lambda booking: (booking.starts_at, booking.id)):
        item = item_hit(booking, resource.id)
        devices = [device for device in swaps_for(item) if device.id != resource.id][:MOST] if booking.stage in MOVABLE else []
        times = [] if resource.retired_at or booking.stage not in MOVABLE else _times(booking, item, closed, fewer=fewer)
        found.append(Impact(booking=booking, item=item, devices=devices, times=times))
    return found


def item_hit(booking: Booking, resource_id: int) -> BookingItem:
    """Return which item of a booking takes the resource, itself, as a part or as what stays at home."""
    needs = needs_of([item.resource_id for item in booking.items])
    hit = (item for item in booking.items if item.substitute_id == resource_id or resource_id in {need.resource_id for need in needs[item.resource_id]})
    return next(hit, booking.items[0])


def _times(booking: Booking, item: BookingItem, closed: Period | None, *, fewer: int) -> list[Period]:
    """Look for the nearest time of the booking's only device: others might not be free then."""
    if len(booking.items) > 1:
        return []
    now = clock.now()
    window = Period(max(now, booking.starts_at - LOOK_AROUND), booking.ends_at + LOOK_AROUND)
    taken = [*blocked(item.resource_id, quantity=item.quantity + fewer, within=window), *([closed] if closed else [])]
    time = nearest(booking.period, blocked=taken, within=window)
    return [time] if time else []
