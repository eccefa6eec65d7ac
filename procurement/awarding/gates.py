"""What stands between an evaluation and an award: members bound at the real price, letters, waiting days, complaints."""

from datetime import date

from commons import clock
from commons.calendar_days import today_of
from commons.errors import RuleBroken
from commons.words import Message, joined, say
from procurement.awarding.outcome import Award
from procurement.models import AwardComplaint, AwardDecision, Tender
from procurement.queries.awards import MAIL, complaints_of, find_decision, letters_of, notes_of, undelivered_of
from procurement.queries.tender_values import member_bindings, profile_of, rule_rows
from procurement.rules.deadlines import Waiting, waiting, waiting_days
from procurement.rules.mandates import check_bound, gaps
from procurement.rules.procedure import Duty, Procedure, duties
from procurement.tender_stages import LetterKind

PAPER = "Brief"


class AwardNotReady(RuleBroken):
    """No award before everything stands that law and members ask for."""

    status = 409

    def __init__(self, found: list[Message]) -> None:
        super().__init__(joined(found))
        self.gaps = tuple(found)


def check_members(tender: Tender, award: Award) -> None:
    """Refuse as long as any member is not bound at its share of the real price."""
    check_bound(member_bindings(tender, award.shares), day=today_of(clock.now()))


def member_gaps(tender: Tender, award: Award) -> list[Message]:
    """List what each member lacks at its share of the real price."""
    return [gap.text for gap in gaps(member_bindings(tender, award.shares), day=today_of(clock.now()))]


def duties_of(tender: Tender) -> list[Duty]:
    """Return the duties that the value brings by the rules of the procedure's first day; a dearer award than estimated brings those of its own value."""
    if tender.procedure is None or tender.estimated_net is None:
        return []
    decision = find_decision(tender)
    net = max(tender.estimated_net, decision.total) if decision else tender.estimated_net
    return duties(net, procedure=tender.procedure, kind=tender.kind, day=tender.begins_on, rows=rule_rows(), profile=profile_of(tender))


def must_inform(tender: Tender) -> bool:
    """Tell whether losers are informed before the contract; where no value says that it is not due, they are."""
    if tender.procedure is Procedure.DIRECT:
        return False
    return any(duty.key == "pre_award_information_above" and duty.applies is not False for duty in duties_of(tender))


def waiting_of(tender: Tender, sent_on: date, *, channel: str = MAIL) -> Waiting:
    """Return the waiting days after information sent on a day; on paper they are more (§ 134 (2) GWB)."""
    procedure, electronic = tender.procedure or Procedure.OPEN, channel != PAPER
    row = waiting_days(procedure, day=tender.begins_on, rows=rule_rows(), electronic=electronic, regime=tender.regime)
    return waiting(sent_on, days=int(row.number or 0))


def gaps_before_award(tender: Tender, decision: AwardDecision, award: Award) -> list[Message]:
    """List everything that still stands in the way of confirming a proposal; empty when it may be awarded."""
    found, today = [], today_of(clock.now())
    if tender.binding_until is not None and tender.binding_until < today and not any(note.item == "binding" for note in notes_of(tender)):
        found.append(
            say(
                "Die Bindefrist ist am %(day)s abgelaufen. Bitte holen Sie die Zustimmung der Bieter ein und vermerken Sie sie unter „Bindefrist“.",
                day=tender.binding_until,
            )
        )
    found += member_gaps(tender, award)
    found += _information_gaps(tender, decision, award, today)
    found += [_complaint_gap(complaint) for complaint in complaints_of(tender) if is_open(complaint, today)]
    return found


def _information_gaps(tender: Tender, decision: AwardDecision, award: Award, today: date) -> list[Message]:
    if not must_inform(tender) or not losers_of(award):
        return []
    letters = [letter for letter in letters_of(tender, LetterKind.INFORMATION) if letter.decision_id == decision.id]
    if not letters:
        return [say("Die unterlegenen Bieter sind noch nicht über den vorgesehenen Zuschlag informiert.")]
    lost = [letter for letter in letters if letter.id in undelivered_of(tender)]
    if lost:
        return [say("Die Information an „%(name)s“ kam nicht an. Bitte senden Sie sie anders und vermerken Sie das.", name=one.recipient) for one in lost]
    earliest = max((letter.earliest_contract for letter in letters if letter.earliest_contract is not None), default=None)
    if earliest is not None and today < earliest:
        return [say("Die Wartefrist läuft; der Vertrag darf frühestens am %(day)s geschlossen werden.", day=earliest)]
    return []


def losers_of(award: Award) -> list[int]:
    """Return the bids that do not get every lot they asked for."""
    won = {(one.offer.opened.id, one.lot.id) for one in award.won}
    lost = {offer.opened.id for offer in award.field.offers if (offer.opened.id, offer.lot.id) not in won}
    return [opened.id for opened in award.field.bids if opened.id in lost or not award.field.of_bid(opened)]


def is_open(complaint: AwardComplaint, today: date) -> bool:
    """Tell whether a complaint still blocks the award: not remedied, and the authority has not let its days pass."""
    if complaint.remedied_on is not None:
        return False
    if complaint.outcome is not None:
        return False
    return complaint.objection_until is None or today <= complaint.objection_until


def _complaint_gap(complaint: AwardComplaint) -> Message:
    if complaint.objection_until is None:
        return say("Die Beanstandung von „%(name)s“ ist nicht abgeholfen; die Landesdirektion Sachsen ist zu unterrichten.", name=complaint.complainant)
    return say(
        "Zur Beanstandung von „%(name)s“ kann die Landesdirektion Sachsen bis zum %(day)s widersprechen.",
        name=complaint.complainant,
        day=complaint.objection_until,
    )
