from datetime import date
from decimal import Decimal

import pytest

from commons.database import write
from commons.errors import NotFound
from cooperation import effects, queries
from cooperation.stages import EffectKind, Nature
from tests.cooperation.builders import make_measure

DAY = date(2026, 11, 25)


def record(measure_id, nature=Nature.ACHIEVED, amount="10.50", **more):
    return write(effects.record_effect, measure_id, nature=nature, kind=EffectKind.SAVING, amount=Decimal(amount), unit="EUR", recorded_on=DAY, **more)


def test_effects_of_sums_planned_beside_achieved(app):
    measure = make_measure()

    record(measure.id, nature=Nature.PLANNED, amount="1000")
    record(measure.id, amount="10.50")
    record(measure.id, amount="0.000001")

    (found,) = queries.effects_of(measure)
    assert (found.kind, found.unit, found.planned, found.achieved) == (EffectKind.SAVING, "EUR", Decimal(1000), Decimal("10.500001"))


def test_record_effect_of_the_same_thing_again_replaces_the_amount(world):
    measure, town = make_measure(), world.municipality_id("ossling")

    record(measure.id, amount="10", subject=("bundle", 3), municipality_id=town)
    record(measure.id, amount="12", subject=("bundle", 3), municipality_id=town)
    record(measure.id, amount="5", subject=("bundle", 3))

    assert queries.effects_of(measure)[0].achieved == Decimal(17)


def test_record_effect_of_an_unknown_measure_is_not_found(app):
    with pytest.raises(NotFound):
        record(9999)
