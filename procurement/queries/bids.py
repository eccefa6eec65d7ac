"""Bids: a supplier sees the own one by its link; nobody else sees any, nor how many, before the opening."""

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from commons import tokens
from commons.database import db
from commons.errors import NotFound
from commons.people import Actor
from commons.permissions import Permission
from commons.scopes import covers
from procurement.models import Bid, BidDraft, LateBidDecision, OpenedBid, OpeningEntry, OpeningSession, Tender, TenderInvitation
from procurement.queries.tenders import SEALED, get_tender, until
from procurement.tender_stages import BidStage, LateOutcome, SessionPurpose, TenderStage

SCOPE = "bid"


def get_invitation(secret: str) -> TenderInvitation:
    """Return the invitation that a personal link opens."""
    link = tokens.find_visitor(secret, SCOPE)
    found = db.session.get(TenderInvitation, link.subject_id) if link else None
    if found is None:
        raise NotFound
    return found


def find_own_bid(invitation: TenderInvitation, variant: int = 0) -> Bid | None:
    """Return the main bid or the variant of a firm that counts."""
    counting = [BidStage.HANDED_IN, BidStage.OPENED, BidStage.TAMPERED]
    query = select(Bid).where(Bid.invitation_id == invitation.id, Bid.variant == variant, Bid.stage.in_(counting))
    return db.session.scalar(query.order_by(Bid.id.desc()).limit(1))


def own_variants(invitation: TenderInvitation) -> list[Bid]:
    """Return the variants of a firm that are handed in and count."""
    query = select(Bid).where(Bid.invitation_id == invitation.id, Bid.variant > 0, Bid.stage == BidStage.HANDED_IN)
    return list(db.session.scalars(query.order_by(Bid.variant)))


def own_bids(invitation: TenderInvitation) -> list[Bid]:
    """Return everything a firm handed in for a tender, with its traces."""
    return list(db.session.scalars(select(Bid).where(Bid.invitation_id == invitation.id).order_by(Bid.id)))


def find_draft(invitation: TenderInvitation, variant: int = 0) -> BidDraft | None:
    """Return the sealed draft of a firm's main bid or variant."""
    return db.session.scalar(select(BidDraft).where(BidDraft.invitation_id == invitation.id, BidDraft.variant == variant))


def may_see_bids(tender: Tender, actor: Actor) -> bool:
    """Tell whether the actor sees bids: procurement officer, mayor and auditor of each member, from the opening on."""
    return actor.may(Permission.BID_READ) and tender.opened_at is not None and covers(actor, Permission.BID_READ, tender.created_at, until(tender))


def opened_bids(tender_id: int, actor: Actor) -> list[OpenedBid]:
    """Return what the opening brought to light, by the bidders' names; empty for whoever may not see it, and before the opening."""
    tender = get_tender(tender_id, actor)
    return opened_bids_of(tender) if may_see_bids(tender, actor) else []


def opened_bids_of(tender: Tender) -> list[OpenedBid]:
    """Return the opened bids of a tender that the caller has already loaded for its actor, by name."""
    query = select(OpenedBid).join(Bid).where(OpenedBid.tender_id == tender.id, Bid.stage == BidStage.OPENED)
    loaded = query.options(selectinload(OpenedBid.lines), selectinload(OpenedBid.packages))
    return list(db.session.scalars(loaded.order_by(OpenedBid.bidder, OpenedBid.id)))


def get_opened_bid(tender: Tender, bid_id: int, actor: Actor) -> OpenedBid:
    """Return one opened bid of a tender that the caller has already loaded for its actor."""
    found = db.session.get(OpenedBid, bid_id)
    if found is None or found.tender_id != tender.id or not may_see_bids(tender, actor):
        raise NotFound
    return found


def quotes_of(tender: Tender) -> dict[int, Bid] | None:
    """Return the quotes of an unsealed procedure by firm; None where bids are sealed, for then nobody knows how many there are."""
    if tender.procedure in SEALED or tender.stage is not TenderStage.PUBLISHED:
        return None
    return {bid.invitation_id: bid for bid in sealed_bids(tender)}


