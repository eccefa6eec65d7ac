"""Cases 27 to 36 of procurement, from the value to the answer, through the verbs and down to the database."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from commons.database import db, write
from commons.letters import Letter
from procurement import bidding, tendering
from procurement.models import Bid
from procurement.queries.bids import get_invitation
from procurement.queries.tender_documents import answers_for_all, current_version, versions_of
from procurement.queries.tender_values import estimate_of, proposal_for, small_lots_of
from procurement.rules.deadlines import MustMoveDeadline
from procurement.rules.procedure import Procedure
from procurement.rules.procedure_changes import modification
from procurement.rules.procedure_estimate import Basis, Per
from procurement.rules.procedure_values import NoRow
from tests.procurement.builders import lead
from tests.procurement.tender_builders import (
    FIRMS,
    REASON,
    hand_in,
    mail_of,
    make_published,
    make_tender,
    reloaded,
    secret_of,
    set_value,
)


@pytest.mark.parametrize(
    ("net", "begins_on", "expected"),
    [
        ("215999.99", date(2026, 5, 1), Procedure.OPEN),
        ("216000.00", date(2026, 5, 1), Procedure.EU),
        ("216000.01", date(2026, 5, 1), Procedure.EU),
        ("216000.01", date(2025, 12, 31), Procedure.OPEN),
        ("221000.00", date(2025, 12, 31), Procedure.EU),
    ],
    ids=["below", "reached", "above", "old_row_below", "old_row_reached"],
)
def test_case_27_the_threshold_of_the_day_counts(app, net, begins_on, expected):
    tender = make_tender()
    write(tendering.set_rules, tender.id, day=begins_on, regime="sn-vol-a", by=lead())

    proposal = proposal_for(set_value(tender, net))

    assert proposal.procedure is expected
    assert proposal.net == Decimal(net)


def test_case_28_a_framework_counts_over_its_whole_term(app):
    tender = set_value(make_tender(), "60000", per=Per.YEAR, months=48)

    assert estimate_of(tender).net == Decimal("240000.00")
    assert proposal_for(tender).procedure is Procedure.EU


def test_case_29_similar_lots_are_summed(app):
    tender = set_value(make_tender(), "120000", "100000")

    assert estimate_of(tender).by_lot() == {"Los 1": Decimal("120000.00"), "Los 2": Decimal("100000.00")}
    assert proposal_for(tender).net == Decimal("220000.00")
    assert proposal_for(tender).procedure is Procedure.EU


def test_case_30_a_small_lot_may_leave_the_eu_regime_and_the_sum_is_tracked(app):
    tender = set_value(make_tender(), "321000", "79000")
    offered = {lot.lot: lot.is_offered for lot in small_lots_of(tender).lots}

    write(tendering.exempt_lots, tender.id, [tender.lots[1].id], by=lead())
    found = small_lots_of(reloaded(tender))

    assert offered == {"Los 1": False, "Los 2": True}
    assert (found.exempted, found.most) == (Decimal("79000.00"), Decimal(80000))


def test_case_32_of_a_gross_amount_the_net_value_counts_and_is_shown(app):
    tender = set_value(make_tender(), "119000", basis=Basis.GROSS, vat_percent=Decimal(19))

    counted = estimate_of(tender).summands[0]

    assert (counted.net, counted.gross) == (Decimal("100000.00"), Decimal("119000.00"))


def test_case_33_without_a_row_for_the_day_the_software_refuses_to_choose(app):
    tender = make_tender()
    write(tendering.set_rules, tender.id, day=date(2021, 6, 1), regime="sn-vol-a", by=lead())

    with pytest.raises(NoRow) as refusal:
        write(tendering.decide_procedure, tender.id, Procedure.OPEN, reason=REASON, by=lead())

    assert refusal.value.key == "eu_threshold"


def test_case_34_a_changed_quantity_is_a_new_version_and_moves_the_deadline(app):
    tender = make_published()
    bid = hand_in(tender)
    old, number = tender.deadline, current_version(tender).positions[0].number
    change = tendering.Change(text="Mehr Papier wird gebraucht als gedacht.", is_essential=True, quantities={number: Decimal(99)})

    with pytest.raises(MustMoveDeadline):
        write(tendering.change_documents, tender.id, change, by=lead())
    moved = tendering.Change(text=change.text, is_essential=True, quantities=change.quantities, deadline=old + timedelta(days=10))
    write(tendering.change_documents, tender.id, moved, by=lead())

    tender = reloaded(tender)
    told = db.session.scalars(select(Letter.address).where(Letter.about_kind == "tender", Letter.address.is_not(None))).all()
    assert [version.number for version in versions_of(tender)] == [1, 2]
    assert tender.deadline == old + timedelta(days=10)
    assert current_version(tender).positions[0].quantity == 99
    assert told.count(mail_of(FIRMS[0])) == 2
    assert bidding.is_on_old_version(db.session.get_one(Bid, bid.id), tender)


def test_case_35_a_municipality_leaves_before_the_deadline(app, world):
    tender = make_published()
    town = world.municipality_id("ossling")
    before = {position.number: position.quantity for position in current_version(tender).positions}

    with pytest.raises(MustMoveDeadline):
        write(tendering.withdraw_buyer, tender.id, town, reason=REASON, deadline=None, by=lead())
    write(tendering.withdraw_buyer, tender.id, town, reason=REASON, deadline=tender.deadline + timedelta(days=7), by=lead())

    tender = reloaded(tender)
    after = {position.number: position.quantity for position in current_version(tender).positions}
    assert all(after.get(number, 0) <= amount for number, amount in before.items())
    assert sum(after.values()) < sum(before.values())
    assert "Oßling" not in estimate_of(tender).by_municipality()
    assert proposal_for(tender).net == tender.estimated_net


def test_case_35_after_the_award_changes_add_up_and_more_than_the_share_is_flagged():
    kept = modification(Decimal(100000), [Decimal(6000), Decimal(-4000)], most_percent=Decimal(10))
    flagged = modification(Decimal(100000), [Decimal(6000), Decimal(-4000), Decimal("0.01")], most_percent=Decimal(10))

    assert (kept.is_flagged, flagged.is_flagged) == (False, True)


def test_case_36_an_answer_goes_to_all_alike_without_the_askers_name(app):
    tender = make_published()
    invitation = get_invitation(secret_of(tender))
    question = write(tendering.ask, tender.id, f"Wir, {FIRMS[0]}, fragen: Ist Recyclingpapier möglich?", invitation_id=invitation.id)

    texts = {"published_text": "Ist Recyclingpapier möglich?", "text": "Ja, mit Blauem Engel."}
    write(tendering.answer, tender.id, question.id, by=lead(), **texts)

    letters = [letter for letter in db.session.scalars(select(Letter).where(Letter.address.is_not(None))) if "Frage" in str(letter.subject_line)]
    assert {letter.address for letter in letters} == {mail_of(firm) for firm in FIRMS}
    assert len({json.dumps(letter.body) for letter in letters}) == 1
    assert FIRMS[0] not in json.dumps([letter.body for letter in letters], ensure_ascii=False)
    assert [answer.published_text for answer in answers_for_all(reloaded(tender))] == ["Ist Recyclingpapier möglich?"]
