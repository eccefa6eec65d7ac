"""The one guard: whatever changes planned occupancy locks, drops expired holds, checks and writes here.

Lock order: resource rows by id, then bookings, then what letters and journal need. Statements are Core, for speed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Select, Table, bindparam, delete, insert, select
from sqlalchemy.exc import DBAPIError

from booking.models import Approver, Bookers, Hold, Kind, Occupancy, ReadinessClass, Resource, ResourcePart, Site
from booking.models.guards import POOL_GUARD, SINGLE_GUARD
from booking.periods import Period, gaps
from booking.rules.equivalents import AnyOf
from booking.rules.occupancy import PeriodTaken, PoolExhausted, Taken, check_free, check_left, peak
from commons import clock
from commons.database import constraint_of, db
from commons.errors import NotFound
from commons.municipalities import Organisation

_resource, _occupancy, _part = (cast(Table, model.__table__) for model in (Resource, Occupancy, ResourcePart))


@dataclass(frozen=True, kw_only=True, slots=True)
class Device:
    """Hold what the guard and the chapters need of a locked resource row."""

    id: int
    key: str
    name: str
    kind: Kind
    quantity: int
    owner_id: int
    owner_municipality_id: int
    category_id: int
    readiness_class: ReadinessClass | None
    buffer_before_min: int
    buffer_after_min: int
    approval_by: Approver | None
    bookers: Bookers
    request_blocks: bool
    notice_minutes: int
    advance_days: int | None
    longest_minutes: int | None
    opening: dict[str, list[str]] | None
    tariff_text: str
    site: str
    retired_at: datetime | None

    @property
    def exclusive(self) -> bool:
        """Say whether one claim takes the whole device."""
        return self.kind is not Kind.POOL


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """Name a resource and how many of it somebody wants; what any like device would do for, and what stays at home instead."""

    resource_id: int
    quantity: int = 1
    any_of: AnyOf | None = None
    substitute_id: int | None = None

    @property
    def held(self) -> list[tuple[int, int]]:
        """List what the wish holds with its numbers: a substitute is held like the device that it stands in for."""
        return [(id_, self.quantity) for id_ in (self.resource_id, self.substitute_id) if id_ is not None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """Say what a wish takes of one resource, parts of kits included, and the buffers that go with it."""

    device: Device
    quantity: int
    before: int
    after: int

    def during(self, period: Period) -> Period:
        """Return the occupied time."""
        return period.buffered(before=self.before, after=self.after)


Parts = dict[int, list[tuple[int, int]]]  # whole → its parts with their numbers


@dataclass(frozen=True, kw_only=True, slots=True)
class Locked:
    """Hold the locked devices, the wishes for them and what kits consist of."""

    devices: dict[int, Device]
    wishes: tuple[Wish, ...]
    parts: Parts
    holder: int | None = None  # whose holds give way, for they were made for this

    def wished(self) -> list[tuple[Device, int]]:
        """List the devices that were asked for by name, with their numbers."""
        return [(self.devices[wish.resource_id], wish.quantity) for wish in self.wishes]

    def narrowed(self, wishes: Iterable[Wish]) -> "Locked":
        """Keep the lock and look at some of the wishes only."""
        return replace(self, wishes=tuple(wishes))

    def needs(self) -> list[Need]:
        """Say what the wishes take of each resource, in id order; a part gets the wider buffers of the kit it travels with."""
        numbers = _expanded(self.wishes, self.parts)
        needs = {
            id_: Need(device=device, quantity=numbers[id_], before=device.buffer_before_min, after=device.buffer_after_min)
            for id_, device in sorted(self.devices.items())
            if id_ in numbers
        }
        queue = [id_ for wish in self.wishes for id_, _ in wish.held]
        while queue:
            whole = needs[queue.pop()]
            for part_id, _ in self.parts.get(whole.device.id, []):
                part = needs[part_id]
                needs[part_id] = replace(part, before=max(part.before, whole.before), after=max(part.after, whole.after))
                queue.append(part_id)
        return list(needs.values())


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """Say what holds the time: exactly one of the three."""

    booking_id: int | None = None
    closure_id: int | None = None
    hold_id: int | None = None


_COLUMNS = [
    *(_resource.c[name] for name in ("id", "key", "name", "kind", "quantity", "owner_id", "category_id", "readiness_class", "buffer_before_min")),
    *(_resource.c[name] for name in ("buffer_after_min", "approval_by", "bookers", "request_blocks", "notice_minutes", "advance_days", "longest_minutes")),
    *(_resource.c[name] for name in ("tariff_text", "retired_at")),
    Organisation.__table__.c.municipality_id.label("owner_municipality_id"),
    Site.__table__.c.name.label("site"),
    Site.__table__.c.opening,
]
# FOR NO KEY UPDATE: items that merely point to the resource need not wait.
_LOOK = (
    select(*_COLUMNS)
    .join(Organisation.__table__, Organisation.__table__.c.id == _resource.c.owner_id)
    .join(Site.__table__, Site.__table__.c.id == _resource.c.site_id)
    .where(_resource.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(_resource.c.id)
)
_LOCK = _LOOK.with_for_update(of=_resource, key_share=True)
_PARTS = select(_part.c.whole_id, _part.c.part_id, _part.c.quantity).where(_part.c.whole_id.in_(bindparam("ids", expanding=True)))
_DROP_EXPIRED = delete(_occupancy).where(_occupancy.c.resource_id == bindparam("resource_id"), _occupancy.c.expires_at <= bindparam("at"))
_DROP_OWN = delete(_occupancy).where(
    _occupancy.c.resource_id == bindparam("resource_id"), _occupancy.c.hold_id.in_(select(Hold.id).where(Hold.person_id == bindparam("person_id")))
)
_TAKEN = select(*(_occupancy.c[name] for name in ("starts_at", "ends_at", "quantity", "booking_id", "closure_id", "hold_id"))).where(
    _occupancy.c.resource_id == bindparam("resource_id"), _occupancy.c.starts_at < bindparam("end")
)
# Occupancy of a single device never overlaps, so the last one that starts before my end decides: one step in the B-tree.
_PREDECESSOR = _TAKEN.order_by(_occupancy.c.starts_at.desc()).limit(1)
_OVERLAPPING = _TAKEN.where(_occupancy.c.ends_at > bindparam("start"))
_INSERT = insert(_occupancy)


def lock(wishes: Sequence[Wish], *, holder: int | None = None) -> Locked:
    """Lock the wished resources and their parts in id order; the person's own holds will give way."""
    wholes = {id_ for wish in wishes for id_, _ in wish.held}
    parts = parts_of(wholes)
    numbers = _expanded(wishes, parts)
    devices = _rows(_LOCK, sorted(numbers))
    if parts and parts_of(wholes) != parts:
        return lock(wishes, holder=holder)  # somebody changed the kit before we held it
    return Locked(devices=devices, wishes=tuple(wishes), parts=parts, holder=holder)


