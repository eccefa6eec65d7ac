"""Dates by a rule that a person understands; the wall time stays over the change of the clocks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from booking.periods import Period
from commons.calendar_days import MissingHour, berlin, from_wall
from commons.errors import RuleBroken
from commons.words import say


class Rhythm(StrEnum):
    """Name how often."""

    DAILY = "daily"
    WEEKDAYS = "weekdays"
    WEEKLY = "weekly"
    MONTHLY_DAY = "monthly_day"  # on the 15th
    MONTHLY_WEEKDAY = "monthly_weekday"  # on the second Tuesday


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """Say when a series happens: the first day, its rhythm, and until when or how often."""

    first: date
    rhythm: Rhythm
    every: int = 1
    until: date | None = None
    count: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Occurrence:
    """One date of a series: its period, or why there is none."""

    day: date
    period: Period | None
    skipped: str = ""


class SeriesTooShort(RuleBroken):
    """A series has at least two dates."""

    def __init__(self) -> None:
        super().__init__(
            say("Die Serie endet vor ihrem zweiten Termin. Bitte wählen Sie ein späteres Ende oder buchen Sie einen einzelnen Termin."), field="until"
        )


class SeriesTooLong(RuleBroken):
    """A series has at most so many dates as the house allows."""

    def __init__(self, most: int) -> None:
        super().__init__(say("Eine Serie hat höchstens %(most)s Termine.", most=most), field="count")
        self.most = most


class SeriesOverlapsItself(RuleBroken):
    """The dates of a series must not overlap each other."""

    def __init__(self, day: date) -> None:
        super().__init__(say("Die Termine der Serie überschneiden sich: Der Termin am %(day)s beginnt, bevor der vorige endet.", day=day), field="end")
        self.day = day


class SeriesEndless(RuleBroken):
    """A series says until when or how often."""

    def __init__(self) -> None:
        super().__init__(say("Bitte geben Sie an, bis wann oder wie oft die Serie stattfindet."), field="until")


def occurrences(rule: Rule, *, start: time, end: time, days: int = 0, most: int) -> list[Occurrence]:
    """List every date of a series; `days` is how many days later it ends.

    Months without that day or that weekday, and nights without that hour, are listed as skipped, never silently.
    """
    if rule.until is None and rule.count is None:
        raise SeriesEndless
    found: list[Occurrence] = []
    for day, reason in _days(rule):
        found.append(Occurrence(day=day, period=None, skipped=reason) if reason else _occurrence(day, start, end, days))
        if sum(one.period is not None for one in found) > most:
            raise SeriesTooLong(most)
    if sum(one.period is not None for one in found) < 2:
        raise SeriesTooShort
    _check_apart(found)
    return found


def _occurrence(day: date, start: time, end: time, days: int) -> Occurrence:
    try:
        return Occurrence(day=day, period=Period(from_wall(day, start), from_wall(day + timedelta(days=days), end)))
    except MissingHour:
        return Occurrence(day=day, period=None, skipped="missing_hour")


def _check_apart(found: list[Occurrence]) -> None:
    before: Period | None = None
    for occurrence in found:
        if before and occurrence.period and occurrence.period.start < before.end:
            raise SeriesOverlapsItself(occurrence.day)
        before = occurrence.period or before


def _days(rule: Rule) -> Iterator[tuple[date, str]]:
    """Yield the days of a rule in order, with a reason where the calendar has no such day."""
    given = 0
    for day, reason in _endless(rule):
        if rule.until is not None and day > rule.until:
            return
        yield day, reason
        given += not reason
        if given == rule.count:
            return


def _endless(rule: Rule) -> Iterator[tuple[date, str]]:
    step = {Rhythm.DAILY: 1, Rhythm.WEEKDAYS: 1, Rhythm.WEEKLY: 7}.get(rule.rhythm)
    day = rule.first
    if step:
        while True:
            if rule.rhythm is not Rhythm.WEEKDAYS or day.weekday() < 5:
                yield day, ""
            day += timedelta(days=step * (1 if rule.rhythm is Rhythm.WEEKDAYS else rule.every))
    months = rule.first.year * 12 + rule.first.month - 1
    while True:
        yield _in_month(rule, months // 12, months % 12 + 1)
        months += rule.every


def _in_month(rule: Rule, year: int, month: int) -> tuple[date, str]:
    first = date(year, month, 1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    if rule.rhythm is Rhythm.MONTHLY_DAY:
        return (first.replace(day=rule.first.day), "") if rule.first.day <= last.day else (last, "no_such_day")
    nth = (rule.first.day - 1) // 7
    day = first + timedelta(days=(rule.first.weekday() - first.weekday()) % 7 + 7 * nth)
    return (day, "") if day <= last else (last, "no_such_weekday")


def at_wall_time(like: Period, day: date) -> Period | None:
    """Return a date of another day at the same wall times and over as many days; none where that night lacks the hour."""
    start, end = berlin(like.start), berlin(like.end)
    return _occurrence(day, start.time(), end.time(), (end.date() - start.date()).days).period


def same_wall_time(old: Period, new: Period, other: Period) -> Period:
    """Change another date as one was changed: by as many days at each end, to the same wall times."""
    ends = []
    for was, becomes, moment in ((old.start, new.start, other.start), (old.end, new.end, other.end)):
        day = berlin(moment).date() + (berlin(becomes).date() - berlin(was).date())
        ends.append(from_wall(day, berlin(becomes).time()))
    return Period(*ends)