def has_bid_from(tender: Tender, address: str | None) -> bool:
    """Tell whether a firm with this mail address has handed in anything, for the opening alone."""
    query = select(Bid.id).join(TenderInvitation).where(Bid.tender_id == tender.id, TenderInvitation.address == (address or "").lower())
    return db.session.scalar(query.limit(1)) is not None


def sealed_bids(tender: Tender) -> list[Bid]:
    """Return the sealed bids that count, for the opening alone."""
    query = select(Bid).where(Bid.tender_id == tender.id, Bid.stage == BidStage.HANDED_IN)
    return list(db.session.scalars(query.order_by(Bid.reference)))


def all_bids(tender: Tender) -> list[Bid]:
    """Return every bid with its traces, for the protocol of the opening alone."""
    return list(db.session.scalars(select(Bid).where(Bid.tender_id == tender.id).order_by(Bid.received_at, Bid.id)))


def find_opening(tender: Tender) -> OpeningSession | None:
    """Return the completed opening."""
    return next(iter(openings_of(tender)), None)


def openings_of(tender: Tender) -> list[OpeningSession]:
    """Return the completed openings: the first for all bids, later ones for late bids that were admitted."""
    query = select(OpeningSession).where(OpeningSession.tender_id == tender.id, OpeningSession.purpose == SessionPurpose.OPENING)
    return list(db.session.scalars(query.where(OpeningSession.completed_at.is_not(None)).order_by(OpeningSession.id)))


def late_bids(tender: Tender) -> list[tuple[Bid, LateBidDecision | None]]:
    """Return the bids that came late with what was decided on them, for the time after the opening alone."""
    query = select(Bid, LateBidDecision).outerjoin(LateBidDecision, LateBidDecision.bid_id == Bid.id).where(Bid.tender_id == tender.id)
    query = query.where(or_(Bid.stage == BidStage.UNOPENED, LateBidDecision.id.is_not(None))).order_by(Bid.received_at, Bid.id)
    return [(bid, decision) for bid, decision in db.session.execute(query)]


def arrived_after_opening(tender: Tender) -> list[Bid]:
    """Return the bids that came when the others were open already, on paper or electronically; the protocol of the opening names none of them."""
    first = find_opening(tender)
    if first is None:
        return []
    named = select(OpeningEntry.bid_id).where(OpeningEntry.session_id == first.id)
    return list(db.session.scalars(select(Bid).where(Bid.tender_id == tender.id, Bid.id.not_in(named)).order_by(Bid.received_at, Bid.id)))


def get_late_bid(tender: Tender, bid_id: int, actor: Actor) -> Bid:
    """Return a late bid of a tender that the caller has already loaded for its actor."""
    found = next((bid for bid, _decision in late_bids(tender) if bid.id == bid_id), None)
    if found is None or not may_see_bids(tender, actor):
        raise NotFound
    return found


def find_late_decision(bid: Bid) -> LateBidDecision | None:
    """Return what one or two people decided on a late bid."""
    return db.session.scalar(select(LateBidDecision).where(LateBidDecision.bid_id == bid.id))


def admitted_waiting(tender: Tender) -> list[Bid]:
    """Return the late bids that two people admitted and that are still closed."""
    return [
        bid
        for bid, decision in late_bids(tender)
        if decision is not None and decision.confirmed_at is not None and decision.outcome is LateOutcome.ADMITTED and bid.stage is BidStage.UNOPENED
    ]


def entries_of(session: OpeningSession) -> list[OpeningEntry]:
    """Return what the protocol says of each bid."""
    return list(db.session.scalars(select(OpeningEntry).where(OpeningEntry.session_id == session.id).order_by(OpeningEntry.id)))


def waiting_paper_bids(tender: Tender) -> list[Bid]:
    """Return the opened paper bids whose content nobody has entered yet."""
    query = select(Bid).outerjoin(OpenedBid, OpenedBid.bid_id == Bid.id).where(Bid.tender_id == tender.id, Bid.stage == BidStage.OPENED)
    return list(db.session.scalars(query.where(OpenedBid.id.is_(None)).order_by(Bid.id)))
