from sqlalchemy import func, select

from commons.database import db
from commons.permissions import Role
from cooperation import queries
from cooperation.models import CouncilVote, MeasureParticipation
from cooperation.stages import Stage
from verbund.demo import measures


def counts():
    return [db.session.scalar(select(func.count()).select_from(table)) for table in (MeasureParticipation, CouncilVote)]


def test_load_lets_the_towns_take_part_and_leaves_the_mayors_something_to_decide(world):
    measures.load()

    mayor = world.actor("laussnitz", Role.MAYOR)
    assert [str(task.title) for task in queries.tasks_for(mayor)] == ["Idee bewerten", "Über die Teilnahme entscheiden"]
    assert queries.find_measure(34).stage is Stage.RECOMMENDED
    assert {part.municipality.key for part in queries.find_measure(31).taking_part} == {"bernsdorf", "koenigsbrueck", "laussnitz", "neukirch", "ossling"}


def test_load_again_changes_nothing(world):
    measures.load()
    before = counts()

    measures.load()

    assert counts() == before
