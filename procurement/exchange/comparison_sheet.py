"""Write the comparison of bids as an Excel file: one sheet a lot and one over all lots."""

import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from procurement.exchange.amount_style import AmountStyle
from procurement.exchange.comparison import ComparedBidder, ComparedCell, ComparedLot, ComparedSum, Comparison
from procurement.exchange.safe_cell import safe

FIXED = ("Pos.", "Bezeichnung", "Menge", "Einheit")
OF_BIDDER = 3  # columns: unit price, total, the bidder's own total
MOST_DIGITS = 15
BEST = "★ "  # said besides the colour: the lowest price of the row


def write(comparison: Comparison) -> bytes:
    """Return the comparison as an xlsx file; texts of bidders never become formulas."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": f"Preisspiegel {comparison.title}", "subject": "Preisspiegel"})
        for lot in comparison.lots:
            _Page(book, lot.name).lot(comparison, lot)
        _Page(book, "Gesamt").over_all(comparison)
    return out.getvalue()


class _Page:
    """Fill one sheet from top to bottom."""

    def __init__(self, book: Any, name: str) -> None:
        self.sheet = book.add_worksheet(name[:31])
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.amount = AmountStyle(book)
        self.price = book.add_format({"num_format": "#,##0.0000", "valign": "top"})
        self.money = book.add_format({"num_format": "#,##0.00", "valign": "top"})
        self.stated = book.add_format({"num_format": "#,##0.00", "valign": "top", "italic": True, "font_color": "#7A2E00"})
        self.sum = book.add_format({"num_format": "#,##0.00", "bold": True, "top": 1})
        marked = {"bold": True, "bg_color": "#DDF2E3", "valign": "top"}
        self.best = book.add_format(marked | {"num_format": f'"{BEST}"#,##0.0000'})
        self.best_sum = book.add_format(marked | {"num_format": f'"{BEST}"#,##0.00', "top": 1})
        self.row = 0

    def lot(self, comparison: Comparison, lot: ComparedLot) -> None:
        """Write the positions of a lot with unit price and total of each bidder."""
        self._facts(f"{lot.name}: {lot.title}", comparison)
        heads = [text for bidder in lot.bidders for text in (f"{_headed(bidder)}\nEP netto", "GP netto", "GP angegeben")]
        self._texts([*FIXED, *heads], self.head)
        self.sheet.freeze_panes(self.row, 2)
        for row in lot.rows:
            for column, text in ((0, row.number), (1, row.text), (3, row.unit)):
                self.sheet.write_string(self.row, column, safe(text), self.text)
            self.sheet.write_number(self.row, 2, _cell(row.quantity), self.amount.of(row.quantity))
            for place, cell in enumerate(row.cells):
                self._cell(len(FIXED) + OF_BIDDER * place, cell)
            self.row += 1
        self._sums(lot.sums, first=len(FIXED) + 1, step=OF_BIDDER)
        self._layout(len(FIXED) + OF_BIDDER * len(lot.bidders))

    def _cell(self, column: int, cell: ComparedCell) -> None:
        """Write unit price and total by our reckoning, and the bidder's own total where it differs."""
        self._amount(column, cell.unit_price, self.best if cell.is_best else self.price)
        self._amount(column + 1, cell.total, self.money)
        self._amount(column + 2, cell.stated_total, self.stated)

    def over_all(self, comparison: Comparison) -> None:
        """Write the sums of every bidder over the lots."""
        self._facts(comparison.title, comparison)
        self._texts(["", *(_headed(bidder) for bidder in comparison.bidders)], self.head)
        self._sums(comparison.sums, first=1, step=1, title_column=0)
        self.sheet.set_column(0, 0, 40)
        self.sheet.set_column(1, len(comparison.bidders), 22)

    def _facts(self, title: str, comparison: Comparison) -> None:
        self.sheet.write_string(0, 0, safe(f"Preisspiegel {title}"), self.title)
        rule = "Es gilt der Einheitspreis; weicht die Angabe des Bieters ab, steht sie unverändert daneben."
        self.sheet.write_string(1, 0, f"{comparison.state}. Verglichen wird {comparison.basis}. {rule} {BEST}= niedrigster gewerteter Preis.")
        self.row = 3

    def _texts(self, texts: Sequence[str], style: Any) -> None:
        for column, text in enumerate(texts):
            self.sheet.write_string(self.row, column, safe(text), style)
        self.row += 1

    def _sums(self, sums: Sequence[ComparedSum], *, first: int, step: int, title_column: int = 1) -> None:
        for total in sums:
            self.sheet.write_string(self.row, title_column, safe(str(total.title)), self.head)
            for place, amount in enumerate(total.amounts):
                self._amount(first + step * place, amount, self.best_sum if place in total.best else self.sum)
            self.row += 1

    def _amount(self, column: int, amount: Decimal | None, style: Any) -> None:
        if amount is not None:
            self.sheet.write_number(self.row, column, _cell(amount), style)

    def _layout(self, columns: int) -> None:
        self.sheet.set_column(0, 0, 8)
        self.sheet.set_column(1, 1, 48)
        self.sheet.set_column(2, columns, 15)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)


def _headed(bidder: ComparedBidder) -> str:
    return f"{bidder.name} ({bidder.remark})" if bidder.remark else bidder.name


def _cell(amount: Decimal) -> float:
    """Return the number that an Excel cell keeps; refuse one that it could not keep exactly."""
    if len(amount.normalize().as_tuple().digits) > MOST_DIGITS:
        raise ValueError(f"{amount} has more digits than a cell keeps")
    return float(amount)
