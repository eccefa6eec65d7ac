"""What is free when. Statements step through B-trees by resource and never read the past."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, CursorResult, Select, Table, and_, bindparam, case, or_, select, union_all

from booking.models import Hold, Kind, Occupancy, Resource, ResourcePart
from booking.models.times import minutes_from
from booking.periods import Period, merged
from booking.rules.occupancy import Taken, peak, short, stretches
from commons import clock
from commons.database import UtcTime, db
from commons.prepared import Prepared

_occupancy, _resource, _part = (cast(Table, model.__table__) for model in (Occupancy, Resource, ResourcePart))
_o, _p = _occupancy.alias("o"), _occupancy.alias("p")


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """Say what one resource takes of another (itself, or a part of the kit), and with which buffers."""

    resource_id: int
    quantity: int
    capacity: int
    exclusive: bool
    before: int
    after: int

    def during(self, period: Period) -> Period:
        """Return the occupied time."""
        return period.buffered(before=self.before, after=self.after)


class Free(NamedTuple):
    """Say how many of a resource are free in a period; `holders` are the occupancy rows in the way."""

    resource_id: int
    left: int
    holders: tuple[int, ...] = ()

    def suffices(self, quantity: int) -> bool:
        """Say whether so many are free."""
        return self.left >= quantity


def free_in(resource_ids: Sequence[int], period: Period, *, holder: int | None = None) -> dict[int, Free]:
    """Return for each of some resources how many are free throughout the period, buffers and parts of kits included; own holds are in nobody's own way."""
    return _sorted_out(_plain(_HOLDERS_OF, {**bounds_of(period), "ids": resource_ids, "holder": holder}), period, holder)


def all_free_in(period: Period) -> dict[int, Free]:
    """Return for each resource in service how many are free throughout the period.

    One statement for single devices, as fast at a million bookings as at none; pools and kits are looked at on their own.
    """
    return _sorted_out(_HOLDERS_IN_SERVICE.plain(bounds_of(period)), period, None)


_new = tuple.__new__  # twice as fast as the named tuple's own way, hundreds of times a question


def _sorted_out(rows: Sequence[Any], period: Period, holder: int | None) -> dict[int, Free]:
    found = {id_: _new(Free, (id_, 0, (holder,)) if holder else (id_, alone, ())) for id_, alone, holder in rows if alone is not None}
    others = [row[0] for row in rows if row[1] is None] if len(found) < len(rows) else []
    return found | _free_of_others(others, period, holder) if others else found


def _plain(statement: Select[Any], values: dict[str, Any]) -> Sequence[Any]:
    """Read rows as the driver gives them: numbers need no conversion, and hundreds of rows are worth it."""
    result = cast(CursorResult[Any], db.session.execute(statement, values))
    rows: Sequence[Any] = result.cursor.fetchall()
    result.close()
    return rows


def bounds_of(period: Period) -> dict[str, Any]:
    """Return what the statements on a period are asked with."""
    return {"start": period.start, "end": period.end, "at": clock.now()}


def holders_until(frees: Iterable[Free]) -> dict[int, datetime]:
    """Return for each resource until when it is held."""
    frees = [free for free in frees if free.holders]
    ids = {holder for free in frees for holder in free.holders}
    rows = db.session.execute(select(_occupancy.c.id, _occupancy.c.ends_at).where(_occupancy.c.id.in_(ids))) if ids else ()
    ends: dict[int, datetime] = {row[0]: row[1] for row in rows}
    return {free.resource_id: max(ends[holder] for holder in free.holders) for free in frees}


def _free_of_others(resource_ids: Sequence[int], period: Period, holder: int | None) -> dict[int, Free]:
    needs = needs_of(resource_ids)
    taken = taken_in({need.resource_id: need.exclusive for each in needs.values() for need in each}, _widest(needs, period), holder=holder)
    return {id_: _free(id_, each, taken, period) for id_, each in needs.items()}


