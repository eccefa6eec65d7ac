"""Which purchase requests an actor may see, and how much of them."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select
from sqlalchemy.orm import selectinload

from commons.database import db
from commons.errors import NotFound
from commons.files import StoredFile
from commons.people import Actor
from commons.permissions import Permission, Role
from commons.scopes import audited, is_audited, reads_without_scope
from procurement.models import (
    Bundle,
    BundleRequest,
    PurchaseRequest,
    PurchaseRequestLine,
    RequestAttachment,
    RequestComment,
)
from procurement.stages import EDITABLE, RequestStage

# Whoever keeps the money and the papers of a municipality sees the demand of its yard and its brigade too; its auditor within the stated scope.
HOUSE_ROLES = frozenset({Role.CLERK, Role.BUDGET_HOLDER, Role.MAYOR})


@dataclass(frozen=True, kw_only=True)
class LineView:
    """Show a line as the actor may see it: the note is None for everybody outside the municipality."""

    id: int
    number: int
    text: str
    specification: str | None
    quantity_sent: Decimal
    unit_sent: str
    quantity_in_base_unit: Decimal
    base_unit: str
    price_net: Decimal | None
    price_net_per_base_unit: Decimal | None
    budget_account: str | None
    delivery_place: str | None
    internal_note: str | None


@dataclass(frozen=True, kw_only=True)
class RequestSummary:
    """Hold one row of a list of requests."""

    request: PurchaseRequest
    lines: int
    without_account: int


def is_inside(request: PurchaseRequest, actor: Actor) -> bool:
    """Tell whether the actor sees notes, comments and attachments of a request."""
    if request.municipality_id != actor.municipality_id:
        return False
    own = request.organisation_id == actor.organisation_id and reads_without_scope(actor, Permission.DEMAND_READ)
    return own or not HOUSE_ROLES.isdisjoint(actor.roles) or is_audited(actor, request.created_at, request.stage_since)


def _inside(actor: Actor) -> ColumnElement[bool]:
    own = PurchaseRequest.organisation_id == actor.organisation_id
    house = PurchaseRequest.municipality_id == actor.municipality_id
    examined = audited(actor, PurchaseRequest.created_at, PurchaseRequest.stage_since)
    return or_(
        own if reads_without_scope(actor, Permission.DEMAND_READ) else false(),
        false() if HOUSE_ROLES.isdisjoint(actor.roles) else house,
        and_(house, examined),
    )


def _led(actor: Actor) -> ColumnElement[bool]:
    if Role.PROCUREMENT_OFFICER not in actor.roles:
        return false()
    led = select(BundleRequest.request_id).join(Bundle).where(Bundle.lead_municipality_id == actor.municipality_id)
    return PurchaseRequest.id.in_(led)


def _visible(actor: Actor) -> Select[PurchaseRequest]:
    return select(PurchaseRequest).where(or_(_inside(actor), _led(actor)))


def get_request(request_id: int, actor: Actor) -> PurchaseRequest:
    """Return a request whose lines the actor may see."""
    return _one(_visible(actor).where(PurchaseRequest.id == request_id))


def get_request_inside(request_id: int, actor: Actor) -> PurchaseRequest:
    """Return a request whose notes, comments and attachments the actor may see."""
    return _one(select(PurchaseRequest).where(_inside(actor), PurchaseRequest.id == request_id))


def lock_request(request_id: int, actor: Actor) -> PurchaseRequest:
    """Return a request inside the own municipality for changing it; nobody else changes it meanwhile."""
    query = select(PurchaseRequest).where(_inside(actor), PurchaseRequest.id == request_id)
    return _one(query.with_for_update(of=PurchaseRequest).execution_options(populate_existing=True))


def _one(query: Select[PurchaseRequest]) -> PurchaseRequest:
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def lines_of(request: PurchaseRequest, actor: Actor) -> list[LineView]:
    """Return the lines of a request, without notes for whoever stands outside."""
    inside = is_inside(request, actor)
    lines = db.session.scalars(select(PurchaseRequestLine).where(PurchaseRequestLine.request_id == request.id).order_by(PurchaseRequestLine.number))
    return [_view_of(line, inside=inside) for line in lines]


def _view_of(line: PurchaseRequestLine, *, inside: bool) -> LineView:
    return LineView(
        id=line.id,
        number=line.number,
        text=line.text,
        specification=line.specification,
        quantity_sent=line.quantity_sent,
        unit_sent=line.unit_sent,
        quantity_in_base_unit=line.quantity_in_base_unit,
        base_unit=line.base_unit,
        price_net=line.price_net,
        price_net_per_base_unit=line.price_net_per_base_unit,
        budget_account=line.budget_account,
        delivery_place=line.delivery_place,
        internal_note=line.internal_note if inside else None,
    )


def get_line(request: PurchaseRequest, line_id: int) -> PurchaseRequestLine:
    """Return a line of a request that the caller has already loaded for its actor."""
    found = db.session.get(PurchaseRequestLine, line_id)
    if found is None or found.request_id != request.id:
        raise NotFound
    return found


def comments_on(request: PurchaseRequest) -> list[RequestComment]:
    """Return what was written on a request that was loaded as inside."""
    return list(db.session.scalars(select(RequestComment).where(RequestComment.request_id == request.id).order_by(RequestComment.id)))


def attachments_of(request: PurchaseRequest) -> list[RequestAttachment]:
    """Return the files on a request that was loaded as inside."""
    return list(db.session.scalars(select(RequestAttachment).where(RequestAttachment.request_id == request.id).order_by(RequestAttachment.id)))


def get_attachment(request_id: int, attachment_id: int, actor: Actor) -> StoredFile:
    """Return a file on a request inside the own municipality."""
    request = get_request_inside(request_id, actor)
    found = db.session.get(RequestAttachment, attachment_id)
    if found is None or found.request_id != request.id:
        raise NotFound
    return found.file


def requests_inside(actor: Actor, *, stages: frozenset[RequestStage] | None = None) -> list[RequestSummary]:
    """Return the requests of the own organisation or municipality, the latest first."""
    query = select(PurchaseRequest).where(_inside(actor)).order_by(PurchaseRequest.id.desc())
    return _summaries(query if stages is None else query.where(PurchaseRequest.stage.in_(stages)))


def find_last_measure(actor: Actor) -> int | None:
    """Return the measure to which the actor's municipality reported demand last, if it ever did."""
    query = select(PurchaseRequest.measure_id).where(PurchaseRequest.municipality_id == actor.municipality_id).order_by(PurchaseRequest.id.desc())
    return db.session.scalar(query.limit(1))


