"""Which bundles an actor may see, and what of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import selectinload

from commons import clock
from commons.database import db
from commons.errors import NotFound
from commons.municipalities import Municipality
from commons.people import Actor
from commons.permissions import Permission
from commons.scopes import within
from cooperation.models import MeasureParticipation
from procurement.models import (
    ASKED,
    Bundle,
    BundleChange,
    BundleLine,
    BundleMember,
    BundlePosition,
    Lot,
    MatchProposal,
    PurchaseRequest,
    PurchaseRequestLine,
    Tender,
)
from procurement.queries.handovers import in_force
from procurement.queries.tenders import lasting
from procurement.stages import BundleStage, ProposalStage, RequestStage

ALL = slice(None)
FEW = 500  # so many numbers are named in a query; of more positions all lines are read


@dataclass(frozen=True, kw_only=True)
class PositionRow:
    """Show a position with the totals of each municipality; the value is None for whoever may not see prices."""

    id: int
    number: str
    title: str
    base_unit: str
    cpv: str | None
    lot_id: int | None
    lines: int
    totals: Mapping[int, Decimal]
    total: Decimal
    value: Decimal | None
    unpriced: int


def leads(bundle: Bundle, actor: Actor) -> bool:
    """Tell whether the actor is a procurement officer of the leading municipality."""
    return actor.may(Permission.BUNDLE_EDIT) and bundle.lead_municipality_id == actor.municipality_id


def _visible(actor: Actor) -> ColumnElement[bool]:
    if not actor.may(Permission.BUNDLE_READ):
        return false()
    named = select(BundleMember.bundle_id).where(BundleMember.municipality_id == actor.municipality_id)
    part = or_(Bundle.lead_municipality_id == actor.municipality_id, Bundle.id.in_(named))
    return and_(part, or_(_lasting(actor), Bundle.id.in_(_tendered(actor))))


def _lasting(actor: Actor) -> ColumnElement[bool]:
    return within(actor, Permission.BUNDLE_READ, Bundle.created_at, func.coalesce(Bundle.frozen_at, clock.now()))


def _tendered(actor: Actor) -> Select[int]:
    """Return the bundles whose tenders lie in an auditor's scope: they belong to the same papers."""
    return select(Tender.bundle_id).where(within(actor, Permission.BUNDLE_READ, Tender.created_at, lasting()))


def bundles(actor: Actor) -> list[Bundle]:
    """Return the bundles in which the own municipality is named or leads, the latest first."""
    query = select(Bundle).where(_visible(actor)).options(selectinload(Bundle.members), selectinload(Bundle.requests))
    return list(db.session.scalars(query.order_by(Bundle.id.desc())))


def get_bundle(bundle_id: int, actor: Actor) -> Bundle:
    """Return a bundle that the actor may see."""
    return _one(select(Bundle).where(_visible(actor), Bundle.id == bundle_id))


def get_led_bundle(bundle_id: int, actor: Actor) -> Bundle:
    """Return a bundle that the actor leads."""
    bundle = get_bundle(bundle_id, actor)
    if not leads(bundle, actor):
        raise NotFound
    return bundle


def lock_bundle(bundle_id: int, actor: Actor) -> Bundle:
    """Return a bundle that the actor leads, for changing it; nobody else changes it meanwhile."""
    query = select(Bundle).where(_visible(actor), Bundle.id == bundle_id, Bundle.lead_municipality_id == actor.municipality_id)
    bundle = _one(query.with_for_update(of=Bundle).execution_options(populate_existing=True))
    if not leads(bundle, actor):
        raise NotFound
    return bundle


def _one(query: Select[Bundle]) -> Bundle:
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def buyers(bundle: Bundle) -> list[Municipality]:
    """Return the municipalities named as buyers, by name."""
    return sorted((member.municipality for member in bundle.members), key=lambda municipality: municipality.name)


