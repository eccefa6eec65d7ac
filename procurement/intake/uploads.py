"""Take a demand list in, keep what was read as staging, and keep the clerk's answers."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select

from commons import clock, files, jobs, journal
from commons.database import db
from commons.errors import NotAllowed, NotFound, RuleBroken
from commons.people import Actor
from commons.permissions import Permission
from commons.units import folded
from commons.words import Message, as_data, say
from cooperation.queries import get_measure
from procurement.intake.payers import OF_LINE, OF_LIST, find_town, towns
from procurement.models import RememberedMapping, Upload, UploadAnswer, UploadFault, UploadRow
from procurement.queries.surveys import find_open_round
from procurement.queries.uploads import find_same_file, get_upload, lock_upload
from procurement.stages import UPLOAD_STAGE_NAMES, NotEditable, UploadStage, check_upload_step

# Reading a file of this size takes more than a second or two: it is done in the background.
LONG_BYTES = 120_000
JOB, JOB_BY_LINK = "procurement.read_list", "procurement.read_list_by_link"


class SameFile(RuleBroken):
    """The same file is the same demand and is not counted twice."""

    status = 409

    def __init__(self, upload: Upload) -> None:
        super().__init__(
            say("Diese Datei haben Sie am %(day)s schon hochgeladen. Der Bedarf wird nicht doppelt gezählt.", day=upload.created_at.date()), field="file"
        )
        self.upload_id = upload.id


class NoLineChosen(RuleBroken):
    """Whoever names another payer says for which lines."""

    def __init__(self) -> None:
        super().__init__(say("Bitte wählen Sie die Zeilen, die eine andere Gemeinde zahlt."), field="rows")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Say what should have stood in a cell or row, and which question that answers."""

    fault_id: int
    field: str
    value: str


def take_in(
    name: str, *, media_type: str, content: bytes, measure_id: int, year: int, replaces_id: int | None = None, invitation_id: int | None = None, by: Actor
) -> Upload:
    """Keep a file as it came; the same file is recognised; a long one is read in the background. `invitation_id` names the personal link it came by."""
    if not by.may(Permission.DEMAND_SUBMIT):
        raise NotAllowed
    same = find_same_file(hashlib.sha256(content).hexdigest(), by)
    if same is not None:
        raise SameFile(same)
    kept, survey = files.store(name, media_type, content, by=by), find_open_round(measure_id, year)
    upload = Upload(
        organisation_id=by.organisation_id,
        municipality_id=by.municipality_id,
        measure_id=get_measure(measure_id, by).id,
        year=year,
        round_id=survey.id if survey is not None else None,
        file_id=kept.id,
        sha256=kept.sha256,
        replaces_id=get_upload(replaces_id, by).id if replaces_id is not None else None,
        stage=UploadStage.READING,
        mapping=[],
        created_by_id=by.person_id,
    )
    db.session.add(upload)
    db.session.flush()
    _start_long_reading(upload, kept.size, invitation_id, by=by)
    _write_down("upload.taken_in", upload, by=by, after={"file": kept.name, "sha256": kept.sha256})
    return upload


def is_long(upload: Upload) -> bool:
    """Tell whether a list is read in the background."""
    return upload.file.size > LONG_BYTES


def _start_long_reading(upload: Upload, size: int, invitation_id: int | None = None, *, by: Actor) -> None:
    if size > LONG_BYTES:
        arguments = {"upload_id": upload.id, "person_id": by.person_id, "organisation_id": by.organisation_id}
        kind, more = (JOB, {}) if invitation_id is None else (JOB_BY_LINK, {"invitation_id": invitation_id})
        upload.job_id = jobs.start(kind, arguments=arguments | more, by=by).id


def read_again(upload_id: int, *, by: Actor) -> Upload:
    """Begin the reading of a long list once more, after it was stopped."""
    upload = lock_upload(upload_id, by)
    if upload.stage is not UploadStage.READING:
        raise NotEditable(UPLOAD_STAGE_NAMES[upload.stage])
    _start_long_reading(upload, upload.file.size, by=by)
    _write_down("upload.read_again", upload, by=by)
    return upload


