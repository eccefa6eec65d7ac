"""Read a wish as people say it: „Freitag 16 Uhr bis Montag 7 Uhr, Hubarbeitsbühne“; pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from commons.errors import RuleBroken
from commons.words import say

WEEKDAYS = ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag")
SHORT = {"mo": 0, "di": 1, "mi": 2, "do": 3, "fr": 4, "sa": 5, "so": 6, "sonnabend": 5}
MONTHS = ("januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "dezember")
NEAR = {"heute": 0, "morgen": 1, "übermorgen": 2}
FILLERS = frozenset(
    ("von", "vom", "ab", "am", "im", "um", "den", "dem", "der", "die", "das", "ein", "eine", "einen", "ich", "wir", "brauche", "brauchen", "bitte")
) | {"für", "mit", "nächsten", "nächste", "nächster", "und", "uhr"}
WORKDAY = (time(7), time(16))

_DATE = re.compile(r"\b(?P<day>[0-3]?\d)\.\s?(?:(?P<month>[01]?\d)\.|(?P<name>" + "|".join(MONTHS) + r")\b)\s?(?P<year>20\d\d)?")
_NAMED = re.compile(r"\b(?P<name>übermorgen|heute|morgen|" + "|".join([*WEEKDAYS, *SHORT]) + r")\b\.?")
_TIME = re.compile(r"\b(?P<hour>[01]?\d|2[0-4])(?:[:.](?P<minute>[0-5]\d))?\s?(?:uhr|h)\b|\b(?P<hour2>[01]?\d|2[0-4]):(?P<minute2>[0-5]\d)\b")
_BARE_HOUR = re.compile(r"\b(?P<hour>[01]?\d|2[0-4])\s*$")
_NUMBER = re.compile(r"\b(?P<number>[1-9]\d{0,3})\s*(?:×|x|stück)?\s+(?=[^\W\d])")
_NEXT_WEEK = re.compile(r"\bnächste[rn]?\s+woche\b")


class NotUnderstood(RuleBroken):
    """A wish names at least a day."""

    def __init__(self) -> None:
        super().__init__(
            say("Das haben wir nicht verstanden. Schreiben Sie zum Beispiel „Freitag 16 Uhr bis Montag 7 Uhr, Hubarbeitsbühne“."), field="sentence"
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Wished:
    """Say when, how many and of what."""

    start_day: date
    start_time: time
    end_day: date
    end_time: time
    what: str = ""
    quantity: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class _End:
    day: date | None
    wall: time | None
    rest: str


def understood(text: str, *, today: date) -> Wished:
    """Return what a sentence asks for; a day without times means the working day, a weekday the next one."""
    text = " ".join(text.casefold().split())
    base = today
    if _NEXT_WEEK.search(text):
        text, base = _NEXT_WEEK.sub(" ", text), today + timedelta(days=7 - today.weekday())
    left, _, right = re.sub(r"(?<=[\duhr])\s*[–-]\s*(?=\d)", " bis ", f" {text} ").partition(" bis ")
    start = _end(left, base, hour_alone=bool(right))
    if start.day is None:
        raise NotUnderstood
    end = _end(right, start.day, hour_alone=False)
    same_day = (end.day or start.day) == start.day
    earliest = WORKDAY[0] if end.wall is None or not same_day else min(WORKDAY[0], time(end.wall.hour))
    start_time, end_time = start.wall or earliest, end.wall or WORKDAY[1]
    end_day = end.day or start.day
    if end.day is None and end_time <= start_time:
        end_day += timedelta(days=1)
    what, quantity = _what(f"{start.rest} {end.rest}")
    return Wished(start_day=start.day, start_time=start_time, end_day=end_day, end_time=end_time, what=what, quantity=quantity)


def fits(what: str, names: Sequence[str]) -> bool:
    """Say whether every word of what is sought stands in one of the names, also inside a longer word."""
    said = " ".join(names).casefold()
    return all(_stem(word) in said for word in what.casefold().split())


def _end(text: str, base: date, *, hour_alone: bool) -> _End:
    day, text = _day(text, base)
    found = _TIME.search(text) or (_BARE_HOUR.search(text) if hour_alone else None)
    if found is None:
        return _End(day=day, wall=None, rest=text)
    groups = found.groupdict()
    hour, minute = int(groups["hour"] or groups.get("hour2") or 0), int(groups.get("minute") or groups.get("minute2") or 0)
    rest = text[: found.start()] + " " + text[found.end() :]
    if hour == 24:
        return _End(day=(day or base) + timedelta(days=1), wall=time.min, rest=rest)
    return _End(day=day, wall=time(hour, minute), rest=rest)


def _day(text: str, base: date) -> tuple[date | None, str]:
    written, named = _DATE.search(text), _NAMED.search(text)
    if written is not None:
        rest = text[: written.start()] + " " + text[written.end() :]
        return _written(written, base), _NAMED.sub(" ", rest)
    if named is None:
        return None, text
    name = named["name"]
    rest = text[: named.start()] + " " + text[named.end() :]
    if name in NEAR:
        return base + timedelta(days=NEAR[name]), rest
    weekday = WEEKDAYS.index(name) if name in WEEKDAYS else SHORT[name]
    return base + timedelta(days=(weekday - base.weekday()) % 7), rest


def _written(found: re.Match[str], base: date) -> date:
    month = int(found["month"]) if found["month"] else MONTHS.index(found["name"]) + 1
    try:
        day = date(int(found["year"] or base.year), month, int(found["day"]))
        return day if found["year"] or day >= base else day.replace(year=base.year + 1)
    except ValueError as impossible:
        raise NotUnderstood from impossible


def _what(rest: str) -> tuple[str, int]:
    number = _NUMBER.search(rest)
    if number is not None:
        rest = rest[: number.start()] + rest[number.end() :]
    words = [word for word in re.split(r"[\s,;.!]+", rest) if word and word not in FILLERS]
    return " ".join(words), int(number["number"]) if number else 1


def _stem(word: str) -> str:
    """Cut the ending of a plural, so that „Bühnen“ finds a „Bühne“."""
    return word[:-1] if len(word) > 4 and word[-1] in "ns" else word
