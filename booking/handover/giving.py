"""Hand a booking's devices out."""

from datetime import datetime

from sqlalchemy import select

from booking import telling
from booking.displacing import CAUSES
from booking.handover.opening import Record, keep_photos, open_booking, tell
from booking.models import Block, Booking, BookingItem, Cause, Side, Use
from booking.occupying import Locked
from booking.periods import Period
from booking.queries.fleet import due_inspections, wholes_of
from booking.queries.handover import last_reading, open_uses
from booking.rules.fitness import Blocked, InspectionExpired, StillOut, check_meter, check_moments, check_operator, check_order
from booking.rules.terms import expiring
from booking.stages import Stage, check_step
from commons import clock
from commons.calendar_days import today_of
from commons.database import db
from commons.people import Actor
from commons.words import say


def hand_out(booking_id: int, record: Record, *, by: Actor, version: int | None = None) -> Booking:
    """Write down that the devices went out: who operates them, when, with which reading, tank, condition and accessories."""
    booking, locked = open_booking(booking_id, by=by, version=version)
    before = telling.snapshot(booking)
    check_step(booking.stage, Stage.OUT)
    check_moments(record.at, None, now=clock.now())
    check_operator(record.operator)
    check_order([item.resource.name for item in booking.items if item.resource.required_qualifications], confirmed=record.order_confirmed)
    _check_inspected(booking, locked, since=record.at)
    _check_there(locked)
    uses = [_use(item, booking, record, by=by) for item in booking.items]
    db.session.add_all(uses)
    db.session.flush()
    keep_photos(uses[0], record.photos, Side.OUT, by=by)
    booking.stage = Stage.OUT
    tell(booking, "handed_out", say("Ausgegeben: %(device)s", device=", ".join(item.resource.name for item in booking.items)), by=by, before=before)
    return booking


def _check_inspected(booking: Booking, locked: Locked, *, since: datetime) -> None:
    """Look at the parts of kits too: the trailer counts as much as the excavator on it."""
    period = Period(min(since, booking.starts_at), booking.ends_at)
    for resource_id, due in due_inspections(locked.devices, on=today_of(booking.ends_at)).items():
        for expired in expiring(period, due):
            raise InspectionExpired(locked.devices[resource_id].name, expired)


def _check_there(locked: Locked) -> None:
    """Look at the parts of kits and at what a device is a part of, too; of a pool the guard counts what is left."""
    alone = {id_ for id_, device in locked.devices.items() if device.exclusive}
    ids = alone | wholes_of(alone)
    query = select(Block).where(Block.resource_id.in_(ids), Block.lifted_at.is_(None), Block.cause != Cause.LIMITED)
    for block in db.session.scalars(query.order_by(Block.id)):
        raise Blocked(block.resource.name, CAUSES[block.cause])
    for out in open_uses(ids):
        raise StillOut(out.resource.name, out.out_at)


def _use(item: BookingItem, booking: Booking, record: Record, *, by: Actor) -> Use:
    reading = record.meters.get(item.resource_id)
    check_meter(reading, known=last_reading(item.resource_id), field=f"meter_{item.resource_id}")
    return Use(
        resource_id=item.resource_id,
        quantity=item.quantity,
        booking_id=booking.id,
        organisation_id=booking.for_organisation_id,
        municipality_id=booking.for_municipality_id,
        purpose=booking.purpose,
        out_at=record.at,
        operator=record.operator.strip(),
        order_confirmed=record.order_confirmed,
        given_by=record.giver.strip(),
        taken_by=record.taker.strip(),
        meter_out=reading,
        fuel_out=record.fuel,
        condition_out=record.condition.strip(),
        accessories=list(record.accessories),
        tariff_text=item.tariff_text,
        entered_by_id=by.person_id,
    )
