"""Read bookings that exist already from Excel or CSV; pure."""

import hashlib
from datetime import date, datetime, time, timedelta

from booking.exchange.entries import MOST, Entry, TooManyEntries, check_year
from commons import sheets
from commons.calendar_days import from_wall
from commons.errors import RuleBroken
from commons.sheets import Column, SheetRow
from commons.words import say

COLUMNS = (
    Column(key="device", title="Gerät", needed=True, width=36),
    Column(key="start", title="Beginn", needed=True),
    Column(key="start_time", title="Beginn Uhrzeit"),
    Column(key="end", title="Ende", needed=True),
    Column(key="end_time", title="Ende Uhrzeit"),
    Column(key="quantity", title="Stück"),
    Column(key="purpose", title="Zweck", width=36),
    Column(key="for", title="Für", width=28),
    Column(key="contact_name", title="Name vor Ort"),
    Column(key="contact_phone", title="Telefon vor Ort"),
    Column(key="note", title="Hinweis", width=36),
    Column(key="uid", title="Kennung"),
)
NO_DAY = say("Beginn oder Ende ist kein Datum. Bitte schreiben Sie es so: 27.11.2026.")
NO_TIME = say("Die Uhrzeit ist nicht lesbar. Bitte schreiben Sie sie so: 07:00.")
NO_NUMBER = say("Die Stückzahl ist keine ganze Zahl ab 1.")


def read(content: bytes) -> list[Entry]:
    """List every row below the header."""
    rows = sheets.read(content, COLUMNS)
    if len(rows) > MOST:
        raise TooManyEntries
    return [_entry(row) for row in rows]


def template(devices: tuple[str, ...]) -> bytes:
    """Return the workbook to fill in; the drop-down holds the devices."""
    columns = [Column(key=c.key, title=c.title, needed=c.needed, choices=devices if c.key == "device" else (), width=c.width) for c in COLUMNS]
    return sheets.template("Buchungen", columns)


def _entry(row: SheetRow) -> Entry:
    values = {
        "title": row.text("purpose"),
        "place": str(row.row),
        "uid": row.text("uid") or _uid(row),
        "devices": (row.text("device"),) if row.text("device") else (),
        "borrower": row.text("for"),
        **{name: row.text(name) for name in ("contact_name", "contact_phone", "note")},
    }
    number = row.text("quantity") or "1"
    if not number.isdecimal() or len(number) > 4 or not 1 <= int(number) < 10_000:
        return Entry(**values, fault=NO_NUMBER)  # type: ignore[arg-type]
    try:
        start, end = _moment(row, "start", last=False), _moment(row, "end", last=True)
    except RuleBroken as broken:
        return Entry(**values, fault=broken.message)  # type: ignore[arg-type]
    except ValueError as unreadable:
        return Entry(**values, fault=NO_TIME if str(unreadable) == "time" else NO_DAY)  # type: ignore[arg-type]
    return Entry(**values, quantity=int(number), starts_at=start, ends_at=end, known_as=start)  # type: ignore[arg-type]


def _moment(row: SheetRow, key: str, *, last: bool) -> datetime:
    """Read a day with its time, from one cell or two; without a time the whole day is meant."""
    day, wall = _day_and_time(row, key)
    check_year(day)
    if wall is None and row.text(f"{key}_time"):
        wall = _time(row.text(f"{key}_time"))
    if wall is None:
        return from_wall(day + timedelta(days=1) if last else day, time.min)
    return from_wall(day, wall)


def _day_and_time(row: SheetRow, key: str) -> tuple[date, time | None]:
    value = row.cells.get(key, "")
    if isinstance(value, datetime):
        return value.date(), value.time()
    words = row.text(key).replace(",", " ").split(maxsplit=1)
    if not words:
        raise ValueError("day")
    day = sheets.day_of(words[0])
    return day, _time(words[1]) if len(words) > 1 else None


def _time(text: str) -> time:
    try:
        found = sheets.clock_of(text)
    except ValueError as unreadable:
        raise ValueError("time") from unreadable
    if found is None:
        raise ValueError("time")
    return found


def _uid(row: SheetRow) -> str:
    """Name a row by what it says, so that the same row is known again wherever it stands."""
    said = "|".join(row.text(column.key) for column in COLUMNS if column.key not in ("note", "uid"))
    return f"sheet:{hashlib.sha256(said.encode()).hexdigest()[:40]}"
