"""Whom a change of the fleet would hit, and what could be offered to each instead."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from booking.models import Booking, BookingItem, Resource
from booking.periods import Period
from booking.queries.availability import blocked, needs_of
from booking.queries.bookings import bookings_by_id
from booking.queries.equivalents import swaps_for
from booking.queries.lending import Lending
from booking.rules.alternatives import nearest
from booking.rules.terms import Limited
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


def as_it_stands(device: Resource) -> Limited:
    """Return the terms of a device that the change leaves alone."""
    return device


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """Say what a change leaves of a device: closed for a time, fewer of a pool, or lent on other terms."""

    closed: Period | None = None
    fewer: int = 0
    retired: bool = False
    terms: Callable[[Resource], Limited] = as_it_stands


NOTHING, FOR_GOOD = Changed(), Changed(retired=True)


def impacts(booking_ids: Iterable[int], hit: Sequence[Resource], actor: Actor, changed: Changed = NOTHING) -> list[Impact]:
    """Propose for each booking in the way an equivalent at its time, and the nearest other time that the change leaves."""
    found, ids = [], [resource.id for resource in hit]
    for booking in sorted(bookings_by_id(booking_ids, actor).values(), key=lambda booking: (booking.starts_at, booking.id)):
        item = item_hit(booking, ids)
        devices = [device for device in swaps_for(item, actor) if device.id not in ids][:MOST] if booking.stage in MOVABLE else []
        times = [] if changed.retired or booking.stage not in MOVABLE else _times(booking, item, changed)
        found.append(Impact(booking=booking, item=item, devices=devices, times=times))
    return found


def item_hit(booking: Booking, resource_ids: Iterable[int]) -> BookingItem:
    """Return which item of a booking takes one of the resources, itself, as a part or as what stays at home."""
    needs, ids = needs_of([item.resource_id for item in booking.items]), set(resource_ids)
    hit = (item for item in booking.items if item.substitute_id in ids or ids & {need.resource_id for need in needs[item.resource_id]})
    return next(hit, booking.items[0])


def _times(booking: Booking, item: BookingItem, changed: Changed) -> list[Period]:
    """Look for the nearest time of the booking's only device: others might not be free then."""
    if len(booking.items) > 1:
        return []
    now = clock.now()
    window = Period(max(now, booking.starts_at - LOOK_AROUND), booking.ends_at + LOOK_AROUND)
    taken = [*blocked(item.resource_id, quantity=item.quantity + changed.fewer, within=window), *([changed.closed] if changed.closed else [])]
    time = nearest(booking.period, blocked=taken, within=window, lent=Lending().lent(changed.terms(item.resource)))
    return [time] if time else []
