"""Which of the whole fleet are free in a period, in one statement: for programs, which ask often."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, select

from booking.models import Bookers, Category, Hold, Kind, Occupancy, Resource
from booking.periods import Period
from booking.queries.approval import may_book
from booking.queries.availability import LAST_IN_THE_WAY, Free, bounds_of, counting_own, free_in, holders_until
from booking.queries.offers import how_free, why_barred
from booking.queries.waiting import my_holds
from commons.municipalities import Organisation
from commons.people import Actor
from commons.prepared import Prepared
from commons.words import Message, say
from cooperation.queries import is_member

_resource, _occupancy, _hold, _owner, _category = (cast(Table, model.__table__) for model in (Resource, Occupancy, Hold, Organisation, Category))
_o = _occupancy.alias("o")
_ROWS = Prepared(
    select(
        *(_resource.c[name] for name in ("id", "key", "kind", "quantity", "readiness_class", "bookers")),
        *(_owner.c.municipality_id, _o.c.ends_at, _hold.c.person_id),
    )
    .join(_owner, _owner.c.id == _resource.c.owner_id)
    .join(_category, _category.c.id == _resource.c.category_id)
    .outerjoin(_o, _o.c.id == LAST_IN_THE_WAY)
    .outerjoin(_hold, _hold.c.id == _o.c.hold_id)
    .where(_resource.c.retired_at.is_(None))
    .order_by(_category.c.position, _category.c.name, _resource.c.name, _resource.c.id)
)


class State(NamedTuple):
    """Say of one resource how many are free, whether that is enough, and why not."""

    key: str
    left: int
    fits: bool
    reason: Message


class _Row(NamedTuple):
    """One resource as the driver gives it: texts and numbers, and the moment as this database keeps it."""

    id: int
    key: str
    kind: str
    quantity: int
    readiness_class: str | None
    bookers: str
    municipality_id: int
    until: Any
    held_by: int | None


def states(period: Period, *, quantity: int, actor: Actor) -> list[State]:
    """Return the state of every resource in service; first what is free."""
    rows = [_Row(*row) for row in _ROWS.plain(bounds_of(period))] if is_member(actor.municipality_id) else []
    counted = _counted((row for row in rows if row.kind != Kind.SINGLE), period, actor)
    reader = _Reader(actor, quantity)
    found = [_state(row, *counted[row.id] if row.id in counted else _alone(row, reader.person_id), reader) for row in rows]
    return sorted(found, key=lambda state: not state.fits)


class _Reader:
    """Hold what is the same for all resources of one question."""

    def __init__(self, actor: Actor, quantity: int) -> None:
        self.person_id, self.municipality_id, self.quantity = actor.person_id, actor.municipality_id, quantity
        kind = actor.organisation_kind
        self.open_to = {bookers.value: may_book(kind, bookers, own=False) for bookers in Bookers}
        self.said: dict[Any, Message] = {}


def _alone(row: _Row, person_id: int) -> tuple[int, Any]:
    """Say how many are left of a single device, and until when it is held; an own hold holds it for oneself."""
    return (row.quantity, None) if row.until is None or row.held_by == person_id else (0, row.until)


def _counted(rows: Iterable[_Row], period: Period, actor: Actor) -> dict[int, tuple[int, Any]]:
    totals = {row.id: row.quantity for row in rows}
    if not totals:
        return {}
    free, held = free_in(list(totals), period), my_holds(actor)
    until = holders_until(free.values())
    return {id_: (counting_own(Free(*one), totals[id_], held).left, until.get(id_)) for id_, one in free.items()}


def _state(row: _Row, left: int, until: Any, reader: _Reader) -> State:
    own = row.municipality_id == reader.municipality_id
    tied, allowed = row.readiness_class == "A" and not own, own or reader.open_to[row.bookers]
    if tied or not allowed:
        barred = why_barred(Bookers(row.bookers), tied=tied, allowed=allowed) or say("Vergeben.")
        return State(key=row.key, left=left, fits=False, reason=barred)
    fact = (row.kind, row.quantity, left, until)
    reason = reader.said.get(fact)
    if reason is None:
        reason = reader.said[fact] = how_free(Kind(row.kind), row.quantity, left, reader.quantity, _moment(until))
    return State(row.key, left, left >= reader.quantity, reason)


def _moment(stored: Any) -> datetime | None:
    if isinstance(stored, str):
        return datetime.fromisoformat(stored).replace(tzinfo=UTC)
    return cast(datetime | None, stored)
