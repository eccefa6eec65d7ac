"""Close the quotes of a negotiated award: no sealing, but nobody quotes any more."""

from commons import clock
from commons.database import db
from commons.errors import RuleBroken
from commons.people import Actor
from commons.words import say
from procurement.models import Tender
from procurement.queries.bids import sealed_bids
from procurement.queries.tenders import SEALED, invitations, lock_tender
from procurement.telling import write_down
from procurement.tender_stages import BidStage, TenderStage, check_bid_step, check_tender_step


class StillRunning(RuleBroken):
    """Firms keep the time they were given, unless all of them have answered."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Die Frist läuft noch, und nicht alle gefragten Firmen haben geantwortet."))


class NeedsOpening(RuleBroken):
    """Sealed bids are opened by two officers, not closed by one."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("In diesem Verfahren öffnen zwei Schlüsselinhaber gemeinsam."))


def close_quotes(tender_id: int, *, by: Actor) -> Tender:
    """Close the quotes after the deadline, or as soon as all firms have quoted."""
    tender = lock_tender(tender_id, by)
    check_tender_step(tender.stage, TenderStage.OPENED)
    if tender.procedure in SEALED:
        raise NeedsOpening
    bids = sealed_bids(tender)
    over = tender.deadline is not None and clock.now() > tender.deadline
    if not over and len(bids) < len(invitations(tender)):
        raise StillRunning
    for bid in bids:
        check_bid_step(bid.stage, BidStage.OPENED)
        bid.stage = BidStage.OPENED
    tender.stage, tender.stage_since, tender.opened_at = TenderStage.OPENED, clock.now(), clock.now()
    db.session.flush()
    write_down("tender.quotes_closed", tender, by=by, before={"stage": "published"}, after={"stage": "opened", "quotes": len(bids)})
    return tender
