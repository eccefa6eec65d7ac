"""Begin a procurement: group lots, name the buyers, take the estimate from the members' own prices."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import inspect, select

from commons import clock
from commons.calendar_days import today_of
from commons.database import db
from commons.errors import NotAllowed, NotFound, RuleBroken
from commons.money import cents
from commons.people import Actor
from commons.permissions import Permission
from commons.words import Message, counted, say
from cooperation import links
from cooperation.models import MeasureParticipation
from procurement.models import Bundle, EstimateSummand, Lot, Tender, TenderBuyer, TenderLot
from procurement.queries.bundles import get_led_bundle, position_rows
from procurement.queries.estimates import months_between
from procurement.queries.tender_documents import current_version
from procurement.queries.tender_values import estimate_of, rule_rows
from procurement.queries.tenders import free_lots, lock_tender, tenders_of
from procurement.rules.procedure import PROFILES_OF, Kind
from procurement.rules.procedure_lots import whole_flag
from procurement.rules.procedure_values import find_row
from procurement.stages import BundleStage
from procurement.telling import page_of, tell_bidders, tell_members, write_down
from procurement.tender_stages import TenderStage, check_tender_step
from procurement.tendering.documents import begin_documents, get_draft, terms_of, write_terms
from procurement.tendering.own_prices import take_own_prices

SHORTEST_REASON = 20


class NoLots(RuleBroken):
    """A procurement holds at least one lot that no other one holds."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Bitte wählen Sie mindestens ein Los, das noch in keiner Vergabe ist."), field="lot_ids")


class PositionsWithoutLot(RuleBroken):
    """What is not in a lot cannot be bought."""

    def __init__(self, count: int) -> None:
        super().__init__(
            counted(
                count,
                say("Eine Position der Bündelung ist in keinem Los. Bitte ordnen Sie sie zuerst zu."),
                say("%(count)s Positionen der Bündelung sind in keinem Los. Bitte ordnen Sie sie zuerst zu."),
            )
        )


class ReasonMissing(RuleBroken):
    """What is decided about a procedure is decided with a reason that the record can show."""

    def __init__(self) -> None:
        super().__init__(say("Bitte begründen Sie das in mindestens einem Satz; die Begründung kommt in den Vergabevermerk."), field="reason")


@dataclass(frozen=True, kw_only=True)
class Grouping:
    """A proposal which lots are bought together, with its value and its reason; a person decides."""

    title: str
    lots: tuple[Lot, ...]
    net: Decimal
    reason: Message


@dataclass(frozen=True, kw_only=True)
class NewTender:
    """What a procurement begins with."""

    title: str
    bundle_id: int
    lot_ids: tuple[int, ...]
    goods: str
    reason: str
    kind: Kind = Kind.SUPPLIES
    is_framework: bool = True


def propose_grouping(bundle: Bundle, *, by: Actor) -> list[Grouping]:
    """Propose one procurement a lot: other trades have other suppliers, and similar goods of one lot stay together."""
    values: dict[int | None, Decimal] = {}
    for row in position_rows(bundle, by):
        values[row.lot_id] = values.get(row.lot_id, Decimal(0)) + (row.value or Decimal(0))
    reason = say("Eigenes Fach mit eigenen Anbietern; gleichartige Waren sind nur hier enthalten (Fachlos, § 2 Abs. 2 VOL/A).")
    return [Grouping(title=lot.title, lots=(lot,), net=values.get(lot.id, Decimal(0)), reason=reason) for lot in free_lots(bundle)]


def flag_of_everything(bundle: Bundle, groups: Sequence[Grouping]) -> Message | None:
    """Return the warning when all lots of a bundle together, over its whole term, reach the EU threshold; None below it."""
    held = [estimate_of(tender).net for tender in tenders_of(bundle) if tender.stage is not TenderStage.CANCELLED]
    months = months_between(bundle.term_from, bundle.term_until)
    everything = cents(sum((Fraction(group.net) * months / 12 for group in groups), Fraction(0))) + sum(held, Decimal(0))
    row = find_row(rule_rows(), "eu", "eu_threshold", today_of(clock.now()), Kind.SUPPLIES)
    return whole_flag(everything, row) if row is not None and row.holds(everything) else None


def open_tender(
    title: str, *, bundle_id: int, lot_ids: Sequence[int], goods: str, reason: str, kind: Kind = Kind.SUPPLIES, is_framework: bool = True, by: Actor
) -> Tender:
    """Begin a procurement with lots of a bundle, and ask every buyer of the bundle for what binds it."""
    new = NewTender(title=title, bundle_id=bundle_id, lot_ids=tuple(lot_ids), goods=goods, reason=reason, kind=kind, is_framework=is_framework)
    tender = begin(new, by=by)
    tell_members(tender, Permission.TENDER_BIND, say("Vergabe „%(title)s“ wird vorbereitet", title=tender.title), _opening_words(tender), by=by)
    return tender


def begin(new: NewTender, *, by: Actor) -> Tender:
    """Begin a procurement; every buyer of the bundle is named, its own last prices are the first estimate."""
    if not by.may(Permission.TENDER_EDIT):
        raise NotAllowed
    bundle = get_led_bundle(new.bundle_id, by)
    _check_lots(bundle, by)
    lots = [lot for lot in free_lots(bundle) if lot.id in set(new.lot_ids)]
    if not lots or len(lots) != len(set(new.lot_ids)):
        raise NoLots
    check_reason(new.reason)
    tender = Tender(
        title=new.title.strip() or lots[0].title,
        bundle_id=bundle.id,
        lead_municipality_id=bundle.lead_municipality_id,
        kind=new.kind,
        goods=new.goods.strip() or lots[0].title,
        grouping_reason=new.reason.strip(),
        regime=PROFILES_OF[new.kind][0].regime,
        begins_on=today_of(clock.now()),
        is_framework=new.is_framework,
        stage=TenderStage.DRAFT,
        created_by_id=by.person_id,
    )
    db.session.add(tender)
    db.session.flush()
    _fill(tender, lots, by=by)
    return tender


