"""Who may hold a device when: overlap for single devices, the peak for pools."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from booking.periods import Period
from commons.errors import RuleBroken
from commons.words import Message, say


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """Say what already holds a number of a resource for a period."""

    period: Period
    quantity: int = 1
    booking_id: int | None = None
    id: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Rival:
    """Name the occupation that stands in the way, as evidence."""

    resource_id: int
    resource: str
    period: Period
    quantity: int = 1
    booking_id: int | None = None


class Occupied(RuleBroken):
    """What is taken cannot be taken again; the rivals are the evidence."""

    status = 409

    def __init__(self, message: Message, *, rivals: Sequence[Rival] = ()) -> None:
        super().__init__(message, field="start")
        self.rivals = tuple(rivals)


class PeriodTaken(Occupied):
    """No two bookings may hold the same device at the same time."""

    def __init__(self, resource: str, existing: Period | None = None, *, rivals: Sequence[Rival] = ()) -> None:
        until = existing and existing.end
        text = (
            say("„%(device)s“ ist bis %(until)s vergeben.", device=resource, until=until)
            if until
            else say("„%(device)s“ ist in dieser Zeit schon vergeben.", device=resource)
        )
        super().__init__(text, rivals=rivals)
        self.existing = existing


class PoolExhausted(Occupied):
    """A pool lends at no moment more than it has."""

    def __init__(self, resource: str, left: int, *, rivals: Sequence[Rival] = ()) -> None:
        text = say("Von „%(device)s“ sind in dieser Zeit noch %(left)s Stück frei.", device=resource, left=left)
        super().__init__(text, rivals=rivals)
        self.left = left


class QuantityRefused(RuleBroken):
    """Somebody books at least one and at most what there is."""

    def __init__(self, resource: str, total: int) -> None:
        super().__init__(say("Bitte buchen Sie von „%(device)s“ mindestens 1 und höchstens %(total)s Stück.", device=resource, total=total), field="quantity")
        self.total = total


class TakenTwice(RuleBroken):
    """One booking takes a single device once: by name, as part of a kit or as what stays at home."""

    def __init__(self, resource: str) -> None:
        super().__init__(
            say("„%(device)s“ steht in dieser Buchung zweimal, zum Beispiel einzeln und als Teil eines Satzes.", device=resource), field="resource"
        )


def check_once(quantity: int, *, resource: str) -> None:
    """Refuse to take a single device more than once."""
    if quantity > 1:
        raise TakenTwice(resource)


def check_quantity(quantity: int, *, total: int, resource: str) -> None:
    """Refuse none, less than none and more than there is."""
    if not 1 <= quantity <= total:
        raise QuantityRefused(resource, total)


def check_free(period: Period, *, taken: Iterable[Taken], resource: str, resource_id: int = 0) -> None:
    """Refuse a period that overlaps one already taken."""
    for existing in taken:
        if period.overlaps(existing.period):
            raise PeriodTaken(resource, existing.period, rivals=[_rival(existing, resource, resource_id)])


def check_left(quantity: int, *, capacity: int, taken: Sequence[Taken], within: Period, resource: str, resource_id: int = 0) -> None:
    """Refuse more than the pool has left at its fullest moment of the period."""
    left = max(0, capacity - peak(taken, within=within))
    if quantity > left:
        rivals = [_rival(existing, resource, resource_id) for existing in taken if existing.period.overlaps(within)]
        raise PoolExhausted(resource, left, rivals=rivals)


def peak(taken: Iterable[Taken], *, within: Period) -> int:
    """Find the highest number taken at one moment: the peak, never the sum."""
    return max((number for _, number in _levels(taken, within)), default=0)


def stretches(capacity: int, taken: Iterable[Taken], *, within: Period) -> list[tuple[Period, int]]:
    """List how many are free from when to when; a cut pool never shows less than none."""
    levels = list(_levels(taken, within))
    moments = [*(moment for moment, _ in levels), within.end]
    free = [max(0, capacity - number) for _, number in levels]
    return _joined(zip((Period(start, end) for start, end in pairwise(moments)), free, strict=True))


def short(quantity: int, *, capacity: int, taken: Iterable[Taken], within: Period) -> list[Period]:
    """List when fewer than the wanted number are free."""
    return [period for period, free in stretches(capacity, taken, within=within) if free < quantity]


def _levels(taken: Iterable[Taken], within: Period) -> Iterator[tuple[datetime, int]]:
    """Sweep the window: the number taken from each moment on at which it changes."""
    changes: dict[datetime, int] = {within.start: 0}
    for existing in taken:
        piece = existing.period.within(within)
        if piece:
            changes[piece.start] = changes.get(piece.start, 0) + existing.quantity
            changes[piece.end] = changes.get(piece.end, 0) - existing.quantity
    number = 0
    for moment in sorted(changes):
        if moment < within.end:
            number += changes[moment]
            yield moment, number


def _joined(parts: Iterable[tuple[Period, int]]) -> list[tuple[Period, int]]:
    joined: list[tuple[Period, int]] = []
    for period, free in parts:
        if joined and joined[-1][1] == free:
            joined[-1] = (Period(joined[-1][0].start, period.end), free)
        else:
            joined.append((period, free))
    return joined


def _rival(existing: Taken, resource: str, resource_id: int) -> Rival:
    return Rival(resource_id=resource_id, resource=resource, period=existing.period, quantity=existing.quantity, booking_id=existing.booking_id)
