from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from commons import clock, journal
from commons.database import db, write
from commons.permissions import Role
from cooperation import assembly, queries
from cooperation.assembly import NotDescribed, NotHeldYet
from cooperation.models import Assembly
from cooperation.stages import Stage, Vote
from tests.cooperation.builders import make_measure

HELD = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _clock():
    with clock.stopped_at(datetime(2026, 11, 25, 9, tzinfo=UTC)):
        yield


def test_record_vote_keeps_one_vote_a_council(world):
    measure = make_measure(stage=Stage.DESCRIBED)
    mayor, other = world.actor("bernsdorf", Role.MAYOR), world.actor("ossling", Role.MAYOR)

    write(assembly.record_vote, measure.id, held_on=HELD, vote=Vote.NO, by=mayor)
    write(assembly.record_vote, measure.id, held_on=HELD, vote=Vote.YES, by=mayor)
    write(assembly.record_vote, measure.id, held_on=HELD, vote=Vote.ABSTAINED, by=other)

    assert [(vote.municipality.key, vote.vote) for vote in queries.votes_on(measure)] == [("bernsdorf", Vote.YES), ("ossling", Vote.ABSTAINED)]
    assert db.session.scalar(select(func.count()).select_from(Assembly)) == 1
    assert [entry.act for entry in journal.entries_about("measure", measure.id)] == ["measure.voted"] * 3


def test_latest_votes_leaves_an_earlier_assembly_out(world):
    measure, mayor = make_measure(stage=Stage.DESCRIBED), world.actor("bernsdorf", Role.MAYOR)

    write(assembly.record_vote, measure.id, held_on=date(2026, 5, 1), vote=Vote.NO, by=mayor)
    write(assembly.record_vote, measure.id, held_on=HELD, vote=Vote.YES, by=mayor)

    assert [vote.vote for vote in queries.latest_votes(measure)] == [Vote.YES]


def test_record_vote_refuses_a_measure_that_is_not_described(world):
    with pytest.raises(NotDescribed):
        write(assembly.record_vote, make_measure(stage=Stage.EXAMINED).id, held_on=HELD, vote=Vote.YES, by=world.actor("bernsdorf", Role.MAYOR))


def test_record_vote_refuses_an_assembly_to_come(world):
    measure = make_measure(stage=Stage.DESCRIBED)

    with pytest.raises(NotHeldYet) as refusal:
        write(assembly.record_vote, measure.id, held_on=date(2026, 11, 26), vote=Vote.YES, by=world.actor("bernsdorf", Role.MAYOR))

    assert refusal.value.field == "held_on"
