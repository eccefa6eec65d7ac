"""Defects, tests and limits; who looked at a status; inspections as far as handing out needs them."""

from datetime import date, datetime

from sqlalchemy import select

from booking import displacing
from booking.models import Block, Cause, Inspection, Resource, StatusCheck
from booking.occupying import Wish
from booking.queries.handover import open_use
from booking.queries.keeping import is_keeper, may_report_ready
from booking.queries.numbers import check_number
from booking.rules.occupancy import check_quantity
from booking.rules.upkeep import InspectedAhead, later_by_months
from commons import clock, journal
from commons.calendar_days import today_of
from commons.database import db
from commons.errors import NotAllowed, NotFound, RuleBroken
from commons.people import Actor
from commons.words import say


class ReasonNeeded(RuleBroken):
    """A limit or a test says what it is about."""

    def __init__(self) -> None:
        super().__init__(say("Bitte nennen Sie den Grund in wenigen Worten."), field="reason")


class ExpectedPast(RuleBroken):
    """A return is expected later than now."""

    def __init__(self) -> None:
        super().__init__(say("Die erwartete Rückkehr liegt in der Vergangenheit."), field="expected_day")


def report_defect(resource_id: int, *, by: Actor, quantity: int = 1, reason: str = "", expected_at: datetime | None = None) -> Block:
    """Block a defective device until it is repaired: near bookings are displaced, later ones warned, all with alternatives."""
    return _report(resource_id, Cause.DEFECT, by=by, quantity=quantity, reason=reason, expected_at=expected_at)


def report_test(resource_id: int, *, by: Actor, reason: str, quantity: int = 1, expected_at: datetime | None = None) -> Block:
    """Take a device out of plan while it is tested, washed or refilled."""
    if not reason.strip():
        raise ReasonNeeded
    return _report(resource_id, Cause.TEST, by=by, quantity=quantity, reason=reason, expected_at=expected_at)


def report_limited(resource_id: int, *, by: Actor, reason: str, quantity: int = 1, expected_at: datetime | None = None) -> Block:
    """Note with what limits a device can still be used; nothing is blocked."""
    if not reason.strip():
        raise ReasonNeeded
    device = _device(resource_id, by, quantity)
    check_expected(expected_at)
    wish = Wish(resource_id=device.id, quantity=quantity)
    block = displacing.limit(wish, since=clock.now(), by=by, reason=reason.strip()[:200], expected_at=expected_at)
    _record("limited", device, by=by, reason=block.reason, quantity=quantity)
    return block


def repaired(block_id: int, *, by: Actor) -> Block:
    """Report a defect, test or limit as over: the device is free again."""
    block, locked = displacing.open_for_lifting(block_id)
    device = db.session.get_one(Resource, block.resource_id)
    if device.owner.municipality_id != by.municipality_id:
        raise NotFound
    if block.cause in (Cause.INCIDENT, Cause.RECALL) or not may_report_ready(by, device):
        raise NotAllowed
    displacing.lift(locked, block, by=by)
    _record("repaired", device, by=by, reason=block.reason, quantity=block.quantity)
    return block


def confirm_status(resource_id: int, *, by: Actor) -> StatusCheck:
    """Say that somebody looked and the status shown is right."""
    device = _device(resource_id, by, 1)
    check = StatusCheck(resource_id=device.id, checked_by_id=by.person_id)
    db.session.add(check)
    _record("status_confirmed", device, by=by)
    return check


def record_inspection(inspection_id: int, day: date, *, by: Actor) -> Inspection:
    """Enter that an inspection was passed on a day; the next is due after its interval."""
    check_number(inspection_id)
    inspection = db.session.scalar(select(Inspection).where(Inspection.id == inspection_id).with_for_update(key_share=True))
    if inspection is None or inspection.resource.owner.municipality_id != by.municipality_id:
        raise NotFound
    if not is_keeper(by, owner_id=inspection.resource.owner_id):
        raise NotAllowed
    if day > today_of(clock.now()):
        raise InspectedAhead
    inspection.last_on = day
    inspection.next_on = later_by_months(day, inspection.interval_months) if inspection.interval_months else None
    _record("inspected", inspection.resource, by=by, inspection=inspection.key, day=day.isoformat())
    return inspection


def check_expected(expected_at: datetime | None) -> None:
    """Refuse a return that should have happened already."""
    if expected_at is not None and expected_at <= clock.now():
        raise ExpectedPast


def _report(resource_id: int, cause: Cause, *, by: Actor, quantity: int, reason: str, expected_at: datetime | None) -> Block:
    check_expected(expected_at)
    device = _device(resource_id, by, quantity)
    wish = Wish(resource_id=device.id, quantity=quantity)
    locked = displacing.lock([wish], cause=cause, expected_at=expected_at)
    standing = db.session.scalar(select(Block).where(Block.resource_id == device.id, Block.cause == cause, Block.lifted_at.is_(None)).limit(1))
    if standing is not None and not device.is_pool:
        return standing  # somebody was quicker; a device breaks once
    block = displacing.block(locked, wish, cause=cause, since=clock.now(), by=by, reason=reason.strip()[:200], expected_at=expected_at)
    _record(cause.value, device, by=by, reason=block.reason, quantity=quantity)
    return block


def _device(resource_id: int, by: Actor, quantity: int) -> Resource:
    """Load a device for who keeps it, or has it out just now."""
    check_number(resource_id)
    device = db.session.get(Resource, resource_id)
    if device is None:
        raise NotFound
    out = open_use(device.id)
    if not may_report_ready(by, device) and (out is None or out.organisation_id != by.organisation_id):
        raise NotAllowed
    check_quantity(quantity, total=device.quantity, resource=device.name)
    return device


def _record(act: str, device: Resource, *, by: Actor, **after: object) -> None:
    municipalities = [device.owner.municipality_id]
    journal.record(f"resource.{act}", subject=("resource", device.id), by=by, after=after, municipalities=municipalities)
