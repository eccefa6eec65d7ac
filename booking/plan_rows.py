"""The rows of the guard: resources as it locks them, and planned occupancy as it reads and writes it, by statements compiled once."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Select, Table, bindparam, delete, exists, insert, select

from booking.claims import Claim, Device, Need, Parts
from booking.models import Hold, Occupancy, Resource, ResourcePart, Site
from booking.periods import Period
from booking.rules.occupancy import Taken
from commons import clock
from commons.database import db
from commons.errors import NotFound
from commons.municipalities import Organisation
from commons.prepared import Prepared

_resource, _occupancy, _part, _hold = (cast(Table, model.__table__) for model in (Resource, Occupancy, ResourcePart, Hold))
_COLUMNS = [
    *(_resource.c[name] for name in ("id", "key", "name", "kind", "quantity", "owner_id", "category_id", "readiness_class", "buffer_before_min")),
    *(_resource.c[name] for name in ("buffer_after_min", "approval_by", "bookers", "request_blocks", "notice_minutes", "advance_days", "longest_minutes")),
    *(_resource.c[name] for name in ("tariff_text", "retired_at", "asks_beyond_share")),
    Organisation.__table__.c.municipality_id.label("owner_municipality_id"),
    Site.__table__.c.name.label("site"),
    Site.__table__.c.opening,
]
_NAMES = [column.name for column in _COLUMNS]
_DEVICES = (
    select(*_COLUMNS)
    .join(Organisation.__table__, Organisation.__table__.c.id == _resource.c.owner_id)
    .join(Site.__table__, Site.__table__.c.id == _resource.c.site_id)
)
_LOOK = _DEVICES.where(_resource.c.id.in_(bindparam("ids", expanding=True))).order_by(_resource.c.id)
# FOR NO KEY UPDATE: items that merely point to the resource need not wait.
_LOCK = _LOOK.with_for_update(of=_resource, key_share=True)
_LOCK_ALONE = Prepared(
    _DEVICES.where(_resource.c.id == bindparam("id"), ~exists().where(_part.c.whole_id == _resource.c.id)).with_for_update(of=_resource, key_share=True)
)
_PARTS = select(_part.c.whole_id, _part.c.part_id, _part.c.quantity).where(_part.c.whole_id.in_(bindparam("ids", expanding=True)))
_OF_RESOURCE = _occupancy.c.resource_id == bindparam("resource_id")
_DROP_EXPIRED = Prepared(delete(_occupancy).where(_OF_RESOURCE, _occupancy.c.expires_at <= bindparam("at")))
_DROP_OWN = Prepared(delete(_occupancy).where(_OF_RESOURCE, _occupancy.c.hold_id.in_(select(_hold.c.id).where(_hold.c.person_id == bindparam("person_id")))))
_HOLDING = select(*(_occupancy.c[name] for name in ("starts_at", "ends_at", "quantity", "booking_id", "closure_id", "hold_id"))).where(
    _OF_RESOURCE, _occupancy.c.starts_at < bindparam("end")
)
# Occupancy of a single device never overlaps, so the last one that starts before my end decides: one step in the B-tree.
_PREDECESSOR = Prepared(_HOLDING.order_by(_occupancy.c.starts_at.desc()).limit(1))
_OVERLAPPING = Prepared(_HOLDING.where(_occupancy.c.ends_at > bindparam("start")))
_INSERT = Prepared(insert(_occupancy), "resource_id", "starts_at", "ends_at", "quantity", "exclusive", "booking_id", "closure_id", "hold_id", "expires_at")


class Held(NamedTuple):
    """One row of planned occupancy."""

    starts_at: datetime
    ends_at: datetime
    quantity: int
    booking_id: int | None
    closure_id: int | None
    hold_id: int | None

    @property
    def period(self) -> Period:
        """Return the occupied time."""
        return Period(self.starts_at, self.ends_at)

    @property
    def taken(self) -> Taken:
        """Return what the rules need of it."""
        return Taken(period=self.period, quantity=self.quantity, booking_id=self.booking_id)


def lock_alone(resource_id: int) -> Device | None:
    """Lock a resource that has no parts; None for a whole, and for what is not there, with nothing locked."""
    row = _LOCK_ALONE.first({"id": resource_id})
    return Device(**dict(zip(_NAMES, row, strict=True))) if row else None


def lock_all(ids: Sequence[int]) -> dict[int, Device]:
    """Lock resources in id order."""
    return _devices(_LOCK, ids)


def look_at_all(ids: Sequence[int]) -> dict[int, Device]:
    """Read resources without locking them."""
    return _devices(_LOOK, ids)


def _devices(statement: Select[Any], ids: Sequence[int]) -> dict[int, Device]:
    rows = db.session.execute(statement, {"ids": ids}).mappings().all()
    if len(rows) != len(ids):
        raise NotFound
    return {row["id"]: Device(**row) for row in rows}


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


def holding(device: Device, during: Period, *, holder: int | None) -> list[Held]:
    """Return what holds the device; an expired hold, or one's own, is dropped when it stands in the way."""
    rows = _read(device, during)
    if any(row.hold_id is not None for row in rows):
        _drop_expired(device)
        _DROP_OWN.run({"resource_id": device.id, "person_id": holder})
        rows = _read(device, during)
    return rows


def overlapping(device: Device, period: Period) -> list[Held]:
    """Return all that overlaps, expired holds dropped."""
    _drop_expired(device)
    return [Held(*row) for row in _OVERLAPPING.all({"resource_id": device.id, "start": period.start, "end": period.end})]


def _read(device: Device, during: Period) -> list[Held]:
    values = {"resource_id": device.id, "start": during.start, "end": during.end}
    return [Held(*row) for row in (_PREDECESSOR if device.exclusive else _OVERLAPPING).all(values)]


def _drop_expired(device: Device) -> None:
    _DROP_EXPIRED.run({"resource_id": device.id, "at": clock.now()})


def insert_need(claim: Claim, need: Need, period: Period, *, expires_at: datetime | None) -> None:
    """Write what a claim takes of one resource, buffers included."""
    _insert(claim, need.device, need.during(period), quantity=need.quantity, expires_at=expires_at)


def insert_closed(claim: Claim, device: Device, period: Period, *, quantity: int) -> None:
    """Write what a closure takes."""
    _insert(claim, device, period, quantity=quantity, expires_at=None)


def _insert(claim: Claim, device: Device, during: Period, *, quantity: int, expires_at: datetime | None) -> None:
    _INSERT.run(
        {
            "resource_id": device.id,
            "starts_at": during.start,
            "ends_at": during.end,
            "quantity": quantity,
            "exclusive": device.exclusive,
            "booking_id": claim.booking_id,
            "closure_id": claim.closure_id,
            "hold_id": claim.hold_id,
            "expires_at": expires_at,
        }
    )


def drop(claim: Claim) -> None:
    """Delete all that a claim holds."""
    db.session.execute(delete(_occupancy).where(_occupancy.c[claim.column] == getattr(claim, claim.column)))
