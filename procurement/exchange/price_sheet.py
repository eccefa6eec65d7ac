"""The price sheet: an Excel file with locked cells and a fingerprint a row, and what comes back in it."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from commons.errors import RuleBroken
from commons.numbers import read_number
from commons.words import Message, say
from procurement.cells import MissingValue, Raw, Sheet
from procurement.exchange.amount_style import AmountStyle
from procurement.exchange.bid_file import PricedLine
from procurement.exchange.demand_sheet import read as read_sheets
from procurement.exchange.safe_cell import safe

NAME = "Preisblatt"
HEADS = ("Pos.", "Bezeichnung", "Menge", "Einheit", "EP netto (€)", "USt (%)", "GP netto (€)", "Prüfzeichen")
MARK = "Verbund Preisblatt"
SUM, DISCOUNT, SKONTO, DAYS = "Summe netto (€)", "Nachlass ohne Bedingung (%)", "Skonto (%)", "Skonto innerhalb von (Tagen)"
MINIMUM, DELIVERY, COMBINATION = "Mindestauftragswert netto (€)", "Lieferkosten einmal je Auftrag netto (€):", "Kombination von Losen, zum Beispiel 1+2: 5 %"
COMBINATION_ROWS = 4
VAT = Decimal(19)
TOTAL = 7  # the column of the totals


class NotAPriceSheet(RuleBroken):
    """Only the price sheet of these documents can be read as a bid."""

    def __init__(self) -> None:
        super().__init__(say("Diese Datei ist nicht das Preisblatt dieser Unterlagen. Bitte laden Sie das Preisblatt neu herunter."), field="file")


class PriceUnreadable(RuleBroken):
    """A price that can be read in two ways, or not at all, is asked about, never guessed."""

    def __init__(self, cell: str, why: Message) -> None:
        super().__init__(say("Zelle %(cell)s: %(why)s", cell=cell, why=why), field="file")


class FormulaWithoutResult(RuleBroken):
    """A formula that no program has reckoned is no price, and not an empty field either."""

    def __init__(self) -> None:
        super().__init__(say("Die Formel hat kein Ergebnis. Bitte schreiben Sie die Zahl hinein."))


@dataclass(frozen=True, kw_only=True)
class SheetPosition:
    """One row of the sheet."""

    number: str
    text: str
    quantity: Decimal
    unit: str
    fingerprint: str


@dataclass(frozen=True, kw_only=True)
class PriceSheet:
    """What is handed out: lots with their positions, and for which tender and version."""

    tender: str
    version: int
    title: str
    deadline: str
    lots: tuple[tuple[str, tuple[SheetPosition, ...]], ...]
    places: tuple[str, ...] = ()  # who is delivered to
    admits_combinations: bool = False


@dataclass(frozen=True, kw_only=True)
class FilledSheet:
    """What came back."""

    tender: str
    version: int
    lines: tuple[PricedLine, ...]
    stated_sum: Decimal | None
    discount_percent: Decimal
    skonto_percent: Decimal
    skonto_days: int | None
    minimum_value: str | None = None  # as typed; None where the sheet does not ask
    delivery: Mapping[str, str] | None = None
    combinations: tuple[str, ...] | None = None


def write(sheet: PriceSheet) -> bytes:
    """Return the price sheet as an xlsx file: only prices, tax rates and discounts can be filled in."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}) as book:
        book.set_properties({"title": f"{NAME} {sheet.title}", "subject": sheet.tender})
        _Page(book, sheet).fill()
    return out.getvalue()


