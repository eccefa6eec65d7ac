"""What officers take in themselves: paper bids, registered unopened, and quotes of a negotiated award."""

from datetime import datetime

from commons import clock
from commons.database import db
from commons.errors import NotFound, RuleBroken
from commons.people import Actor
from commons.words import say
from procurement.bid_content import distinct_name, keep_content
from procurement.bidding.handing_in import new_reference
from procurement.exchange.bid_file import BidContent
from procurement.models import Bid, OpenedBid, Tender, TenderInvitation
from procurement.queries.bids import find_own_bid
from procurement.queries.tenders import SEALED, lock_tender
from procurement.rules.deadlines import is_late
from procurement.telling import write_down, write_down_unseen
from procurement.tender_stages import BidChannel, BidStage, TenderStage, check_bid_step, check_running


class NotAQuote(RuleBroken):
    """Only where no sealing is due may an officer enter what a firm offers before the deadline."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("In diesem Verfahren geben die Firmen ihre Angebote verschlossen ab."))


class EnteredAlready(RuleBroken):
    """What a paper bid says is entered once; an error is corrected by a finding, not by overwriting."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Dieses Papierangebot ist noch nicht geöffnet oder schon eingegeben."))


def register_paper(tender_id: int, invitation_id: int, *, received_at: datetime, note: str, by: Actor) -> Bid:
    """Register a paper bid unopened with the moment it came in; after the opening it stays closed until two people admit it."""
    tender = lock_tender(tender_id, by)
    is_open = tender.stage is TenderStage.OPENED and tender.procedure in SEALED
    if not is_open:
        check_running(tender.stage)
    invitation = get_invited(tender, invitation_id)
    if not note.strip():
        raise RuleBroken(say("Bitte schreiben Sie auf, wo der ungeöffnete Umschlag liegt."), field="note")
    if received_at > clock.now():
        raise RuleBroken(say("Der Eingang liegt in der Zukunft."), field="received_at")
    late = is_late(received_at, deadline=tender.deadline or received_at)
    bid = _bid(tender, invitation, BidChannel.PAPER, received_at, by=by)
    bid.note, bid.is_late = note.strip(), late
    bid.stage = BidStage.UNOPENED if late or is_open else BidStage.HANDED_IN
    if bid.stage is BidStage.HANDED_IN:
        _end_former(invitation)
    db.session.add(bid)
    db.session.flush()
    write_down_unseen("bid.registered", tender, after={"reference": bid.reference, "late": late, "person": by.person_id})
    return bid


def get_invited(tender: Tender, invitation_id: int) -> TenderInvitation:
    """Return a firm on the list of a tender that the caller has already loaded for its actor."""
    found = db.session.get(TenderInvitation, invitation_id)
    if found is None or found.tender_id != tender.id:
        raise NotFound
    return found


def _bid(tender: Tender, invitation: TenderInvitation, channel: BidChannel, received_at: datetime, *, by: Actor) -> Bid:
    return Bid(
        tender_id=tender.id,
        invitation_id=invitation.id,
        reference=new_reference(tender),
        version=tender.version,
        channel=channel,
        stage=BidStage.HANDED_IN,
        received_at=received_at,
        is_late=False,
        registered_by_id=by.person_id,
    )


def _end_former(invitation: TenderInvitation) -> None:
    former = find_own_bid(invitation)
    if former is not None:
        check_bid_step(former.stage, BidStage.REPLACED)
        former.stage, former.ended_at = BidStage.REPLACED, clock.now()
        db.session.flush()


def enter_quote(tender_id: int, invitation_id: int, content: BidContent, *, by: Actor) -> Bid:
    """Enter a quote that a firm sent by mail or named on the phone; a later one replaces it."""
    tender = lock_tender(tender_id, by)
    check_running(tender.stage)
    if tender.procedure in SEALED:
        raise NotAQuote
    invitation = get_invited(tender, invitation_id)
    _end_former(invitation)
    bid = _bid(tender, invitation, BidChannel.QUOTE, clock.now(), by=by)
    db.session.add(bid)
    db.session.flush()
    keep_content(bid, content, at=clock.now(), bidder=_name(tender, content, bid))
    write_down("tender.quote_entered", tender, by=by, after={"firm": invitation.name, "reference": bid.reference})
    return bid


def enter_paper(tender_id: int, bid_id: int, content: BidContent, *, by: Actor) -> OpenedBid:
    """Enter what an opened paper bid says."""
    tender = lock_tender(tender_id, by)
    bid = db.session.get(Bid, bid_id)
    if bid is None or bid.tender_id != tender.id or bid.channel is not BidChannel.PAPER:
        raise NotFound
    if bid.stage is not BidStage.OPENED or bid.opened is not None or tender.stage is not TenderStage.OPENED:
        raise EnteredAlready
    opened = keep_content(bid, content, at=clock.now(), bidder=_name(tender, content, bid))
    write_down("tender.paper_bid_entered", tender, by=by, after={"reference": bid.reference})
    return opened


def _name(tender: Tender, content: BidContent, bid: Bid) -> str:
    taken = [row[0] for row in db.session.query(OpenedBid.bidder).filter(OpenedBid.tender_id == tender.id)]
    return distinct_name(content.bidder, bid.reference, taken)
