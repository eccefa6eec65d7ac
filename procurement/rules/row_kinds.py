"""Tell demand from titles, headings, sums and remarks."""

import re
from collections.abc import Mapping

from procurement.cells import Raw, Sheet, shown
from procurement.rules.columns import Table
from procurement.rules.header_words import Field

SUM = re.compile(
    r"^\W*(?:zwischensumme|summen?|gesamt(?:summe|betrag|wert|kosten)?|(?:ue|ü)bertrag|insgesamt|endsumme|nettobetrag|(?:netto|brutto) ?summe|mwst|zzgl"
    r"|total|subtotal|sub-total|grand total|carry|carried)\b",
    re.IGNORECASE,
)
ONLY_SUM = re.compile(SUM.pattern.removesuffix(r"\b") + r"[\s:.=€\d,-]*", re.IGNORECASE)
NOTE = re.compile(r"^\s*[(*]|[.:!?_]\s*$|_{3,}|\b(?:bitte|geprüft|unterschrift|datum|stand)\b", re.IGNORECASE)
SECTION = re.compile(r"^\s*\*{2,}.*\*{2,}\s*$|^\s*[A-Z]\s{2,}\S|^\s*[-=]{2,}.*[-=]{2,}\s*$")
AMOUNTS = (Field.QUANTITY, Field.UNIT, Field.CONTENT, Field.TOTAL)


def values_of(sheet: Sheet, row: int, table: Table) -> dict[Field, list[tuple[int, Raw]]]:
    """Return the filled cells of a row by field."""
    found: dict[Field, list[tuple[int, Raw]]] = {}
    for column in table.columns:
        value = sheet.cell(row, column.number)
        if column.field is not None and value is not None and shown(value).strip():
            found.setdefault(column.field, []).append((column.number, value))
    return {field: _shown_first(sheet, cells) for field, cells in found.items()}


def _shown_first(sheet: Sheet, cells: list[tuple[int, Raw]]) -> list[tuple[int, Raw]]:
    """Leave out what a hidden column holds where a visible one says the same kind of thing."""
    return [cell for cell in cells if cell[0] not in sheet.hidden_columns] or cells


def row_text(sheet: Sheet, row: int) -> str:
    """Return what a row shows, for the person who looks for it."""
    return " ".join(text for value in sheet.rows[row - 1] if (text := " ".join(shown(value).split())))


def first_text(sheet: Sheet, row: int) -> str:
    """Return the first words of a row."""
    return next((" ".join(value.split()) for value in sheet.rows[row - 1] if isinstance(value, str) and value.strip()), "")


def is_sum(sheet: Sheet, row: int, values: Mapping[Field, object], *, counts: bool = True) -> bool:
    """Tell whether a row adds others up or carries a sum over."""
    texts = [value for value in sheet.rows[row - 1] if isinstance(value, str) and value.strip()]
    said = SUM.match if counts else ONLY_SUM.fullmatch  # in a list without quantities „Total Commander“ may be an article
    return not values.keys() & {Field.QUANTITY, Field.UNIT} and any(said(text) for text in texts[:2])


def is_heading(values: Mapping[Field, object]) -> bool:
    """Tell whether a row names no amount and no price: a section or a remark."""
    return not values.keys() & {*AMOUNTS, Field.PRICE, Field.AMOUNT}


def is_note(text: str) -> bool:
    """Tell a remark from a section."""
    return not SECTION.search(text) and bool(NOTE.search(text))