def answer(upload_id: int, answers: list[Answer], *, hidden: list[int] | None = None, invitation_id: int | None = None, by: Actor) -> Upload:
    """Keep answers to faults, and which hidden rows count; the list must then be read again."""
    upload = _settling(upload_id, by)
    for given in answers:
        fault = _fault(upload, given.fault_id)
        row = fault.upload_row
        mark = mark_of(fault.field, fault.article, cell_of(row, fault.column))
        _keep(upload, row, given.field, given.value, mark, fault.article, by=by)
    for row_id in hidden or []:
        shown = _row(upload, row_id)
        text = " ".join(filter(None, shown.cells))
        _keep(upload, shown, "hidden", "read", mark_of("hidden", "", text), text, by=by)
    _read_again(upload, invitation_id, by=by)
    _write_down("upload.answered", upload, by=by, after={"answers": [f"{given.field}: {given.value}" for given in answers], "hidden": len(hidden or [])})
    return upload


def name_payer(upload_id: int, row_ids: list[int], *, payer: str, by: Actor) -> Upload:
    """Say who pays single lines of a list; the list must then be read again."""
    upload = _settling(upload_id, by)
    if not row_ids:
        raise NoLineChosen
    if find_town(payer, {folded(town.name): town for town in towns()}) is None:
        raise NotFound
    rows = [_row(upload, row_id) for row_id in sorted(row_ids)]
    for row in rows:
        article = row.lines[0]["text"] if row.lines else ""
        _keep(upload, row, OF_LINE, payer, mark_of(OF_LINE, article, ""), article, by=by)
    _read_again(upload, by=by)
    _write_down("upload.payer_named", upload, by=by, after={"payer": payer, "rows": [row.row for row in rows]})
    return upload


def withdraw_answer(upload_id: int, answer_id: int, *, by: Actor) -> Upload:
    """Take an answer back; the question comes again."""
    upload = _settling(upload_id, by)
    given = db.session.get(UploadAnswer, answer_id)
    if given is None or given.upload_id != upload.id:
        raise NotFound
    before = {"row": given.row, "field": given.field, "value": given.value}
    db.session.delete(given)
    _read_again(upload, by=by)
    _write_down("upload.answer_withdrawn", upload, by=by, before=before)
    return upload


def correct_mapping(upload_id: int, corrections: Mapping[str, Mapping[int, str]], *, by: Actor) -> Upload:
    """Say which column means what; remembered for every list of this sender with the same headings."""
    upload = _settling(upload_id, by)
    known = {table["signature"]: {column["number"] for column in table["columns"]} for table in upload.mapping}
    for layout, fields in sorted(corrections.items()):
        if layout not in known or not set(fields) <= known[layout]:
            raise NotFound
        remember_mapping(layout, fields, by=by)
    _read_again(upload, by=by)
    _write_down("upload.mapping_corrected", upload, by=by, after={layout: dict(fields) for layout, fields in corrections.items()})
    return upload


def remember_mapping(layout: str, fields: Mapping[int, str], *, by: Actor) -> None:
    """Keep which column means what for a layout of the own organisation."""
    query = select(RememberedMapping).where(RememberedMapping.organisation_id == by.organisation_id, RememberedMapping.layout == layout)
    kept = db.session.scalar(query) or RememberedMapping(organisation_id=by.organisation_id, layout=layout)
    kept.mapping = {str(number): field for number, field in sorted(fields.items())}
    kept.confirmed_at, kept.confirmed_by_id = clock.now(), by.person_id
    db.session.add(kept)
    db.session.flush()


