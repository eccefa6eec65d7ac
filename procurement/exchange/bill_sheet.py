"""Write the joint bill of quantities as an Excel file that no cell text can turn into a formula."""

import io
from decimal import Decimal
from typing import Any

from procurement.exchange.amount_style import AmountStyle
from procurement.exchange.bill import Bill, BillLot, BillPosition
from procurement.exchange.safe_cell import safe

FIXED = ("Pos.", "Bezeichnung", "CPV", "Einheit")
MOST_DIGITS = 15


def write(bill: Bill) -> bytes:
    """Return the bill as an xlsx file: one sheet to read, one block a lot, prices to be filled in by the bidder."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": bill.title, "subject": "Leistungsverzeichnis", "author": bill.lead})
        _Page(book, bill).fill()
    return out.getvalue()


class _Page:
    """Fill the one sheet of the bill from top to bottom."""

    def __init__(self, book: Any, bill: Bill) -> None:
        self.bill = bill
        self.sheet = book.add_worksheet("Leistungsverzeichnis")
        self.heads = (*FIXED, *bill.buyers, "Gesamt", "EP netto (€)", "GP netto (€)")
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
        self.lot = book.add_format({"bold": True, "bg_color": "#E6E9F0"})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.amount = AmountStyle(book)
        self.open_price = book.add_format({"num_format": "#,##0.0000", "bg_color": "#FFF9DB", "locked": False, "valign": "top"})
        self.sum = book.add_format({"num_format": "#,##0.00", "valign": "top"})
        self.row = 0

    def fill(self) -> None:
        """Write head, lots and foot."""
        self._facts()
        self.sheet.freeze_panes(self.row + 1, 2)
        self.sheet.repeat_rows(self.row)
        self._line(self.heads, self.head)
        for lot in self.bill.lots:
            self._lot(lot)
        self._foot()
        self._layout()

    def _facts(self) -> None:
        bill = self.bill
        self.sheet.write_string(0, 0, safe(bill.title), self.title)
        state = "Stand: festgeschrieben" if bill.is_final else "Stand: Entwurf, noch nicht festgeschrieben"
        facts = (
            f"Maßnahme: {bill.measure}",
            f"Federführung: {bill.lead}",
            f"Käufer: {', '.join(bill.buyers)}",
            f"Laufzeit: {bill.term_from:%d.%m.%Y} bis {bill.term_until:%d.%m.%Y}",
            state,
        )
        for row, fact in enumerate(facts, start=1):
            self.sheet.write_string(row, 0, safe(fact))
        self.row = len(facts) + 2

    def _line(self, texts: tuple[str, ...], style: Any) -> None:
        for column, text in enumerate(texts):
            self.sheet.write_string(self.row, column, safe(text), style)
        self.row += 1

    def _lot(self, lot: BillLot) -> None:
        title = f"Los {lot.number}: {lot.title}" if lot.number else lot.title
        self._line((title, *("" for _ in self.heads[1:])), self.lot)
        for position in lot.positions:
            self._position(position)

    def _position(self, position: BillPosition) -> None:
        for column, text in enumerate((position.number, position.title, position.cpv, position.unit)):
            self.sheet.write_string(self.row, column, safe(text), self.text)
        for column, amount in enumerate((*position.quantities, position.total), start=len(FIXED)):
            self.sheet.write_number(self.row, column, _cell(amount), self.amount.of(amount))
        total = len(FIXED) + len(self.bill.buyers)
        self.sheet.write_blank(self.row, total + 1, None, self.open_price)
        self.sheet.write_formula(self.row, total + 2, f"=ROUND({_at(self.row, total)}*{_at(self.row, total + 1)},2)", self.sum, 0)
        self.row += 1

    def _foot(self) -> None:
        self.row += 1
        printed = f"Erstellt am {self.bill.printed_on:%d.%m.%Y}; Protokollstand {self.bill.journal_length}, {self.bill.journal_head}"
        self.sheet.write_string(self.row, 0, printed)

    def _layout(self) -> None:
        self.sheet.set_column(0, 0, 8)
        self.sheet.set_column(1, 1, 56)
        self.sheet.set_column(2, 3, 14)
        self.sheet.set_column(len(FIXED), len(self.heads) - 1, 14)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)


def _cell(amount: Decimal) -> float:
    """Return the number that an Excel cell keeps; refuse one that it could not keep exactly."""
    if len(amount.normalize().as_tuple().digits) > MOST_DIGITS:
        raise ValueError(f"{amount} has more digits than a cell keeps")
    return float(amount)


def _at(row: int, column: int) -> str:
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(row, column))
