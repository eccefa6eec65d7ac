"""Read a demand list from its bytes: the sheets of `exchange` and the rules put together, for the upload and the command line alike."""

import itertools
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from decimal import Decimal

from commons.errors import RuleBroken
from commons.numbers import NumberLanguage
from procurement.cells import Sheet
from procurement.exchange import demand_sheet
from procurement.rules import row_kinds
from procurement.rules.columns import Table, find_tables, with_mapping
from procurement.rules.columns_guess import guess_table
from procurement.rules.comparable import by_first_word, without_incomparable
from procurement.rules.demand import Answers, DemandLine, Fault, RowRef, Skipped, SkipReason
from procurement.rules.demand_lines import Lines, ListTerms, TableReader
from procurement.rules.header_words import Field

WORTH_A_PROCESS = 400_000  # bytes
RememberedMappings = Mapping[str, Mapping[int, Field]]
Progress = Callable[[int, int], None]  # rows done, rows in all


@dataclass(frozen=True, kw_only=True)
class SheetMapping:
    """Which columns of a sheet were understood as what; shown before anything is saved."""

    sheet: str | None
    table: Table


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Everything a file says: lines, faults, rows passed over, the mapping, and the sheets to show."""

    name: str
    lines: tuple[DemandLine, ...]
    faults: tuple[Fault, ...]
    skipped: tuple[Skipped, ...]
    mappings: tuple[SheetMapping, ...]
    sheets: tuple[Sheet, ...]


def read_demands(files: Sequence[tuple[bytes, str]], *, language: NumberLanguage = NumberLanguage.GERMAN) -> list[Reading]:
    """Read several lists, large ones side by side in processes of their own; raises as `read_demand` does, for the first that cannot be read."""
    if len(files) < 2 or sum(len(content) for content, _ in files) < WORTH_A_PROCESS:
        return [read_demand(content, name, language=language) for content, name in files]
    with ProcessPoolExecutor(max_workers=min(len(files), os.cpu_count() or 1)) as processes:
        readings = list(processes.map(_read_apart, files, itertools.repeat(language)))
    return [reading or read_demand(content, name, language=language) for reading, (content, name) in zip(readings, files, strict=True)]


def _read_apart(file: tuple[bytes, str], language: NumberLanguage) -> Reading | None:
    """Read a list in a process of its own; what cannot be read is read again where its sentence is wanted."""
    try:
        return read_demand(*file, language=language)
    except RuleBroken:
        return None


def read_demand(
    content: bytes,
    name: str,
    *,
    language: NumberLanguage = NumberLanguage.GERMAN,
    vat_percent: Decimal = Decimal(19),
    remembered: RememberedMappings | None = None,
    answers: Answers | None = None,
    progress: Progress | None = None,
) -> Reading:
    """Read a demand list; raises UnreadableFile with a sentence for the sender where the file as a whole cannot be read."""
    terms = ListTerms(list=name, vat_percent=vat_percent, language=language)
    sheets = demand_sheet.read(content)
    found = Lines()
    mappings: list[SheetMapping] = []
    guessed = not any(find_tables(sheet) for sheet in sheets)
    for sheet in sheets:
        tables = _tables(sheet, remembered or {}, guessed=guessed)
        mappings.extend(SheetMapping(sheet=sheet.name, table=table) for table in tables)
        found.skipped.extend(_outside(sheet, tables, name))
        for table in tables:
            _add(found, TableReader(sheet, table, terms, answers or {}).read(_told(progress, sheets, sheet)))
    return Reading(name=name, lines=tuple(found.lines), faults=tuple(found.faults), skipped=tuple(found.skipped), mappings=tuple(mappings), sheets=sheets)


def _told(progress: Progress | None, sheets: Sequence[Sheet], sheet: Sheet) -> Callable[[int], None] | None:
    """Count the rows of the sheets before with those of this one."""
    if progress is None:
        return None
    before = sum(len(other.rows) for other in sheets[: sheets.index(sheet)])
    return lambda rows: progress(before + rows, sum(len(other.rows) for other in sheets))


def _tables(sheet: Sheet, remembered: RememberedMappings, *, guessed: bool) -> tuple[Table, ...]:
    """Find the tables of a sheet by their headings, or where no sheet has a known heading by the cells."""
    tables = find_tables(sheet, remembered)
    guess = guess_table(sheet) if guessed and not tables else None
    return (with_mapping(guess, remembered),) if guess else tables


def joined(readings: Sequence[Reading]) -> Reading:
    """Join the readings of several files; what they name in dimensions that cannot be compared is asked."""
    lines = tuple(line for reading in readings for line in reading.lines)
    odd, faults = without_incomparable(by_first_word(lines))
    return Reading(
        name=", ".join(reading.name for reading in readings),
        lines=tuple(line for line in lines if line.ref not in odd),
        faults=(*(fault for reading in readings for fault in reading.faults), *faults),
        skipped=tuple(row for reading in readings for row in reading.skipped),
        mappings=tuple(mapping for reading in readings for mapping in reading.mappings),
        sheets=tuple(sheet for reading in readings for sheet in reading.sheets),
    )


def _add(found: Lines, more: Lines) -> None:
    found.lines.extend(more.lines)
    found.faults.extend(more.faults)
    found.skipped.extend(more.skipped)


def _outside(sheet: Sheet, tables: Sequence[Table], name: str) -> list[Skipped]:
    """Name the rows above the first table, those of the headings, and all rows of a sheet without a table."""
    first = tables[0].header_first if tables else len(sheet.rows) + 1
    headings = {row for table in tables for row in range(table.header_first, table.header_last + 1)}
    skipped = []
    for row in [*range(1, first), *sorted(headings)]:
        text = row_kinds.row_text(sheet, row)
        if text:
            reason = SkipReason.HEADER if row in headings else SkipReason.TITLE if tables else SkipReason.NOTE
            skipped.append(Skipped(ref=RowRef(list=name, sheet=sheet.name, row=row), reason=reason, text=text))
    return skipped
