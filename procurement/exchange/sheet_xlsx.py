"""Read .xlsx: values through calamine, and what it does not tell: hidden rows and columns, merged cells, formulas without a value."""

import re
import zipfile
from dataclasses import dataclass, field

from procurement.cells import Merge, Sheet
from procurement.exchange.archive import local, open_checked, scan
from procurement.exchange.calamine import MOST_CELLS, sheets_of, with_missing
from procurement.exchange.unreadable import FileFormatUnknown, FileTooLarge

LAST_COLUMN = 16_384
ADDRESS = re.compile(r"([A-Z]{1,3})(\d{1,7})")


@dataclass
class Layout:
    """What a sheet's XML says besides its values."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[Merge] = field(default_factory=list)
    missing: dict[tuple[int, int], str] = field(default_factory=dict)
    last_row: int = 0
    last_column: int = 0


def read_xlsx(content: bytes) -> tuple[Sheet, ...]:
    """Read every sheet of an Excel workbook."""
    with open_checked(content) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            raise FileFormatUnknown
        members = _members(archive)
        layouts = {name: _Walker(archive, member).layout for name, (member, _) in members.items() if member in archive.namelist()}
    for layout in layouts.values():
        if layout.last_row * layout.last_column > MOST_CELLS:
            raise FileTooLarge
    return tuple(
        Sheet(
            name=name,
            rows=with_missing(rows, layouts[name].missing if name in layouts else {}),
            hidden_rows=frozenset(layouts[name].hidden_rows) if name in layouts else frozenset(),
            hidden_columns=frozenset(layouts[name].hidden_columns) if name in layouts else frozenset(),
            merges=tuple(layouts[name].merges) if name in layouts else (),
            hidden=members.get(name, ("", False))[1],
        )
        for name, rows in sheets_of(content)
    )


def _members(archive: zipfile.ZipFile) -> dict[str, tuple[str, bool]]:
    """Return for every sheet its member in the archive and whether it is hidden."""
    targets: dict[str, str] = {}
    found: dict[str, tuple[str, bool]] = {}

    def relation(name: str, attributes: dict[str, str]) -> None:
        if local(name) == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "").lstrip("/")

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if local(name) == "sheet":
            target = targets.get(next((value for key, value in attributes.items() if local(key) == "id"), ""), "")
            member = target if target.startswith("xl/") else f"xl/{target}"
            found[attributes.get("name", "")] = (member, attributes.get("state", "visible") != "visible")

    scan(archive, "xl/_rels/workbook.xml.rels", starts=relation)
    scan(archive, "xl/workbook.xml", starts=sheet)
    return found


class _Walker:
    """Collect the layout of one sheet while its XML passes by."""

    def __init__(self, archive: zipfile.ZipFile, member: str) -> None:
        self.layout = Layout()
        self._row = 0
        self._cell = (0, 0)
        self._formula: list[str] | None = None
        self._kind = ""
        self._has_value = self._in_formula = self._in_value = False
        scan(archive, member, starts=self._start, ends=self._end, texts=self._text)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = local(name)
        if tag == "c":
            self._start_cell(attributes)
        elif tag in {"v", "t"}:
            self._in_value = True
        elif tag == "f":
            self._in_formula, self._formula = True, []
        elif tag == "row":
            self._start_row(attributes)
        elif tag == "col" and attributes.get("hidden") in {"1", "true"}:
            last = min(int(attributes["max"]), LAST_COLUMN)
            self.layout.hidden_columns.update(range(int(attributes["min"]), last + 1))
        elif tag == "mergeCell":
            self.layout.merges.append(_merge(attributes.get("ref", "")))

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._row = int(attributes.get("r", self._row + 1))
        self._cell = (self._row, 0)
        if attributes.get("hidden") in {"1", "true"}:
            self.layout.hidden_rows.add(self._row)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        address = ADDRESS.fullmatch(attributes.get("r", ""))
        self._cell = (int(address[2]), _column(address[1])) if address else (self._row, self._cell[1] + 1)
        self._formula, self._has_value, self._kind = None, False, attributes.get("t", "n")

    def _text(self, text: str) -> None:
        if self._in_formula and self._formula is not None:
            self._formula.append(text)
        elif self._in_value and text:
            self._has_value = True

    def _end(self, name: str) -> None:
        tag = local(name)
        if tag == "f":
            self._in_formula = False
        elif tag in {"v", "t"}:
            self._in_value = False
        elif tag == "c":
            self._end_cell()

    def _end_cell(self) -> None:
        row, column = self._cell
        if self._has_value or self._formula is not None:
            self.layout.last_row, self.layout.last_column = max(self.layout.last_row, row), max(self.layout.last_column, column)
        if self._formula is not None and (not self._has_value or self._kind == "e"):
            self.layout.missing[self._cell] = "=" + "".join(self._formula)


def _column(letters: str) -> int:
    number = 0
    for character in letters:
        number = number * 26 + ord(character) - 64
    return number


def _merge(reference: str) -> Merge:
    first, _, last = reference.partition(":")
    start, end = ADDRESS.fullmatch(first), ADDRESS.fullmatch(last or first)
    if not start or not end:
        return Merge(1, 1, 1, 1)
    return Merge(int(start[2]), _column(start[1]), int(end[2]), _column(end[1]))
