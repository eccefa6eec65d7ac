"""Read .xls of the years before 2007 through xlrd."""

import datetime as dt
from decimal import Decimal
from typing import Any

from procurement.cells import Merge, MissingValue, Raw, Sheet
from procurement.exchange.calamine import tidy_number
from procurement.exchange.unreadable import FileBroken, FileProtected, UnreadableFile

TEXT, NUMBER, DATE, BOOLEAN, ERROR = 1, 2, 3, 4, 5
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")


def read_xls(content: bytes) -> tuple[Sheet, ...]:
    """Read every sheet of an old Excel workbook."""
    import xlrd

    if ENCRYPTED_PACKAGE in content:
        raise FileProtected
    try:
        book = xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=_Nowhere())
        return tuple(_sheet(sheet, book.datemode) for sheet in book.sheets())
    except UnreadableFile:
        raise
    except Exception as broken:  # the library raises whatever its parsing meets
        if "encrypted" in str(broken).lower():
            raise FileProtected from broken
        raise FileBroken from broken


class _Nowhere:
    def write(self, _: str) -> None:
        """Drop what the library wants to print."""


def _sheet(sheet: Any, datemode: int) -> Sheet:
    return Sheet(
        name=sheet.name,
        rows=tuple(tuple(_raw(cell, datemode) for cell in sheet.row(index)) for index in range(sheet.nrows)),
        hidden_rows=frozenset(index + 1 for index, info in sheet.rowinfo_map.items() if info.hidden),
        hidden_columns=frozenset(index + 1 for index, info in sheet.colinfo_map.items() if info.hidden),
        merges=tuple(Merge(top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells),
        hidden=bool(sheet.visibility),
    )


def _raw(cell: Any, datemode: int) -> Raw:
    if cell.ctype == NUMBER:
        return tidy_number(cell.value)
    if cell.ctype == TEXT:
        return str(cell.value) or None
    if cell.ctype == DATE:
        return _moment(cell.value, datemode)
    if cell.ctype == BOOLEAN:
        return bool(cell.value)
    return MissingValue("#") if cell.ctype == ERROR else None


def _moment(value: float, datemode: int) -> dt.datetime | Decimal:
    import xlrd

    try:
        moment: dt.datetime = xlrd.xldate_as_datetime(value, datemode)
    except (ValueError, OverflowError):
        return tidy_number(value)
    return moment