def requests_to_bundle(measure_id: int, actor: Actor) -> list[PurchaseRequest]:
    """Return the approved requests of a measure that no bundle holds yet; headlines only, for whoever may bundle."""
    if not actor.may(Permission.BUNDLE_EDIT):
        return []
    taking_part = select(MeasureParticipation.municipality_id).where(MeasureParticipation.measure_id == measure_id, in_force())
    query = select(PurchaseRequest).where(
        PurchaseRequest.measure_id == measure_id, PurchaseRequest.stage == RequestStage.APPROVED, PurchaseRequest.municipality_id.in_(taking_part)
    )
    return list(db.session.scalars(query.order_by(PurchaseRequest.approved_at, PurchaseRequest.id)))


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Hold what orders and numbers a position, without its lines."""

    id: int
    title: str
    base_unit: str
    cpv: str | None
    lot_id: int | None


def position_rows(bundle: Bundle, actor: Actor, *, lot_id: int | None = None, only: int | None = None, part: slice = ALL) -> list[PositionRow]:
    """Return the positions that hold lines, with totals per municipality; prices only for the lead.

    Of a lot, or one alone, or a part of the list as `part` cuts it: only their lines are summed, so that a page of a large bundle costs little.
    """
    lots, with_prices = {lot.id: lot.number for lot in bundle.lots}, leads(bundle, actor)
    ordered = sorted(_filled_positions(bundle), key=lambda place: (lots.get(place.lot_id or 0, 10**6), place.title.casefold(), place.id))
    numbered = [(index, place) for index, place in _numbered(ordered) if lot_id in {None, place.lot_id} and only in {None, place.id}][part]
    sums = _sums(bundle, [place.id for _, place in numbered])
    return [_row(place, index, lots, sums.get(place.id, []), with_prices=with_prices) for index, place in numbered]


def _numbered(places: list[_Place]) -> list[tuple[int, _Place]]:
    counts: dict[int | None, int] = {}
    numbered: list[tuple[int, _Place]] = []
    for place in places:
        counts[place.lot_id] = counts.get(place.lot_id, 0) + 1
        numbered.append((counts[place.lot_id], place))
    return numbered


def _filled_positions(bundle: Bundle) -> list[_Place]:
    filled = select(BundleLine.position_id).where(BundleLine.bundle_id == bundle.id)
    query = select(BundlePosition.id, BundlePosition.title, BundlePosition.base_unit, BundlePosition.cpv, BundlePosition.lot_id)
    found = db.session.execute(query.where(BundlePosition.bundle_id == bundle.id, BundlePosition.id.in_(filled)))
    return [_Place(id=row[0], title=row[1], base_unit=row[2], cpv=row[3], lot_id=row[4]) for row in found]


def counts_by_lot(bundle: Bundle) -> dict[int | None, int]:
    """Return how many positions hold lines, by lot; None for those in no lot."""
    filled = select(BundleLine.position_id).where(BundleLine.bundle_id == bundle.id)
    query = select(BundlePosition.lot_id, func.count()).where(BundlePosition.bundle_id == bundle.id, BundlePosition.id.in_(filled))
    return {row[0]: row[1] for row in db.session.execute(query.group_by(BundlePosition.lot_id))}


def move_targets(bundle: Bundle, position: BundlePosition, text: str, *, most: int) -> tuple[list[tuple[int, str]], bool]:
    """Return positions to which lines may be moved, those with words in common first, and whether there are more than are shown."""
    words, wanted = set(position.title.casefold().split()), text.casefold().split()
    fitting = [
        place
        for place in _filled_positions(bundle)
        if place.id != position.id and place.base_unit == position.base_unit and all(word in place.title.casefold() for word in wanted)
    ]
    fitting.sort(key=lambda place: (-len(words & set(place.title.casefold().split())), place.title.casefold(), place.id))
    return [(place.id, place.title) for place in fitting[:most]], len(fitting) > most


@dataclass(frozen=True, kw_only=True)
class _Summand:
    municipality_id: int
    quantity: Decimal  # in the unit of the position
    value: Decimal | None


def _sums(bundle: Bundle, position_ids: list[int]) -> dict[int, list[_Summand]]:
    some = [BundleLine.position_id.in_(position_ids)] if len(position_ids) <= FEW else []
    query = (
        select(BundleLine.position_id, PurchaseRequest.municipality_id, ASKED, PurchaseRequestLine.quantity_sent, PurchaseRequestLine.price_net)
        .join(PurchaseRequestLine, PurchaseRequestLine.id == BundleLine.line_id)
        .join(PurchaseRequest)
        .where(BundleLine.bundle_id == bundle.id, *some)
        .order_by(PurchaseRequestLine.id)
    )
    sums: dict[int, list[_Summand]] = {}
    for position_id, municipality_id, amount, sent, price in db.session.execute(query):
        value = None if price is None else sent * price
        sums.setdefault(position_id, []).append(_Summand(municipality_id=municipality_id, quantity=amount, value=value))
    return sums


def _row(position: _Place, index: int, lots: Mapping[int, int], summands: list[_Summand], *, with_prices: bool) -> PositionRow:
    totals: dict[int, Decimal] = {}
    for summand in summands:
        totals[summand.municipality_id] = totals.get(summand.municipality_id, Decimal(0)) + summand.quantity
    lot = lots.get(position.lot_id or 0)
    return PositionRow(
        id=position.id,
        number=f"{lot}.{index}" if lot is not None else str(index),
        title=position.title,
        base_unit=position.base_unit,
        cpv=position.cpv,
        lot_id=position.lot_id,
        lines=len(summands),
        totals=totals,
        total=sum(totals.values(), Decimal(0)),
        value=_value(summands) if with_prices else None,
        unpriced=sum(summand.value is None for summand in summands),
    )


def _value(summands: list[_Summand]) -> Decimal:
    return sum((summand.value for summand in summands if summand.value is not None), Decimal(0)).quantize(Decimal("0.01"))


def get_position(bundle: Bundle, position_id: int) -> BundlePosition:
    """Return a position of a bundle that the caller has already loaded for its actor."""
    found = db.session.get(BundlePosition, position_id)
    if found is None or found.bundle_id != bundle.id:
        raise NotFound
    return found


def lines_in(position: BundlePosition, bundle: Bundle, actor: Actor) -> list[PurchaseRequestLine]:
    """Return the lines of a position: all of them for the lead, the own municipality's for other buyers."""
    query = select(PurchaseRequestLine).join(BundleLine, BundleLine.line_id == PurchaseRequestLine.id).join(PurchaseRequest)
    query = query.where(BundleLine.position_id == position.id).options(selectinload(PurchaseRequestLine.request)).order_by(PurchaseRequestLine.id)
    if not leads(bundle, actor):
        query = query.where(PurchaseRequest.municipality_id == actor.municipality_id)
    return list(db.session.scalars(query))


