"""Two people decide on each finding; before a doubtful price excludes, the bidder is asked."""

from commons import clock
from commons.errors import NotAllowed, RuleBroken
from commons.people import Actor
from commons.permissions import Permission
from commons.words import say
from procurement.evaluating.examining import check_examinable, look_again
from procurement.models import BidFinding, Tender
from procurement.queries.evaluation import clarifications_of, get_finding, may_examine
from procurement.queries.tenders import lock_seen_tender, lock_tender
from procurement.rules.bid_check import Weight
from procurement.telling import tell_members, write_down
from procurement.tender_stages import FindingOutcome, FindingStage

SHORTEST_REASON = 20


class ReasonTooShort(RuleBroken):
    """Whoever decides on a bid writes down why."""

    def __init__(self) -> None:
        super().__init__(say("Bitte begründen Sie die Entscheidung in mindestens einem Satz; sie kommt in den Vergabevermerk."), field="reason")


class SecondPersonNeeded(RuleBroken):
    """At least two people decide; nobody confirms the own decision."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Sie haben diese Entscheidung selbst getroffen. Bitte lassen Sie sie von einer zweiten Person bestätigen."))


class AskFirst(RuleBroken):
    """A doubtful price is asked about and recorded; it excludes nobody by itself (§ 5 (2) SächsVergabeG, § 60 VgV)."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            say("Wegen eines zweifelhaften Preises wird niemand ungefragt ausgeschlossen. Bitte fragen Sie den Bieter und warten Sie auf seine Antwort."),
            field="outcome",
        )


class AlreadyDecided(RuleBroken):
    """A decision that waits for its second person, or is complete, is not overwritten."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Zu diesem Befund ist schon entschieden. Die zweite Person bestätigt die Entscheidung oder gibt sie zurück."))


class NothingToConfirm(RuleBroken):
    """Only a decision that waits for its second person is confirmed or given back."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Hier wartet keine Entscheidung auf eine zweite Person."))


def decide(tender_id: int, finding_id: int, outcome: FindingOutcome, *, reason: str, by: Actor) -> BidFinding:
    """Decide on a finding as the first person; a second one confirms."""
    tender = lock_tender(tender_id, by)
    finding = _to_decide(tender, finding_id, by)
    if finding.outcome is not FindingOutcome.OPEN:
        raise AlreadyDecided
    if len(reason.strip()) < SHORTEST_REASON:
        raise ReasonTooShort
    if outcome is FindingOutcome.EXCLUDED:
        _check_asked(tender, finding)
    finding.outcome, finding.reason = outcome, reason.strip()
    finding.decided_at, finding.decided_by_id = clock.now(), by.person_id
    _write_down("evaluation.finding_decided", tender, finding, by)
    body = [say("%(bidder)s: %(text)s", bidder=finding.opened_bid.bidder, text=finding.said), say("Begründung: %(reason)s", reason=finding.reason)]
    link = f"/beschaffung/wertung/{tender.id}/befunde/{finding.id}"
    tell_members(tender, Permission.BID_EXAMINE, say("Entscheidung über ein Angebot bestätigen: %(title)s", title=tender.title), body, by=by, link=link)
    return finding


def confirm(tender_id: int, finding_id: int, *, by: Actor) -> BidFinding:
    """Confirm a decision as the second person; an exclusion changes what the others are measured by."""
    tender, finding = _waiting(tender_id, finding_id, by)
    finding.second_at, finding.second_by_id = clock.now(), by.person_id
    if finding.outcome is FindingOutcome.EXCLUDED or finding.weight is Weight.EXCLUDE:
        look_again(tender)
    _write_down("evaluation.finding_confirmed", tender, finding, by)
    return finding


def give_back(tender_id: int, finding_id: int, *, reason: str, by: Actor) -> BidFinding:
    """Give a decision back as the second person, with the reason; the finding is open again."""
    tender, finding = _waiting(tender_id, finding_id, by)
    if len(reason.strip()) < SHORTEST_REASON:
        raise ReasonTooShort
    before = {"outcome": finding.outcome.value, "reason": finding.reason, "decided_by": finding.decided_by_id}
    finding.outcome, finding.reason, finding.decided_at, finding.decided_by_id = FindingOutcome.OPEN, None, None, None
    after = {"bidder": finding.opened_bid.bidder, "finding": finding.id, "reason": reason.strip()}
    write_down("evaluation.finding_given_back", tender, by=by, before=before, after=after)
    return finding


def _waiting(tender_id: int, finding_id: int, by: Actor) -> tuple[Tender, BidFinding]:
    tender = lock_seen_tender(tender_id, by)
    finding = _to_decide(tender, finding_id, by)
    if finding.decided_by_id is None or finding.second_by_id is not None:
        raise NothingToConfirm
    if finding.decided_by_id == by.person_id:
        raise SecondPersonNeeded
    return tender, finding


def _to_decide(tender: Tender, finding_id: int, by: Actor) -> BidFinding:
    if not may_examine(by):
        raise NotAllowed
    finding = get_finding(tender, finding_id)
    check_examinable(tender)
    return finding


def _check_asked(tender: Tender, finding: BidFinding) -> None:
    if finding.stage is not FindingStage.PRICE or finding.weight is Weight.EXCLUDE:
        return
    asked = [one for one in clarifications_of(tender) if one.finding_id == finding.id]
    if not any(one.answered_at is not None or one.answer_until < clock.now() for one in asked):
        raise AskFirst


def _write_down(act: str, tender: Tender, finding: BidFinding, by: Actor) -> None:
    after = {"bidder": finding.opened_bid.bidder, "finding": finding.id, "outcome": finding.outcome.value, "reason": finding.reason}
    write_down(act, tender, by=by, after=after)
