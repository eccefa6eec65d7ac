"""What cooperation brings, over all measures: planned beside achieved, and the devices and procurements that led to it."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select

from commons.database import db
from commons.people import Actor
from cooperation import queries
from cooperation.models import Charge, Effect, Measure, MeasureLink
from cooperation.queries import EffectAmount, EffectSum, summed
from cooperation.stages import EffectKind, Stage

UNDER_WAY = frozenset({Stage.IN_PROGRESS, Stage.RUNNING})


@dataclass(frozen=True, kw_only=True)
class Line:
    """Hold what one measure has led to so far."""

    measure: Measure
    effects: list[EffectSum]
    things: Counter[str]


@dataclass(frozen=True, kw_only=True)
class Balance:
    """Hold the lines of all measures that run or have led to something, and their sums."""

    lines: list[Line]
    effects: list[EffectSum]
    things: Counter[str]
    running: int

    @property
    def saving(self) -> EffectSum:
        """Return the savings in euros."""
        return self._sum(EffectKind.SAVING, "EUR")

    @property
    def hours(self) -> EffectSum:
        """Return how long devices served other municipalities."""
        return self._sum(EffectKind.HOURS_USED, "h")

    def _sum(self, kind: EffectKind, unit: str) -> EffectSum:
        """Return one kind of effect, without figures where none is planned or reported."""
        found = [total for total in self.effects if (total.kind, total.unit) == (kind, unit)]
        return found[0] if found else EffectSum(kind=kind, unit=unit, planned=None, achieved=None)


def balance(actor: Actor) -> Balance:
    """Return what all measures together have led to."""
    effects, things = _effects(), _things()
    lines = [
        Line(measure=measure, effects=summed(effects.get(measure.id, [])), things=things.get(measure.id, Counter()))
        for measure in queries.measures(actor)
        if measure.stage in UNDER_WAY or measure.id in effects or measure.id in things
    ]
    return Balance(
        lines=sorted(lines, key=lambda line: (not line.effects, line.measure.stage not in UNDER_WAY, line.measure.number)),
        effects=summed(effect for line in lines for effect in effects.get(line.measure.id, [])),
        things=sum((line.things for line in lines), Counter()),
        running=sum(line.measure.stage in UNDER_WAY for line in lines),
    )


@dataclass(frozen=True, kw_only=True)
class Charged:
    """Hold what the own municipality receives from others for a measure, and pays to them."""

    receives: Decimal
    pays: Decimal


def charged(measure: Measure, actor: Actor) -> Charged | None:
    """Return what was charged for a measure as far as the actor sees it; nothing where there is none."""
    query = select(Charge.creditor_id, func.sum(Charge.amount)).where(Charge.measure_id == measure.id, queries.charges_of(actor))
    sums = db.session.execute(query.group_by(Charge.creditor_id)).all()
    if not sums:
        return None
    receives = sum((total for creditor_id, total in sums if creditor_id == actor.municipality_id), Decimal(0))
    return Charged(receives=receives, pays=sum((total for _, total in sums), Decimal(0)) - receives)


def _effects() -> dict[int, list[EffectAmount]]:
    query = select(Effect.measure_id, Effect.kind, Effect.unit, Effect.nature, func.sum(Effect.amount))
    found: dict[int, list[EffectAmount]] = {}
    for measure_id, kind, unit, nature, total in db.session.execute(query.group_by(Effect.measure_id, Effect.kind, Effect.unit, Effect.nature)):
        found.setdefault(measure_id, []).append((kind, unit, nature, total))
    return found


def _things() -> dict[int, Counter[str]]:
    query = select(MeasureLink.measure_id, MeasureLink.kind, func.count()).group_by(MeasureLink.measure_id, MeasureLink.kind)
    found: dict[int, Counter[str]] = {}
    for measure_id, kind, count in db.session.execute(query):
        found.setdefault(measure_id, Counter())[kind] = count
    return found