class _Page:
    """Fill the one sheet from top to bottom."""

    def __init__(self, book: Any, sheet: PriceSheet) -> None:
        self.content = sheet
        self.sheet = book.add_worksheet(NAME)
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        self.lot = book.add_format({"bold": True, "bg_color": "#E6E9F0"})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.amount = AmountStyle(book)
        self.open_price = book.add_format({"num_format": "#,##0.0000", "bg_color": "#FFF9DB", "locked": False, "valign": "top"})
        self.open_amount = book.add_format({"num_format": "#,##0.00", "bg_color": "#FFF9DB", "locked": False, "valign": "top"})
        self.open_rate = book.add_format({"num_format": "General", "bg_color": "#FFF9DB", "locked": False, "valign": "top"})
        self.open_text = book.add_format({"bg_color": "#FFF9DB", "locked": False, "valign": "top", "num_format": "@"})
        self.sum = book.add_format({"num_format": "#,##0.00", "valign": "top"})
        self.quiet = book.add_format({"font_color": "#767676", "font_size": 8})
        self.row = 0

    def fill(self) -> None:
        """Write head, lots and foot."""
        content = self.content
        self.sheet.write_string(0, 0, safe(content.title), self.title)
        self.sheet.write_string(1, 0, "Bitte füllen Sie nur die gelben Felder aus. Es gilt der Einheitspreis. Ein Los ohne Preise gilt als nicht angeboten.")
        self.sheet.write_string(2, 0, safe(f"Angebotsfrist: {content.deadline}"))
        self._line((MARK, content.tender, str(content.version)), self.quiet, row=3)
        self.row = 5
        self.sheet.freeze_panes(self.row + 1, 2)
        self.sheet.repeat_rows(self.row)
        self._line(HEADS, self.head)
        first = self.row
        for title, positions in content.lots:
            self._line((title, *("" for _ in HEADS[1:])), self.lot)
            for position in positions:
                self._position(position)
        self._foot(first)
        self._layout()

    def _line(self, texts: tuple[str, ...], style: Any, *, row: int | None = None) -> None:
        for column, text in enumerate(texts):
            self.sheet.write_string(self.row if row is None else row, column, safe(text), style)
        self.row += row is None

    def _position(self, position: SheetPosition) -> None:
        at, row = self.sheet, self.row
        at.write_string(row, 0, safe(position.number), self.text)
        at.write_string(row, 1, safe(position.text), self.text)
        at.write_number(row, 2, float(position.quantity), self.amount.of(position.quantity))
        at.write_string(row, 3, safe(position.unit), self.text)
        at.write_blank(row, 4, None, self.open_price)
        at.write_number(row, 5, float(VAT), self.open_rate)
        at.write_formula(row, 6, f'=IF(E{row + 1}="","",ROUND(C{row + 1}*E{row + 1},2))', self.sum, "")
        at.write_string(row, 7, position.fingerprint, self.quiet)
        self.row += 1

    def _foot(self, first: int) -> None:
        self.sheet.write_string(self.row, 1, SUM, self.head)
        self.sheet.write_formula(self.row, 6, f"=SUM(G{first + 1}:G{self.row})", self.sum, 0)
        places = [f"{DELIVERY} {name}" for name in self.content.places]
        combinations = [COMBINATION] * COMBINATION_ROWS if self.content.admits_combinations else []
        for name in (DISCOUNT, SKONTO, DAYS, MINIMUM, *places, *combinations):
            self.row += 1
            self.sheet.write_string(self.row, 1, safe(name), self.text)
            self.sheet.write_blank(
                self.row, 4, None, self.open_text if name == COMBINATION else self.open_rate if "%" in name or name == DAYS else self.open_amount
            )

    def _layout(self) -> None:
        for first, last, width in ((0, 0, 8), (1, 1, 60), (2, 3, 12), (4, 6, 14), (7, 7, 20)):
            self.sheet.set_column(first, last, width)
        self.sheet.protect("", {"select_locked_cells": True, "select_unlocked_cells": True, "format_columns": True})
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)


