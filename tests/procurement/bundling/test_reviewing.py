"""Confirm, refuse, merge, split, move and undo; what a person decided is remembered."""

import re
from decimal import Decimal

import pytest
from sqlalchemy import select

from commons.database import db, write
from commons.errors import NotFound
from commons.journal import entries_about
from commons.permissions import Role
from commons.units import NotComparable
from procurement import bundling, catalogue
from procurement.bundling.ratios import RatioMissing, RatioNotPositive
from procurement.bundling.reviewing import AlreadyDecided, AlreadyUndone, ChangedSince
from procurement.models import ArticleRatio, BundleLine, MatchProposal, RememberedPair
from procurement.queries.bundles import changes_of, open_proposals, position_rows
from procurement.stages import PairDecision, ProposalStage
from tests.procurement.builders import PAPER, PAPER_ELSEWHERE, SALT, lead, make_approved, make_bundle, reloaded
from tests.world import sign_in

FOLDER = ("Ordner breit, blau", "7", "Stück")


@pytest.fixture
def bundle(world):
    """Paper and salt of Bernsdorf, paper and folders of Oßling, every line in a position of its own."""
    return make_bundle(make_approved(lines=(PAPER, SALT)), make_approved(town="ossling", lines=(PAPER_ELSEWHERE, FOLDER)))


def by_title(bundle):
    return {row.title: row for row in position_rows(reloaded(bundle), lead())}


def line_ids(bundle, position_id):
    return list(db.session.scalars(select(BundleLine.line_id).where(BundleLine.position_id == position_id).order_by(BundleLine.line_id)))


def propose(bundle, first, second, score="0.8"):
    rows = by_title(bundle)
    pair = sorted((line_ids(bundle, rows[first].id)[0], line_ids(bundle, rows[second].id)[0]))
    proposal = MatchProposal(bundle_id=bundle.id, first_line_id=pair[0], second_line_id=pair[1], score=0, stage=ProposalStage.OPEN)
    db.session.add(proposal)
    db.session.commit()
    return proposal


def remembered():
    return [(pair.first_text, pair.second_text, pair.decision) for pair in db.session.scalars(select(RememberedPair).order_by(RememberedPair.id))]


def test_confirm_joins_the_positions_and_adds_the_quantities(bundle, world):
    proposal = propose(bundle, PAPER[0], PAPER_ELSEWHERE[0])

    write(bundling.confirm, bundle.id, proposal.id, by=lead())

    (row,) = [row for row in by_title(bundle).values() if row.base_unit == "LEF"]
    assert (row.total, row.lines) == (5000 + 12500, 2)
    assert row.totals == {world.municipality_id("bernsdorf"): 5000, world.municipality_id("ossling"): 12500}
    assert reloaded(proposal).stage is ProposalStage.CONFIRMED
    assert [decision for _, _, decision in remembered()] == [PairDecision.CONFIRMED]
    assert entries_about("bundle", bundle.id)[-1].act == "bundle.merge"


def test_confirm_decides_all_alike_at_once(bundle):
    more = make_approved(town="laussnitz", lines=(("Kop.papier A4 80g ws", "3", "Ries"),))
    write(bundling.add_requests, bundle.id, [more.id], by=lead())
    first, second = propose(bundle, PAPER[0], PAPER_ELSEWHERE[0]), propose(bundle, PAPER[0], "Kop.papier A4 80g ws")
    alike = propose(bundle, PAPER_ELSEWHERE[0], "Kop.papier A4 80g ws")
    write(bundling.confirm, bundle.id, first.id, by=lead())

    write(bundling.confirm, bundle.id, second.id, by=lead())

    assert open_proposals(reloaded(bundle)) == []
    assert reloaded(alike).stage is ProposalStage.CONFIRMED


def test_refuse_decides_all_alike_at_once(bundle):
    more = make_approved(town="laussnitz", lines=(("Kop.papier A4 80g ws", "3", "Ries"),))
    write(bundling.add_requests, bundle.id, [more.id], by=lead())
    first, second = propose(bundle, PAPER[0], PAPER_ELSEWHERE[0]), propose(bundle, PAPER[0], "Kop.papier A4 80g ws")
    alike = propose(bundle, PAPER_ELSEWHERE[0], "Kop.papier A4 80g ws")
    write(bundling.confirm, bundle.id, first.id, by=lead())

    write(bundling.refuse, bundle.id, second.id, by=lead())

    assert reloaded(alike).stage is ProposalStage.REFUSED


def test_confirm_twice_is_refused(bundle):
    proposal = propose(bundle, PAPER[0], PAPER_ELSEWHERE[0])
    write(bundling.confirm, bundle.id, proposal.id, by=lead())

    with pytest.raises(AlreadyDecided):
        write(bundling.refuse, bundle.id, proposal.id, by=lead())


