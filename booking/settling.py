"""Change the fleet together with what becomes of each booking in the way: all of it is saved, or nothing."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from booking import fleet, occupying, reserving
from booking.fleet import Registration
from booking.models import Booking, Closure, Resource, Season
from booking.occupying import Wish
from booking.periods import Period
from booking.queries.bookings import get_booking
from booking.queries.impact import item_hit
from booking.rules.seasons import Yearly
from commons.people import Actor
from commons.words import Message, say


class Way(StrEnum):
    """Say what becomes of a booking in the way."""

    DEVICE = "device"
    TIME = "time"
    CANCEL = "cancel"
    STAY = "stay"  # of a pool that shrinks: seen, it stays and is listed


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """Say what was accepted for one booking, as it was shown."""

    booking_id: int
    way: Way
    resource_id: int | None = None
    period: Period | None = None
    version: int | None = None


def close(resource_id: int, period: Period, *, answers: Sequence[Answer], reason: str, by: Actor, quantity: int | None = None) -> Closure:
    """Settle what is in the way, then close; refused with the list of what is still in the way."""
    _settle(answers, resource_id, because=say("Sperre: %(reason)s", reason=reason.strip() or "–"), by=by)
    return fleet.close(resource_id, period, reason=reason, by=by, quantity=quantity)


def close_yearly(resource_id: int, yearly: Yearly, *, answers: Sequence[Answer], reason: str, by: Actor, quantity: int | None = None) -> Season:
    """Settle what is in the way, then close each year."""
    _settle(answers, resource_id, because=say("Sperre: %(reason)s", reason=reason.strip() or "–"), by=by)
    return fleet.close_yearly(resource_id, yearly, reason=reason, by=by, quantity=quantity)


def change(resource_id: int, registration: Registration, *, version: int, answers: Sequence[Answer], by: Actor) -> Resource:
    """Settle what no longer fits, then change; what stays was seen."""
    _settle(answers, resource_id, because=say("Der Bestand wird kleiner"), by=by)
    knowing = frozenset(answer.booking_id for answer in answers if answer.way is Way.STAY)
    return fleet.change(resource_id, registration, version=version, by=by, knowing=knowing)


def retire(resource_id: int, *, answers: Sequence[Answer], by: Actor) -> Resource:
    """Settle what is ahead, then retire the device."""
    _settle(answers, resource_id, because=say("Das Gerät wird ausgemustert"), by=by)
    return fleet.retire(resource_id, by=by)


def _settle(answers: Iterable[Answer], resource_id: int, *, because: Message, by: Actor) -> None:
    """Take the accepted way for each booking; all that they need is locked first, in id order."""
    answers = [answer for answer in answers if answer.way is not Way.STAY]
    if not answers:
        return
    held = {item.resource_id for answer in answers for item in get_booking(answer.booking_id, by).items}
    ids = {resource_id, *held, *(answer.resource_id for answer in answers if answer.resource_id)}
    occupying.lock([Wish(resource_id=id_) for id_ in sorted(ids)])
    for answer in answers:
        _WAYS[answer.way](answer, resource_id, because, by)


def _swap(answer: Answer, resource_id: int, because: Message, by: Actor) -> Booking:
    item = item_hit(get_booking(answer.booking_id, by), resource_id)
    return reserving.swap(answer.booking_id, item.id, answer.resource_id or 0, by=by, version=answer.version, cause=because)


def _move(answer: Answer, _resource_id: int, because: Message, by: Actor) -> Booking:
    period = answer.period or get_booking(answer.booking_id, by).period
    return reserving.move(answer.booking_id, period, reason=str(because), by=by, version=answer.version)


def _cancel(answer: Answer, _resource_id: int, because: Message, by: Actor) -> Booking:
    return reserving.cancel(answer.booking_id, reason=str(because), by=by, version=answer.version)


_WAYS: dict[Way, Callable[[Answer, int, Message, Actor], Booking]] = {Way.DEVICE: _swap, Way.TIME: _move, Way.CANCEL: _cancel}
