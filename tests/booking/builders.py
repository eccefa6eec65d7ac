"""Builders of the booking wing: make_x(**overrides) goes through the wing's own verbs where there are any."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from booking import fleet, reserving
from booking.fleet.keeping import category_named
from booking.models import Approver, Kind, Occupancy, Resource
from booking.occupying import Wish
from booking.periods import Period
from booking.reserving import Details, Placed
from commons.calendar_days import week_days
from commons.clock import today
from commons.database import db, write
from commons.municipalities import find_organisation
from commons.people import Actor

BERLIN = ZoneInfo("Europe/Berlin")
# A Monday in winter, far enough ahead of any clock the tests stop.
MONDAY = datetime(2027, 1, 11, tzinfo=BERLIN)
# A Monday that the real clock has still before it: for tests that do not stop it.
AHEAD = datetime.combine(week_days(today() + timedelta(days=40))[0], time(), BERLIN)
SHARED_MACHINES = 31  # the measure of the shipped portfolio
_count = 0


def at(hour: float, *, day: datetime = MONDAY) -> datetime:
    """Return a wall time on a day of the test week."""
    return (day + timedelta(hours=hour)).astimezone(UTC)


def hours(start: float, end: float, *, day: datetime = MONDAY) -> Period:
    """Return a period on the test Monday; 24 is the next midnight."""
    return Period(at(start, day=day), at(end, day=day))


def wall(start: str, end: str) -> Period:
    """Return a period from Berlin wall times."""
    return Period(*(datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC) for text in (start, end)))


def make_resource(**overrides: Any) -> Resource:
    """Enter a device of the Bernsdorf yard that confirms at once and has no buffers."""
    global _count
    _count += 1
    owner = find_organisation(overrides.pop("owner", "bauhof-bernsdorf"))
    assert owner is not None
    category = overrides.pop("category", "earthworks")
    values: dict[str, Any] = {"key": f"device-{_count}", "name": f"Gerät {_count}", "site_name": owner.name, "measure_number": SHARED_MACHINES} | overrides

    def verb() -> Resource:
        return fleet.register(fleet.Registration(category_id=category_named(category, category, 1).id, owner_id=owner.id, **values), by=None)

    return write(verb)


def make_pool(quantity: int, **overrides: Any) -> Resource:
    """Enter a pool."""
    return make_resource(kind=Kind.POOL, quantity=quantity, **overrides)


def make_kit(*parts: Resource, quantities: tuple[int, ...] = (), **overrides: Any) -> Resource:
    """Enter a kit of these parts."""
    kit = make_resource(kind=Kind.KIT, **overrides)
    pairs = [(part.id, number) for part, number in zip(parts, quantities or (1,) * len(parts), strict=True)]
    write(fleet.put_together, kit.id, pairs, by=None)
    return kit


def book(resource: Resource, period: Period, *, by: Actor, quantity: int = 1, purpose: str = "Wegebau", **more: Any) -> Placed:
    """Request one resource through the verb."""
    return write(reserving.request_booking, [Wish(resource_id=resource.id, quantity=quantity)], period, details=Details(purpose=purpose), by=by, **more)


def approved_by(approver: Approver = Approver.BUILDING_YARD_HEAD, **overrides: Any) -> Resource:
    """Enter a device whose owner is asked."""
    return make_resource(approval_by=approver, **overrides)


def occupied(resource: Resource) -> list[Period]:
    """Return the planned occupancy of a resource as stored, in order."""
    return [row.period for row in db.session.scalars(select(Occupancy).where(Occupancy.resource_id == resource.id).order_by(Occupancy.starts_at))]
