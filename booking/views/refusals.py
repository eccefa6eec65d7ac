"""What a refused form shows besides its sentence: who holds the time, and what is free instead."""

from dataclasses import dataclass

from booking.models import Resource
from booking.periods import Period
from booking.queries.offers import Alternative, RivalFact, alternatives, rival_facts
from booking.rules.occupancy import Occupied
from commons.errors import RuleBroken
from commons.people import Actor


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Hold the rivals and the alternatives."""

    rivals: list[RivalFact]
    alternatives: list[Alternative]


def explain(broken: RuleBroken | None, resource: Resource, period: Period, *, quantity: int, actor: Actor) -> Refusal | None:
    """Gather rivals and alternatives where the time was taken."""
    if broken is None or broken.status != 409:
        return None
    rivals = rival_facts(broken.rivals, actor) if isinstance(broken, Occupied) else []
    return Refusal(rivals=rivals, alternatives=alternatives(resource.id, period, quantity=quantity, actor=actor))
