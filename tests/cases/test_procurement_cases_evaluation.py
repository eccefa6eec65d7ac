"""Cases 43 to 62 and 73 to 75 of the case book on the database: from the opened bid to the awarded lot, under their numbers."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from commons import clock, journal
from commons.calendar_days import BERLIN, from_wall
from commons.database import db, write
from commons.errors import RuleBroken
from commons.letters import Letter
from procurement import awarding, evaluating
from procurement.awarding.confirming import SecondPersonNeeded
from procurement.awarding.gates import AwardNotReady
from procurement.comparing import compare, field_of
from procurement.evaluating.deciding import AskFirst
from procurement.evaluating.ranking import NothingToDraw, SecondWitnessNeeded, StillOpen
from procurement.exchange.bid_file import Combination
from procurement.queries.awards import find_decision
from procurement.queries.evaluation import evaluations_of, find_draw, findings_of
from procurement.rules.bid_check import Basis, Weight
from procurement.rules.ties import commitment, drawn_order
from procurement.stages import NotEditable
from procurement.tender_stages import FindingOutcome, LotOutcome
from tests.procurement.builders import lead
from tests.procurement.builders_evaluation import (
    FIRMS,
    REASON,
    bid_of,
    compute,
    criteria_of_quality,
    examine,
    make_evaluated,
    make_proposed,
    make_quoted,
    second,
    settle,
    settle_all,
)
from tests.procurement.tender_builders import make_tender, set_value

NORD, SUED, SALZ = FIRMS
CLOSE = {NORD: {1: "3.5", 2: "3.8"}, SUED: {1: "3.6", 2: "3.7"}, SALZ: {1: "3.7", 2: "3.9"}}
SMALL = {NORD: {1: "0.35", 2: "0.38"}, SUED: {1: "0.36", 2: "0.37"}}  # no waiting days by the value
TIED = {NORD: {1: "3.5", 2: "3.5"}, SUED: {1: "3.5", 2: "3.5"}}
RULE = "Dann zählt die insgesamt günstigste Vergabe."


def lines_of(firm, **changes):
    return {firm: {"lines": {"1.1": changes}}}


def winners(run):
    return {lot: award["bidder"] for award in run.result["awards"] for lot in award["lots"]}


def test_case_45_price_with_four_places_is_kept_and_the_line_rounded_once(app):
    tender = make_quoted({NORD: {1: "3.5"}}, changes=lines_of(NORD, unit_price=Decimal("0.0399")))

    (offer,) = field_of(tender).offers
    (line,) = [checked for checked in offer.checked.lines if checked.line.number == "1.1"]

    assert (line.line.unit_price, line.line.quantity, line.computed_total) == (Decimal("0.0399"), Decimal(12500), Decimal("498.75"))


def test_case_46_wrong_line_total_is_noted_and_both_are_shown(app):
    tender = make_quoted(CLOSE, changes=lines_of(NORD, stated_total=Decimal("99.00")))

    assert examine(tender) == []
    (finding,) = findings_of(tender)
    cell = compare(tender).lots[0].rows[0].cells[1]

    assert (finding.weight, finding.outcome, finding.opened_bid.bidder) == (Weight.NOTE, FindingOutcome.NOTED, NORD)
    assert (cell.stated_total, cell.total) == (Decimal("99.00"), Decimal("43750.00"))
    assert bid_of(tender, NORD).lines[0].stated_total == Decimal("99.00")


def test_case_47_zero_price_asks_and_never_wins_by_itself(app):
    tender = make_quoted(CLOSE, changes=lines_of(NORD, unit_price=Decimal("0.00")))
    findings = [finding for finding in examine(tender) if finding.position == "1.1"]

    with pytest.raises(StillOpen):
        write(evaluating.evaluate, tender.id, by=lead())

    assert [(finding.weight, finding.opened_bid.bidder) for finding in findings] == [(Weight.ASK, NORD)]
    assert not compare(tender).lots[0].rows[0].cells[1].is_best


def test_case_47_missing_price_in_an_essential_position_excludes_by_two_people(app):
    tender = make_evaluated(CLOSE, changes=lines_of(NORD, unit_price=None))

    (finding,) = [one for one in findings_of(tender) if one.weight is Weight.EXCLUDE]

    assert "§ 57 Abs. 1 Nr. 5" in finding.law
    assert (finding.outcome, finding.second_by_id) == (FindingOutcome.EXCLUDED, second().person_id)
    assert NORD not in [row["bidder"] for row in evaluations_of(tender)[0].ranking]


def test_case_48_changed_text_or_quantity_excludes(app):
    tender = make_evaluated(CLOSE, changes=lines_of(NORD, text="Ganz anderes Papier"))

    (finding,) = [one for one in findings_of(tender) if one.weight is Weight.EXCLUDE]

    assert "§ 57 Abs. 1 Nr. 4" in finding.law
    assert [row["bidder"] for row in evaluations_of(tender)[0].ranking] == [SUED, SALZ]


def test_case_49_small_business_without_tax_is_compared_gross(app):
    tender = make_quoted({NORD: {2: "3.5"}, SUED: {2: "4.0"}}, changes={SUED: {"lines": {"2.1": {"vat_percent": Decimal(0)}}}})

    compared = {offer.opened.bidder: offer.compared for offer in field_of(tender).offers}

    assert compared == {NORD: Decimal("4165.00"), SUED: Decimal("4000.00")}


def test_case_49_basis_is_declared_in_the_documents(app):
    tender = make_quoted({NORD: {2: "3.5"}}, compared_on=Basis.NET)

    assert [offer.compared for offer in field_of(tender).offers] == [Decimal("3500.00")]
    assert str(compare(tender).basis) == "netto"


def test_case_50_skonto_is_not_counted_and_noted(app):
    tender = make_quoted({NORD: {2: "3.5"}}, changes={NORD: {"skonto_percent": Decimal(3), "skonto_days": 10}})
    examine(tender)

    assert [offer.checked.net for offer in field_of(tender).offers] == [Decimal("3500.00")]
    assert "Skonto" in str(findings_of(tender)[0].said)


def test_case_51_tie_is_drawn_before_two_witnesses_and_stays_the_same(app):
    tender = make_evaluated(TIED)
    with pytest.raises(SecondWitnessNeeded):
        write(evaluating.draw, tender.id, by=lead())
    write(evaluating.call_draw, tender.id, by=lead())
    with pytest.raises(SecondWitnessNeeded):
        write(evaluating.draw, tender.id, by=lead())
    drawn = write(evaluating.draw, tender.id, by=second())

    assert commitment(drawn.seed) == drawn.seed_hash == tender.draw_seed_hash
    assert drawn.order == drawn_order([NORD, SUED], seed=tender.draw_seed)
    assert {drawn.first_witness_id, drawn.second_witness_id} == {lead().person_id, second().person_id}
    assert [one.ranking[0]["bidder"] for one in evaluations_of(tender)] == [drawn.order[0]] * 2
    assert set(winners(compute(tender)).values()) == set(winners(compute(tender)).values()) == {drawn.order[0]}
    with pytest.raises(NothingToDraw):
        write(evaluating.draw, tender.id, by=second())


def test_case_51_tie_is_not_awarded_before_the_draw(app):
    tender = make_evaluated(TIED)
    run = compute(tender)

    with pytest.raises(Exception, match="ziehen Sie zuerst das Los"):
        write(awarding.propose, tender.id, run.id, reason=REASON, by=lead())

    assert find_draw(tender) is None


def test_case_53_lot_without_bids_is_closed_and_the_others_are_awarded(app):
    decision = make_proposed({NORD: {1: "3.5"}, SUED: {1: "3.6"}})

    assert {row.tender_lot.number: row.outcome for row in decision.lots} == {1: LotOutcome.AWARDED, 2: LotOutcome.NO_BIDS}


def test_case_54_only_bid_excluded_leaves_the_lot_unsuccessful(app):
    changes = {SALZ: {"lines": {"2.1": {"quantity": Decimal(1)}}}}
    decision = make_proposed({NORD: {1: "3.5"}, SALZ: {2: "3.9"}}, changes=changes)

    assert {row.tender_lot.number: row.outcome for row in decision.lots} == {1: LotOutcome.AWARDED, 2: LotOutcome.UNSUCCESSFUL}


def test_case_55_low_price_is_asked_with_two_bids_and_blocks_until_two_people_decide(app):
    tender = make_quoted({NORD: {1: "3.0"}, SUED: {1: "3.6"}})
    doubts = examine(tender)
    low = next(finding for finding in doubts if finding.opened_bid.bidder == NORD)

    with pytest.raises(AskFirst):
        write(evaluating.decide, tender.id, low.id, FindingOutcome.EXCLUDED, reason=REASON, by=lead())
    with pytest.raises(StillOpen):
        write(evaluating.evaluate, tender.id, by=lead())
    write(evaluating.decide, tender.id, low.id, FindingOutcome.CLEARED, reason=REASON, by=lead())
    with pytest.raises(StillOpen):
        write(evaluating.evaluate, tender.id, by=lead())
    write(evaluating.confirm, tender.id, low.id, by=second())
    settle_all(tender)
    write(evaluating.evaluate, tender.id, by=lead())

    assert "16,7 %" in str(low.said)
    assert evaluations_of(tender)[0].ranking[0]["bidder"] == NORD


def test_case_55_excluded_neighbour_leaves_no_doubt_behind(app):
    tender = make_quoted({NORD: {1: "3.0"}, SUED: {1: "3.6"}, SALZ: {1: "3.7"}}, changes=lines_of(NORD, text="Anderes"))

    (finding,) = examine(tender)
    settle(tender, finding, FindingOutcome.EXCLUDED)
    write(evaluating.evaluate, tender.id, by=lead())

    assert finding.weight is Weight.EXCLUDE
    assert [row["bidder"] for row in evaluations_of(tender)[0].ranking] == [SUED, SALZ]


@pytest.mark.parametrize(("limit", "expected"), [(1, {"Los 1": NORD, "Los 2": SUED}), (None, {"Los 1": NORD, "Los 2": NORD})], ids=["announced", "not"])
def test_case_56_lot_limit_counts_only_if_announced(app, limit, expected):
    prices = {NORD: {1: "3.5", 2: "3.5"}, SUED: {1: "3.7", 2: "3.6"}}
    tender = make_evaluated(prices, max_lots_per_bidder=limit, lot_limit_rule=RULE if limit else "")

    run = compute(tender)

    assert winners(run) == expected
    assert any(one["about"] == "max_lots_per_bidder" for one in run.explanations) is bool(limit)


@pytest.mark.parametrize(("reserved", "winner"), [(True, SALZ), (False, NORD)], ids=["reserved", "not"])
def test_case_57_combination_counts_only_if_reserved(app, reserved, winner):
    prices = {NORD: {1: "3.5", 2: "3.5"}, SUED: {1: "3.6", 2: "3.6"}, SALZ: {1: "3.7", 2: "3.7"}}
    changes = {SALZ: {"combinations": (Combination(lots=(1, 2), price=Decimal("80000.00"), discount_percent=None),)}}

    run = compute(make_evaluated(prices, changes=changes, packages_admitted=reserved))

    assert set(winners(run).values()) == {winner}


def test_case_58_package_discount_respects_the_minimum_value(app):
    prices = {NORD: {1: "3.5", 2: "3.5"}, SUED: {1: "3.6", 2: "3.6"}}
    discount = (Combination(lots=(1, 2), price=None, discount_percent=Decimal(5)),)
    changes = {SUED: {"combinations": discount, "minimum_value": Decimal("500000.00")}}

    assert set(winners(compute(make_evaluated(prices, changes=changes))).values()) == {NORD}


def test_case_58_package_discount_beats_single_bests(app):
    prices = {NORD: {1: "3.5", 2: "3.5"}, SUED: {1: "3.6", 2: "3.6"}}
    discount = (Combination(lots=(1, 2), price=None, discount_percent=Decimal(5)),)

    assert set(winners(compute(make_evaluated(prices, changes={SUED: {"combinations": discount}}))).values()) == {SUED}


def test_case_60_points_decide_by_the_shown_formula(app):
    tender = make_quoted(CLOSE, **criteria_of_quality())
    examine(tender)
    (criterion,) = field_of(tender).version.criteria
    given = {NORD: "2", SUED: "9", SALZ: "9"}
    points = {(bid_of(tender, firm).id, criterion.id): evaluating.Points(points=Decimal(value), reason="Muster geprüft") for firm, value in given.items()}
    write(evaluating.give_points, tender.id, points, by=lead())
    write(evaluating.confirm_points, tender.id, by=second())
    write(evaluating.evaluate, tender.id, by=lead())

    first = evaluations_of(tender)[0]
    run = compute(tender)

    assert first.ranking[0]["bidder"] == SUED
    assert "Preis zählt" in str(first.formula)
    assert winners(run) == {"Los 1": SUED, "Los 2": SUED}


def test_case_61_one_person_waits_for_the_second_and_nothing_is_editable_afterwards(app):
    decision = make_proposed(SMALL)
    with pytest.raises(SecondPersonNeeded):
        write(awarding.confirm, decision.tender_id, by=lead())
    write(awarding.confirm, decision.tender_id, by=second())

    with pytest.raises(NotEditable):
        write(awarding.confirm, decision.tender_id, by=second())
    with pytest.raises(NotEditable):
        write(awarding.withdraw, decision.tender_id, reason=REASON, by=lead())
    with pytest.raises(RuleBroken, match="nicht möglich"):
        write(evaluating.reopen, decision.tender_id, reason=REASON, by=lead())
    assert find_decision(decision.tender).id == decision.id
    assert [entry.act for entry in journal.entries_about("tender", decision.tender_id)][-1] == "award.confirmed"


def test_case_62_contract_waits_ten_calendar_days_from_the_next_day(app):
    tender = make_tender()
    set_value(tender, "60000.00")
    tender = make_evaluated(CLOSE, tender=tender)
    run = compute(tender)
    monday = from_wall(date(2027, 1, 11), time(10))
    with clock.stopped_at(monday):
        decision = write(awarding.propose, tender.id, run.id, reason=REASON, by=lead())
        with pytest.raises(AwardNotReady, match="noch nicht über den vorgesehenen Zuschlag informiert"):
            write(awarding.confirm, tender.id, by=second())
        letters = write(awarding.inform_losers, tender.id, by=lead())

    with clock.stopped_at(monday + timedelta(days=10)), pytest.raises(AwardNotReady, match=r"frühestens am 22\.01\.2027"):
        write(awarding.confirm, tender.id, by=second())
    with clock.stopped_at(monday + timedelta(days=11)):
        write(awarding.confirm, tender.id, by=second())

    assert {letter.earliest_contract for letter in letters} == {date(2027, 1, 22)}
    sent = db.session.get_one(Letter, letters[0].letter_id)
    assert any("22.01.2027" in str(part) for part in sent.paragraphs)
    assert decision.confirmed_at.astimezone(BERLIN).date() == date(2027, 1, 22)
