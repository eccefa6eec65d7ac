"""The joint meeting of all councils: it recommends, one vote a council."""

from datetime import date

from sqlalchemy import select

from commons import clock, journal
from commons.calendar_days import today_of
from commons.database import db
from commons.errors import RuleBroken
from commons.people import Actor
from commons.words import say
from cooperation import queries
from cooperation.models import Assembly, CouncilVote
from cooperation.stages import Stage, Vote


class NotDescribed(RuleBroken):
    """The assembly votes on measures that have been described."""

    def __init__(self) -> None:
        super().__init__(say("Die Verbundsversammlung stimmt erst ab, wenn die Maßnahme beschrieben ist."))


class NotHeldYet(RuleBroken):
    """A vote is recorded after it was cast."""

    def __init__(self, held_on: date) -> None:
        message = say("Am %(day)s hat noch keine Verbundsversammlung stattgefunden. Bitte geben Sie den Tag der Abstimmung an.", day=held_on)
        super().__init__(message, field="held_on")
        self.held_on = held_on


def convene(held_on: date) -> Assembly:
    """Return the assembly of a day; it is noted the first time somebody asks for it."""
    assembly = db.session.scalar(select(Assembly).where(Assembly.held_on == held_on))
    if assembly is None:
        assembly = Assembly(held_on=held_on)
        db.session.add(assembly)
        db.session.flush()
    return assembly


def record_vote(measure_id: int, *, held_on: date, vote: Vote, by: Actor) -> CouncilVote:
    """Note how the own council voted; a second entry for the same assembly corrects the first."""
    if held_on > today_of(clock.now()):
        raise NotHeldYet(held_on)
    measure = queries.lock_measure(measure_id, by)
    if measure.stage is not Stage.DESCRIBED:
        raise NotDescribed
    assembly = convene(held_on)
    cast = _find(assembly, measure_id, by)
    before = {"vote": cast.vote} if cast else None
    if cast is None:
        cast = CouncilVote(assembly=assembly, measure_id=measure_id, municipality_id=by.municipality_id)
        db.session.add(cast)
    cast.vote, cast.recorded_by_id = vote, by.person_id
    db.session.flush()
    journal.record("measure.voted", subject=("measure", measure_id), by=by, before=before, after={"vote": vote, "held_on": held_on.isoformat()})
    return cast


def _find(assembly: Assembly, measure_id: int, by: Actor) -> CouncilVote | None:
    return db.session.scalar(
        select(CouncilVote).where(
            CouncilVote.assembly_id == assembly.id, CouncilVote.measure_id == measure_id, CouncilVote.municipality_id == by.municipality_id
        )
    )
