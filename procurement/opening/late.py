"""Decide on bids that came late: two people admit one whose bidder does not answer for the delay; all others stay excluded and closed."""

from commons import clock
from commons.database import db
from commons.errors import ChangedMeanwhile, NotAllowed, NotFound, RuleBroken
from commons.people import Actor
from commons.permissions import Permission
from commons.words import say
from procurement.models import Bid, LateBidDecision, Tender
from procurement.queries.bids import admitted_waiting, find_late_decision, find_own_bid
from procurement.queries.tenders import lock_seen_tender
from procurement.stages import NotEditable
from procurement.telling import tell_members, write_down
from procurement.tender_stages import TENDER_STAGE_NAMES, BidChannel, BidStage, LateOutcome, TenderStage, check_bid_step

SHORTEST_REASON = 20
# What needs no key: the two who decide open the paper, and a quote was never sealed.
WITHOUT_KEY = frozenset({BidChannel.PAPER, BidChannel.QUOTE})


class LateReasonTooShort(RuleBroken):
    """Whoever decides on a late bid writes down who answers for the delay."""

    def __init__(self) -> None:
        super().__init__(
            say("Bitte schreiben Sie in mindestens einem Satz auf, wer die Verspätung zu vertreten hat; das kommt in den Vermerk."), field="reason"
        )


class BidInTime(RuleBroken):
    """A firm whose bid came in time keeps that one."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Von dieser Firma liegt ein rechtzeitiges Angebot vor; es gilt dieses."), field="outcome")


class AnotherAdmitted(RuleBroken):
    """Of several late bids of a firm one is admitted at most: a firm has one main bid, and each of its variants once."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Von dieser Firma ist schon ein anderes verspätetes Angebot zugelassen; es gilt dieses."), field="outcome")


class OtherPersonNeeded(RuleBroken):
    """Two people decide on a late bid; nobody confirms the own proposal."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Sie haben diese Entscheidung selbst vorgeschlagen. Bitte lassen Sie sie von einer zweiten Person bestätigen."))


class LateDecided(RuleBroken):
    """What two people decided on a late bid is not decided again."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Über dieses Angebot ist schon entschieden, oder es wartet keine Entscheidung auf eine zweite Person."))


def propose_late(tender_id: int, bid_id: int, outcome: LateOutcome, *, reason: str, by: Actor) -> LateBidDecision:
    """Propose as the first person what becomes of a late bid; a proposal not yet confirmed is replaced."""
    tender, bid = _to_decide(tender_id, bid_id, by)
    if len(reason.strip()) < SHORTEST_REASON:
        raise LateReasonTooShort
    if outcome is LateOutcome.ADMITTED:
        _check_only_one(tender, bid)
    decision = find_late_decision(bid) or LateBidDecision(bid_id=bid.id)
    decision.outcome, decision.reason, decision.proposed_at, decision.proposed_by_id = outcome, reason.strip(), clock.now(), by.person_id
    db.session.add(decision)
    db.session.flush()
    _tell(tender, bid, decision, by=by)
    write_down("tender.late_bid_proposed", tender, by=by, after=_facts(bid, decision))
    return decision


def confirm_late(tender_id: int, bid_id: int, *, seen: str | None = None, by: Actor) -> LateBidDecision:
    """Confirm as the second person; an admitted paper bid is entered by hand, an admitted envelope waits for two holders.

    `seen` names the proposal that stood on the page: one that took its place meanwhile is not confirmed unread.
    """
    tender, bid = _to_decide(tender_id, bid_id, by)
    decision = find_late_decision(bid)
    if decision is None:
        raise LateDecided
    if decision.proposed_by_id == by.person_id:
        raise OtherPersonNeeded
    if seen is not None and seen != mark_of(decision):
        raise ChangedMeanwhile
    if decision.outcome is LateOutcome.ADMITTED:
        _check_only_one(tender, bid)
    decision.confirmed_at, decision.confirmed_by_id = clock.now(), by.person_id
    if decision.outcome is LateOutcome.ADMITTED and bid.channel in WITHOUT_KEY:
        check_bid_step(bid.stage, BidStage.OPENED)
        bid.stage = BidStage.OPENED
    db.session.flush()
    write_down("tender.late_bid_decided", tender, by=by, after=_facts(bid, decision))
    return decision


def _to_decide(tender_id: int, bid_id: int, by: Actor) -> tuple[Tender, Bid]:
    tender = lock_seen_tender(tender_id, by)
    if not by.may(Permission.BID_EXAMINE):
        raise NotAllowed
    if tender.stage is not TenderStage.OPENED:
        raise NotEditable(TENDER_STAGE_NAMES[tender.stage])
    bid = db.session.get(Bid, bid_id)
    if bid is None or bid.tender_id != tender.id:
        raise NotFound
    decision = find_late_decision(bid)
    if bid.stage is not BidStage.UNOPENED or (decision is not None and decision.confirmed_at is not None):
        raise LateDecided
    return tender, bid


def mark_of(decision: LateBidDecision) -> str:
    """Return what tells a proposal from one that took its place."""
    return decision.proposed_at.isoformat()


def _check_only_one(tender: Tender, bid: Bid) -> None:
    """Refuse to admit a bid beside another one that counts, or that was admitted before and still waits for its opening."""
    counting = find_own_bid(bid.invitation, bid.variant)
    if counting is not None:
        raise AnotherAdmitted if find_late_decision(counting) is not None else BidInTime
    if any(one.invitation_id == bid.invitation_id and one.variant == bid.variant for one in admitted_waiting(tender)):
        raise AnotherAdmitted


def _facts(bid: Bid, decision: LateBidDecision) -> dict[str, str]:
    return {"reference": bid.reference, "firm": bid.invitation.name, "outcome": decision.outcome.value, "reason": decision.reason}


def _tell(tender: Tender, bid: Bid, decision: LateBidDecision, *, by: Actor) -> None:
    body = [say("%(firm)s, Angebot %(reference)s: %(reason)s", firm=bid.invitation.name, reference=bid.reference, reason=decision.reason)]
    link = f"/beschaffung/vergaben/{tender.id}/oeffnung/verspaetet/{bid.id}"
    tell_members(tender, Permission.BID_EXAMINE, say("Entscheidung über ein verspätetes Angebot: %(title)s", title=tender.title), body, by=by, link=link)
