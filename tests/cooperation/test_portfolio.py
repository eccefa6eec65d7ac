from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from commons import clock, journal
from commons.database import db, write
from commons.errors import ChangedMeanwhile, NotFound
from commons.letters import Letter
from commons.permissions import Role
from commons.stages import StepNotLawful
from cooperation import assembly, portfolio, queries
from cooperation.models import Measure, MeasureParticipation
from cooperation.portfolio import AlreadyTakesPart, DescriptionMissing, NotOpenToJoin, NotRated, TakesNoPart
from cooperation.rules import NotRecommended, Score, TooFewTakePart, TrialOver
from cooperation.stages import Ground, Horizon, Origin, Stage, Vote
from tests.cooperation.builders import find_group, make_measure, make_participation, make_rating

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
GOOD = Score(benefit=5, cost=1, effort=2)


@pytest.fixture(autouse=True)
def _clock():
    with clock.stopped_at(NOW):
        yield


def acts(measure: Measure) -> list[str]:
    return [entry.act for entry in journal.entries_about("measure", measure.id)]


def letters_about(measure: Measure) -> list[int | None]:
    return list(db.session.scalars(select(Letter.person_id).where(Letter.about_kind == "measure", Letter.about_id == measure.id).order_by(Letter.id)))


def test_propose_makes_an_idea_with_the_next_number_and_tells_those_who_examine(world):
    by = world.actor("ossling", Role.BUILDING_YARD_HEAD)

    measure = write(portfolio.propose, "Gemeinsame Baumkontrolle", working_group_id=find_group().id, horizon=Horizon.SHORT, description="", by=by)

    assert (measure.number, measure.stage, measure.origin) == (50, Stage.IDEA, Origin.PROPOSED)
    assert (measure.proposed_by_id, measure.proposed_for_id, measure.stage_since) == (by.person_id, by.municipality_id, NOW)
    assert set(letters_about(measure)) == {world.person_id("ossling", Role.MAYOR), world.person_id("ossling", Role.PROCUREMENT_OFFICER)}
    assert acts(measure) == ["measure.proposed"]


def test_propose_for_an_unknown_working_group_is_not_found(world):
    with pytest.raises(NotFound):
        write(portfolio.propose, "X", working_group_id=9999, horizon=Horizon.SHORT, description="", by=world.actor("ossling", Role.CLERK))


def test_rate_replaces_the_sample_and_says_who_rated(world):
    by = world.actor("bernsdorf", Role.MAYOR)
    measure = queries.find_measure(31)
    assert measure.ratings[0].invented

    write(portfolio.rate, measure.id, GOOD, working_group_id=measure.working_group_id, reason="Gemeinsam besprochen", by=by)

    (rating,) = queries.get_measure(measure.id, by).ratings
    assert (rating.benefit, rating.cost, rating.effort, rating.invented, rating.rated_by_id) == (5, 1, 2, False, by.person_id)
    assert acts(measure) == ["measure.rated"]


def test_rate_by_a_second_group_stands_beside_the_first(world):
    measure = make_measure()
    make_rating(measure)

    write(portfolio.rate, measure.id, GOOD, working_group_id=find_group("feuerwehr").id, reason="", by=world.actor("bernsdorf", Role.MAYOR))

    assert [rating.working_group.key for rating in measure.ratings] == ["bauhof", "feuerwehr"]


def test_describe_keeps_the_text_and_refuses_to_overwrite_a_newer_one(world):
    measure, by = make_measure(description="Alt\nzwei"), world.actor("bernsdorf", Role.MAYOR)

    write(portfolio.describe, measure.id, "Neu", seen="Alt\r\nzwei", by=by)
    with pytest.raises(ChangedMeanwhile):
        write(portfolio.describe, measure.id, "Noch neuer", seen="Alt\r\nzwei", by=by)

    assert queries.get_measure(measure.id, by).description == "Neu"
    assert acts(measure) == ["measure.described"]


@pytest.mark.parametrize(
    ("before", "after", "refusal"),
    [
        (Stage.IDEA, Stage.EXAMINED, NotRated),
        (Stage.EXAMINED, Stage.DESCRIBED, DescriptionMissing),
        (Stage.DESCRIBED, Stage.RECOMMENDED, NotRecommended),
        (Stage.RECOMMENDED, Stage.IN_PROGRESS, TooFewTakePart),
        (Stage.IDEA, Stage.RUNNING, StepNotLawful),
    ],
    ids=["unrated", "undescribed", "unvoted", "alone", "leap"],
)
def test_change_stage_refuses_what_is_not_ready(world, before, after, refusal):
    measure = make_measure(stage=before)

    with pytest.raises(refusal):
        write(portfolio.change_stage, measure.id, after, seen=before, reason="So ist es", by=world.actor("bernsdorf", Role.MAYOR))

    db.session.refresh(measure)
    assert measure.stage is before
    assert acts(measure) == []


