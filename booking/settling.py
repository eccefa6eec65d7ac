"""Change the fleet together with what becomes of each booking in the way: all of it is saved, or nothing."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from booking import fleet, occupying, reserving
from booking.fleet import Registration
from booking.fleet.sites import Week
from booking.models import Booking, Closure, Resource, Season, Site
from booking.occupying import Wish
from booking.periods import Period
from booking.queries.bookings import get_booking
from booking.queries.fleet import get_resource
from booking.queries.impact import item_hit
from booking.rules.seasons import Yearly
from commons.errors import ChangedMeanwhile
from commons.people import Actor
from commons.words import Message, say


class Way(StrEnum):
    """Say what becomes of a booking in the way."""

    DEVICE = "device"
    TIME = "time"
    CANCEL = "cancel"
    STAY = "stay"  # of a pool that shrinks, or under new terms: seen, it stays as it was promised


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
    _settle(answers, [resource_id], because=say("Sperre: %(reason)s", reason=reason.strip() or "–"), by=by)
    return fleet.close(resource_id, period, reason=reason, by=by, quantity=quantity)


def close_yearly(resource_id: int, yearly: Yearly, *, answers: Sequence[Answer], reason: str, by: Actor, quantity: int | None = None) -> Season:
    """Settle what is in the way, then close each year."""
    _settle(answers, [resource_id], because=say("Sperre: %(reason)s", reason=reason.strip() or "–"), by=by)
    return fleet.close_yearly(resource_id, yearly, reason=reason, by=by, quantity=quantity)


def change(resource_id: int, registration: Registration, *, version: int, answers: Sequence[Answer], by: Actor) -> Resource:
    """Change, then settle what no longer fits under the new terms; what stays was seen."""
    smaller = registration.quantity < get_resource(resource_id, by).quantity
    seen = _seen(answers, [resource_id], by)
    changed = fleet.change(resource_id, registration, version=version, by=by, knowing=frozenset(answer.booking_id for answer in seen))
    _settle(seen, [resource_id], because=say("Der Bestand wird kleiner") if smaller else say("Neue Angaben zum Gerät"), by=by)
    return changed


def set_hours(site_id: int, *, address: str, opening: Week | None, answers: Sequence[Answer], by: Actor) -> Site:
    """Change the hours of a site, then settle what does not fit them under the new ones; what stays was seen."""
    ids = [device.id for device in fleet.devices_at(site_id)]
    seen = _seen(answers, ids, by)
    site = fleet.set_hours(site_id, address=address, opening=opening, by=by, knowing=frozenset(answer.booking_id for answer in seen))
    _settle(seen, ids, because=say("Neue Öffnungszeiten: %(site)s", site=site.name), by=by)
    return site


def retire(resource_id: int, *, answers: Sequence[Answer], by: Actor) -> Resource:
    """Settle what is ahead, then retire the device."""
    _settle(answers, [resource_id], because=say("Das Gerät wird ausgemustert"), by=by)
    return fleet.retire(resource_id, by=by)


def _settle(answers: Iterable[Answer], resource_ids: Sequence[int], *, because: Message, by: Actor) -> None:
    """Take the accepted way for each booking; all that they need is locked first, in id order."""
    answers = [answer for answer in answers if answer.way is not Way.STAY]
    if answers:
        _lock(answers, resource_ids, by)
    for answer in answers:
        _WAYS[answer.way](answer, resource_ids, because, by)


def _lock(answers: Iterable[Answer], resource_ids: Iterable[int], by: Actor) -> None:
    answers = list(answers)
    held = {item.resource_id for answer in answers for item in get_booking(answer.booking_id, by).items}
    ids = {*resource_ids, *held, *(answer.resource_id for answer in answers if answer.resource_id)}
    occupying.lock([Wish(resource_id=id_) for id_ in sorted(ids)])


def _seen(answers: Sequence[Answer], resource_ids: Sequence[int], by: Actor) -> list[Answer]:
    """Refuse an answer about a booking that was changed since the page showed it; the change to be settled may count further versions."""
    _lock(answers, resource_ids, by)
    for answer in answers:
        if answer.version is not None and answer.version != get_booking(answer.booking_id, by).version:
            raise ChangedMeanwhile
    return [replace(answer, version=None) for answer in answers]


def _swap(answer: Answer, resource_ids: Sequence[int], because: Message, by: Actor) -> Booking:
    item = item_hit(get_booking(answer.booking_id, by), resource_ids)
    return reserving.swap(answer.booking_id, item.id, answer.resource_id or 0, by=by, version=answer.version, cause=because)


def _move(answer: Answer, _resource_ids: Sequence[int], because: Message, by: Actor) -> Booking:
    period = answer.period or get_booking(answer.booking_id, by).period
    return reserving.move(answer.booking_id, period, reason=str(because), by=by, version=answer.version)


def _cancel(answer: Answer, _resource_ids: Sequence[int], because: Message, by: Actor) -> Booking:
    return reserving.cancel(answer.booking_id, reason=str(because), by=by, version=answer.version)


_WAYS: dict[Way, Callable[[Answer, Sequence[int], Message, Actor], Booking]] = {Way.DEVICE: _swap, Way.TIME: _move, Way.CANCEL: _cancel}