def discard(upload_id: int, *, by: Actor) -> Upload:
    """Throw a list away that was not taken over; the file may then be sent again."""
    upload = lock_upload(upload_id, by)
    if upload.stage is UploadStage.TAKEN_OVER:  # only a corrected list takes the place of one that became a request
        raise NotEditable(UPLOAD_STAGE_NAMES[upload.stage])
    check_upload_step(upload.stage, UploadStage.DISCARDED)
    upload.stage = UploadStage.DISCARDED
    if upload.job_id is not None:
        jobs.cancel(upload.job_id, by=by)
    clear_staging(upload)
    _write_down("upload.discarded", upload, by=by)
    return upload


def mark_unreadable(upload_id: int, problem: Message, *, by: Actor) -> Upload:
    """Note why a file cannot be read."""
    upload = lock_upload(upload_id, by)
    check_upload_step(upload.stage, UploadStage.UNREADABLE)
    upload.stage, upload.problem = UploadStage.UNREADABLE, as_data(problem)
    _write_down("upload.unreadable", upload, by=by, after={"problem": str(problem)})
    return upload


def clear_staging(upload: Upload) -> None:
    """Forget what was read before; the answers stay."""
    rows = select(UploadRow.id).where(UploadRow.upload_id == upload.id)
    db.session.execute(delete(UploadFault).where(UploadFault.upload_row_id.in_(rows)))
    db.session.execute(delete(UploadRow).where(UploadRow.upload_id == upload.id))
    db.session.expire(upload, ["rows"])


def mark_of(field: str, article: str, cell: str) -> str:
    """Name a question by what it is about, not by where it stands; who pays the list is asked of no cell."""
    article, cell = ("", "") if field == OF_LIST else (article, cell)
    return hashlib.sha256("\x1f".join((field, " ".join(article.split()), " ".join(cell.split()))).encode()).hexdigest()[:32]


def cell_of(row: UploadRow, column: str) -> str:
    """Return what stands in a column of a row, named by its letter."""
    number = 0
    for character in column:
        number = number * 26 + ord(character) - 64
    return row.cells[number - 1] if 0 < number <= len(row.cells) else ""


def _settling(upload_id: int, by: Actor) -> Upload:
    upload = lock_upload(upload_id, by)
    if upload.stage is not UploadStage.SETTLING:
        raise NotEditable(UPLOAD_STAGE_NAMES[upload.stage])
    return upload


def _fault(upload: Upload, fault_id: int) -> UploadFault:
    found = db.session.get(UploadFault, fault_id)
    if found is None or found.upload_row.upload_id != upload.id:
        raise NotFound
    return found


def _row(upload: Upload, row_id: int) -> UploadRow:
    found = db.session.get(UploadRow, row_id)
    if found is None or found.upload_id != upload.id:
        raise NotFound
    return found


def _keep(upload: Upload, row: UploadRow, field: str, value: str, mark: str, article: str, *, by: Actor) -> None:
    place = (UploadAnswer.upload_id == upload.id, UploadAnswer.sheet == (row.sheet or ""), UploadAnswer.row == row.row, UploadAnswer.field == field)
    kept = db.session.scalar(select(UploadAnswer).where(*place)) or UploadAnswer(upload_id=upload.id, sheet=row.sheet or "", row=row.row, field=field)
    kept.value, kept.fingerprint, kept.article = value.strip(), mark, article
    kept.answered_at, kept.answered_by_id = clock.now(), by.person_id
    db.session.add(kept)
    db.session.flush()


def _read_again(upload: Upload, invitation_id: int | None = None, *, by: Actor) -> None:
    check_upload_step(upload.stage, UploadStage.READING)
    upload.stage = UploadStage.READING
    db.session.flush()
    _start_long_reading(upload, upload.file.size, invitation_id, by=by)


def _write_down(act: str, upload: Upload, *, by: Actor, before: dict[str, object] | None = None, after: dict[str, object] | None = None) -> None:
    journal.record(act, subject=("upload", upload.id), by=by, before=before, after=after, municipalities=[upload.municipality_id])
