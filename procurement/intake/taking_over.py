"""Make a request out of a list, once every fault is settled; a corrected list takes the place of the former one."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, insert, select

from commons import clock, journal
from commons.database import db
from commons.errors import RuleBroken
from commons.municipalities import Municipality
from commons.people import Actor
from commons.words import counted, say
from procurement.intake.normal_form import check_in_reach
from procurement.intake.payers import FIELD as PAYER
from procurement.intake.payers import towns
from procurement.intake.telling import write_down
from procurement.intake.uploads import clear_staging, remember_mapping
from procurement.models import PurchaseRequest, PurchaseRequestLine, Upload, UploadRow
from procurement.queries.requests import lock_request
from procurement.queries.uploads import count_open_faults, lock_upload, requests_of
from procurement.stages import RequestStage, UploadStage, check_editable, check_upload_step


class FaultsOpen(RuleBroken):
    """No request line arises before every fault is settled."""

    def __init__(self, count: int) -> None:
        super().__init__(
            counted(
                count,
                say("%(count)s Zelle ist noch zu klären. Vorher wird nichts übernommen."),
                say("%(count)s Zellen sind noch zu klären. Vorher wird nichts übernommen."),
            )
        )
        self.count = count


class ListEmpty(RuleBroken):
    """A list without a single demand line becomes no request."""

    def __init__(self) -> None:
        super().__init__(say("In dieser Liste wurde keine Bedarfszeile gefunden. Bitte prüfen Sie die Zuordnung der Spalten."))


def take_over(upload_id: int, *, by: Actor) -> PurchaseRequest:
    """Turn the lines of a settled list into a draft of a request for each municipality that pays; in place of the former drafts where it corrects them.

    Returns the own municipality's request, or the first where it pays nothing.
    """
    upload = lock_upload(upload_id, by)
    check_upload_step(upload.stage, UploadStage.TAKEN_OVER)
    waiting = count_open_faults(upload)
    if waiting:
        raise FaultsOpen(waiting)
    shares = _by_payer(upload)
    if not shares:
        raise ListEmpty
    former = _former_drafts(upload, by)
    made = [_fill(former.pop(payer) if payer in former else _new_draft(upload, payer, by), lines, upload, by=by) for payer, lines in shares.items()]
    _withdraw_left_over(former, by=by)
    upload.stage = UploadStage.TAKEN_OVER
    _remember_layouts(upload, by)
    db.session.flush()
    after = {"requests": [request.id for request in made]}
    journal.record("upload.taken_over", subject=("upload", upload.id), by=by, after=after, municipalities=[upload.municipality_id])
    return made[0]


def _by_payer(upload: Upload) -> dict[int, list[tuple[UploadRow, dict[str, Any]]]]:
    """Return the lines by the municipality that pays them, the own one first."""
    ids = {town.key: town.id for town in towns()}
    shares: dict[int, list[tuple[UploadRow, dict[str, Any]]]] = {upload.municipality_id: []}
    for row, line in _lines_of(upload):
        shares.setdefault(ids.get(line.get("payer") or "", upload.municipality_id), []).append((row, line))
    return {payer: lines for payer, lines in shares.items() if lines}


def _fill(request: PurchaseRequest, lines: list[tuple[UploadRow, dict[str, Any]]], upload: Upload, *, by: Actor) -> PurchaseRequest:
    db.session.execute(insert(PurchaseRequestLine), [_line_values(request, number, row, line) for number, (row, line) in enumerate(lines, start=1)])
    request.version += 1
    db.session.flush()
    db.session.expire(request, ["lines"])
    write_down("request.begun", request, by=by, after={"title": request.title, "upload": upload.id, "lines": len(lines)})
    return request


def _withdraw_left_over(former: dict[int, PurchaseRequest], *, by: Actor) -> None:
    """Withdraw the draft of a municipality that the corrected list names no more."""
    for request in former.values():
        request.stage, request.stage_since, request.upload_id = RequestStage.WITHDRAWN, clock.now(), None
        request.reason = str(say("In der berichtigten Liste zahlt diese Gemeinde nichts mehr."))
        write_down("request.withdrawn", request, by=by, after={"reason": request.reason})


def _new_draft(upload: Upload, payer: int, by: Actor) -> PurchaseRequest:
    request = PurchaseRequest(
        title=_title_of(upload, payer),
        organisation_id=upload.organisation_id,
        municipality_id=payer,
        measure_id=upload.measure_id,
        round_id=upload.round_id,
        year=upload.year,
        upload_id=upload.id,
        stage=RequestStage.DRAFT,
        stage_since=clock.now(),
        created_by_id=by.person_id,
    )
    db.session.add(request)
    db.session.flush()
    return request


def _title_of(upload: Upload, payer: int) -> str:
    other = f", für {db.session.get_one(Municipality, payer).name}" if payer != upload.municipality_id else ""
    return f"Bedarf {upload.organisation.name} {upload.year}{other}"[:200]


def _former_drafts(upload: Upload, by: Actor) -> dict[int, PurchaseRequest]:
    """Return the drafts that a corrected list replaces by who pays, emptied; the former list is thrown away."""
    if upload.replaces_id is None:
        return {}
    former = lock_upload(upload.replaces_id, by)
    drafts = [lock_request(found.id, by) for found in requests_of(former)]
    for request in drafts:
        check_editable(request.stage)
        db.session.execute(delete(PurchaseRequestLine).where(PurchaseRequestLine.request_id == request.id))
        request.upload_id = upload.id
    db.session.flush()
    if not drafts:
        _discard_former(former)
    former.stage = UploadStage.DISCARDED
    return {request.municipality_id: request for request in drafts}


def _discard_former(former: Upload) -> None:
    if former.stage is not UploadStage.DISCARDED:
        check_upload_step(former.stage, UploadStage.DISCARDED)
        former.stage = UploadStage.DISCARDED
        clear_staging(former)


def _lines_of(upload: Upload) -> Iterator[tuple[UploadRow, dict[str, Any]]]:
    query = select(UploadRow).where(UploadRow.upload_id == upload.id).order_by(UploadRow.id)
    for row in db.session.scalars(query):
        for line in row.lines:
            yield row, line


def _line_values(request: PurchaseRequest, number: int, row: UploadRow, line: dict[str, Any]) -> dict[str, Any]:
    amount, in_base = Decimal(line["quantity"]), Decimal(line["quantity_in_base_unit"])
    try:
        check_in_reach(amount, in_base)
    except RuleBroken as broken:
        raise RuleBroken(say("Zeile %(row)s, „%(text)s“: %(why)s", row=row.row, text=line["text"], why=broken.message)) from broken
    return {
        "request_id": request.id,
        "number": number,
        "text": line["text"],
        "specification": line["specification"],
        "quantity_sent": amount,
        "unit_sent": line["unit"] or "Stück",
        "quantity_in_base_unit": in_base,
        "base_unit": line["base_unit"],
        "price_net": _price(line["price_net"]),
        "price_net_per_base_unit": _price(line["price_net_per_base_unit"]),
        "budget_account": line["account"],
        "delivery_place": line["place"],
        "internal_note": line["note"],
        "source_sheet": row.sheet,
        "source_row": row.row,
        "source_part": line["part"],
        "reading": line["reading"],
    }


def _price(written: str | None) -> Decimal | None:
    return None if written is None else Decimal(written)


def _remember_layouts(upload: Upload, by: Actor) -> None:
    for table in upload.mapping:
        fields = {column["number"]: column["field"] for column in table["columns"] if column["field"] and column["field"] != PAYER}
        if fields:
            remember_mapping(table["signature"], fields, by=by)
