"""What the reading of a demand list yields: lines, faults, rows passed over."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from commons.words import Message
from procurement.cells import letter

# What a clerk answered for a cell or a row: (sheet, row, field) -> what should have stood there.
# Fields: "article", "quantity", "unit", "price"; "parts" with one „Artikel; Menge“ a line; "row" with "skip"; "hidden" with "read".
AnswerKey = tuple[str | None, int, str]
Answers = Mapping[AnswerKey, str]


class FaultKind(StrEnum):
    """Whether a person is asked, or the cell is refused."""

    ASK = "ask"
    REFUSE = "refuse"


class SkipReason(StrEnum):
    """Why a row is no demand."""

    TITLE = "title"
    HEADER = "header"
    SECTION = "section"
    SUBTOTAL = "subtotal"
    HIDDEN = "hidden"
    ZERO = "zero"
    NOTE = "note"


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class RowRef:
    """A row of a list; a row that asks for several articles is told apart by its part."""

    list: str
    sheet: str | None
    row: int
    part: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DemandLine:
    """One article that a list asks for, with what was sent and the normal form beside it."""

    ref: RowRef
    unit_column: int = 1
    text: str
    specification: str | None
    quantity: Decimal
    unit: str
    quantity_in_base_unit: Decimal
    base_unit: str
    factor: Decimal
    packs: tuple[tuple[str, Decimal], ...] = ()
    other_readings: tuple[tuple[Decimal, str], ...] = ()
    pack_spans: tuple[tuple[int, int], ...] = ()
    price_net: Fraction | None = None
    price_net_per_base_unit: Fraction | None = None
    price_written: str | None = None
    price_gross: bool = False
    vat_percent: Decimal | None = None
    section: str | None = None
    group: str | None = None
    department: str | None = None
    place: str | None = None
    account: str | None = None
    note: str | None = None
    article_number: str | None = None
    ean: str | None = None
    brand: str | None = None

    @property
    def full_text(self) -> str:
        """Return article and specification as one text."""
        return f"{self.text}, {self.specification}" if self.specification else self.text


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """A cell that a person must look at, with a sentence and the readings to choose from."""

    ref: RowRef
    column: int
    kind: FaultKind
    field: str
    message: Message
    text: str = ""
    readings: tuple[Decimal, ...] = ()

    @property
    def column_letter(self) -> str:
        """Return the letter of the column."""
        return letter(self.column)

    @property
    def cell(self) -> str:
        """Return the address of the cell."""
        return f"{self.column_letter}{self.ref.row}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Skipped:
    """A row that is no demand, and why."""

    ref: RowRef
    reason: SkipReason
    text: str = ""
