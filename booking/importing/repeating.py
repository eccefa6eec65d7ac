"""Keep what repeats in a file as one series that can be changed as a whole, where a person understands its rule."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from booking import telling
from booking.exchange.entries import Entry
from booking.importing.looking import Fate as Found
from booking.importing.looking import Look, Row
from booking.models import Fate, Series, SeriesDate
from booking.queries.series import find_series
from booking.rules.recurrence import Rule
from booking.rules.rrule import parsed
from booking.telling import News
from commons.calendar_days import today_of
from commons.database import db
from commons.errors import RuleBroken
from commons.people import Actor

Booked = tuple[Row, News]


def rule_of(entry: Entry) -> Rule | None:
    """Return by which rule an entry repeats; none where it does not, or by a rule that no series here has."""
    if entry.repetition is None:
        return None
    try:
        rule = parsed(entry.repetition.rule, first=entry.repetition.first)
    except RuleBroken:
        return None
    return replace(rule, until=entry.repetition.until, count=entry.repetition.count)


def not_understood(look: Look) -> list[str]:
    """Return the titles of what repeats by another rule: its dates come in one by one."""
    entries = (row.meant.entry for row in look.rows if row.fate in (Found.FREE, Found.TAKEN))
    return list(dict.fromkeys(entry.title or entry.uid for entry in entries if entry.repetition is not None and rule_of(entry) is None))


def keep_together(look: Look, booked: Iterable[Booked], *, by: Actor, at: datetime) -> None:
    """Make one series of the dates of each rule; dates of a series that came in before join it."""
    groups: dict[tuple[object, ...], list[Booked]] = {}
    for row, news in booked:
        if rule_of(row.meant.entry) is not None:
            groups.setdefault(_name(row), []).append((row, news))
    for name, some in groups.items():
        others = [row for row in look.rows if row.meant.entry.repetition is not None and _name(row) == name]
        series = _known(others) or (_new(some, others, by=by, at=at) if len(some) > 1 else None)
        if series is not None:
            _enter(series, some, by=by)


def _name(row: Row) -> tuple[object, ...]:
    """Name what belongs together: dates of one event that a person gave another device stand alone."""
    return (row.meant.entry.uid, row.meant.entry.borrower, *row.wishes)


def _known(rows: Sequence[Row]) -> Series | None:
    ids = (row.booking_id for row in rows if row.booking_id is not None)
    return next((series for id_ in ids if (series := find_series(id_))), None)


def _new(some: Sequence[Booked], others: Sequence[Row], *, by: Actor, at: datetime) -> Series:
    (row, news), rule = some[0], rule_of(some[0][0].meant.entry)
    if rule is None:
        raise LookupError(row.meant.entry.uid)
    series = Series(rhythm=rule.rhythm, every=rule.every, first=rule.first, until=rule.until, count=rule.count, purpose=news.purpose, created_at=at)
    series.for_organisation_id, series.created_by_id = news.for_organisation_id, by.person_id
    series.dates = [SeriesDate(day=_day(other), fate=Fate.TAKEN) for other in others if other.fate is Found.TAKEN]
    db.session.add(series)
    return series


def _enter(series: Series, some: Sequence[Booked], *, by: Actor) -> None:
    series.dates += [SeriesDate(day=_day(row), fate=Fate.BOOKED, booking_id=news.booking_id) for row, news in some]
    db.session.flush()
    db.session.refresh(series, ["dates"])  # in the order of the days
    dates = [[one.day.isoformat(), one.fate.value, one.booking_id] for one in series.dates]
    telling.write_down_series("booked", series.id, {"rhythm": series.rhythm.value, "dates": dates}, some[0][1], by=by)


def _day(row: Row) -> date:
    """Return on which day the rule has a date, also where the file moved it."""
    moment = row.meant.entry.known_as or row.meant.entry.starts_at
    if moment is None:
        raise LookupError(row.meant.entry.uid)
    return today_of(moment)
