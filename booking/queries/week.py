"""The plan of many devices as a table: each day of each device with what holds it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from booking.models import Booking, Closure, Occupancy, Resource
from booking.periods import Period
from booking.queries.approval import owned_by
from booking.queries.fleet import resources
from booking.stages import MOVABLE, Stage
from commons import clock
from commons.calendar_days import BERLIN, day_bounds, holiday_name, week_days
from commons.database import db
from commons.municipalities import Organisation
from commons.people import Actor
from commons.permissions import Permission
from commons.scopes import covers


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """Say what holds a device on one day: from when, until when, and who where the reader may know."""

    since: str
    until: str
    stage: Stage | None
    who: str | None
    booking_id: int | None
    closed: str | None = None
    movable: bool = False

    @property
    def brief(self) -> str:
        """Say the times in as little room as a day of a month has: „7–15“, „7–“ and „–15“ at the ends of a longer time."""
        return f"{_hour(self.since)}–{_hour(self.until)}" if self.since or self.until else "■"


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """Name one day of the week."""

    day: date
    iso: str
    holiday: str | None
    is_today: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """Hold the week of one device."""

    resource: Resource
    days: Sequence[Sequence[Mark]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Week:
    """Hold a week of many devices."""

    days: Sequence[Day]
    lines: Sequence[Line]

    @property
    def monday(self) -> date:
        """Return the first day."""
        return self.days[0].day

    def cells(self, line: Line) -> Iterable[tuple[Day, Sequence[Mark]]]:
        """Return each day of a line with what holds the device then."""
        return zip(self.days, line.days, strict=True)


def _hour(clock_time: str) -> str:
    return clock_time.removesuffix(":00").removeprefix("0")


def month_days(day: date) -> list[date]:
    """Return the days of the month around a day."""
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return [first + timedelta(days=number) for number in range((following - first).days)]


def week_of(day: date, *, category_id: int | None, actor: Actor) -> Week:
    """Return the week around a day, for all devices of a category."""
    return plan_of(week_days(day), fleet=resources(actor, category_id=category_id), actor=actor)


def plan_of(dates: Sequence[date], *, fleet: Sequence[Resource], actor: Actor) -> Week:
    """Return some days in a row, for some devices."""
    bounds = [day_bounds(each) for each in dates]
    rows = _rows([resource.id for resource in fleet], Period(bounds[0][0], bounds[-1][1]))
    owned = frozenset(owned_by(actor)) if actor.may(Permission.BOOKING_APPROVE) else frozenset[int]()
    today = clock.now().astimezone(BERLIN).date()
    days = [Day(day=each, iso=each.isoformat(), holiday=holiday_name(each), is_today=each == today) for each in dates]
    return Week(days=days, lines=[Line(resource=resource, days=_marks(rows.get(resource.id, []), bounds, resource, actor, owned)) for resource in fleet])


def _rows(resource_ids: Sequence[int], week: Period) -> dict[int, list[Any]]:
    columns = (
        *(Occupancy.resource_id, Occupancy.booking_id, Booking.stage, Booking.for_municipality_id, Booking.for_organisation_id, Booking.created_by_id),
        *(Closure.reason.label("closed"), Organisation.name.label("who")),
        # A booking lasts as long as was asked for; what it occupies has the buffers besides.
        *(func.coalesce(Booking.starts_at, Occupancy.starts_at).label("since"), func.coalesce(Booking.ends_at, Occupancy.ends_at).label("until")),
    )
    query = (
        select(*columns)
        .outerjoin(Booking, Booking.id == Occupancy.booking_id)
        .outerjoin(Closure, Closure.id == Occupancy.closure_id)
        .outerjoin(Organisation, Organisation.id == Booking.for_organisation_id)
        .where(Occupancy.resource_id.in_(resource_ids), Occupancy.starts_at < week.end, Occupancy.ends_at > week.start)
        .where(or_(Occupancy.expires_at.is_(None), Occupancy.expires_at > clock.now()))
        .order_by(Occupancy.starts_at)
    )
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(query):
        found.setdefault(row.resource_id, []).append(row)
    return found


def _marks(rows: Sequence[Any], bounds: Sequence[tuple[datetime, datetime]], resource: Resource, actor: Actor, owned: frozenset[int]) -> list[list[Mark]]:
    found: list[list[Mark]] = [[] for _ in bounds]
    for row in rows:
        facts = _facts(row, resource, actor, owned)
        since, until = row.since, row.until
        for marks, (start, end) in zip(found, bounds, strict=True):
            if since < end and until > start:
                marks.append(Mark(since=_clock(since) if since > start else "", until=_clock(until) if until < end else "", **facts))
    return found


def _facts(row: Any, resource: Resource, actor: Actor, owned: frozenset[int]) -> dict[str, Any]:
    """Return what is the same on all days that something holds a device."""
    own = row.created_by_id == actor.person_id
    ours = actor.municipality_id in (resource.owner.municipality_id, row.for_municipality_id)
    sees = own or (ours and covers(actor, Permission.BOOKING_READ, row.since, row.until))
    side = own or row.for_organisation_id == actor.organisation_id or resource.owner_id in owned
    return {
        "stage": row.stage,
        "who": row.who if sees else None,
        "booking_id": row.booking_id if sees else None,
        "closed": row.closed,
        "movable": bool(sees and side and row.stage in MOVABLE),
    }


def _clock(moment: datetime) -> str:
    local = moment.astimezone(BERLIN)
    return f"{local.hour:02}:{local.minute:02}"
