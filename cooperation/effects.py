"""What a measure led to, planned and achieved."""

from datetime import date
from decimal import Decimal

from sqlalchemy import select

from commons.database import db
from commons.errors import NotFound
from cooperation.models import Effect, Measure
from cooperation.stages import EffectKind, Nature


def record_effect(
    measure_id: int,
    *,
    nature: Nature,
    kind: EffectKind,
    amount: Decimal,
    unit: str,
    recorded_on: date,
    municipality_id: int | None = None,
    subject: tuple[str, int] | None = None,
) -> Effect:
    """Note an effect; telling the same effect of the same thing again replaces its amount."""
    if db.session.get(Measure, measure_id) is None:
        raise NotFound
    effect = _find(measure_id, nature=nature, kind=kind, unit=unit, municipality_id=municipality_id, subject=subject) if subject else None
    if effect is None:
        effect = Effect(measure_id=measure_id, nature=nature, kind=kind, unit=unit, municipality_id=municipality_id)
        effect.subject_kind, effect.subject_id = subject or (None, None)
        db.session.add(effect)
    effect.amount, effect.recorded_on = amount, recorded_on
    db.session.flush()
    return effect


def add_to_effect(
    measure_id: int, *, kind: EffectKind, amount: Decimal, unit: str, recorded_on: date, municipality_id: int, subject: tuple[str, int]
) -> Effect:
    """Add to what a thing has achieved so far; the caller holds the thing, so that no two add at once."""
    known = _find(measure_id, nature=Nature.ACHIEVED, kind=kind, unit=unit, municipality_id=municipality_id, subject=subject)
    return record_effect(
        measure_id,
        nature=Nature.ACHIEVED,
        kind=kind,
        amount=amount + (known.amount if known else 0),
        unit=unit,
        recorded_on=max(recorded_on, known.recorded_on) if known else recorded_on,
        municipality_id=municipality_id,
        subject=subject,
    )


def _find(measure_id: int, *, nature: Nature, kind: EffectKind, unit: str, municipality_id: int | None, subject: tuple[str, int]) -> Effect | None:
    same = select(Effect).where(Effect.measure_id == measure_id, Effect.nature == nature, Effect.kind == kind, Effect.unit == unit)
    same = same.where(Effect.subject_kind == subject[0], Effect.subject_id == subject[1])
    for_whom = Effect.municipality_id.is_(None) if municipality_id is None else Effect.municipality_id == municipality_id
    return db.session.scalar(same.where(for_whom).with_for_update(of=Effect))