def test_refuse_keeps_the_positions_apart_and_is_remembered(bundle):
    proposal = propose(bundle, PAPER[0], PAPER_ELSEWHERE[0])
    before = by_title(bundle)

    write(bundling.refuse, bundle.id, proposal.id, by=lead())

    assert by_title(bundle) == before
    assert [decision for _, _, decision in remembered()] == [PairDecision.REFUSED]


def test_merge_of_pieces_and_kilograms_is_refused(bundle):
    rows = by_title(bundle)

    with pytest.raises(NotComparable):
        write(bundling.merge, bundle.id, rows[SALT[0]].id, rows[FOLDER[0]].id, by=lead())


def test_split_takes_a_line_out_and_remembers_the_difference(bundle):
    rows = by_title(bundle)
    write(bundling.merge, bundle.id, rows[PAPER[0]].id, rows[PAPER_ELSEWHERE[0]].id, by=lead())
    joined = next(row for row in by_title(bundle).values() if row.lines == 2)

    write(bundling.split, bundle.id, joined.id, line_ids(bundle, joined.id)[1:], by=lead())

    assert sorted(row.lines for row in by_title(bundle).values()) == [1, 1, 1, 1]
    assert [decision for _, _, decision in remembered()] == [PairDecision.REFUSED]


def test_split_of_every_line_is_refused(bundle):
    row = by_title(bundle)[PAPER[0]]

    with pytest.raises(Exception, match="mindestens eine Zeile"):
        write(bundling.split, bundle.id, row.id, line_ids(bundle, row.id), by=lead())


def test_move_puts_a_line_where_the_person_says(bundle):
    rows = by_title(bundle)

    write(bundling.move, bundle.id, rows[PAPER[0]].id, line_ids(bundle, rows[PAPER[0]].id), target_id=rows[PAPER_ELSEWHERE[0]].id, by=lead())

    assert by_title(bundle)[PAPER_ELSEWHERE[0]].total == 17500


def test_undo_takes_knowledge_back_too(bundle):
    proposal = propose(bundle, PAPER[0], PAPER_ELSEWHERE[0])
    change = write(bundling.confirm, bundle.id, proposal.id, by=lead())

    write(bundling.undo, bundle.id, change.id, by=lead())

    assert remembered() == []
    assert [row.id for row in open_proposals(reloaded(bundle))] == [proposal.id]


def test_undo_restores_what_was_remembered_before(bundle):
    proposal = propose(bundle, PAPER[0], PAPER_ELSEWHERE[0])
    write(catalogue.remember, [(proposal.first_line, proposal.second_line)], PairDecision.REFUSED, by=lead())

    change = write(bundling.confirm, bundle.id, proposal.id, by=lead())
    write(bundling.undo, bundle.id, change.id, by=lead())

    assert [decision for _, _, decision in remembered()] == [PairDecision.REFUSED]


def test_undo_twice_is_refused(bundle):
    change = write(bundling.confirm, bundle.id, propose(bundle, PAPER[0], PAPER_ELSEWHERE[0]).id, by=lead())
    write(bundling.undo, bundle.id, change.id, by=lead())

    with pytest.raises(AlreadyUndone):
        write(bundling.undo, bundle.id, change.id, by=lead())


def test_undo_under_a_later_step_is_refused(bundle):
    rows = by_title(bundle)
    first = write(bundling.merge, bundle.id, rows[PAPER[0]].id, rows[PAPER_ELSEWHERE[0]].id, by=lead())
    joined = next(row for row in by_title(bundle).values() if row.lines == 2)
    moved = [int(line_id) for line_id in first.after["places"]]
    write(bundling.split, bundle.id, joined.id, moved, by=lead())

    with pytest.raises(ChangedSince):
        write(bundling.undo, bundle.id, first.id, by=lead())


def test_other_officer_finds_no_proposal(bundle, world):
    proposal = propose(bundle, PAPER[0], PAPER_ELSEWHERE[0])

    with pytest.raises(NotFound):
        write(bundling.confirm, bundle.id, proposal.id, by=world.actor("ossling", Role.PROCUREMENT_OFFICER))


# One article in two units: only the article's own ratio joins them.
CHIPPINGS, CHIPPINGS_BY_VOLUME = ("Streusplitt 2/5", "8", "t"), ("Splitt 2/5 zum Streuen", "3,5", "m³")


@pytest.fixture
def chippings(world):
    """Chippings of Bernsdorf by mass, of Oßling by volume, proposed as the same article."""
    made = make_bundle(make_approved(lines=(CHIPPINGS,)), make_approved(town="ossling", lines=(CHIPPINGS_BY_VOLUME,)))
    return made, propose(made, CHIPPINGS[0], CHIPPINGS_BY_VOLUME[0])


def test_confirm_in_two_units_without_a_ratio_says_what_is_missing(chippings):
    bundle, proposal = chippings

    with pytest.raises(RatioMissing) as refusal:
        write(bundling.confirm, bundle.id, proposal.id, by=lead())

    assert "wie viel Kilogramm 1 Kubikmeter" in str(refusal.value.message)
    assert refusal.value.field == "amount"


