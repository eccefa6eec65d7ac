"""Read the bookings of a calendar file (RFC 5545) as other programs write it; pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice
from typing import Any

from icalendar import Calendar

from booking.exchange.entries import MOST, Entry, FileUnreadable, Repetition, TooManyEntries, check_year
from booking.exchange.recurring_days import days_of, read_rule
from commons.calendar_days import BERLIN, from_wall
from commons.errors import RuleBroken
from commons.words import say

ODD = (AttributeError, IndexError, KeyError, TypeError, ValueError, OverflowError)  # what reading a malformed event may raise
NEVER_TYPED = bytes([*range(9), 11, 12, *range(14, 32), 127])  # PostgreSQL keeps no text with a NUL in it
LONGEST_COUNT = timedelta(days=12 * 366)  # what is counted is counted from its first date
UNREADABLE = say("Dieser Termin lässt sich nicht lesen: Beginn oder Ende fehlt oder ist falsch geschrieben.")
NO_RULE = say("Die Wiederholung dieses Termins lässt sich nicht lesen.")
CANCELLED = say("Der Termin ist im Kalender als abgesagt eingetragen.")
PAST_DATES = say("Frühere Termine dieser Reihe sind vorbei.")
TRANSPARENT = say("Der Termin ist im Kalender als „frei“ eingetragen und hält kein Gerät.")


@dataclass(frozen=True, kw_only=True)
class _Series:
    """Hold a repeating event and the dates of it that were changed."""

    master: Any
    changed: dict[datetime, Any] = field(default_factory=dict)


def is_calendar(content: bytes) -> bool:
    """Say whether the bytes begin as a calendar does."""
    return content.removeprefix(b"\xef\xbb\xbf").lstrip()[:15].upper() == b"BEGIN:VCALENDAR"


def read(content: bytes, *, since: datetime, until: datetime) -> list[Entry]:
    """List every event from `since` on, repeating ones date by date until `until`; what is left out is listed with its reason."""
    found: list[Entry] = []
    for entry in _entries(_events(content), since, until):
        found.append(entry)
        if len(found) > MOST:
            raise TooManyEntries
    return sorted(found, key=lambda entry: (entry.starts_at or since, entry.uid))


def _events(content: bytes) -> list[Any]:
    try:
        calendars = Calendar.from_ical(content.removeprefix(b"\xef\xbb\xbf").translate(None, delete=NEVER_TYPED), multiple=True)
    except (ValueError, KeyError, IndexError) as broken:
        raise FileUnreadable from broken
    return [event for calendar in calendars for event in calendar.walk("VEVENT")]


def _entries(events: list[Any], since: datetime, until: datetime) -> Iterator[Entry]:
    series: dict[str, _Series] = {}
    changes: list[Any] = []
    for number, event in enumerate(events, start=1):
        if "RECURRENCE-ID" in event:
            changes.append(event)
        elif "RRULE" in event or "RDATE" in event:
            series[_uid(event, number)] = _Series(master=event)
        else:
            yield _single(event, _uid(event, number))
    for event in changes:
        yield from _change(event, series, until)
    for uid, one in series.items():
        yield from _repeated(one, uid, since, until)


def _change(event: Any, series: Mapping[str, _Series], until: datetime) -> Iterator[Entry]:
    uid = str(event.get("UID", "")).strip()
    try:
        known_as = _moment(event["RECURRENCE-ID"].dt)
    except (*ODD, RuleBroken):
        yield replace(_described(event, uid), fault=UNREADABLE)
        return
    if uid in series:
        series[uid].changed[known_as] = event
    repetition = _repetition(series[uid].master, until) if uid in series else None
    yield replace(_single(event, uid), known_as=known_as, repetition=repetition)


def _single(event: Any, uid: str) -> Entry:
    found = _described(event, uid)
    try:
        start, end = _bounds(event)
        starts_at, ends_at = _moment(start), _moment(end)
    except RuleBroken as broken:
        return replace(found, fault=broken.message)
    except ODD:
        return replace(found, fault=UNREADABLE)
    return replace(found, starts_at=starts_at, ends_at=ends_at, known_as=starts_at)


def _repeated(series: _Series, uid: str, since: datetime, until: datetime) -> Iterator[Entry]:
    """List the dates of a series, but for those that the file changes one by one, and what it has besides."""
    found = replace(_described(series.master, uid), repetition=_repetition(series.master, until))
    try:
        dates, began = _dates(found, series.master, since, until)
        goes_on = _goes_on(series.master, until)
    except ODD:
        yield replace(found, fault=NO_RULE)
        return
    if began:
        yield replace(found, left_out=PAST_DATES)
    yield from (entry for entry in dates if entry.known_as not in series.changed)
    if not dates and (goes_on or not began):
        yield replace(found, left_out=say("Diese Reihe hat bis %(until)s keinen Termin.", until=until))
    elif goes_on:
        yield replace(found, left_out=say("Die Reihe läuft weiter. Übernommen werden nur Termine bis %(until)s.", until=until))


def _dates(found: Entry, event: Any, since: datetime, until: datetime) -> tuple[list[Entry], bool]:
    """Expand an event in its own wall time, so that 7 o'clock stays 7 o'clock; say too whether it began before."""
    start, end = _bounds(event)
    check_year(start)
    zone, wall = _zone(start), _wall(start)
    length = _wall(end) - wall
    days = _days(event, wall, zone, since - length, until)
    dates = [entry for day in days if not _is_over(entry := _occurrence(found, day, length, zone), since)]
    return dates, _wall_in(since, zone) >= wall + length


def _is_over(entry: Entry, since: datetime) -> bool:
    return entry.ends_at is not None and entry.ends_at <= since


def _occurrence(found: Entry, day: datetime, length: timedelta, zone: tzinfo) -> Entry:
    try:
        starts_at, ends_at = _in_zone(day, zone), _in_zone(day + length, zone)
    except RuleBroken as broken:
        return replace(found, fault=broken.message)
    except (ValueError, OverflowError):
        return replace(found, fault=UNREADABLE)
    return replace(found, starts_at=starts_at, ends_at=ends_at, known_as=starts_at)


def _days(event: Any, wall: datetime, zone: tzinfo, since: datetime, until: datetime) -> list[datetime]:
    early, last = (moment.astimezone(zone).replace(tzinfo=None) for moment in (since, until))
    days = set(_by_rule(event["RRULE"], wall, zone, early, last)) if "RRULE" in event else {wall}
    days |= {_wall_in(value, zone) for value in _listed(event, "RDATE")}
    without = {_wall_in(value, zone) for value in _listed(event, "EXDATE")}
    whole_days = {value.date() for value in without if value.time() == time.min}
    return sorted(day for day in days if day <= last and day not in without and not (day.time() == time.min and day.date() in whole_days))


def _by_rule(rule: Any, wall: datetime, zone: tzinfo, early: datetime, last: datetime) -> Iterator[datetime]:
    """Yield the walls of a rule from `early` on; what is counted is counted from the first."""
    for parts in rule if isinstance(rule, list) else [rule]:
        times = int(parts["COUNT"][0]) if "COUNT" in parts else None
        if times is not None and early - wall > LONGEST_COUNT:
            raise ValueError("counted from too long ago")
        ends = _ends(parts, zone, last)
        days = days_of(read_rule(parts, wall.date()), since=max(wall, early).date() if times is None else wall.date(), last=ends.date())
        walls = (datetime.combine(day, wall.time()) for day in islice(days, times))
        yield from (each for each in walls if early <= each <= ends)


def _ends(parts: Any, zone: tzinfo, last: datetime) -> datetime:
    """Return when a rule ends at the latest; many programs write the year 9999 for "without end"."""
    if "UNTIL" not in parts or parts["UNTIL"][0].year > last.year + 1:
        return last
    return min(_wall_in(parts["UNTIL"][0], zone, end_of_day=True), last)


def _goes_on(event: Any, until: datetime) -> bool:
    rule = event.get("RRULE")
    if rule is None or isinstance(rule, list) or "COUNT" in rule:
        return False
    return "UNTIL" not in rule or rule["UNTIL"][0].year > until.year or _moment(rule["UNTIL"][0]) > until


def _repetition(event: Any, until: datetime) -> Repetition | None:
    """Return by which rule an event repeats; none where it names its dates one by one, or by several rules."""
    rule = event.get("RRULE")
    if rule is None or isinstance(rule, list) or "RDATE" in event:
        return None
    try:
        start, last = event["DTSTART"].dt, until.astimezone(BERLIN).replace(tzinfo=None)
        zone, named = _zone(start), type(rule)({name: value for name, value in rule.items() if name not in ("COUNT", "UNTIL")})
        times = int(rule["COUNT"][0]) if "COUNT" in rule else None
        return Repetition(rule=named.to_ical().decode(), first=_wall(start).date(), until=None if times else _ends(rule, zone, last).date(), count=times)
    except ODD:
        return None


def _listed(event: Any, name: str) -> list[Any]:
    values = event.get(name, [])
    lists = values if isinstance(values, list) else [values]
    return [one.dt[0] if isinstance(one.dt, tuple) else one.dt for each in lists for one in each.dts]


def _bounds(event: Any) -> tuple[date | datetime, date | datetime]:
    start = event["DTSTART"].dt
    if "DTEND" in event:
        return start, event["DTEND"].dt
    if "DURATION" in event:
        return start, start + event["DURATION"].dt
    if isinstance(start, datetime):
        raise KeyError("DTEND")
    return start, start + timedelta(days=1)


def _described(event: Any, uid: str) -> Entry:
    title, where = str(event.get("SUMMARY", "")).strip(), str(event.get("LOCATION", "")).strip()
    left_out = CANCELLED if str(event.get("STATUS", "")).upper() == "CANCELLED" else TRANSPARENT if str(event.get("TRANSP", "")) == "TRANSPARENT" else None
    named = event.get("RESOURCES", [])
    devices = tuple(str(one).strip() for each in (named if isinstance(named, list) else [named]) for one in str(each).split(",") if str(one).strip())
    return Entry(uid=uid, title=title, where=where, devices=devices, note=str(event.get("DESCRIPTION", "")).strip()[:2000], left_out=left_out)


def _uid(event: Any, number: int) -> str:
    """Return the event's own name; the few programs that write none get one from what the event says."""
    return str(event.get("UID", "")).strip() or f"{event.get('SUMMARY', '')}-{number}"


def _zone(value: date | datetime) -> tzinfo:
    return (value.tzinfo if isinstance(value, datetime) else None) or BERLIN


def _wall(value: date | datetime) -> datetime:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else datetime.combine(value, time.min)


def _wall_in(value: date | datetime, zone: tzinfo, *, end_of_day: bool = False) -> datetime:
    if not isinstance(value, datetime):
        return datetime.combine(value, time.max.replace(microsecond=0) if end_of_day else time.min)
    return value.astimezone(zone).replace(tzinfo=None) if value.tzinfo else value


def _moment(value: date | datetime) -> datetime:
    """Return the moment; floating times and whole days are meant in Berlin."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        check_year(value)
        return value.astimezone(UTC)
    return _in_zone(_wall(value), BERLIN)


def _in_zone(wall: datetime, zone: tzinfo) -> datetime:
    check_year(wall)
    return from_wall(wall.date(), wall.time()) if zone is BERLIN else wall.replace(tzinfo=zone).astimezone(UTC)
