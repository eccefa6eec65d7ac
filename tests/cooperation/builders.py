"""Builders of cooperation: make_x(**overrides) puts one row into the session and flushes it."""

from datetime import date
from typing import Any

from sqlalchemy import select

from commons.database import db
from cooperation.models import Measure, MeasureParticipation, Rating, WorkingGroup
from cooperation.stages import Ground, Horizon, Origin, Stage


def find_group(key: str = "bauhof") -> WorkingGroup:
    return db.session.scalars(select(WorkingGroup).where(WorkingGroup.key == key)).one()


def make_measure(**overrides: Any) -> Measure:
    values: dict[str, Any] = {"number": 900, "title": "Gemeinsamer Blühstreifen", "horizon": Horizon.SHORT, "stage": Stage.EXAMINED, "origin": Origin.PROPOSED}
    values |= overrides
    if "working_group" not in values and "working_group_id" not in values:
        values["working_group"] = find_group()
    return _kept(Measure(**values))


def make_rating(measure: Measure, **overrides: Any) -> Rating:
    values: dict[str, Any] = {"benefit": 4, "cost": 2, "effort": 2, "working_group_id": measure.working_group_id} | overrides
    return _kept(Rating(measure_id=measure.id, **values))


def make_participation(measure: Measure, municipality_id: int, **overrides: Any) -> MeasureParticipation:
    values: dict[str, Any] = {"ground": Ground.RESOLUTION, "resolution_number": "12/2026", "resolution_on": date(2026, 5, 4), "joined_on": date(2026, 5, 5)}
    return _kept(MeasureParticipation(measure_id=measure.id, municipality_id=municipality_id, **(values | overrides)))


def _kept(row: Any) -> Any:
    db.session.add(row)
    db.session.commit()
    db.session.expire_all()
    return row