def test_confirm_with_a_ratio_adds_what_was_asked_in_the_unit_it_leads_to(chippings, world):
    bundle, proposal = chippings

    write(bundling.confirm, bundle.id, proposal.id, amount=Decimal(1600), by=lead())

    (row,) = by_title(bundle).values()
    assert (row.base_unit, row.total) == ("KGM", 8000 + 5600)
    assert row.totals == {world.municipality_id("bernsdorf"): 8000, world.municipality_id("ossling"): 5600}
    assert row.value == Decimal("4.00") * 8 + Decimal("4.00") * Decimal("3.5")
    assert {(known.per_unit, known.amount, known.unit) for known in db.session.scalars(select(ArticleRatio))} == {("MTQ", 1600, "KGM")}
    assert "1 Kubikmeter = 1.600 Kilogramm" in str(changes_of(reloaded(bundle))[0].said)


def test_known_ratio_is_proposed_to_the_next_bundle(chippings):
    bundle, proposal = chippings
    write(bundling.confirm, bundle.id, proposal.id, amount=Decimal(1600), by=lead())
    later = make_bundle(make_approved(lines=(CHIPPINGS,)), make_approved(town="ossling", lines=(CHIPPINGS_BY_VOLUME,)))
    again = propose(later, CHIPPINGS[0], CHIPPINGS_BY_VOLUME[0])

    assert bundling.ratios_of(later, [again])[again.id].amount == 1600


def test_undo_takes_the_ratio_and_the_converted_quantity_back(chippings):
    bundle, proposal = chippings
    before = by_title(bundle)
    change = write(bundling.confirm, bundle.id, proposal.id, amount=Decimal(1600), by=lead())

    write(bundling.undo, bundle.id, change.id, by=lead())

    assert by_title(bundle) == before
    assert db.session.scalars(select(ArticleRatio)).all() == []
    assert db.session.scalars(select(BundleLine.converted).where(BundleLine.bundle_id == bundle.id)).all() == [None, None]


def test_line_leaves_a_joined_position_in_its_own_unit(chippings):
    bundle, proposal = chippings
    write(bundling.confirm, bundle.id, proposal.id, amount=Decimal(1600), by=lead())
    (joined,) = by_title(bundle).values()
    volume = db.session.scalars(select(BundleLine.line_id).where(BundleLine.converted.is_not(None))).all()

    write(bundling.split, bundle.id, joined.id, list(volume), by=lead())

    assert {(row.base_unit, row.total) for row in by_title(bundle).values()} == {("KGM", 8000), ("MTQ", Decimal("3.5"))}


@pytest.mark.parametrize("amount", ["0", "0.0000001"], ids=["nothing", "too_fine"])
def test_ratio_that_cannot_be_kept_is_refused(chippings, amount):
    bundle, proposal = chippings

    with pytest.raises(RatioNotPositive):
        write(bundling.confirm, bundle.id, proposal.id, amount=Decimal(amount), by=lead())


def test_queue_asks_for_the_ratio_in_words_and_keeps_what_was_typed(client, chippings):
    bundle, proposal = chippings
    sign_in(client, lead())
    address = f"/beschaffung/buendel/{bundle.id}/pruefen"
    page = client.get(address).get_data(as_text=True)
    assert "Wie viel Kilogramm ist 1 Kubikmeter dieses Artikels?" in page
    assert "MTQ" not in re.sub(r"<[^>]*>", " ", page)  # what a person reads: a token may hold any letters

    empty = client.post(f"{address}/{proposal.id}", data={"decision": "same", f"p{proposal.id}-amount": ""})
    wrong = client.post(f"{address}/{proposal.id}", data={"decision": "same", f"p{proposal.id}-amount": "viel"})
    done = client.post(f"{address}/{proposal.id}", data={"decision": "same", f"p{proposal.id}-amount": "1.600,5"})

    assert (empty.status_code, wrong.status_code, done.status_code) == (422, 422, 302)
    assert 'value="viel"' in wrong.get_data(as_text=True)
    assert {row.total for row in by_title(bundle).values()} == {8000 + Decimal("3.5") * Decimal("1600.5")}


def test_refused_button_comes_back_to_its_page_with_the_sentence(client, bundle):
    propose(bundle, PAPER[0], PAPER_ELSEWHERE[0])
    sign_in(client, lead())
    address = f"/beschaffung/buendel/{bundle.id}"

    answer = client.post(f"{address}/festschreiben", headers={"Referer": f"http://localhost{address}/pruefen?seite=2"})
    plain = client.post(f"{address}/festschreiben", headers={"Referer": "http://anderswo.example/"})

    assert (answer.status_code, answer.location, plain.location) == (303, f"{address}/pruefen?seite=2", address)
    assert "Es ist noch 1 Vorschlag zu entscheiden." in client.get(answer.location).get_data(as_text=True)