def look(wishes: Sequence[Wish], *, holder: int | None = None) -> Locked:
    """Read the wished resources and their parts without locking them: for a preview, which writes nothing."""
    parts = parts_of({id_ for wish in wishes for id_, _ in wish.held})
    return Locked(devices=_rows(_LOOK, sorted(_expanded(wishes, parts))), wishes=tuple(wishes), parts=parts, holder=holder)


def check(locked: Locked, period: Period) -> None:
    """Refuse when any needed resource is not free in the period, buffers included."""
    for need in locked.needs():
        during = need.during(period)
        taken = _taken(need.device, during, locked.holder)
        check_need(need, during, taken)


def check_need(need: Need, during: Period, taken: Sequence[Taken]) -> None:
    """Refuse what does not fit beside what is taken."""
    if need.device.exclusive:
        check_free(during, taken=taken, resource=need.device.name, resource_id=need.device.id)
    else:
        check_left(need.quantity, capacity=need.device.quantity, taken=taken, within=during, resource=need.device.name, resource_id=need.device.id)


def occupy(claim: Claim, locked: Locked, period: Period, *, expires_at: datetime | None = None) -> None:
    """Check and write the planned occupancy of a claim; the table's own guard has the last word."""
    check(locked, period)
    rows = [_row(claim, need, period, expires_at) for need in locked.needs()]
    try:
        db.session.execute(_INSERT, rows)
    except DBAPIError as error:
        raise _refusal(error, locked) from error


def close(claim: Claim, device: Device, period: Period, *, quantity: int) -> None:
    """Write the occupancy of a closure: no buffers, and of a single device only what no other closure covers already."""
    rows = _read_window(device, period)
    if device.exclusive:
        closed = [Period(row.starts_at, row.ends_at) for row in rows if row.closure_id is not None]
        check_free(period, taken=[_as_taken(row) for row in rows if row.closure_id is None], resource=device.name, resource_id=device.id)
        pieces, number = gaps(closed, within=period), 1
    else:
        check_left(quantity, capacity=device.quantity, taken=[_as_taken(row) for row in rows], within=period, resource=device.name, resource_id=device.id)
        pieces, number = [period], quantity
    values = {"resource_id": device.id, "quantity": number, "exclusive": device.exclusive, "closure_id": claim.closure_id}
    if pieces:
        db.session.execute(_INSERT, [{**values, "starts_at": piece.start, "ends_at": piece.end} for piece in pieces])


