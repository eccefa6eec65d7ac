"""Read a wish as people say it: „Freitag 16 Uhr bis Montag 7 Uhr, Hubarbeitsbühne“, „Friday 4 pm to Monday 7 am, …“; pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from booking.rules.vocabulary import LANGUAGES, Vocabulary
from commons.errors import RuleBroken
from commons.words import say

WORKDAY = (time(7), time(16))

_BARE_HOUR = re.compile(r"\b(?P<hour>[01]?\d|2[0-4])\s*$")
_NUMBER = re.compile(r"\b(?P<number>[1-9]\d{0,3})\s*(?:×|x|stück)?\s+(?=[^\W\d])")


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


def understood(text: str, *, today: date, language: str = "de") -> Wished:
    """Return what a sentence asks for, in the reader's language or in another that we know."""
    said = " ".join(text.casefold().split())
    for known in sorted(LANGUAGES, key=lambda name: name != language):
        found = _understood(said, today, LANGUAGES[known])
        if found is not None:
            return found
    raise NotUnderstood


def _understood(text: str, today: date, words: Vocabulary) -> Wished | None:
    """Read a sentence; a day without times means the working day, a weekday the next one."""
    base = today
    if words.next_week.search(text):
        text, base = words.next_week.sub(" ", text), today + timedelta(days=7 - today.weekday())
    left, right = _parted(text, words)
    start = _end(left, base, words, hour_alone=bool(right))
    if start.day is None:
        return None
    end = _end(right, start.day, words, hour_alone=False)
    same_day = (end.day or start.day) == start.day
    earliest = WORKDAY[0] if end.wall is None or not same_day else min(WORKDAY[0], time(end.wall.hour))
    start_time, end_time = start.wall or earliest, end.wall or WORKDAY[1]
    end_day = end.day or start.day
    if end.day is None and end_time <= start_time:
        end_day += timedelta(days=1)
    what, quantity = _what(f"{start.rest} {end.rest}", words)
    return Wished(start_day=start.day, start_time=start_time, end_day=end_day, end_time=end_time, what=what, quantity=quantity)


def _parted(text: str, words: Vocabulary) -> tuple[str, str]:
    """Part a sentence at the word for until; a dash between numbers is one too."""
    found = words.until.search(text) or re.search(r"(?<=[\duhrm])\s*[–-]\s*(?=\d)", text)
    return (f" {text[: found.start()]} ", f" {text[found.end() :]} ") if found else (f" {text} ", "")


def fits(what: str, names: Sequence[str]) -> bool:
    """Say whether every word of what is sought stands in one of the names, also inside a longer word."""
    said = " ".join(names).casefold()
    return all(_stem(word) in said for word in what.casefold().split())


def _end(text: str, base: date, words: Vocabulary, *, hour_alone: bool) -> _End:
    day, text = _day(text, base, words)
    found = words.time.search(text) or (_BARE_HOUR.search(text) if hour_alone else None)
    if found is None:
        return _End(day=day, wall=None, rest=text)
    hour, minute = _clock(found.groupdict())
    rest = text[: found.start()] + " " + text[found.end() :]
    if hour == 24:
        return _End(day=(day or base) + timedelta(days=1), wall=time.min, rest=rest)
    return _End(day=day, wall=time(hour, minute), rest=rest)


def _clock(said: dict[str, str | None]) -> tuple[int, int]:
    """Return hour and minute; twelve in the English halves of the day begins them."""
    hour, minute = int(said["hour"] or said.get("hour2") or 0), int(said.get("minute") or said.get("minute2") or 0)
    half = said.get("half")
    return (hour % 12 + (12 if half == "p" else 0) if half else hour), minute


def _day(text: str, base: date, words: Vocabulary) -> tuple[date | None, str]:
    written, named = words.date.search(text), words.named_day.search(text)
    if written is not None:
        rest = text[: written.start()] + " " + text[written.end() :]
        return _written(written.groupdict(), base, words), words.named_day.sub(" ", rest)
    if named is None:
        return None, text
    name = named["name"]
    rest = text[: named.start()] + " " + text[named.end() :]
    if name in words.near:
        return base + timedelta(days=words.near[name]), rest
    return base + timedelta(days=(words.weekdays[name] - base.weekday()) % 7), rest


def _written(said: dict[str, str | None], base: date, words: Vocabulary) -> date:
    name, year = said["name"] or said.get("name2"), said["year"] or said.get("year2")
    month = words.months[name] if name else int(said["month"] or 0)
    try:
        day = date(int(year or base.year), month, int(said["day"] or said.get("day2") or 0))
        return day if year or day >= base else day.replace(year=base.year + 1)
    except ValueError as impossible:
        raise NotUnderstood from impossible


def _what(rest: str, words: Vocabulary) -> tuple[str, int]:
    number = _NUMBER.search(rest)
    if number is not None:
        rest = rest[: number.start()] + rest[number.end() :]
    named = [word for word in re.split(r"[\s,;.!]+", rest) if word and word not in words.fillers]
    return " ".join(named), int(number["number"]) if number else 1


def _stem(word: str) -> str:
    """Cut the ending of a plural, so that „Bühnen“ finds a „Bühne“."""
    return word[:-1] if len(word) > 4 and word[-1] in "ns" else word
