"""The floor of a booking: the rows that the product wrote for one, written anew by plain DBAPI for another time."""

import re
import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg.types.json import Json
from sqlalchemy.engine import make_url

TABLES = ("booking", "booking_item", "occupancy", "calendar_entry", "letter", "journal_entry", "journal_concern")
KEYS = {"journal_concern": "entry_id"}  # of the others it is "id"
Row = tuple[tuple[str, ...], tuple[Any, ...]]


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """Hold the rows of one booking by table, and which values in them are its own."""

    device_id: int
    start: datetime
    end: datetime
    rows: list[tuple[str, Row]] = field(default_factory=list)


class Taken(Exception):
    """Somebody else has the time."""


class ByHand:
    """Speak to the database as a careful programmer would without any library: one connection a thread."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.sqlite = self.url.drivername.startswith("sqlite")
        self._local = threading.local()
        self._all: list[Any] = []

    @property
    def connection(self) -> Any:
        """Return this thread's connection."""
        found = getattr(self._local, "connection", None)
        if found is None:
            found = self._local.connection = _open_sqlite(str(self.url.database)) if self.sqlite else psycopg.connect(_plain(self.url))
            self._all.append(found)
        return found

    def close(self) -> None:
        """Close what was opened."""
        for connection in self._all:
            connection.close()

    def read(self, statement: str, values: tuple[Any, ...] = ()) -> list[Any]:
        """Return all rows of a statement that is written with ?."""
        cursor = self.connection.cursor()
        cursor.execute(statement if self.sqlite else statement.replace("?", "%s"), values)
        rows: list[Any] = cursor.fetchall()
        if not self.sqlite:
            self.connection.commit()
        return rows

    def stored(self, moment: datetime) -> Any:
        """Return a moment as the driver wants it."""
        utc = moment.astimezone(UTC)
        return f"{utc:%Y-%m-%d %H:%M:%S.%f}" if self.sqlite else utc

    # --- what one booking wrote -------------------------------------------------------------------------------------

    def highest(self) -> dict[str, int]:
        """Return the highest key of each table."""
        return {table: self.read(f"SELECT COALESCE(MAX({KEYS.get(table, 'id')}), 0) FROM {table}")[0][0] for table in TABLES}

    def pattern(self, book: Callable[[], object], device_id: int, start: datetime, end: datetime) -> Pattern:
        """Let the product book once and keep the rows that came by it."""
        before = self.highest()
        book()
        found = Pattern(device_id=device_id, start=start, end=end)
        for table in TABLES:
            cursor = self.connection.cursor()
            cursor.execute(f"SELECT * FROM {table} WHERE {KEYS.get(table, 'id')} > {before[table]} ORDER BY 1")
            names = tuple(column[0] for column in cursor.description)
            found.rows.extend((table, (names, tuple(row))) for row in cursor.fetchall())
        if not self.sqlite:
            self.connection.commit()
        return found

    # --- and the same for another time ------------------------------------------------------------------------------

    def book(self, pattern: Pattern, *, key: str, start: datetime, end: datetime) -> int:
        """Lock the device, look at who is there before, write the rows, commit; return the number of the booking."""
        cursor = self.connection.cursor()
        try:
            if self.sqlite:
                cursor.execute("BEGIN IMMEDIATE")
            mark, lock = ("?", "") if self.sqlite else ("%s", " FOR NO KEY UPDATE")
            [device_id] = cursor.execute(f"SELECT id FROM resource WHERE key = {mark}{lock}", (key,)).fetchone()
            self._check(cursor, device_id, start, end)
            known = self._write(cursor, pattern, device_id, start, end)
        except BaseException:
            self.connection.rollback()
            raise
        self.connection.commit()
        return known["booking"]

    def _check(self, cursor: Any, device_id: int, start: datetime, end: datetime) -> None:
        mark = "?" if self.sqlite else "%s"
        predecessor = f"SELECT ends_at FROM occupancy WHERE resource_id = {mark} AND starts_at < {mark} ORDER BY starts_at DESC LIMIT 1"
        found = cursor.execute(predecessor, (device_id, self.stored(end))).fetchone()
        if found is not None and found[0] > self.stored(start):
            raise Taken

    def _write(self, cursor: Any, pattern: Pattern, device_id: int, start: datetime, end: datetime) -> dict[str, int]:
        known: dict[str, int] = {}
        changed = {"starts_at": self.stored(start), "ends_at": self.stored(end)}
        for table, (names, row) in pattern.rows:
            values = {name: value for name, value in zip(names, row, strict=True) if name != "id"}
            values |= {name: changed[name] for name in changed if name in values}
            if values.get("resource_id"):
                values["resource_id"] = device_id
            for name, of in (("booking_id", "booking"), ("subject_id", "booking"), ("about_id", "booking"), ("entry_id", "journal_entry")):
                if values.get(name):
                    values[name] = known[of]
            for name in ("uid", "message_id"):
                if name in values:
                    values[name] = f"<{uuid.uuid4()}@verbund>"
            cursor.execute(*self._insert(table, values))
            if table in {"booking", "journal_entry"}:
                known[table] = cursor.fetchone()[0]
        return known

    def _insert(self, table: str, values: dict[str, Any]) -> tuple[str, tuple[Any, ...]]:
        marks = ", ".join(["?" if self.sqlite else "%s"] * len(values))
        names = ", ".join(f'"{name}"' for name in values)
        returning = " RETURNING id" if table in {"booking", "journal_entry"} else ""
        ready = tuple(Json(value) if isinstance(value, dict | list) else value for value in values.values())
        return f"INSERT INTO {table} ({names}) VALUES ({marks}){returning}", ready


@contextmanager
def by_hand(url: str) -> Iterator[ByHand]:
    """Open the floor on a database."""
    floor = ByHand(url)
    try:
        yield floor
    finally:
        floor.close()


def _open_sqlite(file: str) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 10000"):
        connection.execute(f"PRAGMA {setting}")
    return connection


def _plain(url: Any) -> str:
    return re.sub(r"^postgresql\+\w+", "postgresql", url.render_as_string(hide_password=False))
