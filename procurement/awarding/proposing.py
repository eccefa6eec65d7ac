"""Propose the award as computed, or deviate from it with a reason; a second person confirms."""

from collections.abc import Mapping

from commons import clock
from commons.database import db
from commons.errors import RuleBroken
from commons.people import Actor
from commons.permissions import Permission
from commons.words import say
from procurement.awarding.gates import check_members
from procurement.awarding.input import hash_of, input_of
from procurement.awarding.outcome import Award, award_of_choice, award_of_run, plain_lots
from procurement.comparing import field_of
from procurement.models import AwardDecision, AwardedLot, AwardRun, Tender
from procurement.queries.awards import decisions_of, find_decision, get_run
from procurement.queries.tenders import lock_tender
from procurement.rules.winners_tender import Status
from procurement.stages import NotEditable
from procurement.telling import tell_members, write_down
from procurement.tender_stages import TENDER_STAGE_NAMES, TenderStage

SHORTEST_REASON = 20


class ReasonMissing(RuleBroken):
    """Who wins and why is written down; so is every deviation from the computed award."""

    def __init__(self, field: str) -> None:
        super().__init__(say("Bitte begründen Sie das in mindestens einem Satz; die Begründung kommt in den Vergabevermerk."), field=field)


class NotComputed(RuleBroken):
    """Nobody proposes an award that was not computed, or that nothing admissible came of."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Es liegt keine zulässige berechnete Vergabe vor."))


class Outdated(RuleBroken):
    """An award rests on the bids and findings as they stand."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Seit der Berechnung hat sich die Wertung geändert. Bitte berechnen Sie die Vergabe neu."))


class DrawDue(RuleBroken):
    """Between equal awards only the published rule decides: by a lot drawn in front of two witnesses."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Zwei Vergaben sind gleich teuer. Bitte ziehen Sie zuerst das Los vor zwei Zeugen und berechnen Sie dann neu."))


class ProposalStands(RuleBroken):
    """One proposal stands at a time."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Es liegt schon ein Vorschlag vor. Bitte ziehen Sie ihn zuerst zurück."))


class NothingToAward(RuleBroken):
    """Where no lot can be awarded, the procedure is cancelled, not awarded."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Auf keines der Lose kann ein Zuschlag erteilt werden. Bitte heben Sie das Verfahren auf."))


def propose(
    tender_id: int, run_id: int, *, reason: str, choices: Mapping[int, int | None] | None = None, deviation_reason: str = "", by: Actor
) -> AwardDecision:
    """Propose the award as the first person; `choices` by lot are a deviation and need their own reason."""
    tender = lock_tender(tender_id, by)
    run = _check(tender, run_id)
    if len(reason.strip()) < SHORTEST_REASON:
        raise ReasonMissing("reason")
    field_ = field_of(tender)
    award = award_of_run(field_, run) if run.status is not Status.INFEASIBLE else None
    if choices is not None:
        if len(deviation_reason.strip()) < SHORTEST_REASON:
            raise ReasonMissing("deviation_reason")
        award = award_of_choice(field_, choices)
    if award is None:
        raise NotComputed
    return _keep(tender, run, award, reason=reason.strip(), deviation=deviation_reason.strip() if choices is not None else None, by=by)


def _check(tender: Tender, run_id: int) -> AwardRun:
    if tender.stage is not TenderStage.EVALUATED:
        raise NotEditable(TENDER_STAGE_NAMES[tender.stage])
    run = get_run(tender, run_id)
    if run.result is None:
        raise NotComputed
    if hash_of(input_of(tender)) != run.input_hash:
        raise Outdated
    if run.result.get("tied"):
        raise DrawDue
    if find_decision(tender) is not None:
        raise ProposalStands
    return run


def _keep(tender: Tender, run: AwardRun, award: Award, *, reason: str, deviation: str | None, by: Actor) -> AwardDecision:
    if not award.won:
        raise NothingToAward
    check_members(tender, award)
    corrected = next(reversed(decisions_of(tender)), None)
    decision = AwardDecision(tender_id=tender.id, run_id=run.id, proposed_by_id=by.person_id, reason=reason, deviation_reason=deviation, total=award.total)
    decision.corrects = corrected
    db.session.add(decision)
    db.session.flush()
    for one in award.lots:
        kept = AwardedLot(decision_id=decision.id, tender_lot_id=one.lot.id, outcome=one.outcome, price=one.net, package=list(one.package) or None)
        kept.opened_bid_id = one.offer.opened.id if one.offer is not None else None
        db.session.add(kept)
    db.session.flush()
    body = [say("Vorgeschlagen sind %(total)s € netto. Begründung: %(reason)s", total=award.total, reason=reason)]
    link = f"/beschaffung/zuschlag/{tender.id}"
    tell_members(tender, Permission.AWARD_CONFIRM, say("Zuschlag bestätigen: %(title)s", title=tender.title), body, by=by, link=link)
    after = {
        "decision": decision.id,
        "corrects": decision.corrects_id,
        "run": run.id,
        "total": str(award.total),
        "lots": plain_lots(tender, award),
        "reason": reason,
        "deviation": deviation,
    }
    write_down("award.proposed", tender, by=by, after=after)
    return decision


def withdraw(tender_id: int, *, reason: str, by: Actor) -> AwardDecision:
    """Take a proposal back before it is confirmed."""
    tender = lock_tender(tender_id, by)
    decision = find_decision(tender)
    if decision is None or decision.confirmed_at is not None:
        raise NotEditable(TENDER_STAGE_NAMES[tender.stage])
    if len(reason.strip()) < SHORTEST_REASON:
        raise ReasonMissing("reason")
    decision.withdrawn_at = clock.now()
    write_down("award.proposal_withdrawn", tender, by=by, after={"decision": decision.id, "reason": reason.strip()})
    return decision
