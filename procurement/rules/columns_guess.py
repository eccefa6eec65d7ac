"""Where no heading is understood, guess from the cells what the columns hold; the person sees the guess and corrects it."""

import itertools
from collections.abc import Callable, Sequence
from decimal import Decimal

from commons.units import standard_units
from procurement.cells import Raw, Sheet, shown
from procurement.rules.columns import Column, Table
from procurement.rules.header_words import Field, meanings

LOOKED_AT = 200
FEWEST_ROWS = 1
MOSTLY = 0.6


def guess_table(sheet: Sheet) -> Table | None:
    """Return the table that the cells suggest, None where there is no article beside a number."""
    rows = [number for number, row in enumerate(sheet.rows, start=1) if sum(_filled(value) for value in row) >= 2]
    if len(rows) <= FEWEST_ROWS:
        return None
    header = rows[0] if not any(_is_number(value) for value in sheet.rows[rows[0] - 1]) else None
    body = [row for row in rows if row != header][:LOOKED_AT]
    width = max(len(sheet.rows[row - 1]) for row in rows)
    headings = {number: shown(sheet.cell(header, number)).strip() if header else "" for number in range(1, width + 1)}
    fields = _fields({number: [sheet.cell(row, number) for row in body] for number in headings}, headings)
    if Field.ARTICLE not in fields.values() or Field.QUANTITY not in fields.values():
        return None
    columns = tuple(Column(number=number, heading=heading, field=fields.get(number)) for number, heading in headings.items())
    first, last = (header, header) if header else (rows[0], rows[0] - 1)
    return Table(header_first=first, header_last=last, last_row=len(sheet.rows), columns=columns, title="")


def _fields(cells: dict[int, list[Raw]], headings: dict[int, str]) -> dict[int, Field]:
    fields = {number: found[0].field for number, heading in headings.items() if heading and (found := meanings(heading))}
    numbers = [number for number, values in cells.items() if number not in fields and _share(values, _is_number) >= MOSTLY and not _counts_up(values)]
    units = [number for number, values in cells.items() if number not in fields and _share(values, _is_unit) >= MOSTLY]
    texts = [number for number in cells if number not in fields and number not in numbers and number not in units]
    if Field.QUANTITY not in fields.values() and numbers:
        fields[numbers[0]] = Field.QUANTITY
    if Field.UNIT not in fields.values() and units:
        fields[units[0]] = Field.UNIT
    if Field.ARTICLE not in fields.values() and texts:
        fields[max(texts, key=lambda number: (_length(cells[number]), -number))] = Field.ARTICLE
    return fields


def _filled(value: Raw) -> bool:
    return bool(shown(value).strip())


def _is_number(value: Raw) -> bool:
    return isinstance(value, Decimal) or (isinstance(value, str) and value.strip().replace(".", "").replace(",", "").isdecimal())


def _is_unit(value: Raw) -> bool:
    return isinstance(value, str) and standard_units().find(value) is not None


def _share(values: Sequence[Raw], test: Callable[[Raw], bool]) -> float:
    given = [value for value in values if _filled(value)]
    return sum(test(value) for value in given) / len(given) if given else 0.0


def _counts_up(values: Sequence[Raw]) -> bool:
    numbers = [int(shown(value)) for value in values if shown(value).strip().isdecimal()]
    return len(numbers) > 2 and all(later - earlier == 1 for earlier, later in itertools.pairwise(numbers))


def _length(values: Sequence[Raw]) -> float:
    given = [len(shown(value)) for value in values if _filled(value)]
    return sum(given) / len(given) if given else 0.0