def in_the_way(device: Device, period: Period, *, left: int) -> list[int]:
    """Return the bookings that could not stay if only so many were left in the period."""
    taken = [_as_taken(row) for row in _read_window(device, period)]
    crowded = (row for row in taken if row.booking_id is not None and peak(taken, within=row.period.within(period) or row.period) > left)
    return sorted({row.booking_id for row in crowded if row.booking_id is not None})


def release(claim: Claim) -> None:
    """Give back all planned occupancy of a claim."""
    column, value = _claim_column(claim)
    db.session.execute(delete(_occupancy).where(_occupancy.c[column] == value))


def parts_of(whole_ids: Iterable[int]) -> Parts:
    """Return what each whole consists of, down to the last part: id and number."""
    found: Parts = {}
    waiting = set(whole_ids)
    while waiting:
        rows = db.session.execute(_PARTS, {"ids": sorted(waiting)}).all()
        for whole_id, part_id, number in rows:
            found.setdefault(whole_id, []).append((part_id, number))
        waiting = {part_id for _, part_id, _ in rows} - found.keys()
    return found


def _expanded(wishes: Sequence[Wish], parts: Parts) -> dict[int, int]:
    """Sum up how many of each resource the wishes take, parts included."""
    numbers: dict[int, int] = {}
    queue = [pair for wish in wishes for pair in wish.held]
    while queue:
        resource_id, number = queue.pop()
        numbers[resource_id] = numbers.get(resource_id, 0) + number
        queue.extend((part_id, number * each) for part_id, each in parts.get(resource_id, []))
    return numbers


def _rows(statement: Select[Any], ids: Sequence[int]) -> dict[int, Device]:
    rows = db.session.execute(statement, {"ids": ids}).mappings().all()
    if len(rows) != len(ids):
        raise NotFound
    return {row["id"]: Device(**row) for row in rows}


def _taken(device: Device, during: Period, holder: int | None) -> list[Taken]:
    """Return what holds the device; an expired hold, or one's own, is dropped when it stands in the way."""
    rows = _read(device, during)
    if any(row.hold_id is not None for row in rows):
        db.session.execute(_DROP_EXPIRED, {"resource_id": device.id, "at": clock.now()})
        db.session.execute(_DROP_OWN, {"resource_id": device.id, "person_id": holder})
        rows = _read(device, during)
    return [_as_taken(row) for row in rows]


def _read(device: Device, during: Period) -> Sequence[Any]:
    if device.exclusive:
        return db.session.execute(_PREDECESSOR, {"resource_id": device.id, "end": during.end}).all()
    return db.session.execute(_OVERLAPPING, {"resource_id": device.id, "start": during.start, "end": during.end}).all()


def _read_window(device: Device, period: Period) -> Sequence[Any]:
    """Read all that overlaps, expired holds dropped."""
    db.session.execute(_DROP_EXPIRED, {"resource_id": device.id, "at": clock.now()})
    return db.session.execute(_OVERLAPPING, {"resource_id": device.id, "start": period.start, "end": period.end}).all()


def _as_taken(row: Any) -> Taken:
    return Taken(period=Period(row.starts_at, row.ends_at), quantity=row.quantity, booking_id=row.booking_id)


def _row(claim: Claim, need: Need, period: Period, expires_at: datetime | None) -> dict[str, Any]:
    during = need.during(period)
    return {
        "resource_id": need.device.id,
        "starts_at": during.start,
        "ends_at": during.end,
        "quantity": need.quantity,
        "exclusive": need.device.exclusive,
        "booking_id": claim.booking_id,
        "closure_id": claim.closure_id,
        "hold_id": claim.hold_id,
        "expires_at": expires_at,
    }


def _refusal(error: DBAPIError, locked: Locked) -> Exception:
    """Say in the rule's own words what the table refused."""
    name = ", ".join(need.device.name for need in locked.needs())
    constraint = constraint_of(error)
    if constraint == SINGLE_GUARD:
        return PeriodTaken(name)
    if constraint == POOL_GUARD:
        return PoolExhausted(name, 0)
    return error


def _claim_column(claim: Claim) -> tuple[str, int]:
    for column in ("booking_id", "closure_id", "hold_id"):
        value = getattr(claim, column)
        if value is not None:
            return column, value
    raise ValueError("a claim names what holds the time")
