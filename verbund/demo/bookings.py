"""The fleet of the demo and its bookings: built through the wing's own verbs, relative to today."""

from contextlib import suppress
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select

from booking import fleet, handover, reserving
from booking.handover import Record
from booking.models import Booking, Resource
from booking.occupying import Wish
from booking.periods import Period
from booking.reserving import Details, Placed
from booking.rules.fitness import InspectionExpired
from commons import clock
from commons.calendar_days import from_wall, today_of, week_days
from commons.database import db, write
from commons.municipalities import find_organisation
from commons.people import Actor, Person, find_actor, find_person
from commons.shipped import rows
from verbund.demo.booking_samples import COMING, HEADS, THIS_WEEK, Sample

ASKED_BEFORE = timedelta(days=4)  # before the week began


def load() -> None:
    """Load the fleet and the bookings of the demo; what is there already stays as it is."""
    write(_load_fleet)
    if not db.session.scalar(select(func.count()).select_from(Booking)):
        for sample in THIS_WEEK:
            _place_before(sample)
        for sample in COMING:
            _place(sample, _period(sample))


def _load_fleet() -> None:
    fleet.load_sample(rows("resources.csv"), categories=rows("categories.csv"), kits=rows("kits.csv"))
    fleet.load_inspections(rows("inspections.csv"), rows("sample_inspections.csv"))


def _place_before(sample: Sample) -> None:
    """Ask and decide before the week began, then hand out and take back what was due by now, each at its time."""
    now, period = clock.now(), _period(sample)
    with clock.stopped_at(from_wall(_monday(), time(9)) - ASKED_BEFORE):
        booking_id = _place(sample, period)
    with suppress(InspectionExpired):  # the sample inspections have fixed days: later on a device stays where it is
        _hand_over(booking_id, sample, period, now)


def _hand_over(booking_id: int, sample: Sample, period: Period, now: datetime) -> None:
    keeper, taker = _keeper_of(sample), _actor(sample.who, sample.organisation).person_name
    if period.start < now:
        with clock.stopped_at(period.start):
            out = Record(at=period.start, operator=taker, order_confirmed=True, giver=keeper.person_name, taker=taker)
            write(handover.hand_out, booking_id, out, by=keeper)
    if period.end < now:
        with clock.stopped_at(period.end):
            write(handover.take_back, booking_id, Record(at=period.end, giver=taker, taker=keeper.person_name), by=keeper)


def _keeper_of(sample: Sample) -> Actor:
    """Return the head of the yard that keeps the device."""
    device = db.session.scalars(select(Resource).where(Resource.key == sample.devices[0][0])).one()
    return _actor(HEADS[device.owner.key], device.owner.key)


def _place(sample: Sample, period: Period) -> int:
    actor = _actor(sample.who, sample.organisation)
    placed: Placed = write(reserving.request_booking, _wishes(sample), period, details=Details(purpose=sample.purpose), by=actor)
    if sample.declined and sample.decided_by:
        write(reserving.decline, placed.id, reason=sample.declined, by=_actor(*sample.decided_by))
    elif sample.decided_by:
        write(reserving.approve, placed.id, by=_actor(*sample.decided_by))
    if sample.cancelled:
        write(reserving.cancel, placed.id, by=actor)
    return placed.id


def _wishes(sample: Sample) -> list[Wish]:
    known = {device.key: device.id for device in db.session.scalars(select(Resource).where(Resource.key.in_([key for key, _ in sample.devices])))}
    return [Wish(resource_id=known[key], quantity=number) for key, number in sample.devices]


def _period(sample: Sample) -> Period:
    return Period(*(from_wall(_monday() + timedelta(days=day), time(hour)) for day, hour in (sample.first, sample.last)))


def _monday() -> date:
    return week_days(today_of(clock.now()))[0]


def _actor(mail: str, organisation: str) -> Actor:
    person: Person | None = find_person(mail)
    place = find_organisation(organisation)
    actor = find_actor(person.id, place.id) if person and place else None
    if actor is None:
        raise LookupError(f"{mail} does not act for {organisation}")
    return actor