def _fill(tender: Tender, lots: Sequence[Lot], *, by: Actor) -> None:
    bundle = tender.bundle
    tender.lots = [TenderLot(lot_id=lot.id, number=number, title=lot.title) for number, lot in enumerate(lots, start=1)]
    tender.buyers = [_buyer(bundle, member.municipality_id) for member in bundle.members]
    db.session.flush()
    take_own_prices(tender, by=by)
    begin_documents(tender, by=by)
    attach(tender)
    after = {"title": tender.title, "lots": [lot.number for lot in lots], "reason": tender.grouping_reason, "goods": tender.goods}
    write_down("tender.opened", tender, by=by, after=after)


def attach(tender: Tender) -> None:
    """Hang a tender on the measure of its bundle."""
    links.attach(
        tender.bundle.measure_id, "tender", tender.id, tender.title, "tendering.show_tender", {"tender_id": tender.id}, permission=Permission.TENDER_READ
    )


def _buyer(bundle: Bundle, municipality_id: int) -> TenderBuyer:
    """Name a buyer; the resolution by which it joined the measure is taken over."""
    query = select(MeasureParticipation).where(MeasureParticipation.measure_id == bundle.measure_id, MeasureParticipation.left_on.is_(None))
    joined = db.session.scalar(query.where(MeasureParticipation.municipality_id == municipality_id))
    buyer = TenderBuyer(municipality_id=municipality_id)
    if joined is not None and joined.resolution_number:
        buyer.resolution, buyer.resolved_on = joined.resolution_number, joined.resolution_on
    return buyer


def _opening_words(tender: Tender) -> list[Message]:
    return [
        say("Federführend ist %(lead)s. Ihre Gemeinde ist als Abrufberechtigte benannt.", lead=tender.lead_municipality.name),
        say("Bitte tragen Sie ein, wer unterzeichnet, bis zu welchem Betrag und welche Mittel bestätigt sind. Ohne das wird nicht veröffentlicht."),
    ]


def _check_lots(bundle: Bundle, by: Actor) -> None:
    if bundle.stage is BundleStage.DISSOLVED:
        raise NotFound
    loose = sum(row.lot_id is None for row in position_rows(bundle, by))
    if loose:
        raise PositionsWithoutLot(loose)


def check_reason(reason: str) -> None:
    """Refuse a reason that says nothing."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise ReasonMissing


def cancel(tender_id: int, *, reason: str, by: Actor) -> Tender:
    """Cancel a procurement with its reason (§ 17 VOL/A); its lots are free for a new start, members and bidders are told."""
    tender = lock_tender(tender_id, by)
    check_tender_step(tender.stage, TenderStage.CANCELLED)
    check_reason(reason)
    before, was_published = tender.stage, tender.published_at is not None
    tender.stage, tender.stage_since = TenderStage.CANCELLED, clock.now()
    tender.cancelled_at, tender.cancel_reason = clock.now(), reason.strip()
    for lot in tender.lots:
        lot.is_released = True
    subject = say("Vergabe „%(title)s“ aufgehoben", title=tender.title)
    body = [say("Das Verfahren ist aufgehoben. Grund: %(reason)s", reason=reason.strip())]
    if was_published:
        tell_bidders(tender, subject, body)
    tell_members(tender, Permission.TENDER_READ, subject, body, by=by, link=page_of(tender))
    write_down("tender.cancelled", tender, by=by, before={"stage": before.value}, after={"stage": "cancelled", "reason": reason.strip()})
    return tender


def start_again(tender_id: int, *, reason: str, by: Actor) -> Tender:
    """Begin anew with the lots of a cancelled procurement, its terms and what people had added to its estimate."""
    old = lock_tender(tender_id, by)
    if old.stage is not TenderStage.CANCELLED:
        raise NoLots
    lot_ids = [lot.lot_id for lot in old.lots]
    values: dict[str, Any] = {"goods": old.goods, "kind": old.kind, "is_framework": old.is_framework}
    tender = open_tender(old.title, bundle_id=old.bundle_id, lot_ids=lot_ids, reason=reason, by=by, **values)
    tender.follows_id, tender.regime = old.id, old.regime
    write_terms(get_draft(tender), terms_of(current_version(old)))
    _copy_summands(old, tender)
    return tender


def _copy_summands(old: Tender, new: Tender) -> None:
    """Take over what people entered; what the bundle says was reckoned anew."""
    ids = {lot.lot_id: lot.id for lot in new.lots}
    names = [column.key for column in inspect(EstimateSummand).column_attrs if column.key not in {"id", "tender_id", "tender_lot_id"}]
    for row in db.session.scalars(select(EstimateSummand).where(EstimateSummand.tender_id == old.id, EstimateSummand.is_from_bundle.is_(False))):
        db.session.add(EstimateSummand(**{name: getattr(row, name) for name in names}, tender_id=new.id, tender_lot_id=ids[row.tender_lot.lot_id]))
    db.session.flush()
