"""The subset of RRULE (RFC 5545) that a person understands."""

import re
from datetime import date

from booking.rules.recurrence import Rhythm, Rule
from commons.errors import RuleBroken
from commons.words import say

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
KNOWN = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY"}
WORKDAYS = ",".join(WEEKDAYS[:5])


class RruleUnreadable(RuleBroken):
    """A series repeats daily, on weekdays, weekly, or monthly by day or nth weekday."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "Diese Regel wird nicht unterstützt. Möglich sind zum Beispiel „FREQ=DAILY“, „FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR“, „FREQ=WEEKLY“, "
                "„FREQ=MONTHLY;BYMONTHDAY=15“ und „FREQ=MONTHLY;BYDAY=2TU“, dazu INTERVAL und COUNT oder UNTIL; sie müssen zum ersten Tag passen."
            ),
            field="rrule",
        )


def parsed(text: str, *, first: date) -> Rule:
    """Read a rule; what it says of the day must be the first day's."""
    parts = _as_we_say(dict(part.partition("=")[::2] for part in text.upper().removeprefix("RRULE:").split(";") if part))
    if parts.keys() - KNOWN or {"COUNT", "UNTIL"} <= parts.keys():
        raise RruleUnreadable
    return Rule(
        first=first,
        rhythm=_rhythm(parts, first),
        every=_number(parts.get("INTERVAL", "1"), most=52),
        count=_number(parts["COUNT"], most=1000) if "COUNT" in parts else None,
        until=_day(parts["UNTIL"]) if "UNTIL" in parts else None,
    )


def _as_we_say(parts: dict[str, str]) -> dict[str, str]:
    """Bring into one form what calendars write in several: the order of weekdays, „the second of all Tuesdays“, a start of the week that changes nothing."""
    said = {name: value for name, value in parts.items() if name not in ("WKST", "BYSETPOS")}
    if "BYSETPOS" in parts:
        said["BYDAY"] = parts["BYSETPOS"] + parts.get("BYDAY", "")
    elif set(parts.get("BYDAY", "").split(",")) == set(WORKDAYS.split(",")):
        said["BYDAY"] = WORKDAYS
    return said


def _rhythm(parts: dict[str, str], first: date) -> Rhythm:
    weekday, nth = WEEKDAYS[first.weekday()], (first.day - 1) // 7 + 1
    known = {
        ("DAILY", None, None): Rhythm.DAILY,
        ("WEEKLY", None, None): Rhythm.WEEKLY,
        ("WEEKLY", weekday, None): Rhythm.WEEKLY,
        ("WEEKLY", WORKDAYS, None): Rhythm.WEEKDAYS,
        ("DAILY", WORKDAYS, None): Rhythm.WEEKDAYS,
        ("MONTHLY", None, None): Rhythm.MONTHLY_DAY,
        ("MONTHLY", None, str(first.day)): Rhythm.MONTHLY_DAY,
        ("MONTHLY", f"{nth}{weekday}", None): Rhythm.MONTHLY_WEEKDAY,
    }
    found = known.get((parts.get("FREQ", ""), parts.get("BYDAY"), parts.get("BYMONTHDAY")))
    if found is None or (found is Rhythm.WEEKDAYS and parts.get("INTERVAL", "1") != "1"):
        raise RruleUnreadable
    return found


def _number(text: str, *, most: int) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= most:
        raise RruleUnreadable
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(f"{text[:4]}-{text[4:6]}-{text[6:8]}")
    except ValueError as unreadable:
        raise RruleUnreadable from unreadable
