"""The feed of 10,000 bookings against writing correct text, and its 304."""

import time
from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient

from benchmarks import Row, compare
from benchmarks.fleet_data import Ground, event_of, first_start, ground
from booking import subscribing
from booking.exchange import ical
from booking.models import FeedDetail, FeedScope
from commons import clock
from commons.calendar_days import BERLIN
from commons.database import write

EVENTS = 10_000
ENGINES = ("sqlite", "postgresql")


def rows(quick: bool) -> list[Row]:  # noqa: FBT001 (the one switch of every benchmark)
    """Measure on both engines; 60 devices with bookings every day."""
    found = []
    for engine in ENGINES if not quick else ENGINES[:1]:
        with ground(engine, devices=60, bookings=EVENTS) as place:
            found += _feed(place, engine)
    return found


def _feed(place: Ground, engine: str) -> list[Row]:
    """Compare the feed with correct text; the answers must have the same events."""
    made = write(subscribing.subscribe, FeedScope.MINE, None, detail=FeedDetail.FULL, by=place.actor)
    address, client = f"/kalender/{made.secret}/bench.ics", place.app.test_client()
    first = client.get(address)
    shown = first.data.count(b"BEGIN:VEVENT")
    floor = _writer(place, shown)
    if shown != floor().count("BEGIN:VEVENT"):
        raise AssertionError("the feeds differ")
    found = [compare(f"feed of {shown}: HTTP / writing text, {engine}", product=lambda: client.get(address).data, floor=floor, at_most=3)]
    return [*found, _unchanged(client, address, first.headers["ETag"], engine)]


def _unchanged(client: FlaskClient, address: str, etag: str, engine: str) -> Row:
    times = []
    for _ in range(9):
        begin = time.perf_counter()
        status = client.get(address, headers={"If-None-Match": etag}).status_code
        times.append(1000 * (time.perf_counter() - begin))
        if status != 304:
            raise AssertionError(status)
    middle = sorted(times)[len(times) // 2]
    return Row(
        name=f"feed unchanged: 304, {engine}", value=f"{middle:.1f} ms", goal="≤ 20 ms", met=middle <= 20, detail=f"min {min(times):.1f} max {max(times):.1f}"
    )


def _writer(place: Ground, count: int) -> Callable[[], str]:
    """Return the floor: write as many events with their text escaped and folded, from values at hand."""
    at = clock.now().replace(microsecond=0)
    facts = [_fact(event_of(number, first_start() + timedelta(days=number // len(place.device_ids)), at)) for number in range(1, count + 1)]

    def run() -> str:
        return "BEGIN:VCALENDAR\r\n" + "".join(map(_event, facts)) + "END:VCALENDAR\r\n"

    return run


def _fact(event: ical.Event) -> tuple[str, ...]:
    start, end = (f"{moment.astimezone(BERLIN):%Y%m%dT%H%M%S}" for moment in (event.start, event.end))
    return event.uid, f"{event.changed_at:%Y%m%dT%H%M%SZ}", start, end, event.summary, event.location, event.description, event.url


def _event(fact: tuple[str, ...]) -> str:
    uid, stamp, start, end, summary, location, description, url = fact
    lines = (
        f"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:{stamp}\r\nLAST-MODIFIED:{stamp}\r\nSEQUENCE:0\r\nDTSTART;TZID=Europe/Berlin:{start}\r\n"
        f"DTEND;TZID=Europe/Berlin:{end}\r\nSTATUS:CONFIRMED\r\nTRANSP:OPAQUE\r\n"
    )
    texts = "".join(_folded(f"{name}:{_escaped(value)}") for name, value in (("SUMMARY", summary), ("LOCATION", location), ("DESCRIPTION", description)))
    return f"{lines}{texts}{_folded(f'URL:{url}')}END:VEVENT\r\n"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    if len(line.encode()) <= 75:
        return line + "\r\n"
    pieces = [line[begin : begin + 60] for begin in range(0, len(line), 60)]
    return "\r\n ".join(pieces) + "\r\n"
