"""Inform the losers, confirm as the second person, send the letters that make the award law."""

from datetime import date
from decimal import Decimal

from commons import clock
from commons.calendar_days import today_of
from commons.database import db
from commons.errors import NotAllowed, RuleBroken
from commons.people import Actor
from commons.permissions import Permission
from commons.words import say
from cooperation.effects import record_effect
from cooperation.stages import EffectKind, Nature
from procurement.awarding.gates import AwardNotReady, gaps_before_award, waiting_of
from procurement.awarding.input import hash_of, input_of
from procurement.awarding.letters import write_awards, write_information, write_rejections
from procurement.awarding.outcome import Award, award_of_decision, plain_lots
from procurement.awarding.proposing import Outdated
from procurement.awarding.shares import savings_of
from procurement.comparing import field_of
from procurement.models import AwardDecision, AwardLetter, Tender
from procurement.queries.awards import find_decision, get_letter, letters_of, undelivered_of
from procurement.queries.tenders import lock_seen_tender, lock_tender
from procurement.stages import NotEditable
from procurement.telling import tell_members, write_down
from procurement.tender_stages import TENDER_STAGE_NAMES, LetterKind, TenderStage, check_tender_step


class SecondPersonNeeded(RuleBroken):
    """Two people award."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Sie haben den Zuschlag selbst vorgeschlagen. Bitte lassen Sie ihn von einer zweiten Person bestätigen."))


class AlreadyInformed(RuleBroken):
    """Losers are informed once about a proposal."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Die unterlegenen Bieter sind zu diesem Vorschlag schon informiert."))


class AlreadyNoted(RuleBroken):
    """The sending of a letter is noted once."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Der Versand dieses Schreibens ist schon vermerkt."))


class SentInFuture(RuleBroken):
    """A letter was sent between its writing and today."""

    def __init__(self, made: date) -> None:
        super().__init__(say("Bitte geben Sie den Tag des Versands an: vom %(made)s bis heute.", made=made), field="sent_on")


def inform_losers(tender_id: int, *, by: Actor) -> list[AwardLetter]:
    """Write to the losers before the award; the waiting days are counted from the day after."""
    tender, decision = _proposed(lock_tender(tender_id, by))
    if any(letter.decision_id == decision.id for letter in letters_of(tender, LetterKind.INFORMATION)):
        raise AlreadyInformed
    made = write_information(tender, decision, award_of_decision(field_of(tender), decision), by=by)
    after = {"decision": decision.id, "letters": len(made), "earliest_contract": str(made[0].earliest_contract) if made else None}
    write_down("award.losers_informed", tender, by=by, after=after)
    return made


def confirm(tender_id: int, *, by: Actor) -> AwardDecision:
    """Award as the second person: everything is checked again, the letters are made; nothing is editable afterwards."""
    tender, decision = _proposed(lock_seen_tender(tender_id, by))
    if not by.may(Permission.AWARD_CONFIRM):
        raise NotAllowed
    if decision.proposed_by_id == by.person_id:
        raise SecondPersonNeeded
    check_tender_step(tender.stage, TenderStage.AWARDED)
    if decision.run is not None and hash_of(input_of(tender)) != decision.run.input_hash:
        raise Outdated
    award = award_of_decision(field_of(tender), decision)
    found = gaps_before_award(tender, decision, award)
    if found:
        raise AwardNotReady(found)
    decision.confirmed_by_id, decision.confirmed_at = by.person_id, clock.now()
    tender.stage, tender.stage_since = TenderStage.AWARDED, clock.now()
    db.session.flush()
    write_awards(tender, decision, award, by=by)
    write_rejections(tender, decision, award, by=by)
    savings = record_savings(tender, award)
    body = [say("Zuschlag über %(total)s € netto. Rechtswirksam wird er mit dem Zuschlagsschreiben.", total=decision.total)]
    tell_members(tender, Permission.TENDER_READ, say("Zuschlag erteilt: %(title)s", title=tender.title), body, by=by, link=f"/beschaffung/zuschlag/{tender.id}")
    after = {"stage": "awarded", "decision": decision.id, "total": str(decision.total), "lots": plain_lots(tender, award), "savings": savings}
    write_down("award.confirmed", tender, by=by, before={"stage": "evaluated"}, after=after)
    return decision


def _proposed(tender: Tender) -> tuple[Tender, AwardDecision]:
    decision = find_decision(tender)
    if decision is None or decision.confirmed_at is not None:
        raise NotEditable(TENDER_STAGE_NAMES[tender.stage])
    return tender, decision


def record_savings(tender: Tender, award: Award) -> dict[str, str | None]:
    """Tell the measure what each municipality is to save by the award; without an old price nothing is claimed."""
    told: dict[str, str | None] = {}
    names = {buyer.municipality_id: buyer.municipality.name for buyer in tender.buyers}
    for saving in savings_of(award.field, award.won):
        told[names[saving.municipality_id]] = None if saving.amount is None else str(saving.amount)
        if saving.amount is not None:
            record_effect(
                tender.bundle.measure_id,
                nature=Nature.PLANNED,
                kind=EffectKind.SAVING,
                amount=Decimal(saving.amount),
                unit="EUR",
                recorded_on=today_of(clock.now()),
                municipality_id=saving.municipality_id,
                subject=("tender", tender.id),
            )
    return told


def note_sent(tender_id: int, letter_id: int, *, sent_on: date, channel: str, by: Actor) -> AwardLetter:
    """Note when and how a letter went out: for the award letter this is the moment that the law knows."""
    tender = lock_tender(tender_id, by)
    letter = get_letter(tender, letter_id)
    if letter.sent_on is not None and letter.id not in undelivered_of(tender):
        raise AlreadyNoted
    made = today_of(letter.made_at)
    if not made <= sent_on <= today_of(clock.now()):
        raise SentInFuture(made)
    letter.sent_on, letter.channel, letter.sent_noted_by_id = sent_on, channel.strip(), by.person_id
    if letter.earliest_contract is not None:
        letter.earliest_contract = waiting_of(tender, sent_on, channel=letter.channel).earliest_contract
    after = {"letter": letter.id, "kind": letter.kind.value, "recipient": letter.recipient, "sent_on": str(sent_on), "channel": letter.channel}
    write_down("award.letter_sent", tender, by=by, after=after)
    return letter
