"""Open a bundle, take requests in and let them go, freeze it: nobody slips in afterwards."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from commons.clock import stopped_at
from commons.database import constraint_of, db, write
from commons.errors import NotAllowed, NotFound
from commons.journal import entries_about
from commons.letters import Letter
from commons.permissions import Role
from cooperation.links import find_link
from procurement import bundling
from procurement.bundling.gathering import LateForBundle, NothingToBundle, ProposalsOpen, TermTooLong, TermTurned, check_term
from procurement.catalogue import articles_like
from procurement.models import BundleLine, MatchProposal
from procurement.queries.bundles import buyers, position_rows
from procurement.stages import BundleStage, NotEditable, ProposalStage, RequestStage
from tests.procurement.builders import PAPER, SALT, consumables, lead, make_approved, make_bundle, make_request, reloaded


def test_open_bundle_names_the_buyers_and_gives_every_line_a_place(world):
    bundle = make_bundle(make_approved(lines=(PAPER, SALT)), make_approved(town="ossling"))

    assert [town.name for town in buyers(bundle)] == ["Bernsdorf", "Oßling"]
    assert db.session.scalar(select(func.count()).where(BundleLine.bundle_id == bundle.id)) == 3
    assert find_link("bundle", bundle.id).measure_id == bundle.measure_id
    assert entries_about("bundle", bundle.id)[-1].act == "bundle.opened"
    assert {concern.municipality_id for concern in entries_about("bundle", bundle.id)[-1].concerns} == {
        world.municipality_id("koenigsbrueck"),
        world.municipality_id("bernsdorf"),
        world.municipality_id("ossling"),
    }


def test_open_bundle_tells_the_buyers(world):
    bundle = make_bundle(make_approved())

    readers = set(db.session.scalars(select(Letter.person_id).where(Letter.about_kind == "bundle", Letter.about_id == bundle.id)))
    assert readers == {world.person_id("bernsdorf", Role.BUDGET_HOLDER), world.person_id("bernsdorf", Role.MAYOR)}


def test_open_bundle_takes_only_what_is_approved(world):
    with pytest.raises(NotFound):
        make_bundle(make_request())


def test_open_bundle_without_requests_is_refused(world):
    consumables()
    with pytest.raises(NothingToBundle):
        write(bundling.open_bundle, "x", measure_id=consumables(), term=(date(2027, 1, 1), date(2027, 2, 1)), freeze_on=None, request_ids=[], by=lead())


def test_open_bundle_by_a_clerk_is_refused(world):
    with pytest.raises(NotAllowed):
        make_bundle(make_approved(), by=world.actor("koenigsbrueck", Role.CLERK))


def test_request_of_a_town_outside_the_measure_is_not_bundled(world):
    request = make_approved(town="ossling")
    db.session.execute(text("UPDATE measure_participation SET left_on = joined_on WHERE municipality_id = :id"), {"id": world.municipality_id("ossling")})
    db.session.commit()

    with pytest.raises(NotFound):
        make_bundle(request)


def test_request_is_in_one_bundle_only(world):
    request = make_approved()
    make_bundle(request)

    with pytest.raises(NotFound):
        make_bundle(request)


@pytest.mark.parametrize(
    ("begins", "ends", "broken"),
    [
        (date(2027, 1, 1), date(2026, 12, 31), TermTurned),
        (date(2027, 1, 1), date(2031, 1, 1), TermTooLong),
        (date(2028, 2, 29), date(2032, 2, 29), TermTooLong),
    ],
    ids=["turned", "four_years_and_a_day", "leap_day"],
)
def test_term_outside_the_rule_is_refused(begins, ends, broken):
    with pytest.raises(broken):
        check_term(begins, ends)


def test_term_of_four_years_is_allowed():
    check_term(date(2027, 1, 1), date(2030, 12, 31))


def test_add_requests_after_the_freeze_date_is_refused(world):
    bundle, late = make_bundle(make_approved(), freeze_on=date(2027, 1, 31)), make_approved(town="ossling")

    with stopped_at(datetime(2027, 2, 1, 8, tzinfo=UTC)), pytest.raises(LateForBundle):
        write(bundling.add_requests, bundle.id, [late.id], by=lead())

    assert reloaded(late).stage is RequestStage.APPROVED


def test_add_requests_names_a_further_buyer(world):
    bundle, more = make_bundle(make_approved()), make_approved(town="ossling")

    write(bundling.add_requests, bundle.id, [more.id], by=lead())

    assert [town.name for town in buyers(reloaded(bundle))] == ["Bernsdorf", "Oßling"]


def test_released_request_is_approved_again_and_its_lines_are_gone(world):
    request = make_approved(town="ossling")
    bundle = make_bundle(make_approved(), request)

    write(bundling.release_request, bundle.id, request.id, by=lead())

    assert reloaded(request).stage is RequestStage.APPROVED
    assert [row.lines for row in position_rows(reloaded(bundle), lead())] == [1]


def test_freeze_learns_the_articles_for_the_next_round(world):
    bundle = make_bundle(make_approved(lines=(PAPER,)))

    frozen = write(bundling.freeze, bundle.id, by=lead())

    assert frozen.stage is BundleStage.FROZEN
    (article,) = articles_like("kopierpapier a4")
    assert (article.base_unit, [synonym.text for synonym in article.synonyms]) == ("LEF", [PAPER[0]])
    assert [(pack.unit, str(pack.quantity_in_base_unit)) for pack in article.packs] == [("Ries", "500.000000")]


def test_freeze_with_open_proposals_is_refused(world):
    bundle = make_bundle(make_approved(lines=(PAPER, SALT)))
    first, second = db.session.scalars(select(BundleLine.line_id).order_by(BundleLine.line_id))
    db.session.add(MatchProposal(bundle_id=bundle.id, first_line_id=first, second_line_id=second, score=1, stage=ProposalStage.OPEN))
    db.session.commit()

    with pytest.raises(ProposalsOpen):
        write(bundling.freeze, bundle.id, by=lead())


def test_frozen_bundle_takes_no_request(world):
    bundle, late = make_bundle(make_approved()), make_approved(town="ossling")
    write(bundling.freeze, bundle.id, by=lead())

    with pytest.raises(NotEditable):
        write(bundling.add_requests, bundle.id, [late.id], by=lead())


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM bundle_line WHERE bundle_id = :id",
        "UPDATE bundle_line SET position_id = position_id WHERE bundle_id = :id",
        "DELETE FROM bundle_request WHERE bundle_id = :id",
        "INSERT INTO bundle_member (bundle_id, municipality_id, joined_at) SELECT :id, min(id), '2027-01-01 00:00:00' FROM municipality",
    ],
    ids=["line_deleted", "line_moved", "request_released", "buyer_added"],
)
def test_database_keeps_a_frozen_bundle(world, statement):
    bundle = make_bundle(make_approved(town="ossling"))
    write(bundling.freeze, bundle.id, by=lead())

    with pytest.raises(IntegrityError) as refusal:
        db.session.execute(text(statement), {"id": bundle.id})

    assert constraint_of(refusal.value) == "bundle_frozen_stays"
    db.session.rollback()


def test_thaw_says_why_and_opens_again(world):
    bundle = make_bundle(make_approved())
    write(bundling.freeze, bundle.id, by=lead())

    assert write(bundling.thaw, bundle.id, reason="Menge vergessen", by=lead()).stage is BundleStage.OPEN


def test_dissolved_bundle_gives_its_requests_back(world):
    request = make_approved()
    bundle = make_bundle(request)

    write(bundling.dissolve, bundle.id, by=lead())

    assert reloaded(request).stage is RequestStage.APPROVED
    assert find_link("bundle", bundle.id) is None


def test_other_officer_does_not_change_the_bundle(world):
    bundle = make_bundle(make_approved(), make_approved(town="ossling"))

    with pytest.raises(NotFound):
        write(bundling.freeze, bundle.id, by=world.actor("ossling", Role.PROCUREMENT_OFFICER))
