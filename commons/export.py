"""Tables that leave the house as CSV or Excel, in German habits; nothing in them is ever run as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

LONGEST_CELL = 32_000  # Excel takes 32,767 characters
# A sheet program takes a text that begins so for a formula.
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")


def neutral(text: str) -> str:
    """Return a text that no sheet program takes for a formula."""
    return f"'{text}" if text.startswith(RISKY) else text


def as_csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Write a table for German sheet programs: semicolons, and a mark that says UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([neutral(cell) for cell in head])
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Write a table as an Excel sheet of plain texts with a frozen head."""
    return as_workbook([(title, head, rows)])


def as_workbook(tables: Iterable[tuple[str, Sequence[str], Iterable[Sequence[str]]]]) -> bytes:
    """Write several tables as one Excel workbook, each on a sheet of its own."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        for title, head, rows in tables:
            sheet = book.add_worksheet(title[:31])
            sheet.freeze_panes(1, 0)
            for number, cells in enumerate([head, *rows]):
                for column, cell in enumerate(cells):
                    sheet.write_string(number, column, neutral(cell)[:LONGEST_CELL])
            sheet.autofilter(0, 0, 0, max(0, len(head) - 1))
    return out.getvalue()
