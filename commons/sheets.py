"""Excel and CSV at the edge: a table comes in as named cells, a template goes out; pure."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, TypeVar

from commons.errors import RuleBroken
from commons.words import Message, say

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

Cell = str | date
T = TypeVar("T")
MOST_ROWS = 5000
A4 = 9  # as Excel numbers the papers
_CLOCK = re.compile(r"(?P<hour>[01]?\d|2[0-3])([:.](?P<minute>[0-5]\d))?(:[0-5]\d)?( ?Uhr)?")


class SheetUnreadable(RuleBroken):
    """A file that is no table cannot be imported."""

    def __init__(self) -> None:
        super().__init__(say("Die Datei lässt sich nicht lesen. Bitte laden Sie eine Excel-Datei (.xlsx, .xls, .ods) oder eine CSV-Datei hoch."), field="file")


class ColumnsMissing(RuleBroken):
    """A table needs its header row."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(say("In der Kopfzeile fehlen die Spalten: %(names)s. Die Vorlage enthält alle Spalten.", names=", ".join(names)), field="file")
        self.names = tuple(names)


class TooManyRows(RuleBroken):
    """An import stays small enough to be looked through."""

    def __init__(self, count: int) -> None:
        super().__init__(say("Die Tabelle hat %(count)s Zeilen; zulässig sind %(most)s.", count=count, most=MOST_ROWS), field="file")


@dataclass(frozen=True, kw_only=True)
class Column:
    """Name a column: as the code knows it, as people read it, and what may stand in it."""

    key: str
    title: str
    needed: bool = False
    choices: tuple[str, ...] = ()
    example: str = ""
    width: int = 18


@dataclass(frozen=True, kw_only=True)
class SheetFault:
    """Name the cell that cannot be taken over, and why."""

    row: int
    column: str
    cell: str
    message: Message

    @property
    def place(self) -> str:
        """Return the address of the cell as Excel writes it."""
        return f"{self.column}{self.row}"


@dataclass(frozen=True, kw_only=True)
class SheetRow:
    """Hold the cells of one row by the key of their column."""

    row: int
    cells: Mapping[str, Cell]
    letters: Mapping[str, str]

    def text(self, key: str) -> str:
        """Return a cell as text, empty where nothing stands."""
        value = self.cells.get(key, "")
        if isinstance(value, str):
            return value.strip()
        return f"{value:%d.%m.%Y %H:%M}" if isinstance(value, datetime) else f"{value:%d.%m.%Y}"

    def day(self, key: str) -> date | None:
        """Return a cell as a day: a date cell, 27.11.2026 or 2026-11-27; a ValueError for anything else."""
        value = self.cells.get(key, "")
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        text = value.strip()
        return day_of(text) if text else None

    def clock(self, key: str) -> time | None:
        """Return the time of day in a cell: 07:00, 7 Uhr, or the time of a cell with day and time; a ValueError for anything else."""
        value = self.cells.get(key, "")
        if isinstance(value, date):
            return value.time() if isinstance(value, datetime) else None
        return clock_of(value.strip())

    def fault(self, key: str, message: Message) -> SheetFault:
        """Return a fault at the cell of a column."""
        return SheetFault(row=self.row, column=self.letters.get(key, "A"), cell=self.text(key), message=message)


def clock_of(text: str) -> time | None:
    """Read a time of day as people write it, none where nothing stands."""
    found = _CLOCK.fullmatch(text)
    if found is None and text:
        raise ValueError(text)
    return time(int(found["hour"]), int(found["minute"] or 0)) if found else None


def day_of(text: str) -> date:
    """Read a day: 27.11.2026 or 2026-11-27."""
    for form in ("%d.%m.%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    raise ValueError(text)


def read(content: bytes, columns: Sequence[Column]) -> list[SheetRow]:
    """Return the rows below the header row; blank rows are no rows."""
    grid = _grid(content)
    titles = {name.casefold(): column.key for column in columns for name in (column.key, column.title)}
    head = next((number for number, cells in enumerate(grid) if sum(_plain(cell) in titles for cell in cells) >= 2), None)
    found = {titles[_plain(cell)]: place for place, cell in enumerate(grid[head]) if _plain(cell) in titles} if head is not None else {}
    missing = [column.title for column in columns if column.needed and column.key not in found]
    if head is None or missing:
        raise ColumnsMissing(missing or [column.title for column in columns if column.needed])
    letters = {key: letter_of(place) for key, place in found.items()}
    body = [(number, cells) for number, cells in enumerate(grid) if number > head and any(str(cell).strip() for cell in cells)]
    if len(body) > MOST_ROWS:
        raise TooManyRows(len(body))
    return [SheetRow(row=number + 1, cells=_named(cells, found), letters=letters) for number, cells in body]


def _plain(cell: Cell) -> str:
    return str(cell).strip().rstrip("*").strip().casefold()


def _named(cells: Sequence[Cell], found: Mapping[str, int]) -> dict[str, Cell]:
    return {key: cells[place] if place < len(cells) else "" for key, place in found.items()}


def letter_of(place: int) -> str:
    """Return the letter of a column counted from 0: A, B, … Z, AA."""
    first, last = divmod(place, 26)
    return (letter_of(first - 1) if first else "") + chr(ord("A") + last)


def _grid(content: bytes) -> list[list[Cell]]:
    if content.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        return _workbook(content)
    return _delimited(content)


def _workbook(content: bytes) -> list[list[Cell]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, IndexError, OSError, ValueError) as fault:
        raise SheetUnreadable from fault
    return [[_cell(value) for value in row] for row in rows]


def _cell(value: object) -> Cell:
    if isinstance(value, datetime):
        return value if value.time() != time.min else value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # Excel keeps every number as a float; a count is meant
    return str(value)


def _delimited(content: bytes) -> list[list[Cell]]:
    text = _decoded(content)
    if not text.strip() or "\x00" in text:
        raise SheetUnreadable
    head = text.lstrip().splitlines()[0]
    delimiter = max(";,\t", key=head.count)
    return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def template(name: str, columns: Sequence[Column], rows: Iterable[Sequence[str]] = ()) -> bytes:
    """Return a workbook to fill in, with the header, what must be filled in marked with *, and drop-downs."""
    from xlsxwriter import Workbook

    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        sheet, lists = book.add_worksheet(name), book.add_worksheet("Auswahl")
        bold = book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
        text = book.add_format({"num_format": "@"})
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width, text)
            sheet.write_string(0, place, column.title + (" *" if column.needed else ""), bold)
            if column.choices:
                _offer(sheet, lists, place, column)
        for number, cells in enumerate(rows, start=1):
            for place, cell in enumerate(cells):
                sheet.write_string(number, place, cell, text)
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
    return file.getvalue()


def _offer(sheet: "Worksheet", lists: "Worksheet", place: int, column: Column) -> None:
    lists.write_string(0, place, column.title)
    for number, choice in enumerate(column.choices, start=1):
        lists.write_string(number, place, choice)
    letter = letter_of(place)
    source = f"=Auswahl!${letter}$2:${letter}${len(column.choices) + 1}"
    sheet.data_validation(1, place, MOST_ROWS, place, {"validate": "list", "source": source})
