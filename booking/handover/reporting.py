"""Tell the measure of a device what lending it brought: the hours that others used it."""

from sqlalchemy import select

from booking.models import Resource, Use
from booking.queries.handover import hours_of
from commons.calendar_days import today_of
from commons.database import db
from cooperation import effects
from cooperation.queries import find_measure
from cooperation.stages import EffectKind


def report_hours(use: Use) -> None:
    """Add a use by another municipality to what the device's measure has achieved; the own use is no cooperation."""
    device = db.session.get_one(Resource, use.resource_id)
    measure = find_measure(device.measure_number)
    if measure is None or use.back_at is None or use.municipality_id == device.owner.municipality_id:
        return
    _lock(device)
    effects.add_to_effect(
        measure.id,
        kind=EffectKind.HOURS_USED,
        amount=hours_of([use]),
        unit="h",
        recorded_on=today_of(use.back_at),
        municipality_id=use.municipality_id,
        subject=("resource", device.id),
    )


def _lock(device: Resource) -> None:
    """Let two uses of a device be added one after the other."""
    db.session.execute(select(Resource.id).where(Resource.id == device.id).with_for_update(key_share=True))
