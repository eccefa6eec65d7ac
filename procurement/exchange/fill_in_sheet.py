"""The fill-in list of a municipality as Excel: last year's lines, drop-downs, and only the cells open that are to be filled in."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from procurement.exchange.safe_cell import safe

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

SHEET, CHOICES = "Bedarf", "Verbund Auswahl"
HEADS = ("Artikel", "Ausführung", "Menge", "Einheit", "Letzter Preis netto", "Produktsachkonto", "Lieferort", "Bemerkung", "Zahlende Gemeinde", "Menge Vorjahr")
WIDTHS = (46, 30, 10, 22, 18, 22, 22, 30, 20, 14)
FIRST_ROW, FREE_ROWS = 5, 60
QUANTITY, UNIT, PRICE, PAYER = 2, 3, 4, 8
A4 = 9  # as Excel numbers the papers
LINE_HEIGHT = 15
OPEN = {"locked": False, "bg_color": "#FFF8DC", "border": 1, "border_color": "#BBBBBB", "valign": "top"}


@dataclass(frozen=True, kw_only=True)
class KnownLine:
    """What was asked for last year."""

    article: str
    specification: str
    unit: str
    quantity: Decimal
    price: Decimal | None
    account: str
    place: str
    payer: str


@dataclass(frozen=True, kw_only=True)
class FillIn:
    """All that stands in the fill-in list of one place."""

    title: str
    place: str
    explanation: str
    lines: Sequence[KnownLine]
    articles: Sequence[str]
    units: Sequence[str]
    payers: Sequence[str] = field(default=())


def write(content: FillIn) -> bytes:
    """Return the list as an xlsx file."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}) as book:
        book.set_properties({"title": content.title, "author": content.place})
        sheet, choices = book.add_worksheet(SHEET), book.add_worksheet(CHOICES)
        _choices(choices, content)
        _heads(book, sheet, content)
        last = _rows(book, sheet, content)
        _drop_downs(sheet, content, last)
        sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True})
        sheet.freeze_panes(FIRST_ROW, 1)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(FIRST_ROW - 1)
    return out.getvalue()


def _choices(sheet: "Worksheet", content: FillIn) -> None:
    for column, texts in enumerate((content.articles, content.units, content.payers)):
        for row, text in enumerate(texts):
            sheet.write_string(row, column, safe(text))
    sheet.protect()
    sheet.hide()


def _heads(book: "Workbook", sheet: "Worksheet", content: FillIn) -> None:
    sheet.write_string(0, 0, safe(content.title), book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(1, 0, safe(content.place))
    sheet.write_string(2, 0, safe(content.explanation))
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    for column, (head, width) in enumerate(zip(HEADS, WIDTHS, strict=True)):
        sheet.write_string(FIRST_ROW - 1, column, head, bold)
        sheet.set_column(column, column, width)


def _rows(book: "Workbook", sheet: "Worksheet", content: FillIn) -> int:
    """Write last year's lines with the article locked, then empty lines that are all open; returns the last row."""
    known, open_cell, open_price = (book.add_format(style) for style in ({"text_wrap": True, "valign": "top"}, OPEN, OPEN | {"num_format": "#,##0.00##"}))
    for row, line in enumerate(content.lines, start=FIRST_ROW):
        sheet.set_row(row, LINE_HEIGHT * _written_lines(line))
        texts = (line.article, line.specification, "", line.unit, "", line.account, line.place, "", line.payer)
        for column, text in enumerate(texts):
            _cell(sheet, row, column, text, known if column < QUANTITY else open_cell)
        if line.price is not None:
            sheet.write_number(row, PRICE, line.price, open_price)
        sheet.write_number(row, len(HEADS) - 1, line.quantity, known)
    last = FIRST_ROW + len(content.lines) + FREE_ROWS - 1
    for row in range(FIRST_ROW + len(content.lines), last + 1):
        for column in range(len(HEADS) - 1):
            sheet.write_blank(row, column, None, open_cell)
    return last


def _written_lines(line: KnownLine) -> int:
    """Count the lines that the longest locked text takes: LibreOffice lets it run into the next row otherwise."""
    return max(len(wrap(text, round(width * 1.1))) or 1 for text, width in zip((line.article, line.specification), WIDTHS, strict=False))


def _cell(sheet: "Worksheet", row: int, column: int, text: str, style: Any) -> None:
    if text:
        sheet.write_string(row, column, safe(text), style)
    else:
        sheet.write_blank(row, column, None, style)


def _drop_downs(sheet: "Worksheet", content: FillIn, last: int) -> None:
    """Offer what is known; other words may be typed, for the list never knows everything."""
    free = FIRST_ROW + len(content.lines)
    for first, column, source, texts in ((free, 0, "A", content.articles), (FIRST_ROW, UNIT, "B", content.units), (FIRST_ROW, PAYER, "C", content.payers)):
        if texts:
            rule = {"validate": "list", "source": f"='{CHOICES}'!${source}$1:${source}${len(texts)}", "error_type": "information"}
            sheet.data_validation(first, column, last, column, rule)
