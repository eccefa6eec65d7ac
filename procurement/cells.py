"""Raw cells of a sheet as a clerk wrote it; leaf."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class MissingValue:
    """A formula whose result the file does not hold, or holds only as an error."""

    formula: str


Raw = str | Decimal | bool | dt.date | dt.datetime | dt.time | dt.timedelta | MissingValue | None


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged area: first and last row and column, all counted from 1."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet of a file: its rows as raw cells, and what is hidden or merged in it. Rows and columns count from 1."""

    name: str | None
    rows: tuple[tuple[Raw, ...], ...]
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merges: tuple[Merge, ...] = field(default=())
    hidden: bool = False

    def cell(self, row: int, column: int) -> Raw:
        """Return the raw cell, None outside the sheet."""
        if not 0 < row <= len(self.rows) or not 0 < column <= len(self.rows[row - 1]):
            return None
        return self.rows[row - 1][column - 1]


def letter(column: int) -> str:
    """Return the letters of a column counted from 1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def shown(value: Raw) -> str:
    """Write a raw cell as the person sees it in the sheet."""
    match value:
        case None:
            return ""
        case str():
            return value
        case Decimal():
            return f"{value:f}".replace(".", ",")
        case MissingValue():
            return value.formula
        case bool():
            return "WAHR" if value else "FALSCH"
        case dt.datetime() | dt.date():
            return f"{value:%d.%m.%Y}"
        case _:
            return str(value)