def test_a_measure_goes_all_the_way_from_idea_to_running(world):
    mayors = [world.actor(town, Role.MAYOR) for town in ("bernsdorf", "laussnitz")]
    measure = make_measure(stage=Stage.IDEA)
    write(portfolio.rate, measure.id, GOOD, working_group_id=measure.working_group_id, reason="Gut", by=mayors[0])
    go_to(measure, Stage.EXAMINED, mayors[0])
    write(portfolio.describe, measure.id, "Ausführlich", seen="", by=mayors[0])
    go_to(measure, Stage.DESCRIBED, mayors[0])
    for mayor in mayors:
        write(assembly.record_vote, measure.id, held_on=date(2026, 11, 20), vote=Vote.YES, by=mayor)
    go_to(measure, Stage.RECOMMENDED, mayors[0])
    for mayor in mayors:
        write(portfolio.join_by_resolution, measure.id, number="7/2026", decided_on=date(2026, 11, 24), by=mayor)
    go_to(measure, Stage.IN_PROGRESS, mayors[0])
    go_to(measure, Stage.RUNNING, mayors[0])

    assert (measure.stage, measure.described) == (Stage.RUNNING, True)
    assert acts(measure).count("measure.stage_changed") == 5
    assert world.person_id("laussnitz", Role.MAYOR) in letters_about(measure)


def go_to(measure, stage, by):
    write(portfolio.change_stage, measure.id, stage, seen=measure.stage, reason="Wie besprochen", by=by)
    db.session.refresh(measure)


def test_change_stage_refuses_a_page_that_shows_an_old_stage(world):
    measure = make_measure(stage=Stage.EXAMINED)

    with pytest.raises(ChangedMeanwhile) as refusal:
        write(portfolio.change_stage, measure.id, Stage.REJECTED, seen=Stage.IDEA, reason="Nein", by=world.actor("bernsdorf", Role.MAYOR))

    assert refusal.value.status == 409


def test_join_by_resolution_names_it_and_tells_the_others(world):
    measure, by = make_measure(), world.actor("neukirch", Role.MAYOR)
    make_participation(measure, world.municipality_id("ossling"))

    part = write(portfolio.join_by_resolution, measure.id, number="31/2026", decided_on=date(2026, 11, 3), by=by)

    assert (part.municipality_id, part.ground, part.resolution_number, part.joined_on) == (by.municipality_id, Ground.RESOLUTION, "31/2026", date(2026, 11, 25))
    assert world.person_id("ossling", Role.MAYOR) in letters_about(measure)
    assert by.person_id not in letters_about(measure)
    assert acts(measure) == ["measure.joined"]


def test_join_twice_is_refused_with_the_first_part(world):
    measure, by = make_measure(), world.actor("neukirch", Role.MAYOR)
    part = make_participation(measure, by.municipality_id)

    with pytest.raises(AlreadyTakesPart) as refusal:
        write(portfolio.join_on_trial, measure.id, until=date(2027, 3, 1), most=Decimal(5000), by=by)

    assert refusal.value.participation.id == part.id


def test_join_on_trial_needs_an_end_ahead(world):
    measure, by = make_measure(), world.actor("neukirch", Role.MAYOR)

    with pytest.raises(TrialOver):
        write(portfolio.join_on_trial, measure.id, until=date(2026, 11, 25), most=Decimal(5000), by=by)
    part = write(portfolio.join_on_trial, measure.id, until=date(2026, 11, 26), most=Decimal(5000), by=by)

    assert (part.ground, part.trial_until, part.trial_limit) == (Ground.MAYOR_TRIAL, date(2026, 11, 26), Decimal(5000))


@pytest.mark.parametrize("stage", [Stage.IDEA, Stage.ENDED, Stage.REJECTED])
def test_join_what_is_not_open_is_refused(world, stage):
    measure = make_measure(stage=stage)

    with pytest.raises(NotOpenToJoin):
        write(portfolio.join_by_resolution, measure.id, number="1", decided_on=date(2026, 1, 1), by=world.actor("neukirch", Role.MAYOR))


def test_leave_keeps_the_past_and_lets_the_municipality_come_back(world):
    measure, by = make_measure(), world.actor("neukirch", Role.MAYOR)
    make_participation(measure, by.municipality_id)

    write(portfolio.leave, measure.id, reason="Kein Bedarf", by=by)
    write(portfolio.join_by_resolution, measure.id, number="2", decided_on=date(2026, 11, 1), by=by)

    rows = db.session.scalars(select(MeasureParticipation).where(MeasureParticipation.measure_id == measure.id).order_by(MeasureParticipation.id)).all()
    assert [(row.left_on, row.left_reason) for row in rows] == [(date(2026, 11, 25), "Kein Bedarf"), (None, None)]
    assert acts(measure) == ["measure.left", "measure.joined"]


def test_leave_without_taking_part_is_refused_and_touches_no_other_town(world):
    measure = make_measure()
    part = make_participation(measure, world.municipality_id("ossling"))

    with pytest.raises(TakesNoPart):
        write(portfolio.leave, measure.id, reason="Nein", by=world.actor("neukirch", Role.MAYOR))

    db.session.refresh(part)
    assert part.left_on is None


def test_a_stranger_finds_no_measure_to_change(world):
    measure = make_measure()

    with pytest.raises(NotFound):
        write(portfolio.join_by_resolution, measure.id, number="1", decided_on=date(2026, 1, 1), by=world.stranger)


def test_resolution_takes_the_place_of_a_trial(world):
    measure, by = make_measure(), world.actor("neukirch", Role.MAYOR)
    trial = write(portfolio.join_on_trial, measure.id, until=date(2027, 3, 1), most=Decimal(5000), by=by)

    part = write(portfolio.join_by_resolution, measure.id, number="7/2027", decided_on=date(2026, 11, 24), by=by)

    db.session.expire_all()
    assert (part.ground, part.left_on) == (Ground.RESOLUTION, None)
    assert trial.left_on == part.joined_on
