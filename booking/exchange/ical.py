"""Write iCalendar text as real clients need it (RFC 5545), one VEVENT a booking; pure.

The writer is our own: a VEVENT is written inside the booking's transaction, where a general library would cost as much as the booking itself.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from enum import StrEnum

from commons.calendar_days import BERLIN

LIMIT = 75  # octets a line, without its end
_BREAKS = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")

VTIMEZONE = b"""BEGIN:VTIMEZONE\r
TZID:Europe/Berlin\r
BEGIN:DAYLIGHT\r
TZOFFSETFROM:+0100\r
TZOFFSETTO:+0200\r
TZNAME:CEST\r
DTSTART:19700329T020000\r
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r
END:DAYLIGHT\r
BEGIN:STANDARD\r
TZOFFSETFROM:+0200\r
TZOFFSETTO:+0100\r
TZNAME:CET\r
DTSTART:19701025T030000\r
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r
END:STANDARD\r
END:VTIMEZONE\r
"""


class Status(StrEnum):
    """Name what a calendar client shows of a booking's stage."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Hold what one VEVENT says."""

    uid: str
    sequence: int
    changed_at: datetime
    start: datetime
    end: datetime
    status: Status
    summary: str
    location: str = ""
    description: str = ""
    url: str = ""
    organizer: str = ""
    attendee: str = ""


@dataclass(frozen=True, kw_only=True)
class Head:
    """Hold what the calendar says of itself."""

    name: str
    source: str
    color: str = "darkblue"


def feed(head: Head, events: Iterable[bytes]) -> bytes:
    """Join a calendar's head and its stored events; a feed carries no METHOD and no time of its own."""
    lines = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Verbund//Geraetebuchung//DE", "CALSCALE:GREGORIAN"),
        *(_text("NAME", head.name), _text("X-WR-CALNAME", head.name), "X-WR-TIMEZONE:Europe/Berlin"),
        *("REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H", f"SOURCE;VALUE=URI:{head.source}", f"COLOR:{head.color}"),
    ]
    return b"".join([_joined(lines), VTIMEZONE, *events, b"END:VCALENDAR\r\n"])


def single(event: bytes) -> bytes:
    """Wrap one stored event, to be opened in a calendar program."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Verbund//Geraetebuchung//DE", "CALSCALE:GREGORIAN"]
    return b"".join([_joined(lines), VTIMEZONE, event, b"END:VCALENDAR\r\n"])


def message(*events: Event, method: str) -> bytes:
    """Write a calendar mail (iTIP), REQUEST or CANCEL: of a booking its event, of a series one event a date."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Verbund//Geraetebuchung//DE", "CALSCALE:GREGORIAN", f"METHOD:{method}"]
    return b"".join([_joined(lines), VTIMEZONE, *map(vevent, events), b"END:VCALENDAR\r\n"])


def vevent(event: Event) -> bytes:
    """Write one event; it is stored as it stands and never written again until the booking changes."""
    stamp = f"{event.changed_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    free = event.status is Status.CANCELLED
    lines = [
        *("BEGIN:VEVENT", f"UID:{event.uid}", f"DTSTAMP:{stamp}", f"LAST-MODIFIED:{stamp}", f"SEQUENCE:{event.sequence}"),
        *_times(event),
        *(f"STATUS:{event.status}", f"TRANSP:{'TRANSPARENT' if free else 'OPAQUE'}", _text("SUMMARY", event.summary)),
        *(_text(name, value) for name, value in (("LOCATION", event.location), ("DESCRIPTION", event.description)) if value),
        *([f"URL:{event.url}"] if event.url else []),
        *_people(event),
        "END:VEVENT",
    ]
    return _joined(lines)


def addressed(event: Event, *, organizer: str, attendee: str) -> Event:
    """Name the service's mailbox and the one recipient, as a calendar mail must."""
    return replace(event, organizer=organizer, attendee=attendee)


def _people(event: Event) -> list[str]:
    if not event.attendee:
        return []
    return [f"ORGANIZER:mailto:{event.organizer}", f"ATTENDEE;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:{event.attendee}"]


def _times(event: Event) -> tuple[str, str]:
    """Write whole days as dates with an exclusive end, everything else as Berlin time."""
    start, end = event.start.astimezone(BERLIN), event.end.astimezone(BERLIN)
    if start.time() == time.min == end.time():
        return f"DTSTART;VALUE=DATE:{start:%Y%m%d}", f"DTEND;VALUE=DATE:{end:%Y%m%d}"
    return f"DTSTART{_moment(start)}", f"DTEND{_moment(end)}"


def _moment(local: datetime) -> str:
    """Write a moment of the doubled hour in UTC, for clients take the wrong one of the two otherwise."""
    if local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset():
        return f":{local.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return f";TZID=Europe/Berlin:{local:%Y%m%dT%H%M%S}"


def _text(name: str, value: str) -> str:
    clean = _CONTROLS.sub("", _BREAKS.sub("\n", value))
    return f"{name}:" + clean.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _joined(lines: Iterable[str]) -> bytes:
    return b"".join(_folded(line.encode()) for line in lines)


def _folded(line: bytes) -> bytes:
    """Break a long line on code-point borders; a continuation's blank counts among its octets."""
    if len(line) <= LIMIT:
        return line + b"\r\n"
    pieces = []
    start, room = 0, LIMIT
    while len(line) - start > room:
        end = start + room
        while line[end] & 0xC0 == 0x80:  # inside a code point
            end -= 1
        pieces.append(line[start:end])
        start, room = end, LIMIT - 1
    pieces.append(line[start:])
    return b"\r\n ".join(pieces) + b"\r\n"
