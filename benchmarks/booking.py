"""A booking through the verb against the same rows by hand; which devices are free against one statement."""

import functools
import re
import sqlite3
import uuid
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from sqlalchemy import event, text
from sqlalchemy.engine import make_url

from benchmarks import Row, compare
from benchmarks.fleet_data import Ground, first_start, ground
from booking import reserving
from booking.occupying import Wish
from booking.periods import Period
from booking.queries.availability import all_free_in
from booking.reserving import Details
from commons.database import db, write

ENGINES = ("sqlite", "postgresql")
DETAILS = Details(purpose="Wegebau")


def rows(quick: bool) -> list[Row]:  # noqa: FBT001 (the one switch of every benchmark)
    """Measure on both engines."""
    found = []
    for engine in ENGINES:
        with ground(engine, devices=200, bookings=10_000 if quick else 100_000) as place:
            found += [_verb(place, engine, batch=10 if quick else 30), *_free(engine)]
    return found


def _verb(place: Ground, engine: str, *, batch: int) -> Row:
    """Compare a booking, with its rules, letter and journal rows, to hand-written SQL that writes the same rows."""
    slots = iter(range(1_000_000))
    replay = Replay(place, _recorded(place, next(slots)))

    def product() -> None:
        for _ in range(batch):
            _book(place, next(slots))

    def floor() -> None:
        for _ in range(batch):
            replay.book(next(slots))

    with closing(replay):
        return compare(f"booking: verb / same rows by hand, {engine}", product=product, floor=floor, at_most=2.5)


def _book(place: Ground, slot: int) -> None:
    device, period = _slot(place, slot)
    write(reserving.request_booking, [Wish(resource_id=device)], period, details=DETAILS, by=place.actor)


def _slot(place: Ground, slot: int) -> tuple[int, Period]:
    """Return a free afternoon of one of the actor's own devices."""
    own = place.device_ids[::5]
    start = first_start() + timedelta(days=1 + slot // len(own), hours=6)
    return own[slot % len(own)], Period(start, start + timedelta(hours=1))


@dataclass
class Recording:
    """Hold the statements of one booking, and what in them belongs to that booking."""

    device: int
    period: Period
    statements: list[tuple[str, Any]] = field(default_factory=list)


def _recorded(place: Ground, slot: int) -> Recording:
    device, period = _slot(place, slot)
    recording = Recording(device=device, period=period)

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, executemany: bool) -> None:  # noqa: FBT001
        for row in parameters if executemany else [parameters]:
            recording.statements.append((statement, row))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        _book(place, slot)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return recording


class Replay:
    """Write the rows of a recorded booking anew by plain DBAPI: lock, look for the predecessor, insert, commit."""

    def __init__(self, place: Ground, recording: Recording) -> None:
        self._place, self._recording = place, recording
        self._inserts = [(statement, *_target(statement), row) for statement, row in recording.statements if statement.lstrip().startswith("INSERT")]
        url = make_url(place.url)
        self._sqlite = url.drivername.startswith("sqlite")
        self._connection: Any = _open_sqlite(str(url.database)) if self._sqlite else psycopg.connect(place.url.replace("+psycopg", ""))

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def book(self, slot: int) -> None:
        """Book by hand."""
        device, period = _slot(self._place, slot)
        cursor = self._connection.cursor()
        mark = "?" if self._sqlite else "%s"
        if self._sqlite:
            cursor.execute("BEGIN IMMEDIATE")
        cursor.execute(f"SELECT id FROM resource WHERE id = {mark}" + ("" if self._sqlite else " FOR NO KEY UPDATE"), (device,)).fetchone()
        predecessor = f"SELECT ends_at FROM occupancy WHERE resource_id = {mark} AND starts_at < {mark} ORDER BY starts_at DESC LIMIT 1"
        cursor.execute(predecessor, (device, self._stored(period.end))).fetchone()
        known: dict[str, int] = {}
        for statement, table, columns, row in self._inserts:
            cursor.execute(statement, self._renewed(columns, row, device, period, known))
            known[table] = cursor.fetchone()[0] if "RETURNING" in statement else cursor.lastrowid if self._sqlite else 0
        self._connection.commit() if not self._sqlite else cursor.execute("COMMIT")

    def _renewed(self, columns: list[str], row: Any, device: int, period: Period, known: dict[str, int]) -> Any:
        shift = period.start - self._recording.period.start
        if isinstance(row, dict):
            return {name: self._changed(name, value, device, shift, known) for name, value in row.items()}
        return tuple(self._changed(name, value, device, shift, known) for name, value in zip(columns, row, strict=True))

    def _changed(self, column: str, value: Any, device: int, shift: timedelta, known: dict[str, int]) -> Any:
        if column == "resource_id":
            return value and device
        if column in {"booking_id", "subject_id", "about_id"}:
            return value and known["booking"]
        if column == "entry_id":
            return known["journal_entry"]
        if column in {"uid", "message_id"}:
            return f"<{uuid.uuid4()}@verbund>"
        old = self._recording.period
        if column in {"starts_at", "ends_at"}:
            return self._stored((old.start if value == self._stored(old.start) else old.end) + shift)
        return value

    def _stored(self, moment: datetime) -> Any:
        return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}" if self._sqlite else moment.astimezone(UTC)


def _open_sqlite(file: str) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None)
    for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 10000"):
        connection.execute(f"PRAGMA {setting}")
    return connection


def _target(statement: str) -> tuple[str, list[str]]:
    """Read the table and the columns of an INSERT."""
    found = re.match(r"\s*INSERT INTO (\w+) \(([^)]*)\)", statement)
    if found is None:
        raise ValueError(statement)
    return found[1], [name.strip().strip('"') for name in found[2].split(",")]


def _free(engine: str) -> list[Row]:
    """Compare which of 200 devices are free with the best single statement, after comparing the answers."""
    start = first_start() + timedelta(days=3)
    found = []
    for name, period in (("one slot", Period(start + timedelta(hours=1), start + timedelta(hours=5))), ("28 days", Period(start, start + timedelta(days=28)))):
        floor = _single_statement(period)
        if {id_ for id_, free in all_free_in(period).items() if free.left} != set(floor()):
            raise AssertionError("the answers differ")
        found.append(compare(f"free of 200: verb / one statement, {name}, {engine}", product=functools.partial(all_free_in, period), floor=floor, at_most=2))
        db.session.rollback()
    return found


def _single_statement(period: Period) -> Callable[[], list[int]]:
    statement = text(
        "SELECT r.id FROM resource r WHERE COALESCE((SELECT o.ends_at FROM occupancy o WHERE o.resource_id = r.id AND o.starts_at < :end"
        " ORDER BY o.starts_at DESC LIMIT 1) <= :start, TRUE)"
    )
    sqlite = db.engine.dialect.name == "sqlite"
    bounds = {"start": period.start, "end": period.end}
    values = {name: f"{moment:%Y-%m-%d %H:%M:%S.%f}" if sqlite else moment for name, moment in zip(bounds, _utc(period), strict=True)}
    return lambda: [row[0] for row in db.session.execute(statement, values)]


def _utc(period: Period) -> tuple[datetime, datetime]:
    return period.start.astimezone(UTC), period.end.astimezone(UTC)
