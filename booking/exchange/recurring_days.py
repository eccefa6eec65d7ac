"""Which days a rule of a calendar file names (RRULE of RFC 5545, without times of day); pure.

However odd the rule, only the asked days are walked through: a rule that never fits, such as every 30th of February, costs no more than another.
"""

from calendar import isleap, monthrange
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAY_PARTS = ("BYWEEKNO", "BYYEARDAY", "BYMONTHDAY", "BYDAY")
TIME_PARTS = {"BYHOUR", "BYMINUTE", "BYSECOND"}  # no person repeats a booking within a day


@dataclass(frozen=True, kw_only=True, slots=True)
class DayRule:
    """Say which days of each period count, and which of these, counted from the start or the end of the period, are meant."""

    rhythm: str
    every: int
    first: date
    months: frozenset[int]
    month_days: frozenset[int]
    year_days: frozenset[int]
    weeks: frozenset[int]
    weekdays: frozenset[tuple[int, int]]  # which one of the month or year, 0 for each; weekday
    places: tuple[int, ...]
    week_start: int

    def names(self, day: date) -> bool:
        """Say whether a day has all that the rule asks for."""
        length, of_year = monthrange(day.year, day.month)[1], day.timetuple().tm_yday
        return (
            (not self.months or day.month in self.months)
            and (not self.month_days or bool(self.month_days & {day.day, day.day - length - 1}))
            and (not self.year_days or bool(self.year_days & {of_year, of_year - 366 - isleap(day.year)}))
            and (not self.weeks or day.isocalendar().week in self.weeks)
            and (not self.weekdays or self._has_weekday(day, length, of_year))
        )

    def _has_weekday(self, day: date, length: int, of_year: int) -> bool:
        within_year = self.rhythm == "YEARLY" and not self.months
        place, all_days = (of_year, 365 + isleap(day.year)) if within_year else (day.day, length)
        nth = {0, (place - 1) // 7 + 1, -((all_days - place) // 7 + 1)}
        return any(weekday == day.weekday() and which in nth for which, weekday in self.weekdays)


def read_rule(parts: Mapping[str, Any], first: date) -> DayRule:
    """Read the parts of a rule; what it does not say of the day is the first day's. A rule that no person follows is a ValueError."""
    rhythm = str(parts["FREQ"][0]).upper()
    every = int(parts.get("INTERVAL", [1])[0])
    if rhythm not in _STEPS or every < 1 or TIME_PARTS & parts.keys():
        raise ValueError("a rhythm that no person follows")
    said = dict(parts)
    if not any(name in parts for name in DAY_PARTS):
        said |= _as_the_first(rhythm, first, parts)
    numbers = {name: frozenset(int(number) for number in said.get(name, [])) for name in ("BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO")}
    return DayRule(
        rhythm=rhythm,
        every=every,
        first=first,
        months=numbers["BYMONTH"],
        month_days=numbers["BYMONTHDAY"],
        year_days=numbers["BYYEARDAY"],
        weeks=numbers["BYWEEKNO"],
        weekdays=frozenset(_weekday(str(one), nth=rhythm in ("MONTHLY", "YEARLY")) for one in said.get("BYDAY", [])),
        places=tuple(int(place) for place in parts.get("BYSETPOS", [])),
        week_start=WEEKDAYS.index(str(parts.get("WKST", ["MO"])[0]).upper()),
    )


def days_of(rule: DayRule, *, since: date, last: date) -> Iterator[date]:
    """Yield the days of a rule in order, from the period that holds `since` until the last one asked for."""
    bounds, number_of = _STEPS[rule.rhythm]
    for number in count(max(0, number_of(rule, since) // rule.every)):
        start, end = bounds(rule, number * rule.every)
        if start > last:
            return
        inside = [day for day in (start + timedelta(days=ahead) for ahead in range((end - start).days)) if rule.names(day)]
        yield from (day for day in _at(rule.places, inside) if rule.first <= day <= last)


def _at(places: Sequence[int], days: list[date]) -> list[date]:
    """Pick the days at the named places, counted from the start or from the end."""
    if not places:
        return days
    return sorted({days[place - 1 if place > 0 else place] for place in places if 0 < abs(place) <= len(days)})


def _as_the_first(rhythm: str, first: date, parts: Mapping[str, Any]) -> dict[str, list[Any]]:
    if rhythm == "WEEKLY":
        return {"BYDAY": [WEEKDAYS[first.weekday()]]}
    if rhythm == "MONTHLY":
        return {"BYMONTHDAY": [first.day]}
    return {"BYMONTH": parts.get("BYMONTH", [first.month]), "BYMONTHDAY": [first.day]} if rhythm == "YEARLY" else {}


def _weekday(text: str, *, nth: bool) -> tuple[int, int]:
    number = text[:-2]
    return (int(number) if number and nth else 0), WEEKDAYS.index(text[-2:].upper())


def _week(rule: DayRule, number: int) -> tuple[date, date]:
    start = _week_of(rule, rule.first) + timedelta(weeks=number)
    return start, start + timedelta(weeks=1)


def _week_of(rule: DayRule, day: date) -> date:
    return day - timedelta(days=(day.weekday() - rule.week_start) % 7)


def _month(rule: DayRule, number: int) -> tuple[date, date]:
    year, month = divmod(rule.first.year * 12 + rule.first.month - 1 + number, 12)
    start = date(year, month + 1, 1)
    return start, start + timedelta(days=monthrange(year, month + 1)[1])


# how each rhythm bounds its period of a number, and which number the period of a day has
_STEPS: dict[str, tuple[Callable[[DayRule, int], tuple[date, date]], Callable[[DayRule, date], int]]] = {
    "DAILY": (
        lambda rule, number: (rule.first + timedelta(days=number), rule.first + timedelta(days=number + 1)),
        lambda rule, day: (day - rule.first).days,
    ),
    "WEEKLY": (_week, lambda rule, day: (_week_of(rule, day) - _week_of(rule, rule.first)).days // 7),
    "MONTHLY": (_month, lambda rule, day: (day.year - rule.first.year) * 12 + day.month - rule.first.month),
    "YEARLY": (
        lambda rule, number: (date(rule.first.year + number, 1, 1), date(rule.first.year + number + 1, 1, 1)),
        lambda rule, day: day.year - rule.first.year,
    ),
}
