"""Examination in four stages: who finds, who decides, who is asked."""

from datetime import timedelta
from decimal import Decimal

import pytest

from commons import clock, journal
from commons.database import db, write
from commons.errors import NotFound
from commons.letters import Letter
from commons.permissions import Role
from procurement import evaluating
from procurement.comparing import compare
from procurement.evaluating.clarifying import AnswerMissing
from procurement.evaluating.deciding import AlreadyDecided, AskFirst, ReasonTooShort, SecondPersonNeeded
from procurement.evaluating.ranking import NotExamined, StillOpen
from procurement.queries.evaluation import clarifications_of, evaluations_of, get_opened_tender
from procurement.rules.bid_check import Weight
from procurement.tender_stages import FindingOutcome, FindingStage, TenderStage
from tests.procurement.builders import lead
from tests.procurement.builders_evaluation import FIRMS, REASON, bid_of, examine, make_evaluated, make_quoted, second, settle, settle_all
from tests.procurement.tender_builders import mail_of

NORD, SUED, SALZ = FIRMS
CLOSE = {NORD: {1: "3.5", 2: "3.5"}, SUED: {1: "3.6", 2: "3.7"}, SALZ: {1: "3.7", 2: "3.8"}}
FAR = {NORD: {1: "2.0", 2: "3.5"}, SUED: {1: "3.6", 2: "3.7"}, SALZ: {1: "3.7", 2: "3.8"}}


def acts(tender):
    return [entry.act for entry in journal.entries_about("tender", tender.id)]


def test_examination_finds_nothing_in_clean_bids(app):
    tender = make_quoted(CLOSE)

    assert examine(tender) == []
    assert "evaluation.examined" in acts(tender)


def test_doubtful_price_is_asked_before_anybody_is_excluded(app):
    tender = make_quoted(FAR)
    findings = examine(tender)
    doubt = next(finding for finding in findings if finding.opened_bid.bidder == NORD)

    with pytest.raises(AskFirst):
        write(evaluating.decide, tender.id, doubt.id, FindingOutcome.EXCLUDED, reason=REASON, by=lead())
    write(evaluating.ask_bidder, tender.id, doubt.id, "Bitte erklären Sie Ihren Preis.", answer_until=clock.now() + timedelta(days=5), by=lead())
    (asked,) = clarifications_of(tender)
    write(evaluating.enter_answer, tender.id, asked.id, "Restposten aus unserem Lager.", by=lead())

    letter = db.session.get_one(Letter, asked.letter_id)
    assert letter.address == mail_of(NORD)
    assert "Bitte erklären Sie Ihren Preis." in [str(part) for part in letter.paragraphs]
    with pytest.raises(AnswerMissing):
        write(evaluating.enter_answer, tender.id, asked.id, "Doch nicht.", by=lead())
    settle(tender, doubt, FindingOutcome.EXCLUDED)
    assert doubt.second_by_id == second().person_id


def test_finding_is_decided_by_two_different_people(app):
    tender = make_quoted(FAR)
    doubt = examine(tender)[0]

    with pytest.raises(ReasonTooShort):
        write(evaluating.decide, tender.id, doubt.id, FindingOutcome.CLEARED, reason="ok", by=lead())
    write(evaluating.decide, tender.id, doubt.id, FindingOutcome.CLEARED, reason=REASON, by=lead())
    with pytest.raises(SecondPersonNeeded):
        write(evaluating.confirm, tender.id, doubt.id, by=lead())
    with pytest.raises(AlreadyDecided):
        write(evaluating.decide, tender.id, doubt.id, FindingOutcome.NOTED, reason=REASON, by=lead())
    write(evaluating.give_back, tender.id, doubt.id, reason=REASON, by=second())

    assert doubt.outcome is FindingOutcome.OPEN
    assert "evaluation.finding_given_back" in acts(tender)


def test_ranking_waits_until_everything_is_examined_and_decided(app):
    tender = make_quoted(FAR)

    with pytest.raises(NotExamined):
        write(evaluating.evaluate, tender.id, by=lead())
    count = len(examine(tender))
    with pytest.raises(StillOpen) as refusal:
        write(evaluating.evaluate, tender.id, by=lead())
    settle_all(tender)
    write(evaluating.evaluate, tender.id, by=lead())

    assert refusal.value.count == count
    assert tender.stage is TenderStage.EVALUATED
    assert [ranking.ranking[0]["bidder"] for ranking in evaluations_of(tender)] == [NORD, NORD]


def test_person_enters_a_finding_and_it_needs_two_people_too(app):
    tender = make_quoted(CLOSE)
    examine(tender)
    new = evaluating.NewFinding(opened_bid_id=bid_of(tender, NORD).id, stage=FindingStage.SUITABILITY, weight=Weight.ASK, text="Referenz fehlt.")
    finding = write(evaluating.add_finding, tender.id, new, by=lead())

    with pytest.raises(StillOpen):
        write(evaluating.evaluate, tender.id, by=lead())
    settle(tender, finding)
    write(evaluating.evaluate, tender.id, by=lead())

    assert (str(finding.said), finding.found_by_id) == ("Referenz fehlt.", lead().person_id)


def test_comparison_marks_the_lowest_counted_price_and_shows_what_the_bidder_wrote(app):
    wrong = {NORD: {"lines": {"1.1": {"stated_total": Decimal("1.00")}}}}
    tender = make_quoted(CLOSE, changes=wrong)

    lot = compare(tender).lots[0]

    names = [bidder.name for bidder in lot.bidders]
    assert names == sorted(FIRMS)
    best = [names[place] for place, cell in enumerate(lot.rows[0].cells) if cell.is_best]
    assert best == [NORD]
    cell = lot.rows[0].cells[names.index(NORD)]
    assert (cell.stated_total, cell.total) == (Decimal("1.00"), Decimal("43750.00"))


def test_excluded_bid_leaves_the_minimum_and_both_rankings_are_kept(app):
    changed = {NORD: {"lines": {"1.1": {"quantity": Decimal(99)}}}}
    tender = make_evaluated(CLOSE, changes=changed)

    first, other = evaluations_of(tender)

    assert [row["bidder"] for row in first.ranking] == [SUED, SALZ]
    assert [row["bidder"] for row in first.compared["with_excluded"]] == [NORD, SUED, SALZ]
    assert other.ranking[0]["bidder"] == NORD
    lot = compare(tender).lots[0]
    assert [bidder.name for bidder in lot.bidders if bidder.is_excluded] == [NORD]
    assert [lot.bidders[place].name for place in lot.sums[1].best] == [SUED]


def test_who_sees_bids_after_the_opening(app_once, world):
    tender = make_quoted(CLOSE)
    seen = {}
    for town in ("koenigsbrueck", "bernsdorf", "ossling", "neukirch"):
        for role in (Role.PROCUREMENT_OFFICER, Role.MAYOR, Role.AUDITOR, Role.CLERK):
            try:
                get_opened_tender(tender.id, world.actor(town, role))
                seen[town, role] = True
            except NotFound:
                seen[town, role] = False

    expected = {key: key[0] != "neukirch" and key[1] is not Role.CLERK for key in seen}
    assert seen == expected


def test_reopened_evaluation_keeps_the_old_ranking(app):
    tender = make_evaluated(CLOSE)

    write(evaluating.reopen, tender.id, reason=REASON, by=lead())
    write(evaluating.evaluate, tender.id, by=lead())

    assert {ranking.version for ranking in evaluations_of(tender)} == {2}
    assert acts(tender).count("evaluation.ranked") == 2
