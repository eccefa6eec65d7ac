"""Read a list that was taken in, outside any transaction, and keep what it says as staging."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import insert, select

from commons import jobs, journal
from commons.database import db, write
from commons.errors import RuleBroken
from commons.jobs import Progress
from commons.numbers import NumberLanguage, plain
from commons.people import Actor, find_actor
from commons.words import as_data, counted, say
from procurement.cells import Sheet, shown
from procurement.exchange.fill_in_sheet import CHOICES
from procurement.exchange.unreadable import UnreadableFile
from procurement.intake.payer_check import with_payers
from procurement.intake.payers import FIELD as PAYER
from procurement.intake.payers import OF_LINE, OF_LIST, Payers, usual_answers
from procurement.intake.uploads import JOB, clear_staging, mark_of, mark_unreadable
from procurement.intake.worked_out import worked_out
from procurement.models import Upload, UploadAnswer, UploadFault, UploadRow
from procurement.queries.uploads import answers_of, get_upload, lock_upload, remembered_mappings
from procurement.reading import Reading, SheetMapping, joined, read_demand
from procurement.rules.demand import Answers, DemandLine, Fault, RowRef, Skipped, SkipReason
from procurement.rules.header_words import Field
from procurement.stages import RowKind, UploadStage

BATCH = 2_000
ROUNDS = 3


@dataclass(frozen=True, kw_only=True)
class Carried:
    """An answer of the former file that fits a question of this one."""

    sheet: str | None
    row: int
    field: str
    value: str
    fingerprint: str
    article: str
    answered_by_id: int


def read_list(upload_id: int, *, by: Actor, progress: Progress | None = None) -> Upload:
    """Read a list and keep rows, faults and mapping; a file that cannot be read is marked so."""
    upload = get_upload(upload_id, by)
    known = {(answer.sheet or None, answer.row, answer.field): answer.value for answer in answers_of(upload)}
    try:
        reading, payers, carried = _read(upload, known, _told(progress), by=by)
    except UnreadableFile as problem:
        return write(mark_unreadable, upload_id, problem.message, by=by)
    if progress is not None:
        progress.say(
            1, 1, counted(len(reading.lines), say("%(count)s Zeile gelesen; sie wird abgelegt."), say("%(count)s Zeilen gelesen; sie werden abgelegt."))
        )
    return write(keep_reading, upload_id, reading, payers, carried, by=by)


def _told(progress: Progress | None) -> Callable[[int, int], None] | None:
    if progress is None:
        return None
    tell = progress
    return lambda done, total: tell.say(done, total, say("Die Liste wird gelesen."))


def _read(upload: Upload, known: Answers, told: Callable[[int, int], None] | None, *, by: Actor) -> tuple[Reading, Payers, list[Carried]]:
    """Read, let former answers find their questions again, and read once more with them."""
    content, name = upload.file.content, upload.file.name
    language = NumberLanguage(upload.language)
    layouts = remembered_mappings(by)
    remembered = {layout: {number: Field(field) for number, field in fields.items() if field != PAYER} for layout, fields in layouts.items()}
    paying = {layout: number for layout, fields in layouts.items() for number, field in fields.items() if field == PAYER}
    carried: list[Carried] = []

    def read(answers: Answers) -> tuple[Reading, Payers]:
        plain = _compared(read_demand(content, name, language=language, remembered=remembered, answers=answers, progress=told), answers)
        return with_payers(plain, answers, paying, year=upload.year, by=by)

    reading, payers = read(known)
    former = [] if known or upload.mapping else [*_former_answers(upload), *usual_answers(reading, by=by)]
    for _ in range(ROUNDS if former else 0):
        more = _fitting(reading, former, carried)
        if not more:
            break
        carried.extend(more)
        answers = {**known, **{(found.sheet, found.row, found.field): found.value for found in carried}}
        reading, payers = read(answers)
    return reading, payers, carried


def _compared(reading: Reading, answers: Answers) -> Reading:
    """Ask about lines in a dimension that cannot be compared, unless the clerk has already said that the unit is meant so."""
    whole = joined([reading])
    said = {line.ref for line in reading.lines if (line.ref.sheet, line.ref.row, "unit") in answers}
    kept, blank = {line.ref for line in whole.lines} | said, _left_blank(reading)
    unneeded = tuple(Skipped(ref=ref, reason=SkipReason.ZERO) for ref in sorted(blank, key=lambda ref: ref.row))
    return replace(
        reading,
        lines=tuple(line for line in reading.lines if line.ref in kept),
        faults=tuple(fault for fault in whole.faults if (fault.ref not in said or fault in reading.faults) and fault.ref not in blank),
        skipped=(*(row for row in reading.skipped if row.ref.sheet != CHOICES), *unneeded),
    )


def _left_blank(reading: Reading) -> frozenset[RowRef]:
    """Return the rows of our own fill-in list that nobody filled in: what is not needed is left blank there."""
    sheets = {sheet.name: sheet for sheet in reading.sheets}
    if CHOICES not in sheets:
        return frozenset()
    asked = (fault for fault in reading.faults if fault.field == "quantity")
    return frozenset(fault.ref for fault in asked if not shown(sheets[fault.ref.sheet].cell(fault.ref.row, fault.column)).strip())


def _former_answers(upload: Upload) -> list[UploadAnswer]:
    if upload.replaces_id is None:
        return []
    return list(db.session.scalars(select(UploadAnswer).where(UploadAnswer.upload_id == upload.replaces_id).order_by(UploadAnswer.id)))


def _fitting(reading: Reading, former: list[UploadAnswer], carried: list[Carried]) -> list[Carried]:
    """Return the former answers whose questions come again; of several alike, each finds its own."""
    asked = {mark: iter(places) for mark, places in _questions(reading, with_lines=any(old.field == OF_LINE for old in former)).items()}
    taken = {(found.sheet, found.row, found.field) for found in carried}
    fitting = []
    for old in former:
        place = next(asked.get(old.fingerprint, iter(())), None)
        if place is None or (*place, old.field) in taken:
            continue
        taken.add((*place, old.field))
        same = {"value": old.value, "fingerprint": old.fingerprint, "article": old.article}
        fitting.append(Carried(sheet=place[0], row=place[1], field=old.field, answered_by_id=old.answered_by_id, **same))
    return fitting


def _questions(reading: Reading, *, with_lines: bool) -> dict[str, list[tuple[str | None, int]]]:
    """Return where each question stands, by what it is about; a line may be asked who pays it alone."""
    sheets = {sheet.name: sheet for sheet in reading.sheets}
    questions: dict[str, list[tuple[str | None, int]]] = {}
    for fault in reading.faults:
        mark = mark_of(fault.field, fault.text, shown(sheets[fault.ref.sheet].cell(fault.ref.row, fault.column)))
        questions.setdefault(mark, []).append((fault.ref.sheet, fault.ref.row))
    for skipped in reading.skipped:
        if skipped.reason.value == "hidden":
            text = " ".join(filter(None, _cells(sheets[skipped.ref.sheet], skipped.ref.row)))
            questions.setdefault(mark_of("hidden", "", text), []).append((skipped.ref.sheet, skipped.ref.row))
    for line in reading.lines if with_lines else ():
        questions.setdefault(mark_of(OF_LINE, line.text, ""), []).append((line.ref.sheet, line.ref.row))
    return questions


def keep_reading(upload_id: int, reading: Reading, payers: Payers, carried: list[Carried], *, by: Actor) -> Upload:
    """Keep what was read: every row with its cells, faults beside them, the mapping of every table."""
    upload = lock_upload(upload_id, by)
    if upload.stage not in {UploadStage.READING, UploadStage.SETTLING}:
        return upload  # thrown away or taken over while it was being read
    clear_staging(upload)
    for found in carried:
        values = {"sheet": found.sheet or "", "row": found.row, "field": found.field, "value": found.value, "fingerprint": found.fingerprint}
        db.session.add(UploadAnswer(upload_id=upload.id, article=found.article, answered_by_id=found.answered_by_id, **values))
    upload.stage, upload.mapping, upload.problem = UploadStage.SETTLING, [mapping_data(mapping, payers) for mapping in reading.mappings], None
    db.session.flush()
    _insert_rows(upload, reading, payers)
    facts = {"lines": len(reading.lines), "faults": len(reading.faults), "skipped": len(reading.skipped), "carried": len(carried)}
    journal.record("upload.read", subject=("upload", upload.id), by=by, after=facts, municipalities=[upload.municipality_id])
    return upload


def mapping_data(mapping: SheetMapping, payers: Payers) -> dict[str, Any]:
    """Return the columns of a table as plain data for the page."""
    table = mapping.table
    paying = payers.columns.get(mapping.sheet)
    columns = [
        {"number": column.number, "heading": column.heading, "field": column.field.value if column.field else PAYER if column.number == paying else ""}
        for column in table.columns
    ]
    return {"sheet": mapping.sheet, "signature": table.signature, "first": table.header_first, "last": table.header_last, "columns": columns}


def _insert_rows(upload: Upload, reading: Reading, payers: Payers) -> None:
    sheets = {sheet.name: sheet for sheet in reading.sheets}
    lines: dict[tuple[str | None, int], list[DemandLine]] = {}
    faults: dict[tuple[str | None, int], list[Fault]] = {}
    for line in reading.lines:
        lines.setdefault((line.ref.sheet, line.ref.row), []).append(line)
    for fault in reading.faults:
        faults.setdefault((fault.ref.sheet, fault.ref.row), []).append(fault)
    reasons = {(skipped.ref.sheet, skipped.ref.row): skipped.reason.value for skipped in reading.skipped}
    order = {sheet.name: place for place, sheet in enumerate(reading.sheets)}
    places = sorted({*lines, *faults, *reasons}, key=lambda place: (order[place[0]], place[1]))
    for start in range(0, len(places), BATCH):
        batch = places[start : start + BATCH]
        values = [_row_values(upload, sheets[sheet], row, lines, faults, reasons, payers) for sheet, row in batch]
        ids = list(db.session.scalars(insert(UploadRow).returning(UploadRow.id, sort_by_parameter_order=True), values))
        found = [_fault_values(row_id, fault, sheets[place[0]], payers) for row_id, place in zip(ids, batch, strict=True) for fault in faults.get(place, [])]
        if found:
            db.session.execute(insert(UploadFault), found)


def _row_values(
    upload: Upload,
    sheet: Sheet,
    row: int,
    lines: Mapping[tuple[str | None, int], list[DemandLine]],
    faults: Mapping[tuple[str | None, int], list[Fault]],
    reasons: Mapping[tuple[str | None, int], str],
    payers: Payers,
) -> dict[str, Any]:
    place = (sheet.name, row)
    kind = RowKind.FAULT if place in faults else RowKind.LINE if place in lines else RowKind.SKIPPED
    said = [line_data(line) | {"payer": payers.of_row.get(place)} for line in lines.get(place, [])]
    return {
        "upload_id": upload.id,
        "sheet": sheet.name,
        "row": row,
        "kind": kind,
        "reason": reasons.get(place),
        "cells": _cells(sheet, row),
        "lines": said,
    }


def _cells(sheet: Sheet, row: int) -> list[str]:
    return [" ".join(shown(value).split()) for value in sheet.rows[row - 1]]


def _fault_values(row_id: int, fault: Fault, sheet: Sheet, payers: Payers) -> dict[str, Any]:
    place = (fault.ref.sheet, fault.ref.row)
    choices = payers.choices[place] if fault.field in {PAYER, OF_LIST} else [plain(reading).replace(".", ",") for reading in fault.readings]
    result = worked_out(shown(sheet.cell(fault.ref.row, fault.column)))
    return {
        "upload_row_id": row_id,
        "column": fault.column_letter,
        "kind": fault.kind.value,
        "field": fault.field,
        "article": fault.text,
        "message": as_data(fault.message),
        "choices": choices or ([result] if result else []),
    }


def line_data(line: DemandLine) -> dict[str, Any]:
    """Return a line as plain data, exact."""
    return {
        "part": line.ref.part,
        "text": line.text,
        "specification": line.specification,
        "quantity": plain(line.quantity),
        "unit": line.unit,
        "quantity_in_base_unit": plain(line.quantity_in_base_unit),
        "base_unit": line.base_unit,
        "price_net": None if line.price_net is None else plain(line.price_net, places=4),
        "price_net_per_base_unit": None if line.price_net_per_base_unit is None else plain(line.price_net_per_base_unit, places=6),
        "place": line.place or line.department,
        "account": line.account,
        "note": line.note,
        "reading": reading_data(line),
    }


def reading_data(line: DemandLine) -> dict[str, Any]:
    """Return what the matching needs of a line beside its text and quantity."""
    known = {
        "packs": [[code, plain(factor)] for code, factor in line.packs],
        "others": [[plain(factor), base] for factor, base in line.other_readings],
        "spans": [list(span) for span in line.pack_spans],
        "section": line.section,
        "group": line.group,
        "department": line.department,
        "article_number": line.article_number,
        "ean": line.ean,
        "brand": line.brand,
    }
    return {key: value for key, value in known.items() if value}


@jobs.job(JOB)
def _read_in_background(progress: Progress, *, upload_id: int, person_id: int, organisation_id: int) -> dict[str, Any]:
    read_list(upload_id, by=sender_of(person_id, organisation_id), progress=progress)
    return {"upload_id": upload_id}


def sender_of(person_id: int, organisation_id: int) -> Actor:
    """Return who sent a list that is read in the background."""
    actor = find_actor(person_id, organisation_id)
    if actor is None:
        raise RuleBroken(say("Wer die Liste hochgeladen hat, handelt nicht mehr für diese Organisation."))
    return actor
