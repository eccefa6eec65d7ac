"""Which tenders an actor may see, and what hangs on them."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, false, or_, select
from sqlalchemy.orm import selectinload

from commons import clock
from commons.database import db
from commons.errors import NotFound
from commons.people import Actor
from commons.permissions import Permission
from commons.scopes import covers, within
from procurement.models import Bundle, Lot, Supplier, Tender, TenderBuyer, TenderInvitation, TenderLot
from procurement.rules.procedure import Procedure
from procurement.stages import BundleStage
from procurement.tender_stages import TenderStage

PUBLIC = frozenset({Procedure.OPEN, Procedure.EU})
SEALED = frozenset({Procedure.RESTRICTED, Procedure.OPEN, Procedure.EU})
RUNNING = frozenset({TenderStage.DRAFT, TenderStage.PUBLISHED, TenderStage.OPENED, TenderStage.EVALUATED})


def leads(tender: Tender, actor: Actor) -> bool:
    """Tell whether the actor prepares and changes this tender: a procurement officer of the leading municipality."""
    return actor.may(Permission.TENDER_EDIT) and tender.lead_municipality_id == actor.municipality_id


def _visible(actor: Actor) -> ColumnElement[bool]:
    if not actor.may(Permission.TENDER_READ):
        return false()
    named = select(TenderBuyer.tender_id).where(TenderBuyer.municipality_id == actor.municipality_id)
    part = or_(Tender.lead_municipality_id == actor.municipality_id, Tender.id.in_(named))
    return and_(part, within(actor, Permission.TENDER_READ, Tender.created_at, lasting()))


def lasting() -> ColumnElement[datetime]:
    """Say until when a tender lasted, in SQL: a running one until now."""
    return case((Tender.stage.in_(RUNNING), clock.now()), else_=Tender.stage_since)


def until(tender: Tender) -> datetime:
    """Return until when a tender lasted: a running one until now."""
    return clock.now() if tender.stage in RUNNING else tender.stage_since


def tenders(actor: Actor) -> list[Tender]:
    """Return the tenders in which the own municipality leads or is named, the latest first."""
    query = select(Tender).where(_visible(actor)).options(selectinload(Tender.buyers), selectinload(Tender.lots))
    return list(db.session.scalars(query.order_by(Tender.id.desc())))


def get_tender(tender_id: int, actor: Actor) -> Tender:
    """Return a tender that the actor may see."""
    return _one(select(Tender).where(_visible(actor), Tender.id == tender_id))


def get_recorded_tender(tender_id: int, actor: Actor) -> Tender:
    """Return a tender whose record the actor reads; whoever audits beside another role reads it within the stated scope only."""
    tender = get_tender(tender_id, actor)
    if not covers(actor, Permission.BID_READ, tender.created_at, until(tender)):
        raise NotFound
    return tender


def get_led_tender(tender_id: int, actor: Actor) -> Tender:
    """Return a tender that the actor leads."""
    tender = get_tender(tender_id, actor)
    if not leads(tender, actor):
        raise NotFound
    return tender


def lock_tender(tender_id: int, actor: Actor) -> Tender:
    """Return a tender that the actor leads, for changing it; nobody else changes it meanwhile."""
    tender = lock_seen_tender(tender_id, actor)
    if not leads(tender, actor):
        raise NotFound
    return tender


def lock_seen_tender(tender_id: int, actor: Actor) -> Tender:
    """Return a tender that the actor may see, for changing what concerns the actor's municipality in it."""
    return _one(_locked(select(Tender).where(_visible(actor), Tender.id == tender_id)))


def lock_for_bidder(tender_id: int) -> Tender:
    """Return the tender of a bidder whose link was already checked, for handing in."""
    return _one(_locked(select(Tender).where(Tender.id == tender_id)))


def _locked(query: Select[Tender]) -> Select[Tender]:
    return query.with_for_update(of=Tender).execution_options(populate_existing=True)


def _one(query: Select[Tender]) -> Tender:
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def public_tenders() -> list[Tender]:
    """Return the tenders that everybody may read: public procedures whose bids are awaited."""
    query = select(Tender).where(Tender.stage == TenderStage.PUBLISHED, Tender.procedure.in_(PUBLIC))
    return list(db.session.scalars(query.order_by(Tender.deadline)))


def get_public_tender(tender_id: int) -> Tender:
    """Return a public tender, running or over; a restricted one does not exist for the public."""
    published = and_(Tender.published_at.is_not(None), Tender.procedure.in_(PUBLIC))
    return _one(select(Tender).where(published, Tender.id == tender_id))


def free_lots(bundle: Bundle) -> list[Lot]:
    """Return the lots of a bundle that no tender holds."""
    held = select(TenderLot.lot_id).where(TenderLot.is_released.is_(False))
    return list(db.session.scalars(select(Lot).where(Lot.bundle_id == bundle.id, Lot.id.not_in(held)).order_by(Lot.number)))


def bundles_to_tender(actor: Actor) -> list[Bundle]:
    """Return the frozen bundles that the actor's municipality leads and of which some lot is in no tender yet."""
    held = select(TenderLot.lot_id).where(TenderLot.is_released.is_(False))
    free = select(Lot.bundle_id).where(Lot.id.not_in(held))
    led = Bundle.lead_municipality_id == actor.municipality_id
    return list(db.session.scalars(select(Bundle).where(led, Bundle.stage == BundleStage.FROZEN, Bundle.id.in_(free)).order_by(Bundle.id)))


def tenders_of(bundle: Bundle) -> list[Tender]:
    """Return the tenders of a bundle that the caller has already loaded for its actor."""
    return list(db.session.scalars(select(Tender).where(Tender.bundle_id == bundle.id).order_by(Tender.id)))


def is_bundle_tendered(bundle_id: int) -> bool:
    """Tell whether a bundle's quantities were published: then it is not opened again."""
    query = select(Tender.id).where(Tender.bundle_id == bundle_id, Tender.stage.not_in([TenderStage.DRAFT, TenderStage.CANCELLED]))
    return db.session.scalar(query.limit(1)) is not None


def get_buyer(tender: Tender, municipality_id: int) -> TenderBuyer:
    """Return a named buyer of a tender that the caller has already loaded for its actor."""
    found = next((buyer for buyer in tender.buyers if buyer.municipality_id == municipality_id), None)
    if found is None:
        raise NotFound
    return found


def invitations(tender: Tender) -> list[TenderInvitation]:
    """Return the firms that were asked or asked for the documents, by name."""
    return list(db.session.scalars(select(TenderInvitation).where(TenderInvitation.tender_id == tender.id).order_by(TenderInvitation.name)))


def suppliers_to_invite(tender: Tender) -> list[Supplier]:
    """Return the active firms with a mail address that were not asked yet, those that deliver the goods first."""
    asked = select(TenderInvitation.address).where(TenderInvitation.tender_id == tender.id)
    query = select(Supplier).where(Supplier.is_active, Supplier.email.is_not(None), Supplier.email.not_in(asked)).options(selectinload(Supplier.categories))
    wanted = {tender.goods.casefold(), *(lot.title.casefold() for lot in tender.lots)}
    found = list(db.session.scalars(query.order_by(Supplier.name)))
    return sorted(found, key=lambda firm: not any(category.name.casefold() in wanted for category in firm.categories))
