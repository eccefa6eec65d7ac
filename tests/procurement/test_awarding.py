"""The award: computed, explained, proposed, informed, confirmed by a second person, and closed for good."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from commons import clock, jobs, journal
from commons.calendar_days import today_of
from commons.database import db, write
from commons.errors import NotAllowed
from commons.letters import Letter, LetterStage
from commons.permissions import Role
from commons.words import from_data, say
from cooperation.models import Effect
from procurement import awarding, evaluating
from procurement.awarding.computing import SECONDS_BETWEEN, Watch
from procurement.awarding.confirming import SecondPersonNeeded
from procurement.awarding.gates import AwardNotReady
from procurement.awarding.outcome import DeviationNotAdmissible, award_of_choice
from procurement.awarding.proposing import Outdated, ReasonMissing
from procurement.comparing import field_of
from procurement.exchange.bid_file import Combination
from procurement.models import AwardDecision, AwardedLot, PurchaseRequestLine, TenderBuyer
from procurement.queries.awards import find_decision, letters_of
from procurement.recording.items import items_of
from procurement.rules.bid_check import Weight
from procurement.rules.mandates import MembersNotBound
from procurement.rules.winners_tender import Status
from procurement.stages import NotEditable
from procurement.tender_stages import FindingOutcome, FindingStage, LetterKind, LotOutcome, TenderStage
from tests.procurement.builders import lead
from tests.procurement.builders_evaluation import FIRMS, REASON, bid_of, compute, make_awarded, make_evaluated, make_proposed, mayor, second, settle, settle_all

NORD, SUED, SALZ = FIRMS
CLOSE = {NORD: {1: "3.5", 2: "3.8"}, SUED: {1: "3.6", 2: "3.7"}, SALZ: {1: "3.7", 2: "3.9"}}


def acts(tender):
    return [entry.act for entry in journal.entries_about("tender", tender.id)]


def outcomes(decision):
    return {row.tender_lot.name: (row.outcome, row.opened_bid.bidder if row.opened_bid else None) for row in decision.lots}


def test_award_is_computed_explained_and_can_be_computed_again_from_its_input(app):
    run = compute(make_evaluated(CLOSE))

    assert run.status is Status.OPTIMAL
    assert run.result["awards"] == [
        {"bidder": NORD, "lots": ["Los 1"], "price": "93712.50"},
        {"bidder": SUED, "lots": ["Los 2"], "price": "4403.00"},
    ]
    kinds = {one["kind"] for one in run.explanations}
    assert {"second_best", "bidder"} <= kinds
    why = next(one for one in run.explanations if one["about"] == SALZ)
    assert "erhält kein Los" in str(from_data(why["text"]))
    assert set(run.input) == {"lots", "bids", "rules", "places"}


def test_second_person_confirms_after_information_and_waiting_days(app):
    decision = make_proposed(CLOSE)
    tender = decision.tender

    with pytest.raises(SecondPersonNeeded):
        write(awarding.confirm, tender.id, by=lead())
    letters = write(awarding.inform_losers, tender.id, by=lead())
    with clock.stopped_at(clock.now() + timedelta(days=12)):
        write(awarding.confirm, tender.id, by=second())

    assert outcomes(decision) == {"Los 1": (LotOutcome.AWARDED, NORD), "Los 2": (LotOutcome.AWARDED, SUED)}
    assert decision.total == Decimal("82450.00")
    assert tender.stage is TenderStage.AWARDED
    assert sorted(letter.recipient.split(",")[0] for letter in letters) == sorted(FIRMS)
    assert [letter.recipient.split(",")[0] for letter in letters_of(tender, LetterKind.AWARD)] == [SUED, NORD]
    assert all(letter.file.media_type == "application/pdf" and letter.sent_on is None for letter in letters_of(tender, LetterKind.AWARD))
    assert letters_of(tender, LetterKind.REJECTION) == []
    assert acts(tender)[-1] == "award.confirmed"


def test_information_names_the_winner_the_reason_and_the_day_but_no_foreign_price(app):
    decision = make_proposed(CLOSE)
    (letter,) = [one for one in write(awarding.inform_losers, decision.tender_id, by=lead()) if one.recipient.startswith(SALZ)]

    sent = " ".join(str(part) for part in db.session.get_one(Letter, letter.letter_id).paragraphs)

    assert "„Papier Nord GmbH“" in sent
    assert "Rang 3 von 3" in sent
    assert "3,5" not in sent
    assert "78750" not in sent


def test_nobody_awards_without_the_permission(app, world):
    decision = make_proposed(CLOSE)

    with pytest.raises(NotAllowed):
        write(awarding.confirm, decision.tender_id, by=world.actor("koenigsbrueck", Role.CLERK))


def test_mayor_may_be_the_second_person(app):
    decision = make_proposed(CLOSE)
    write(awarding.inform_losers, decision.tender_id, by=lead())

    with clock.stopped_at(clock.now() + timedelta(days=12)):
        write(awarding.confirm, decision.tender_id, by=mayor())

    assert decision.confirmed_by_id == mayor().person_id


def test_member_without_enough_funds_stops_the_award_at_the_real_price(app):
    tender = make_evaluated(CLOSE)
    run = compute(tender)
    first = update(TenderBuyer).where(TenderBuyer.id == tender.buyers[0].id)
    db.session.execute(first.values(funds=Decimal(1)))
    db.session.commit()

    with pytest.raises(MembersNotBound) as refusal:
        write(awarding.propose, tender.id, run.id, reason=REASON, by=lead())

    assert [gap.municipality for gap in refusal.value.gaps] == [tender.buyers[0].municipality.name]
    assert find_decision(tender) is None


def test_member_that_falls_away_after_the_proposal_stops_the_confirmation(app):
    decision = make_proposed(CLOSE)
    write(awarding.inform_losers, decision.tender_id, by=lead())
    db.session.execute(update(TenderBuyer).where(TenderBuyer.tender_id == decision.tender_id).values(signatory_limit=Decimal(1)))
    db.session.commit()
    db.session.expire_all()

    with clock.stopped_at(clock.now() + timedelta(days=12)), pytest.raises(AwardNotReady):
        write(awarding.confirm, decision.tender_id, by=second())


def test_deviation_needs_its_own_reason_and_stays_within_what_was_announced(app):
    tender = make_evaluated(CLOSE, max_lots_per_bidder=1, lot_limit_rule="Dann zählt die insgesamt günstigste Vergabe.")
    run, ids = compute(tender), {lot.number: lot.id for lot in tender.lots}
    nord, salz = bid_of(tender, NORD).id, bid_of(tender, SALZ).id

    with pytest.raises(ReasonMissing):
        write(awarding.propose, tender.id, run.id, reason=REASON, choices={ids[1]: nord, ids[2]: salz}, by=lead())
    with pytest.raises(DeviationNotAdmissible):
        write(awarding.propose, tender.id, run.id, reason=REASON, choices={ids[1]: nord, ids[2]: nord}, deviation_reason=REASON, by=lead())
    decision = write(awarding.propose, tender.id, run.id, reason=REASON, choices={ids[1]: salz, ids[2]: None}, deviation_reason=REASON, by=lead())

    assert outcomes(decision) == {"Los 1": (LotOutcome.AWARDED, SALZ), "Los 2": (LotOutcome.CANCELLED, None)}
    assert decision.deviation_reason == REASON


def test_changed_evaluation_makes_a_computation_outdated(app):
    tender = make_evaluated(CLOSE)
    run = compute(tender)
    write(evaluating.reopen, tender.id, reason=REASON, by=lead())
    finding = evaluating.NewFinding(opened_bid_id=bid_of(tender, NORD).id, stage=FindingStage.FORMAL, weight=Weight.EXCLUDE, text="Nicht unterschrieben.")
    made = write(evaluating.add_finding, tender.id, finding, by=lead())
    settle(tender, made, FindingOutcome.EXCLUDED)
    settle_all(tender)
    write(evaluating.evaluate, tender.id, by=lead())

    with pytest.raises(Outdated):
        write(awarding.propose, tender.id, run.id, reason=REASON, by=lead())


def test_award_is_unchangeable_for_verbs_and_for_the_database(app):
    tender = make_awarded(CLOSE)
    decision = find_decision(tender)

    with pytest.raises(NotEditable):
        write(awarding.withdraw, tender.id, reason=REASON, by=lead())
    with pytest.raises(NotEditable):
        write(awarding.start_run, tender.id, by=lead())
    for statement in (
        update(AwardDecision).where(AwardDecision.id == decision.id).values(total=Decimal(1)),
        update(AwardedLot).where(AwardedLot.decision_id == decision.id).values(price=Decimal(1)),
    ):
        with pytest.raises(DBAPIError):
            db.session.execute(statement)
        db.session.rollback()
    with pytest.raises(DBAPIError):
        db.session.execute(text("DELETE FROM awarded_lot"))
    db.session.rollback()


def test_sending_of_the_award_letter_is_recorded_once_with_day_and_channel(app):
    tender = make_awarded(CLOSE)
    letter = letters_of(tender, LetterKind.AWARD)[0]

    with clock.stopped_at(letter.made_at + timedelta(hours=1)):
        day = today_of(clock.now())
        write(awarding.note_sent, tender.id, letter.id, sent_on=day, channel="Telefax", by=lead())
        with pytest.raises(Exception, match="schon vermerkt"):
            write(awarding.note_sent, tender.id, letter.id, sent_on=day, channel="Brief", by=lead())

    assert (letter.sent_on, letter.channel) == (day, "Telefax")
    assert acts(tender)[-1] == "award.letter_sent"


def test_complaint_blocks_until_the_days_of_the_authority_have_passed(app):
    decision = make_proposed(CLOSE)
    tender, today = decision.tender, today_of(clock.now())
    write(awarding.inform_losers, tender.id, by=lead())
    complaint = write(awarding.note_complaint, tender.id, SALZ, "Der Preis von Nord ist zu niedrig.", received_on=today, by=lead())
    write(awarding.handle_complaint, tender.id, complaint.id, awarding.Handled(authority_informed_on=today + timedelta(days=5)), by=lead())

    with clock.stopped_at(clock.now() + timedelta(days=12)), pytest.raises(AwardNotReady, match="Landesdirektion"):
        write(awarding.confirm, tender.id, by=second())
    with clock.stopped_at(clock.now() + timedelta(days=16)):
        write(awarding.confirm, tender.id, by=second())

    assert complaint.objection_until == today + timedelta(days=15)


def test_saving_is_told_for_own_old_prices_and_not_claimed_without(app):
    db.session.commit()
    tender = make_awarded(CLOSE)

    effects = db.session.scalars(select(Effect).where(Effect.subject_kind == "tender", Effect.subject_id == tender.id)).all()

    priced = {line.request.municipality_id for line in db.session.scalars(select(PurchaseRequestLine).where(PurchaseRequestLine.price_net.is_not(None)))}
    assert {effect.municipality_id for effect in effects} <= priced
    confirmed = [entry for entry in journal.entries_about("tender", tender.id) if entry.act == "award.confirmed"]
    assert '"savings"' in confirmed[0].payload


def test_running_computation_stops_when_somebody_cancels_it(app_once):
    tender = make_evaluated(CLOSE)
    job = db.session.get_one(jobs.Job, write(awarding.start_run, tender.id, by=lead()).job_id)
    write(lambda: setattr(job, "stage", jobs.JobStage.RUNNING))

    watch = Watch(jobs.Progress(job.id), 0, say("Gesucht wird."))

    watch.said -= SECONDS_BETWEEN
    asked_before = watch.is_to_stop()
    write(awarding.cancel_run, tender.id, by=lead())
    asked_at_once = watch.is_to_stop()
    watch.said -= SECONDS_BETWEEN

    assert (asked_before, asked_at_once, watch.is_to_stop()) == (False, False, True)
    with pytest.raises(jobs.Cancelled), watch:
        pass


def test_proposal_after_an_objection_names_the_one_that_it_corrects(app):
    first = make_proposed(CLOSE)
    tender = first.tender
    write(awarding.withdraw, tender.id, reason=REASON, by=lead())

    second_try = write(awarding.propose, tender.id, first.run_id, reason=REASON, by=lead())

    assert first.corrects is None
    assert second_try.corrects_id == first.id
    said = [str(sentence) for item in items_of(tender) for sentence in item.told]
    assert any(sentence.startswith("Er ersetzt den Vorschlag vom") for sentence in said)


def test_delivery_is_charged_only_to_who_takes_something_of_the_lot(app, world):
    towns = [world.municipality_id(key) for key in ("bernsdorf", "ossling")]
    charges = {"delivery": {str(town): Decimal(90) for town in towns}}
    tender = make_evaluated({NORD: {1: "3.5"}}, changes={NORD: charges})
    field = field_of(tender)
    choices = {lot.id: bid_of(tender, NORD).id if lot.number == 1 else None for lot in tender.lots}

    with db.session.no_autoflush:
        for position in field.version.positions:
            position.shares = {str(towns[0]): "0", str(towns[1]): "7"}
        delivery = dict(award_of_choice(field, choices).delivery)
        db.session.rollback()

    assert delivery == {towns[1]: Decimal(90)}


def test_package_is_awarded_at_its_own_price_and_dealt_out_to_the_cent(app):
    packages = (Combination(lots=(1, 2), price=Decimal("80000.01"), discount_percent=None),)
    decision = make_proposed(CLOSE, changes={SALZ: {"combinations": packages}})

    assert outcomes(decision) == {"Los 1": (LotOutcome.AWARDED, SALZ), "Los 2": (LotOutcome.AWARDED, SALZ)}
    assert decision.total == Decimal("80000.01")
    assert [row.package for row in decision.lots] == [[1, 2], [1, 2]]
    assert sum(row.price for row in decision.lots) == Decimal("80000.01")


def test_an_information_that_did_not_arrive_starts_no_waiting_days(app):
    decision = make_proposed(CLOSE)
    tender = decision.tender
    letters = write(awarding.inform_losers, tender.id, by=lead())
    write(lambda: db.session.execute(update(Letter).where(Letter.id == letters[0].letter_id).values(stage=LetterStage.BOUNCED, finished_at=clock.now())))
    later = clock.now() + timedelta(days=12)

    with clock.stopped_at(later), pytest.raises(AwardNotReady, match="kam nicht an"):
        write(awarding.confirm, tender.id, by=second())
    with clock.stopped_at(later):
        write(awarding.note_sent, tender.id, letters[0].id, sent_on=today_of(later), channel="Telefax", by=lead())
        with pytest.raises(AwardNotReady, match="Wartefrist"):
            write(awarding.confirm, tender.id, by=second())
    with clock.stopped_at(later + timedelta(days=11)):
        write(awarding.confirm, tender.id, by=second())

    assert letters[0].earliest_contract == today_of(later) + timedelta(days=11)
