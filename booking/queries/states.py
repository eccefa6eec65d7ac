"""Which of the whole fleet are free in a period and lent then, in one statement beside the terms: for programs, which ask often."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, bindparam, case, or_, select

from booking.models import Bookers, Category, Kind, Resource, Site
from booking.periods import Period
from booking.queries.approval import may_book
from booking.queries.availability import TAKEN_UNTIL, bounds_of, free_in, holders_until
from booking.queries.lending import Lending
from booking.queries.offers import how_free, why_barred
from commons.municipalities import Organisation
from commons.people import Actor
from commons.prepared import Prepared
from commons.words import Message
from cooperation.queries import ASKED_BY_MEMBER, asking

_resource, _owner, _category, _site = (cast(Table, model.__table__) for model in (Resource, Organisation, Category, Site))
_LIMITS = (_resource.c.notice_minutes, _resource.c.advance_days, _resource.c.longest_minutes, _site.c.opening)
_IS_LIMITED = or_(_resource.c.notice_minutes != 0, *(column.is_not(None) for column in _LIMITS[1:]))
_ROWS = Prepared(
    select(
        *(_resource.c[name] for name in ("id", "key", "kind", "quantity", "readiness_class", "bookers")),
        case((_IS_LIMITED, _resource.c.id)).label("limited_id"),
        *((_owner.c.municipality_id == bindparam("asking_id")).label("own"), TAKEN_UNTIL),
    )
    .join(_owner, _owner.c.id == _resource.c.owner_id)
    .join(_category, _category.c.id == _resource.c.category_id)
    .join(_site, _site.c.id == _resource.c.site_id)
    .where(_resource.c.retired_at.is_(None), ASKED_BY_MEMBER)
    .order_by(_category.c.position, _category.c.name, _resource.c.name, _resource.c.id)
)
_LIMITED = Prepared(select(_resource.c.id, *_LIMITS).join(_site, _site.c.id == _resource.c.site_id).where(_IS_LIMITED))
_Row = tuple[Any, ...]  # as the driver gives it: id, key, then the facts of `_Facts`
_ID, _KEY, _KIND, _FACTS = 0, 1, 2, slice(2, None)


class _Facts(NamedTuple):
    """All that a verdict depends on, as the driver gives it: texts and numbers, and the moment as this database keeps it."""

    kind: str
    quantity: int
    readiness_class: str | None
    bookers: str
    limited_id: int | None  # of a resource whose owner or site sets limits: all others are lent alike
    own: bool
    until: Any


class _Limits(NamedTuple):
    """What an owner sets, as the rule on terms reads it."""

    notice_minutes: int
    advance_days: int | None
    longest_minutes: int | None
    opening: dict[str, list[str]] | None


_UNLIMITED = _Limits(notice_minutes=0, advance_days=None, longest_minutes=None, opening=None)


@dataclass(frozen=True, eq=False, slots=True)
class Verdict:
    """Say how many are free, whether that is enough, and why not: one for all resources of which the same is to be said."""

    left: int
    fits: bool
    reason: Message


State = tuple[str, Verdict]  # the key of a resource, and what is to be said of it


def states(period: Period, *, quantity: int, actor: Actor) -> list[State]:
    """Return the state of every resource in service; first what is free."""
    rows = _ROWS.plain({**bounds_of(period), **asking(actor.municipality_id), "holder": actor.person_id})
    verdicts = _Verdicts(actor, quantity, period)
    counted = _counted([row for row in rows if row[_KIND] != "single"], period, verdicts, actor)
    found = [(row[_KEY], counted.get(row[_ID]) or verdicts[row[_FACTS]]) for row in rows]
    return [state for state in found if state[1].fits] + [state for state in found if not state[1].fits]


class _Verdicts(dict[tuple[Any, ...], Verdict]):
    """Hold the verdicts on single devices for one reader: nearly all devices share a few."""

    def __init__(self, actor: Actor, quantity: int, period: Period) -> None:
        super().__init__()
        self._quantity, self._period = quantity, period
        self._lending = Lending()
        self._refused: dict[int | None, Message | None] = {}
        self._open_to = {bookers.value: may_book(actor.organisation_kind, bookers, own=False) for bookers in Bookers}

    @functools.cached_property
    def _limits(self) -> dict[int, _Limits]:
        return {row[0]: _Limits(*row[1:]) for row in _LIMITED.all({})}

    def __missing__(self, row: tuple[Any, ...]) -> Verdict:
        facts = _Facts(*row)
        self[row] = verdict = self.on(facts, facts.quantity if facts.until is None else 0)
        return verdict

    def on(self, facts: _Facts, left: int) -> Verdict:
        """Say whether so many are enough and for whom."""
        tied, allowed = facts.readiness_class == "A" and not facts.own, bool(facts.own) or self._open_to[facts.bookers]
        barred = why_barred(Bookers(facts.bookers), tied=tied, allowed=allowed)
        if barred is not None:
            return Verdict(left, fits=False, reason=barred)
        refused = self._refusal(facts) if left >= self._quantity else None
        reason = refused or how_free(Kind(facts.kind), facts.quantity, left, self._quantity, _moment(facts.until))
        return Verdict(left, fits=left >= self._quantity and refused is None, reason=reason)

    def _refusal(self, facts: _Facts) -> Message | None:
        """Say why the owner does not lend then; what is lent without limits is asked for once."""
        limited = facts.limited_id
        if limited not in self._refused:
            broken = self._lending.refusal(self._period, self._limits[limited] if limited else _UNLIMITED)
            self._refused[limited] = broken.message if broken else None
        return self._refused[limited]


def _counted(rows: Sequence[_Row], period: Period, verdicts: _Verdicts, actor: Actor) -> dict[int, Verdict]:
    """Count what is left of pools and kits."""
    if not rows:
        return {}
    free = free_in([row[_ID] for row in rows], period, holder=actor.person_id)
    until, found = holders_until(free.values()), {}
    for row in rows:
        facts = _Facts(*row[_FACTS])._replace(until=until.get(row[_ID]))
        found[row[_ID]] = verdicts.on(facts, free[row[_ID]].left)
    return found


def _moment(stored: Any) -> datetime | None:
    if isinstance(stored, str):
        return datetime.fromisoformat(stored).replace(tzinfo=UTC)
    return cast(datetime | None, stored)
