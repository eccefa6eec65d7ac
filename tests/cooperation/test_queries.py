from datetime import UTC, datetime

import pytest

from commons import clock
from commons.database import db
from commons.errors import NotFound
from commons.municipalities import find_municipality
from commons.permissions import Role
from cooperation import queries
from cooperation.queries import Wish
from cooperation.stages import Stage
from tests.cooperation.builders import make_measure, make_participation


@pytest.fixture(autouse=True)
def _clock():
    with clock.stopped_at(datetime(2026, 11, 25, 9, tzinfo=UTC)):
        yield


@pytest.fixture
def clerk(world):
    return world.actor("bernsdorf", Role.CLERK)


def test_measures_are_the_forty_nine_of_which_seventeen_are_described(clerk):
    assert [measure.number for measure in queries.measures(clerk)] == list(range(1, 50))
    assert len(queries.measures(clerk, Wish(described=True))) == 17


@pytest.mark.parametrize(
    ("wish", "numbers"),
    [
        (Wish(group="bauhof", stage=Stage.IN_PROGRESS), [31]),
        (Wish(wing="procurement", described=True), [9, 21, 24, 37, 41, 42]),
        (Wish(text="31"), [31]),
        (Wish(text="kehrmaschine"), [32]),
        (Wish(text="100%"), []),
        (Wish(mine=True), []),
        (Wish(group="gibt-es-nicht"), []),
    ],
    ids=["group_and_stage", "wing_and_described", "number", "word", "no_wildcard", "mine", "unknown_group"],
)
def test_measures_fit_the_wish(clerk, wish, numbers):
    assert [measure.number for measure in queries.measures(clerk, wish)] == numbers


def test_measures_that_are_mine_are_those_the_own_municipality_has_not_left(world, clerk):
    mine, left, others = make_measure(), make_measure(number=901), make_measure(number=902)
    make_participation(mine, clerk.municipality_id)
    make_participation(left, clerk.municipality_id, left_on=datetime(2026, 6, 1, tzinfo=UTC).date())
    make_participation(others, world.municipality_id("ossling"))

    assert [measure.number for measure in queries.measures(clerk, Wish(mine=True))] == [900]


def test_a_stranger_sees_no_measure(world):
    stranger = world.stranger

    assert queries.measures(stranger) == queries.search(stranger, "Kehrmaschine") == queries.tasks_for(stranger) == queries.mine(stranger) == []
    with pytest.raises(NotFound):
        queries.get_measure(queries.find_measure(31).id, stranger)


def test_a_municipality_that_has_left_the_association_sees_no_measure(world, clerk):
    find_municipality("bernsdorf").member_until = datetime(2026, 11, 24, tzinfo=UTC).date()
    db.session.commit()

    assert queries.measures(clerk) == []


def test_measure_choices_leave_out_what_is_over(clerk):
    measure = make_measure(stage=Stage.ENDED)

    choices = queries.measure_choices(clerk, "procurement")

    assert (measure.id, "900 Gemeinsamer Blühstreifen") not in choices
    assert [label.split()[0] for _, label in choices] == ["7", "9", "17", "21", "24", "29", "37", "39", "41", "42"]


def test_tasks_for_a_mayor_are_the_ideas_and_the_recommendations_without_a_decision(world):
    mayor = world.actor("bernsdorf", Role.MAYOR)
    make_measure(stage=Stage.IDEA)
    make_measure(number=901, stage=Stage.RECOMMENDED)
    make_participation(make_measure(number=902, stage=Stage.RECOMMENDED), mayor.municipality_id)

    tasks = queries.tasks_for(mayor)

    assert [(task.endpoint, str(task.title)) for task in tasks] == [
        ("cooperation.rate", "Idee bewerten"),
        ("cooperation.join", "Über die Teilnahme entscheiden"),
    ]
    assert queries.tasks_for(world.actor("bernsdorf", Role.YARD_WORKER)) == []


def test_mine_are_the_measures_under_way_for_those_who_steer(world):
    make_participation(queries.find_measure(31), world.municipality_id("bernsdorf"))

    assert [str(task.title) for task in queries.mine(world.actor("bernsdorf", Role.MAYOR))] == [
        "Maßnahme 31: Gemeinsame Nutzung von Technik und bessere Auslastung"
    ]
    assert queries.mine(world.actor("bernsdorf", Role.YARD_WORKER)) == queries.mine(world.actor("ossling", Role.MAYOR)) == []


def test_search_finds_measures_by_word(clerk):
    assert [hit.title for hit in queries.search(clerk, " Streusalz ")] == ["37 Gemeinsame Streusalz- und Splittlogistik"]
    assert queries.search(clerk, " ") == []


def test_ranking_puts_every_rated_measure_in_its_place(clerk):
    places = queries.ranking(queries.measures(clerk), order=next(iter(queries.Order)))

    assert len(places) == 49
    assert [place.rank for place, _ in places] == sorted(place.rank for place, _ in places)
    assert all(place.number == measure.number for place, measure in places)
