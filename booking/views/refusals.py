"""What a refused form shows besides its sentence: who holds the time, and what is free instead."""

from dataclasses import dataclass

from booking.fleet import BookingsAffected
from booking.models import Resource
from booking.periods import Period
from booking.queries.impact import Impact, impacts
from booking.queries.offers import Alternative, RivalFact, alternatives, rival_facts
from booking.rules.occupancy import Occupied
from booking.stages import StepRefused
from commons.access import current_actor
from commons.errors import ChangedMeanwhile, RuleBroken
from commons.people import Actor


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Hold the rivals and the alternatives."""

    rivals: list[RivalFact]
    alternatives: list[Alternative]


def explain(broken: RuleBroken | None, resource: Resource, period: Period, *, quantity: int, actor: Actor) -> Refusal | None:
    """Gather rivals and alternatives where the time was taken."""
    if broken is None or broken.status != 409 or isinstance(broken, ChangedMeanwhile | StepRefused):
        return None
    rivals = rival_facts(broken.rivals, actor) if isinstance(broken, Occupied) else []
    return Refusal(rivals=rivals, alternatives=alternatives(resource.id, period, quantity=quantity, actor=actor))


def hit_by(broken: RuleBroken | None, resource: Resource, *, closed: Period | None = None, fewer: int = 0) -> list[Impact]:
    """Return whom a change of the fleet would hit, with proposals, where it was refused for that."""
    if not isinstance(broken, BookingsAffected):
        return []
    return impacts(broken.bookings, resource, current_actor, closed=closed, fewer=fewer)