def blocked(resource_id: int, *, quantity: int, within: Period) -> list[Period]:
    """List when the wish could not start and run through: too few free, buffers counted in."""
    needs = needs_of([resource_id])[resource_id]
    taken = taken_in({need.resource_id: need.exclusive for need in needs}, within)
    found: list[Period] = []
    for need in needs:
        wanted = need.quantity * quantity if not need.exclusive else 1
        periods = short(wanted, capacity=need.capacity, taken=taken[need.resource_id], within=within)
        # A period too full for the buffered wish is too full for the plain wish this much earlier and later.
        found += [period.buffered(before=need.after, after=need.before) for period in periods]
    return merged(found)


def free_stretches(resource_id: int, period: Period) -> list[tuple[Period, int]]:
    """List how many of one resource are free from when to when."""
    kind, quantity = db.session.execute(select(_resource.c.kind, _resource.c.quantity).where(_resource.c.id == resource_id)).one()
    taken = taken_in({resource_id: kind is not Kind.POOL}, period)[resource_id]
    return stretches(quantity, taken, within=period)


def taken_in(exclusive: dict[int, bool], period: Period, *, holder: int | None = None) -> dict[int, list[Taken]]:
    """Return what holds each resource inside a period; expired holds and those of the holder count not."""
    found: dict[int, list[Taken]] = {id_: [] for id_ in exclusive}
    singles, pools = [id_ for id_, alone in exclusive.items() if alone], [id_ for id_, alone in exclusive.items() if not alone]
    parameters = {"start": period.start, "end": period.end, "at": clock.now(), "all_ids": list(exclusive), "singles": singles, "pools": pools}
    if holder is not None:
        parameters["holder"] = holder
    for id_, start, end, quantity, booking_id, row_id in db.session.execute(_TAKEN if holder is None else _TAKEN_BY_OTHERS, parameters):
        found[id_].append(Taken(period=Period(start, end), quantity=1 if exclusive[id_] else quantity, booking_id=booking_id, id=row_id))
    return found


def needs_of(resource_ids: Sequence[int]) -> dict[int, list[Need]]:
    """Return what each resource takes, itself first, down to the last part."""
    rows = _rows(resource_ids)
    parts: dict[int, list[tuple[int, int]]] = {}
    waiting = [id_ for id_ in resource_ids if rows[id_].kind is Kind.KIT]
    while waiting:
        found = db.session.execute(select(_part.c.whole_id, _part.c.part_id, _part.c.quantity).where(_part.c.whole_id.in_(waiting))).all()
        for whole_id, part_id, quantity in found:
            parts.setdefault(whole_id, []).append((part_id, quantity))
        rows.update(_rows({part_id for _, part_id, _ in found} - rows.keys()))
        waiting = [part_id for _, part_id, _ in found if rows[part_id].kind is Kind.KIT and part_id not in parts]
    return {id_: list(_needs(id_, rows, parts)) for id_ in resource_ids}


def _needs(id_: int, rows: dict[int, Any], parts: dict[int, list[tuple[int, int]]]) -> Iterable[Need]:
    queue = [(id_, 1, 0, 0)]
    while queue:
        current, number, before, after = queue.pop()
        row = rows[current]
        before, after = max(before, row.buffer_before_min), max(after, row.buffer_after_min)
        yield Need(
            resource_id=current,
            quantity=number,
            capacity=0 if row.retired_at else row.quantity,
            exclusive=row.kind is not Kind.POOL,
            before=before,
            after=after,
        )
        queue += [(part_id, number * each, before, after) for part_id, each in parts.get(current, [])]


def _rows(ids: Iterable[int]) -> dict[int, Any]:
    columns = (_resource.c.id, _resource.c.kind, _resource.c.quantity, _resource.c.buffer_before_min, _resource.c.buffer_after_min, _resource.c.retired_at)
    return {row.id: row for row in db.session.execute(select(*columns).where(_resource.c.id.in_(list(ids))))}


def _free(id_: int, needs: list[Need], taken: dict[int, list[Taken]], period: Period) -> Free:
    """Take the part that allows the fewest."""
    found: Free | None = None
    for need in needs:
        during = need.during(period)
        inside = [row for row in taken[need.resource_id] if row.period.overlaps(during)]
        sets = max(0, need.capacity - peak(inside, within=during)) // need.quantity
        if found is None or sets < found.left:
            found = Free(resource_id=id_, left=sets, holders=tuple(row.id for row in inside))
    return found or Free(resource_id=id_, left=0)


