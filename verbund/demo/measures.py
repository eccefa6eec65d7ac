"""What the five towns do together in the demo: who takes part, a recommendation to decide on, a fresh idea."""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from commons.clock import today
from commons.database import db, write
from commons.people import Actor, Membership, actors_of
from commons.permissions import Role
from cooperation import assembly, effects, portfolio, queries
from cooperation.models import Measure, MeasureParticipation
from cooperation.rules import Score
from cooperation.stages import EffectKind, Horizon, Nature, Stage, Vote

# Measure → the towns that take part by resolution; Neukirch tries the shared devices out first.
TAKE_PART = {
    9: ("bernsdorf", "koenigsbrueck", "laussnitz", "neukirch", "ossling"),
    31: ("bernsdorf", "koenigsbrueck", "laussnitz", "ossling"),
    32: ("bernsdorf", "koenigsbrueck", "laussnitz"),
    41: ("bernsdorf", "koenigsbrueck", "ossling"),
    45: ("bernsdorf", "koenigsbrueck"),
    46: ("bernsdorf", "koenigsbrueck", "ossling"),
    47: ("koenigsbrueck", "laussnitz", "neukirch"),
}
ON_TRIAL = {31: "neukirch"}
VOTED = 34
VOTES = {"bernsdorf": Vote.YES, "koenigsbrueck": Vote.YES, "laussnitz": Vote.ABSTAINED, "neukirch": Vote.YES, "ossling": Vote.YES}
PLANNED = {9: (EffectKind.SAVING, "9000", "EUR"), 31: (EffectKind.HOURS_USED, "600", "h")}
REASON = "Beispiel der Vorführung"


def load() -> None:
    """Let the towns take part, vote and propose; nothing changes the second time."""
    if db.session.scalar(select(MeasureParticipation.id).limit(1)) is not None:
        return
    mayors = _mayors()
    for number, towns in TAKE_PART.items():
        for town in towns:
            write(portfolio.join_by_resolution, _id(number), number=f"{number}-2026", decided_on=today() - timedelta(days=190), by=mayors[town])
    for number, town in ON_TRIAL.items():
        write(portfolio.join_on_trial, _id(number), until=today() + timedelta(days=200), most=Decimal(10_000), by=mayors[town])
    for number, (kind, amount, unit) in PLANNED.items():
        write(effects.record_effect, _id(number), nature=Nature.PLANNED, kind=kind, amount=Decimal(amount), unit=unit, recorded_on=today())
    _recommend(mayors)
    _propose(mayors["ossling"])


def _mayors() -> dict[str, Actor]:
    found: dict[str, Actor] = {}
    for membership in db.session.scalars(select(Membership).where(Membership.role == Role.MAYOR).order_by(Membership.id)):
        actor = next((one for one in actors_of(membership.person_id) if one.organisation_id == membership.organisation_id), None)
        if actor is not None:
            found.setdefault(membership.organisation.municipality.key, actor)
    return found


def _id(number: int) -> int:
    return db.session.scalars(select(Measure.id).where(Measure.number == number)).one()


def _recommend(mayors: dict[str, Actor]) -> None:
    """Leave one measure where the mayors find it waiting: recommended, each council still to decide."""
    measure_id, first = _id(VOTED), mayors["koenigsbrueck"]
    for town, vote in VOTES.items():
        write(assembly.record_vote, measure_id, held_on=today() - timedelta(days=12), vote=vote, by=mayors[town])
    write(portfolio.change_stage, measure_id, Stage.RECOMMENDED, seen=Stage.DESCRIBED, reason=REASON, by=first)
    score = Score(benefit=4, cost=2, effort=2)
    group_id = queries.get_measure(measure_id, first).working_group_id
    write(portfolio.rate, measure_id, score, working_group_id=group_id, reason=REASON, by=first)


def _propose(mayor: Actor) -> None:
    group = next(group for group in queries.working_groups() if group.key == "bauhof")
    description = "Jede Gemeinde mäht ihre Blühwiesen zweimal im Jahr mit geliehenem Gerät. Ein gemeinsamer Balkenmäher würde genügen."
    write(portfolio.propose, "Gemeinsame Mahd von Blühwiesen", working_group_id=group.id, horizon=Horizon.SHORT, description=description, by=mayor)
