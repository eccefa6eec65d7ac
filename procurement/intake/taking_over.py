"""Make a request out of a list, once every fault is settled; a corrected list takes the place of the former one."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, insert, select

from commons import clock, journal
from commons.database import db
from commons.errors import RuleBroken
from commons.people import Actor
from commons.words import say
from procurement.intake.normal_form import check_in_reach
from procurement.intake.telling import write_down
from procurement.intake.uploads import clear_staging, remember_mapping
from procurement.models import PurchaseRequest, PurchaseRequestLine, Upload, UploadRow
from procurement.queries.requests import lock_request
from procurement.queries.uploads import count_open_faults, find_request_of, lock_upload
from procurement.stages import RequestStage, UploadStage, check_editable, check_upload_step


class FaultsOpen(RuleBroken):
    """No request line arises before every fault is settled."""

    def __init__(self, count: int) -> None:
        super().__init__(say("%(count)s Zellen sind noch zu klären. Vorher wird nichts übernommen.", count=count))
        self.count = count


class ListEmpty(RuleBroken):
    """A list without a single demand line becomes no request."""

    def __init__(self) -> None:
        super().__init__(say("In dieser Liste wurde keine Bedarfszeile gefunden. Bitte prüfen Sie die Zuordnung der Spalten."))


def take_over(upload_id: int, *, by: Actor) -> PurchaseRequest:
    """Turn the lines of a settled list into a draft of a request; in place of the former draft where the list corrects one."""
    upload = lock_upload(upload_id, by)
    check_upload_step(upload.stage, UploadStage.TAKEN_OVER)
    waiting = count_open_faults(upload)
    if waiting:
        raise FaultsOpen(waiting)
    request = _former_draft(upload, by) or _new_draft(upload, by)
    values = [_line_values(request, number, row, line) for number, (row, line) in enumerate(_lines_of(upload), start=1)]
    if not values:
        raise ListEmpty
    db.session.execute(insert(PurchaseRequestLine), values)
    request.version += 1
    upload.stage = UploadStage.TAKEN_OVER
    _remember_layouts(upload, by)
    db.session.flush()
    db.session.expire(request, ["lines"])
    journal.record("upload.taken_over", subject=("upload", upload.id), by=by, after={"request": request.id}, municipalities=[upload.municipality_id])
    write_down("request.begun", request, by=by, after={"title": request.title, "upload": upload.id, "lines": len(values)})
    return request


def _new_draft(upload: Upload, by: Actor) -> PurchaseRequest:
    request = PurchaseRequest(
        title=_title_of(upload),
        organisation_id=upload.organisation_id,
        municipality_id=upload.municipality_id,
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


def _title_of(upload: Upload) -> str:
    return f"Bedarf {upload.organisation.name} {upload.year}"[:200]


def _former_draft(upload: Upload, by: Actor) -> PurchaseRequest | None:
    """Return the draft that a corrected list replaces, emptied; the former list is thrown away."""
    if upload.replaces_id is None:
        return None
    former = lock_upload(upload.replaces_id, by)
    found = find_request_of(former)
    if found is None:
        _discard_former(former)
        return None
    request = lock_request(found.id, by)
    check_editable(request.stage)
    db.session.execute(delete(PurchaseRequestLine).where(PurchaseRequestLine.request_id == request.id))
    request.upload_id = upload.id
    db.session.flush()
    former.stage = UploadStage.DISCARDED
    return request


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
    check_in_reach(amount, in_base)
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
        fields = {column["number"]: column["field"] for column in table["columns"] if column["field"]}
        if fields:
            remember_mapping(table["signature"], fields, by=by)
