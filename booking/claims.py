"""What a claim on time is made of: the wish, the locked devices, what is needed of each, and who claims it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from booking.models import Approver, Bookers, Kind, ReadinessClass
from booking.periods import Period
from booking.rules.equivalents import AnyOf


@dataclass(frozen=True, kw_only=True, slots=True)
class Device:
    """Hold what the guard and the chapters need of a locked resource row."""

    id: int
    key: str
    name: str
    kind: Kind
    quantity: int
    owner_id: int
    owner_municipality_id: int
    category_id: int
    readiness_class: ReadinessClass | None
    buffer_before_min: int
    buffer_after_min: int
    approval_by: Approver | None
    bookers: Bookers
    request_blocks: bool
    asks_beyond_share: bool
    notice_minutes: int
    advance_days: int | None
    longest_minutes: int | None
    opening: dict[str, list[str]] | None
    tariff_text: str
    site: str
    retired_at: datetime | None

    @property
    def exclusive(self) -> bool:
        """Say whether one claim takes the whole device."""
        return self.kind is not Kind.POOL


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """Name a resource and how many of it somebody wants; what any like device would do for, and what stays at home instead."""

    resource_id: int
    quantity: int = 1
    any_of: AnyOf | None = None
    substitute_id: int | None = None

    @property
    def held(self) -> list[tuple[int, int]]:
        """List what the wish holds with its numbers: a substitute is held like the device that it stands in for."""
        return [(id_, self.quantity) for id_ in (self.resource_id, self.substitute_id) if id_ is not None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """Say what a wish takes of one resource, parts of kits included, and the buffers that go with it."""

    device: Device
    quantity: int
    before: int
    after: int

    def during(self, period: Period) -> Period:
        """Return the occupied time."""
        return period.buffered(before=self.before, after=self.after)


Parts = dict[int, list[tuple[int, int]]]  # whole → its parts with their numbers


@dataclass(frozen=True, kw_only=True, slots=True)
class Locked:
    """Hold the locked devices, the wishes for them and what kits consist of."""

    devices: dict[int, Device]
    wishes: tuple[Wish, ...]
    parts: Parts
    holder: int | None = None  # whose holds give way, for they were made for this

    def wished(self) -> list[tuple[Device, int]]:
        """List the devices that were asked for by name, with their numbers."""
        return [(self.devices[wish.resource_id], wish.quantity) for wish in self.wishes]

    def narrowed(self, wishes: Iterable[Wish]) -> "Locked":
        """Keep the lock and look at some of the wishes only."""
        return replace(self, wishes=tuple(wishes))

    def needs(self) -> list[Need]:
        """Say what the wishes take of each resource, in id order; a part gets the wider buffers of the kit it travels with."""
        numbers = expanded(self.wishes, self.parts)
        needs = {
            id_: Need(device=device, quantity=numbers[id_], before=device.buffer_before_min, after=device.buffer_after_min)
            for id_, device in sorted(self.devices.items())
            if id_ in numbers
        }
        queue = [id_ for wish in self.wishes for id_, _ in wish.held]
        while queue:
            whole = needs[queue.pop()]
            for part_id, _ in self.parts.get(whole.device.id, []):
                part = needs[part_id]
                needs[part_id] = replace(part, before=max(part.before, whole.before), after=max(part.after, whole.after))
                queue.append(part_id)
        return list(needs.values())


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """Say what holds the time: exactly one of the three."""

    booking_id: int | None = None
    closure_id: int | None = None
    hold_id: int | None = None

    @property
    def column(self) -> str:
        """Name the column that says what holds the time."""
        return next(name for name in ("booking_id", "closure_id", "hold_id") if getattr(self, name) is not None)


def expanded(wishes: Sequence[Wish], parts: Parts) -> dict[int, int]:
    """Sum up how many of each resource the wishes take, parts included."""
    numbers: dict[int, int] = {}
    queue = [pair for wish in wishes for pair in wish.held]
    while queue:
        resource_id, number = queue.pop()
        numbers[resource_id] = numbers.get(resource_id, 0) + number
        queue.extend((part_id, number * each) for part_id, each in parts.get(resource_id, []))
    return numbers