def _widest(needs: dict[int, list[Need]], period: Period) -> Period:
    before = max((need.before for each in needs.values() for need in each), default=0)
    after = max((need.after for each in needs.values() for need in each), default=0)
    return Period(period.start - timedelta(minutes=before), period.end + timedelta(minutes=after))


def _ids(name: str) -> Any:
    return bindparam(name, expanding=True)


_COLUMNS = (_o.c.resource_id, _o.c.starts_at, _o.c.ends_at, _o.c.quantity, _o.c.booking_id, _o.c.id)


def _valid(occupancy: Any) -> ColumnElement[bool]:
    """Leave out holds that have expired."""
    return or_(occupancy.c.expires_at.is_(None), occupancy.c.expires_at > bindparam("at", type_=UtcTime()))


_LAST_BEFORE = (
    select(_p.c.id)
    .where(_p.c.resource_id == _resource.c.id, _p.c.starts_at < bindparam("start"), _valid(_p))
    .order_by(_p.c.starts_at.desc())
    .limit(1)
    .scalar_subquery()
)


def _taken_where(*counts: ColumnElement[bool]) -> Any:
    """Read what starts inside; of single devices the one that started last before; of pools all that began before and still lasts."""
    return union_all(
        select(*_COLUMNS).where(_o.c.resource_id.in_(_ids("all_ids")), _o.c.starts_at >= bindparam("start"), _o.c.starts_at < bindparam("end"), *counts),
        select(*_COLUMNS)
        .select_from(_resource.join(_o, _o.c.id == _LAST_BEFORE))
        .where(_resource.c.id.in_(_ids("singles")), _o.c.ends_at > bindparam("start"), *counts),
        select(*_COLUMNS).where(_o.c.resource_id.in_(_ids("pools")), _o.c.ends_at > bindparam("start"), _o.c.starts_at < bindparam("start"), *counts),
    )


_TAKEN = _taken_where(_valid(_o))
_TAKEN_BY_OTHERS = _taken_where(_valid(_o), or_(_o.c.hold_id.is_(None), _o.c.hold_id.not_in(select(Hold.id).where(Hold.person_id == bindparam("holder")))))


def _last_in_the_way(shown: ColumnElement[Any], *counts: ColumnElement[bool]) -> Any:
    """Read the last occupancy of a device that starts before my buffered end; it is in the way when it lasts beyond my buffered start."""
    start, end = bindparam("start", type_=UtcTime()), bindparam("end", type_=UtcTime())
    return (
        select(case((_p.c.ends_at > minutes_from(start, -_resource.c.buffer_before_min), shown)))
        .where(_p.c.resource_id == _resource.c.id, _p.c.starts_at < minutes_from(end, _resource.c.buffer_after_min), *counts)
        .order_by(_p.c.starts_at.desc())
        .limit(1)
        .scalar_subquery()
    )


_of_others = or_(_p.c.hold_id.is_(None), _p.c.hold_id.not_in(select(Hold.id).where(Hold.person_id == bindparam("holder"))))
# Only holds expire: of all other rows the index alone tells what is asked here, and they are nearly all.
_valid_of_others = or_(_p.c.expires_at.is_(None), and_(_p.c.expires_at > bindparam("at", type_=UtcTime()), _of_others))
TAKEN_UNTIL = _last_in_the_way(_p.c.ends_at, _valid_of_others)
_FACTS = (_resource.c.id, case((_resource.c.kind == Kind.SINGLE, _resource.c.quantity)).label("alone"))  # how many there are of a single device
_HOLDERS_OF = select(*_FACTS, _last_in_the_way(_p.c.id, _valid_of_others)).where(_resource.c.id.in_(_ids("ids")))
_HOLDERS_IN_SERVICE = Prepared(select(*_FACTS, _last_in_the_way(_p.c.id, _valid(_p))).where(_resource.c.retired_at.is_(None)))
