"""Take a booking's devices back on the same list."""

from sqlalchemy import select

from booking import displacing, telling
from booking.handover import overdue
from booking.handover.opening import Record, keep_photos, open_booking, tell
from booking.handover.reporting import report_hours
from booking.models import Booking, Side, Use
from booking.rules.fitness import check_meter, check_moments
from booking.stages import Stage, check_step
from commons import clock
from commons.database import db
from commons.people import Actor
from commons.words import say


def take_back(booking_id: int, record: Record, *, by: Actor, version: int | None = None) -> Booking:
    """Write down that the devices are back; an early return frees the rest of the plan, but for washing and drying."""
    booking, locked = open_booking(booking_id, by=by, version=version)
    before = telling.snapshot(booking)
    check_step(booking.stage, Stage.RETURNED)
    uses = list(db.session.scalars(select(Use).where(Use.booking_id == booking.id, Use.back_at.is_(None)).order_by(Use.id)))
    for use in uses:
        _close(use, record)
    db.session.flush()
    if uses:
        keep_photos(uses[0], record.photos, Side.BACK, by=by)
    booking.stage = Stage.RETURNED
    for use in uses:
        report_hours(use)
    displacing.free_rest(booking.id, locked, at=record.at)
    tell(booking, "taken_back", say("Zurückgenommen: %(device)s", device=", ".join(item.resource.name for item in booking.items)), by=by, before=before)
    overdue.tell_back(booking)
    return booking


def _close(use: Use, record: Record) -> None:
    check_moments(use.out_at, record.at, now=clock.now())
    reading = record.meters.get(use.resource_id)
    check_meter(reading, known=use.meter_out, field=f"meter_{use.resource_id}")
    use.back_at, use.meter_back, use.fuel_back, use.condition_back = record.at, reading, record.fuel, record.condition.strip()
    use.returned_by, use.received_by = record.giver.strip(), record.taker.strip()
    use.missing = [name for name in use.accessories if name not in record.accessories]