def requests_to_approve(actor: Actor) -> list[RequestSummary]:
    """Return what waits for the approval of the paying municipality, the longest waiting first."""
    if not actor.may(Permission.DEMAND_APPROVE):
        return []
    waiting = and_(PurchaseRequest.municipality_id == actor.municipality_id, PurchaseRequest.stage == RequestStage.SUBMITTED)
    return _summaries(select(PurchaseRequest).where(waiting).order_by(PurchaseRequest.submitted_at))


def requests_in_hand(actor: Actor) -> list[RequestSummary]:
    """Return the drafts and returned requests of the own organisation that this person may submit."""
    if not actor.may(Permission.DEMAND_SUBMIT):
        return []
    own = and_(PurchaseRequest.organisation_id == actor.organisation_id, PurchaseRequest.stage.in_(EDITABLE))
    return _summaries(select(PurchaseRequest).where(own).order_by(PurchaseRequest.stage_since))


def _summaries(query: Select[PurchaseRequest]) -> list[RequestSummary]:
    requests = list(db.session.scalars(query.options(selectinload(PurchaseRequest.created_by))))
    missing = func.sum(case((func.coalesce(PurchaseRequestLine.budget_account, "") == "", 1), else_=0))
    counted = select(PurchaseRequestLine.request_id, func.count(), missing).where(PurchaseRequestLine.request_id.in_([request.id for request in requests]))
    counts = {row[0]: (row[1], int(row[2] or 0)) for row in db.session.execute(counted.group_by(PurchaseRequestLine.request_id))}
    return [RequestSummary(request=request, lines=counts.get(request.id, (0, 0))[0], without_account=counts.get(request.id, (0, 0))[1]) for request in requests]


def find_requests(actor: Actor, text: str, *, most: int) -> list[tuple[PurchaseRequest, str | None]]:
    """Return visible requests whose title or one of whose lines fits, with the first line that does."""
    wanted = PurchaseRequestLine.text.icontains(text, autoescape=True) | PurchaseRequestLine.specification.icontains(text, autoescape=True)
    line = select(func.min(PurchaseRequestLine.id)).where(PurchaseRequestLine.request_id == PurchaseRequest.id, wanted).correlate(PurchaseRequest)
    fits = or_(PurchaseRequest.title.icontains(text, autoescape=True), line.scalar_subquery().is_not(None))
    query = select(PurchaseRequest, line.scalar_subquery()).where(or_(_inside(actor), _led(actor)), fits).order_by(PurchaseRequest.id.desc()).limit(most)
    found = [(row[0], row[1]) for row in db.session.execute(query)]
    ids = [line_id for _, line_id in found if line_id is not None]
    texts = {row[0]: row[1] for row in db.session.execute(select(PurchaseRequestLine.id, PurchaseRequestLine.text).where(PurchaseRequestLine.id.in_(ids)))}
    return [(request, texts.get(line_id)) for request, line_id in found]
