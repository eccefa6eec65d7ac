"""Find the tables of a sheet: where the heading is, and what each column holds."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from procurement.cells import Raw, Sheet, shown
from procurement.rules.header_words import Field, Meaning, meanings, words_of

FEWEST_HEADINGS = 2
MOST_HEADING_TEXT = 60
ONLY_ONCE = frozenset(Field) - {Field.SPECIFICATION, Field.NOTE, Field.PLACE, Field.ACCOUNT, Field.IGNORE}


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table, with its heading as the clerk sees it."""

    number: int
    heading: str
    field: Field | None


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of a sheet: rows of heading, rows of content, columns."""

    header_first: int
    header_last: int
    last_row: int
    columns: tuple[Column, ...]
    title: str

    @property
    def signature(self) -> str:
        """Name the layout, so that a corrected mapping is found again for the same headings."""
        return " | ".join(" ".join(words_of(column.heading)) for column in self.columns)

    def numbers(self, field: Field) -> tuple[int, ...]:
        """Return the columns that hold a field, from left to right."""
        return tuple(column.number for column in self.columns if column.field is field)

    def number(self, field: Field) -> int | None:
        """Return the first column that holds a field."""
        return next(iter(self.numbers(field)), None)

    def heading(self, field: Field) -> str:
        """Return the heading of the first column that holds a field."""
        return next((column.heading for column in self.columns if column.field is field), "")


def find_tables(sheet: Sheet, remembered: Mapping[str, Mapping[int, Field]] | None = None) -> tuple[Table, ...]:
    """Find the tables of a sheet from top to bottom; a heading repeated on a new page opens no new table."""
    tables: list[Table] = []
    row, title = 1, []
    while row <= len(sheet.rows):
        header = _header_at(sheet, row)
        if header is None or (tables and _same_layout(header, tables[-1])):
            title.append(" ".join(text for text in map(_text, sheet.rows[row - 1]) if text) if not tables else "")
            row += 1
            continue
        tables.append(replace(header, title=" ".join(title)))
        row = header.header_last + 1
    return tuple(with_mapping(table, remembered or {}) for table in _bounded(tables, len(sheet.rows)))


def is_header(sheet: Sheet, row: int, table: Table) -> bool:
    """Tell whether a row repeats the heading of its table."""
    texts = [" ".join(words_of(_text(value))) for value in sheet.rows[row - 1]]
    wanted = {column.number: words_of(column.heading) for column in table.columns}
    filled = [(number, text) for number, text in enumerate(texts, start=1) if text]
    same = sum(bool(set(text.split()) & set(wanted.get(number, ()))) for number, text in filled)
    return len(filled) >= FEWEST_HEADINGS and same >= FEWEST_HEADINGS and same >= 0.7 * len(filled)


def _bounded(tables: list[Table], last: int) -> list[Table]:
    ends = [table.header_first - 1 for table in tables[1:]] + [last] * bool(tables)
    return [replace(table, last_row=end) for table, end in zip(tables, ends, strict=True)]


def with_mapping(table: Table, remembered: Mapping[str, Mapping[int, Field]]) -> Table:
    """Put the mapping that a person once corrected for the same headings."""
    known = remembered.get(table.signature)
    if known is None:
        return table
    return replace(table, columns=tuple(replace(column, field=known.get(column.number, column.field)) for column in table.columns))


def _same_layout(header: Table, table: Table) -> bool:
    return header.signature == table.signature


def _text(value: Raw) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _header_at(sheet: Sheet, row: int) -> Table | None:
    """Return the table whose heading begins in this row, if one does."""
    top = _headings(sheet, row)
    if not _may_be_header(sheet, row) or not _says_enough(top):
        return None
    last = row
    if row < len(sheet.rows) and _continues(sheet, row, top):
        top, last = _two_rows(sheet, row, top), row + 1
    columns = _with_fields({number: heading for number, heading in top.items() if heading})
    if not {Field.ARTICLE, Field.QUANTITY} & {column.field for column in columns}:
        return None
    return Table(header_first=row, header_last=last, last_row=len(sheet.rows), columns=columns, title="")


def _headings(sheet: Sheet, row: int) -> dict[int, str]:
    texts = {number: _text(value) for number, value in enumerate(sheet.rows[row - 1], start=1)}
    for merge in sheet.merges:
        if merge.first_row == row and merge.first_column < merge.last_column:
            for number in range(merge.first_column, merge.last_column + 1):
                texts[number] = texts.get(merge.first_column, "")
    return texts


def _may_be_header(sheet: Sheet, row: int) -> bool:
    values = [value for value in sheet.rows[row - 1] if value is not None and _shown(value)]
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) < FEWEST_HEADINGS or len(texts) < 0.8 * len(values) or max(map(len, texts)) > MOST_HEADING_TEXT:
        return False
    return not any(text.strip()[0].isdecimal() or text.strip()[0] in "-€" for text in texts)


def _shown(value: Raw) -> str:
    return shown(value).strip()


def _says_enough(headings: Mapping[int, str]) -> bool:
    fields = {found[0].field for heading in headings.values() if heading and (found := meanings(heading))}
    filled = sum(1 for heading in headings.values() if heading)
    return len(fields) >= FEWEST_HEADINGS and bool(fields & {Field.ARTICLE, Field.QUANTITY}) and len(fields) >= 0.3 * filled


def _continues(sheet: Sheet, row: int, top: Mapping[int, str]) -> bool:
    """Tell whether the next row is the second row of a merged heading."""
    below = sheet.rows[row]
    texts = {number: _text(value) for number, value in enumerate(below, start=1) if _text(value)}
    if not texts or any(isinstance(value, Decimal) for value in below) or any(any(map(str.isdigit, text)) for text in texts.values()):
        return False
    merged = {
        number for merge in sheet.merges if merge.first_row == row and merge.last_row == row for number in range(merge.first_column, merge.last_column + 1)
    }
    known = [number for number, text in texts.items() if meanings(text)]
    bridged = any(merge.first_row == row and merge.last_row == row + 1 for merge in sheet.merges)  # a heading cell that is two rows high
    under = bridged or all(number in merged or not top.get(number) for number in texts)
    return under and (bool(known) or bool(merged & set(texts)))


def _two_rows(sheet: Sheet, row: int, top: Mapping[int, str]) -> dict[int, str]:
    below = {number: _text(value) for number, value in enumerate(sheet.rows[row], start=1)}
    numbers = sorted(set(top) | set(below))
    return {number: " / ".join(text for text in (top.get(number, ""), below.get(number, "")) if text) for number in numbers}


def _meanings(heading: str) -> tuple[Meaning, ...]:
    """Return what a heading may mean: of two rows the lower one says it, what only both together say is a weak hint."""
    lower = meanings(heading.rpartition(" / ")[2])
    said = {meaning.field for meaning in lower}
    return (*lower, *(Meaning(meaning.field, meaning.strength / 4) for meaning in meanings(heading) if meaning.field not in said))


def _with_fields(headings: Mapping[int, str]) -> tuple[Column, ...]:
    """Give every column the field that its heading says most strongly; a field that exists once goes to the strongest column."""
    claims = sorted(((meaning.strength, -number, meaning.field) for number, heading in headings.items() for meaning in _meanings(heading)), reverse=True)
    fields: dict[int, Field] = {}
    for _, negative, field in claims:
        if -negative not in fields and (field not in ONLY_ONCE or field not in fields.values()):
            fields[-negative] = field
    _settle_article(fields, headings)
    _settle_total_unit(fields, headings)
    return tuple(Column(number=number, heading=heading, field=fields.get(number)) for number, heading in sorted(headings.items()))


def _settle_article(fields: dict[int, Field], headings: Mapping[int, str]) -> None:
    """Where no column is called article, the description is the article."""
    if Field.ARTICLE in fields.values():
        return
    for wanted in (Field.SPECIFICATION, Field.GROUP):
        for number in sorted(headings):
            if fields.get(number) is wanted:
                fields[number] = Field.ARTICLE
                return


def _settle_total_unit(fields: dict[int, Field], headings: Mapping[int, str]) -> None:
    """Where a total stands beside the packs, the unit that follows it belongs to the total."""
    total = next((number for number, field in fields.items() if field is Field.TOTAL), None)
    if total is None or Field.QUANTITY not in fields.values():
        if total is not None:
            fields[total] = Field.QUANTITY
        return
    units = [number for number in sorted(headings) if any(meaning.field is Field.UNIT for meaning in _meanings(headings[number]))]
    if total + 1 not in units:
        return
    fields[total + 1] = Field.TOTAL_UNIT
    packs = next((number for number in units if number != total + 1 and fields.get(number) in {None, Field.UNIT}), None)
    if packs is not None:
        fields[packs] = Field.UNIT
