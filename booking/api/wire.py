"""Between the wire and the wing: times, bookings, refusals."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from booking.models import Booking, Category, Resource
from booking.occupying import Wish
from booking.periods import Period, PeriodEmpty
from booking.placing import Placed
from booking.queries.fleet import find_category
from booking.queries.listed import id_of_key
from booking.queries.offers import Alternative, RivalFact
from booking.rules.equivalents import AnyOf
from booking.rules.lending import NothingWished
from booking.stages import Stage
from commons.calendar_days import BERLIN, from_wall
from commons.errors import RuleBroken
from commons.people import Actor
from commons.words import say

# People outside need not tell a lapsed request from a cancelled one.
STATES = {stage: stage.value for stage in Stage} | {Stage.LAPSED: "cancelled"}
YEARS = range(2000, 2200)
KEY_LIMIT = 200
_END_OF_DAY = re.compile(r"T24:00(?::00(?:\.0+)?)?(?=[Z+-]|$)")
_LOST_PLUS = re.compile(r"(T[\d:.]+) (\d\d:?\d\d)$")


class TimeUnreadable(RuleBroken):
    """A time is ISO 8601 with its offset, or wall time with the zone beside it."""

    def __init__(self, field: str) -> None:
        super().__init__(say("Bitte geben Sie die Zeit nach ISO 8601 an, mit Abstand zu UTC oder mit „timezone“: „Europe/Berlin“."), field=field)


class KeyTooLong(RuleBroken):
    """An Idempotency-Key is a short text."""

    def __init__(self) -> None:
        super().__init__(say("„Idempotency-Key“ darf höchstens %(limit)s Zeichen haben.", limit=KEY_LIMIT))


class LeastIncomplete(RuleBroken):
    """A least is a number of a feature."""

    def __init__(self) -> None:
        super().__init__(say("Bitte nennen Sie „feature“ und „least“ zusammen, oder keines von beiden."), field="least")


class AnyTwice(RuleBroken):
    """A booking leaves the choice of one device; other devices are named, or booked on their own."""

    def __init__(self) -> None:
        super().__init__(say("Bitte nennen Sie „any“ je Buchung nur einmal."), field="any")


def period_of(data: Mapping[str, Any], *, start: str = "start", end: str = "end") -> Period:
    """Read a period; of a doubled hour the first unless an offset says otherwise."""
    zone, names = data.get("timezone"), {"start": start.rstrip("_"), "end": end.rstrip("_")}
    try:
        return Period(_moment(data[start], names["start"], zone), _moment(data[end], names["end"], zone))
    except PeriodEmpty as empty:
        empty.field = names["end"]
        raise


def iso(moment: datetime) -> str:
    """Write a moment as Berlin time with its offset."""
    return moment.astimezone(BERLIN).isoformat()


def etag_of(booking: Booking) -> str:
    """Return the version of a booking as clients send it back."""
    return _etag(booking.id, booking.version)


def _etag(number: int, version: int) -> str:
    return f"{number}-{version}"


def placed_as_data(placed: Placed, period: Period, data: Mapping[str, Any], *, purpose: str, actor: Actor) -> dict[str, Any]:
    """Return a booking that was just made, as the interface would show it: all of it is known, nothing is read again."""
    return {
        "id": placed.id,
        "state": STATES[placed.stage],
        "items": [{"resource": item["resource"], "quantity": item["quantity"]} for item in items_of(data)],
        "start": iso(period.start),
        "end": iso(period.end),
        "purpose": purpose,
        "for": actor.organisation_key,
        "etag": _etag(placed.id, 1),
    }


def booking_as_data(booking: Booking) -> dict[str, Any]:
    """Return a booking as the interface shows it."""
    return {
        "id": booking.id,
        "state": STATES[booking.stage],
        "items": [{"resource": item.resource.key, "quantity": item.quantity} for item in booking.items],
        "start": iso(booking.starts_at),
        "end": iso(booking.ends_at),
        "purpose": booking.purpose,
        "for": booking.for_organisation.key,
        "etag": etag_of(booking),
    }


def resource_as_data(resource: Resource) -> dict[str, Any]:
    """Return a resource as the interface shows it."""
    return {
        "key": resource.key,
        "name": resource.name,
        "kind": resource.kind.value,
        "quantity": resource.quantity,
        "category": resource.category.key,
        "owner": resource.owner.key,
        "site": resource.site.name,
    }


def alternatives_as_data(alternatives: Iterable[Alternative]) -> list[dict[str, Any]]:
    """Return what is free instead."""
    return [
        {"resource": other.key, "start": iso(other.period.start), "end": iso(other.period.end), "reason": other.reason.said(gettext)} for other in alternatives
    ]


def rivals_as_data(rivals: Iterable[RivalFact]) -> list[dict[str, Any]]:
    """Return what stands in the way, and who where the caller may know."""
    found = []
    for rival in rivals:
        fact = {"resource": rival.key, "start": iso(rival.period.start), "end": iso(rival.period.end)}
        found.append({**fact, "who": rival.who} if rival.who else fact)
    return found


def wishes_of(data: Mapping[str, Any], actor: Actor) -> list[Wish]:
    """Find the resources that are meant, and what stays in their place."""
    named = [item for item in items_of(data) if "resource" in item]
    return [
        Wish(
            resource_id=id_of_key(item["resource"], actor),
            quantity=item["quantity"],
            substitute_id=id_of_key(item["substitute"], actor) if "substitute" in item else None,
        )
        for item in named
    ]


def any_of(data: Mapping[str, Any]) -> tuple[AnyOf, int] | None:
    """Find the kind of which any device would do, and how many of it; a booking leaves the choice once."""
    found = [item for item in items_of(data) if "any_" in item]
    if len(found) > 1:
        raise AnyTwice
    return (kind_of(find_category(found[0]["any_"]["category"]), found[0]["any_"]), found[0]["quantity"]) if found else None


def kind_of(category: Category, asked: Mapping[str, Any]) -> AnyOf:
    """Read which feature a device reaches at least; the least is nothing without its feature."""
    if bool(asked["feature"]) != (asked["least"] is not None):
        raise LeastIncomplete
    return AnyOf(category_id=category.id, category=category.name, feature=asked["feature"], least=Decimal(asked["least"]) if asked["least"] else None)


def items_of(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Read either one wish or a list of them, each for a resource or for any of a kind."""
    one = {name: data[name] for name in ("resource", "any_", "substitute") if name in data}
    if bool(one) == ("items" in data):
        raise NothingWished
    items: list[dict[str, Any]] = data.get("items") or [{"quantity": data.get("quantity", 1), **one}]
    if any(("resource" in item) == ("any_" in item) or ("substitute" in item and "any_" in item) for item in items):
        raise NothingWished
    return items


def key_of(header: str | None) -> str | None:
    """Read the Idempotency-Key."""
    if header is not None and len(header) > KEY_LIMIT:
        raise KeyTooLong
    return f"api:{header}" if header else None


def _read(text: str) -> datetime:
    """Read ISO 8601; 24:00 is the end of its day, and in an address a plus that was not written as %2B arrives as a space."""
    whole, days = _END_OF_DAY.subn("T00:00", _LOST_PLUS.sub(r"\1+\2", text))
    return datetime.fromisoformat(whole) + timedelta(days=days)


def _moment(text: str, field: str, zone: str | None) -> datetime:
    try:
        moment = _read(text)
    except (ValueError, OverflowError) as unreadable:
        raise TimeUnreadable(field) from unreadable
    if moment.year not in YEARS or (moment.tzinfo is None and zone is None):
        raise TimeUnreadable(field)
    if moment.tzinfo is not None:
        return moment
    try:
        return from_wall(moment.date(), moment.time())
    except RuleBroken as missing:
        missing.field = field
        raise
