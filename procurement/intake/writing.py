"""Write a purchase request by hand: the request, its lines, line by line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from commons import clock
from commons.database import db
from commons.errors import NotAllowed
from commons.people import Actor
from commons.permissions import Permission
from cooperation.queries import get_measure
from procurement.intake.telling import write_down
from procurement.models import PurchaseRequest, PurchaseRequestLine
from procurement.queries.requests import get_line, lock_request
from procurement.queries.surveys import find_open_round
from procurement.stages import RequestStage, check_editable


@dataclass(frozen=True, kw_only=True)
class NewLine:
    """What a line says, with its quantity already in the base unit."""

    text: str
    quantity_sent: Decimal
    unit_sent: str
    quantity_in_base_unit: Decimal
    base_unit: str
    specification: str | None = None
    price_net: Decimal | None = None
    price_net_per_base_unit: Decimal | None = None
    budget_account: str | None = None
    delivery_place: str | None = None
    internal_note: str | None = None
    article_id: int | None = None
    reading: Mapping[str, object] = field(default_factory=dict)


def begin_request(title: str, *, measure_id: int, year: int, by: Actor) -> PurchaseRequest:
    """Begin a request of the organisation acted for; its municipality pays."""
    if not by.may(Permission.DEMAND_SUBMIT):
        raise NotAllowed
    survey = find_open_round(measure_id, year)
    request = PurchaseRequest(
        title=title.strip(),
        organisation_id=by.organisation_id,
        municipality_id=by.municipality_id,
        measure_id=get_measure(measure_id, by).id,
        round_id=survey.id if survey is not None else None,
        year=year,
        stage=RequestStage.DRAFT,
        stage_since=clock.now(),
        created_by_id=by.person_id,
    )
    db.session.add(request)
    db.session.flush()
    write_down("request.begun", request, by=by, after={"title": request.title, "year": year, "measure": measure_id})
    return request


def add_line(request_id: int, line: NewLine, *, by: Actor) -> PurchaseRequestLine:
    """Add a line to a request that is still being written."""
    request = _editable(request_id, by)
    added = PurchaseRequestLine(request_id=request.id, number=_next_number(request))
    _fill(added, line)
    db.session.add(added)
    _touch(request)
    write_down("request.line_added", request, by=by, after=_facts(added))
    return added


def change_line(request_id: int, line_id: int, line: NewLine, *, by: Actor) -> PurchaseRequestLine:
    """Change a line of a request that is still being written."""
    request = _editable(request_id, by)
    changed = get_line(request, line_id)
    before = _facts(changed)
    _fill(changed, line)
    _touch(request)
    write_down("request.line_changed", request, by=by, before=before, after=_facts(changed))
    return changed


def remove_line(request_id: int, line_id: int, *, by: Actor) -> None:
    """Take a line out of a request that is still being written."""
    request = _editable(request_id, by)
    removed = get_line(request, line_id)
    before = _facts(removed)
    db.session.delete(removed)
    _touch(request)
    write_down("request.line_removed", request, by=by, before=before)


def _editable(request_id: int, by: Actor) -> PurchaseRequest:
    request = lock_request(request_id, by)
    if not by.may(Permission.DEMAND_SUBMIT):
        raise NotAllowed
    check_editable(request.stage)
    return request


def _touch(request: PurchaseRequest) -> None:
    request.version += 1
    db.session.flush()
    db.session.expire(request, ["lines"])


def _next_number(request: PurchaseRequest) -> int:
    latest = select(func.max(PurchaseRequestLine.number)).where(PurchaseRequestLine.request_id == request.id)
    return (db.session.scalar(latest) or 0) + 1


def _fill(row: PurchaseRequestLine, line: NewLine) -> None:
    row.text, row.specification = line.text.strip(), line.specification
    row.quantity_sent, row.unit_sent = line.quantity_sent, line.unit_sent
    row.quantity_in_base_unit, row.base_unit = line.quantity_in_base_unit, line.base_unit
    row.price_net, row.price_net_per_base_unit = line.price_net, line.price_net_per_base_unit
    row.budget_account, row.delivery_place = line.budget_account, line.delivery_place
    row.internal_note, row.article_id, row.reading = line.internal_note, line.article_id, dict(line.reading)


def _facts(line: PurchaseRequestLine) -> dict[str, Any]:
    return {
        "line": line.number,
        "text": line.text,
        "quantity": str(line.quantity_sent),
        "unit": line.unit_sent,
        "price": None if line.price_net is None else str(line.price_net),
        "account": line.budget_account,
    }
