"""Read .ods: values through calamine, and what it does not tell: hidden rows and columns, merged cells, formulas without a value."""

import zipfile
from dataclasses import dataclass, field

from procurement.cells import Merge, Sheet
from procurement.exchange.archive import local, open_checked, scan
from procurement.exchange.calamine import MOST_CELLS, sheets_of, with_missing
from procurement.exchange.unreadable import FileFormatUnknown, FileProtected, FileTooLarge

HIDDEN = {"collapse", "filter"}


@dataclass
class _Table:
    name: str
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[Merge] = field(default_factory=list)
    missing: dict[tuple[int, int], str] = field(default_factory=dict)
    last_row: int = 0
    last_column: int = 0


def read_ods(content: bytes) -> tuple[Sheet, ...]:
    """Read every sheet of a LibreOffice spreadsheet."""
    with open_checked(content) as archive:
        if "content.xml" not in archive.namelist():
            raise FileFormatUnknown
        _check_open(archive)
        tables = {table.name: table for table in _Walker(archive).tables}
    if any(table.last_row * table.last_column > MOST_CELLS for table in tables.values()):
        raise FileTooLarge
    found = []
    for name, rows in sheets_of(content):
        table = tables.get(name) or _Table(name)
        found.append(
            Sheet(
                name=name,
                rows=with_missing(rows, table.missing),
                hidden_rows=frozenset(table.hidden_rows),
                hidden_columns=frozenset(table.hidden_columns),
                merges=tuple(table.merges),
                hidden=table.hidden,
            )
        )
    return tuple(found)


def _check_open(archive: zipfile.ZipFile) -> None:
    def entry(name: str, _: dict[str, str]) -> None:
        if local(name) == "encryption-data":
            raise FileProtected

    if "META-INF/manifest.xml" in archive.namelist():
        scan(archive, "META-INF/manifest.xml", starts=entry)


class _Walker:
    """Collect the layout of every table while content.xml passes by."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.tables: list[_Table] = []
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._row, self._column, self._repeat = 0, 0, 1
        self._depth = 0
        scan(archive, "content.xml", starts=self._start, ends=self._end)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = local(name)
        if tag == "style":
            self._style = attributes.get("style:name", "")
        elif tag == "table-properties" and attributes.get("table:display") == "false":
            self._hidden_styles.add(self._style)
        elif tag == "table":
            self._start_table(attributes)
        elif not self.tables or self._depth != 1:
            return
        elif tag == "table-column":
            self._columns(attributes)
        elif tag == "table-row":
            self._start_row(attributes)
        elif tag in {"table-cell", "covered-table-cell"}:
            self._cell(attributes)

    def _start_table(self, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1:
            hidden = attributes.get("table:style-name", "") in self._hidden_styles
            self.tables.append(_Table(attributes.get("table:name", ""), hidden=hidden))
            self._row = self._column = 0
            self._repeat = 1

    def _columns(self, attributes: dict[str, str]) -> None:
        repeat = min(int(attributes.get("table:number-columns-repeated", "1")), 16_384)
        if attributes.get("table:visibility") in HIDDEN:
            self.tables[-1].hidden_columns.update(range(self._column + 1, self._column + repeat + 1))
        self._column += repeat

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._row += 1
        self._column = 0
        self._repeat = int(attributes.get("table:number-rows-repeated", "1"))
        if attributes.get("table:visibility") in HIDDEN:
            self.tables[-1].hidden_rows.update(range(self._row, self._row + min(self._repeat, 100_000)))

    def _cell(self, attributes: dict[str, str]) -> None:
        table = self.tables[-1]
        repeat = int(attributes.get("table:number-columns-repeated", "1"))
        kind, formula = attributes.get("office:value-type"), attributes.get("table:formula")
        if kind or formula:
            table.last_row = max(table.last_row, self._row + self._repeat - 1)
            table.last_column = max(table.last_column, self._column + repeat)
        if formula and not kind:
            table.missing[self._row, self._column + 1] = "=" + formula.partition("=")[2]
        self._merge(table, attributes)
        self._column += repeat

    def _merge(self, table: _Table, attributes: dict[str, str]) -> None:
        wide, high = int(attributes.get("table:number-columns-spanned", "1")), int(attributes.get("table:number-rows-spanned", "1"))
        if wide > 1 or high > 1:
            table.merges.append(Merge(self._row, self._column + 1, self._row + high - 1, self._column + wide))

    def _end(self, name: str) -> None:
        tag = local(name)
        if tag == "table":
            self._depth -= 1
        elif tag == "table-row" and self._depth == 1:
            self._row += self._repeat - 1