def asked_in(position: BundlePosition) -> dict[int, Decimal]:
    """Return what each line of a position asks for, in the unit of the position."""
    query = select(PurchaseRequestLine.id, ASKED).join(BundleLine, BundleLine.line_id == PurchaseRequestLine.id)
    return {row[0]: row[1] for row in db.session.execute(query.where(BundleLine.position_id == position.id))}


def open_proposals(bundle: Bundle) -> list[MatchProposal]:
    """Return the review queue of a bundle that the caller leads, the most certain first."""
    query = select(MatchProposal).where(MatchProposal.bundle_id == bundle.id, MatchProposal.stage == ProposalStage.OPEN)
    return list(db.session.scalars(query.order_by(MatchProposal.score.desc(), MatchProposal.id)))


def count_open_proposals(bundle: Bundle) -> int:
    """Return how many proposals wait for a decision."""
    query = select(func.count()).where(MatchProposal.bundle_id == bundle.id, MatchProposal.stage == ProposalStage.OPEN)
    return db.session.scalar(query) or 0


def get_proposal(bundle: Bundle, proposal_id: int) -> MatchProposal:
    """Return a proposal of a bundle that the caller leads."""
    found = db.session.get(MatchProposal, proposal_id)
    if found is None or found.bundle_id != bundle.id:
        raise NotFound
    return found


def changes_of(bundle: Bundle, *, most: int = 50) -> list[BundleChange]:
    """Return the latest steps in a bundle, the latest first."""
    query = select(BundleChange).where(BundleChange.bundle_id == bundle.id).options(selectinload(BundleChange.made_by))
    return list(db.session.scalars(query.order_by(BundleChange.id.desc()).limit(most)))


def get_lot(bundle: Bundle, lot_id: int) -> Lot:
    """Return a lot of a bundle that the caller has already loaded for its actor."""
    found = db.session.get(Lot, lot_id)
    if found is None or found.bundle_id != bundle.id:
        raise NotFound
    return found


def led_in_work(actor: Actor) -> list[Bundle]:
    """Return the open bundles that the actor leads."""
    if not actor.may(Permission.BUNDLE_EDIT):
        return []
    query = select(Bundle).where(Bundle.lead_municipality_id == actor.municipality_id, Bundle.stage == BundleStage.OPEN)
    return list(db.session.scalars(query.order_by(Bundle.created_at)))
