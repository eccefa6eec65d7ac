"""Read what somebody chose for each booking in the way; what is not understood counts as not chosen."""

from collections.abc import Mapping
from datetime import datetime

from booking.periods import Period
from booking.settling import Answer, Way
from commons.errors import RuleBroken

PREFIX = "way_"


def answers_in(typed: Mapping[str, str]) -> list[Answer]:
    """Return the answers in the order of the page."""
    found = (_answer(name.removeprefix(PREFIX), value, typed) for name, value in typed.items() if name.startswith(PREFIX))
    return [answer for answer in found if answer is not None]


def _answer(number: str, value: str, typed: Mapping[str, str]) -> Answer | None:
    word, _, rest = value.partition(":")
    booking_id, version = _number(number), _number(typed.get(f"version_{number}", ""))
    if booking_id is None or word not in {way.value for way in Way}:
        return None
    way, resource_id, period = Way(word), None, None
    if way is Way.DEVICE:
        resource_id = _number(rest)
    if way is Way.TIME:
        period = _period(rest)
    missing = (way is Way.DEVICE and resource_id is None) or (way is Way.TIME and period is None)
    return None if missing else Answer(booking_id=booking_id, way=way, resource_id=resource_id, period=period, version=version)


def _period(text: str) -> Period | None:
    start, _, end = text.partition("/")
    try:
        return Period(datetime.fromisoformat(start), datetime.fromisoformat(end))
    except (ValueError, TypeError, RuleBroken):
        return None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None
