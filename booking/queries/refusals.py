"""What a refusal shows besides its sentence: who holds the time, and what is free instead; pages and programs alike."""

from collections.abc import Sequence
from dataclasses import dataclass

from booking.periods import Period
from booking.queries.availability import needs_of
from booking.queries.equivalents import candidates
from booking.queries.offers import Alternative, RivalFact, Wanted, alternatives, rival_facts, soonest
from booking.rules.equivalents import AnyOf, NothingFits
from booking.rules.occupancy import Occupied, Rival
from booking.stages import StepRefused
from commons.errors import ChangedMeanwhile, RuleBroken
from commons.municipalities import get_organisation
from commons.people import Actor


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Hold the rivals and the alternatives."""

    rivals: list[RivalFact]
    alternatives: list[Alternative]


def explain(broken: RuleBroken | None, named: Sequence[Wanted], period: Period, *, actor: Actor, wanted: tuple[AnyOf, int] | None = None) -> Refusal | None:
    """Gather rivals and alternatives where the time was taken; what a booking has become by now is no question of time."""
    if broken is None or broken.status != 409 or isinstance(broken, ChangedMeanwhile | StepRefused):
        return None
    rivals = broken.rivals if isinstance(broken, Occupied) else ()
    return Refusal(rivals=rival_facts(rivals, actor), alternatives=_alternatives(broken, named, period, actor, rivals, wanted))


def _alternatives(
    broken: RuleBroken, named: Sequence[Wanted], period: Period, actor: Actor, rivals: Sequence[Rival], wanted: tuple[AnyOf, int] | None
) -> list[Alternative]:
    if wanted is not None and isinstance(broken, NothingFits):
        kind, number = wanted
        found = candidates(kind, period, quantity=number, organisation=get_organisation(actor.organisation_id))
        return soonest([device.id for device in found], period, quantity=number, actor=actor, besides=named)
    return _instead(_hit(named, rivals), named, period, actor)


def _instead(hit: Wanted | None, wanted: Sequence[Wanted], period: Period, actor: Actor) -> list[Alternative]:
    if hit is None:
        return []
    return alternatives(hit[0], period, quantity=hit[1], actor=actor, besides=[other for other in wanted if other != hit])


def _hit(wanted: Sequence[Wanted], rivals: Sequence[Rival]) -> Wanted | None:
    """Return what of a booking of several is taken, itself or as a part; without a rival the first."""
    if len(wanted) < 2 or not rivals:
        return next(iter(wanted), None)
    taken, needs = {rival.resource_id for rival in rivals}, needs_of([id_ for id_, _ in wanted])
    return next((each for each in wanted if taken & {need.resource_id for need in needs[each[0]]}), wanted[0])
