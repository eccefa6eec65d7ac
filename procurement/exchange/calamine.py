"""Cell values of xlsx and ods through python-calamine, exact and never as floats."""

import datetime as dt
import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from procurement.cells import MissingValue, Raw
from procurement.exchange.unreadable import FileBroken

MOST_CELLS = 6_000_000


def sheets_of(content: bytes) -> list[tuple[str, list[list[Raw]]]]:
    """Return name and rows of every sheet, starting at A1."""
    import python_calamine

    try:
        book: Any = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [(name, _rows(book.get_sheet_by_name(name))) for name in book.sheet_names if _is_table(book, name)]
    except BaseException as broken:  # the library panics with a BaseException on damaged files
        if isinstance(broken, (KeyboardInterrupt, SystemExit, MemoryError)):
            raise
        raise FileBroken from broken


def _is_table(book: Any, name: str) -> bool:
    kinds = {sheet.name: str(sheet.typ) for sheet in book.sheets_metadata}
    return kinds.get(name, "SheetTypeEnum.WorkSheet").endswith("WorkSheet")


def _rows(sheet: Any) -> list[list[Raw]]:
    return [[exact(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]


def exact(value: object) -> Raw:
    """Turn a cell of the library into a raw cell; numbers keep the 15 digits that a sheet knows."""
    if isinstance(value, float):
        return tidy_number(value)
    if value is None or value == "":
        return None
    if isinstance(value, bool | dt.date | dt.time | dt.timedelta):
        return value
    return Decimal(value) if isinstance(value, int) else str(value)


def tidy_number(value: float) -> Decimal:
    """Return the number that a sheet shows for a binary one."""
    number = Decimal(f"{value:.15g}")
    return number.quantize(Decimal(1)) if number == number.to_integral_value() and abs(number) < 10**15 else number


def with_missing(rows: list[list[Raw]], missing: dict[tuple[int, int], str]) -> tuple[tuple[Raw, ...], ...]:
    """Put the formulas without a value back into their cells."""
    for (row, column), formula in missing.items():
        _widen(rows, row, column)
        rows[row - 1][column - 1] = MissingValue(formula)
    return tuple(map(tuple, rows))


def _widen(rows: list[list[Raw]], row: int, column: int) -> None:
    while len(rows) < row:
        rows.append([])
    line = rows[row - 1]
    line.extend([None] * (column - len(line)))


def filled(row: Sequence[Raw]) -> bool:
    """Tell whether a row has any filled cell."""
    return any(value is not None for value in row)