def read(content: bytes, faults: list[Message] | None = None) -> FilledSheet:
    """Read a price sheet that came back; whatever the bidder changed is kept as it is, so that it is seen.

    A cell that cannot be read is refused, or counts as empty and is named in `faults` where nobody can be asked any more.
    """
    sheet = next((one for one in read_sheets(content) if _mark_of(one) is not None), None)
    mark = _mark_of(sheet) if sheet else None
    if sheet is None or mark is None:
        raise NotAPriceSheet
    rows, cells = list(enumerate(sheet.rows, start=1)), _Cells(sheet, faults)
    lines = tuple(_read_line(cells, number) for number, row in rows if len(row) >= len(HEADS) and _is_position(row))
    return FilledSheet(
        tender=mark[0],
        version=mark[1],
        lines=lines,
        stated_sum=cells.foot(SUM, 7) if any(line.stated_total is not None for line in lines) else None,  # else no program has reckoned it
        discount_percent=cells.foot(DISCOUNT, 5) or Decimal(0),
        skonto_percent=cells.foot(SKONTO, 5) or Decimal(0),
        skonto_days=int(cells.foot(DAYS, 5) or 0) or None,
        **_terms(sheet),
    )


def _terms(sheet: Sheet) -> dict[str, Any]:
    """Read the rows below the discounts as typed; a sheet of an older kind has none of them."""
    typed = [(_plain(cells[1]), _typed(cells[4])) for cells in sheet.rows if len(cells) > 4 and cells[0] is None and cells[1] is not None]
    if MINIMUM not in dict(typed):
        return {}
    return {
        "minimum_value": dict(typed)[MINIMUM],
        "delivery": {name.removeprefix(DELIVERY).strip(): text for name, text in typed if name.startswith(DELIVERY)},
        "combinations": tuple(text for name, text in typed if name == COMBINATION and text.strip()),
    }


def _typed(cell: Raw) -> str:
    if cell is None or isinstance(cell, MissingValue):
        return ""
    return f"{cell:f}".replace(".", ",") if isinstance(cell, Decimal) else _plain(cell)


def _mark_of(sheet: Sheet) -> tuple[str, int] | None:
    for row in sheet.rows[:10]:
        if row and row[0] == MARK and len(row) > 2 and str(row[2]).isdecimal():
            return str(row[1]), int(str(row[2]))
    return None


def _is_position(row: tuple[Raw, ...]) -> bool:
    return row[0] not in {None, HEADS[0], MARK} and row[2] is not None and row[3] is not None


def _read_line(cells: "_Cells", row: int) -> PricedLine:
    raw = cells.sheet.rows[row - 1]
    return PricedLine(
        number=_plain(raw[0]),
        text=_plain(raw[1]),
        quantity=cells.number(row, 3) or Decimal(0),
        unit=_plain(raw[3]),
        unit_price=cells.number(row, 5),
        stated_total=cells.number(row, 7),
        vat_percent=VAT if raw[5] is None else cells.number(row, 6) or Decimal(0),
        fingerprint=_plain(raw[7]),
    )


def _plain(cell: Raw) -> str:
    """Return a text without the apostrophe that keeps it from being calculated."""
    text = "" if cell is None else str(cell)
    return text[1:] if text.startswith("'") and safe(text[1:]) == text else text


class _Cells:
    """Read the figures of one sheet; only the totals are formulas that nobody need have reckoned."""

    def __init__(self, sheet: Sheet, faults: list[Message] | None) -> None:
        self.sheet, self.faults = sheet, faults

    def number(self, row: int, column: int) -> Decimal | None:
        """Return the figure of a cell, None for an empty one."""
        cell = self.sheet.cell(row, column)
        try:
            return self._read(cell, is_total=column == TOTAL)
        except RuleBroken as broken:
            unreadable = PriceUnreadable(f"{'ABCDEFGH'[column - 1]}{row}", broken.message)
            if self.faults is None:
                raise unreadable from broken
            self.faults.append(unreadable.message)
            return None

    def _read(self, cell: Raw, *, is_total: bool) -> Decimal | None:
        if isinstance(cell, MissingValue) and not is_total:
            raise FormulaWithoutResult
        if cell is None or isinstance(cell, MissingValue) or not str(cell).strip():
            return None
        return cell if isinstance(cell, Decimal) else read_number(str(cell).replace("€", "").replace("%", ""))

    def foot(self, name: str, column: int) -> Decimal | None:
        """Return the figure in the row below that has this label."""
        row = next((number for number, cells in enumerate(self.sheet.rows, start=1) if len(cells) > 1 and cells[1] == name), None)
        return None if row is None else self.number(row, column)
