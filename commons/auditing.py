"""Reading the journal: an auditor within the stated scope, everybody the own acts."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import selectinload

from commons.calendar_days import day_bounds
from commons.database import db
from commons.journal import JournalConcern, JournalEntry
from commons.people import Actor, Person
from commons.permissions import Permission
from commons.scopes import within

MOST_EXPORTED = 50_000
PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Say which entries of those one may read are wanted."""

    first_day: date | None = None
    last_day: date | None = None
    person: str = ""
    act: str = ""


@dataclass(frozen=True, kw_only=True)
class Change:
    """Name one thing that an act changed."""

    name: str
    before: str | None
    after: str | None


def _readable(actor: Actor) -> Select[JournalEntry]:
    concerned = select(JournalConcern.entry_id).where(JournalConcern.municipality_id == actor.municipality_id)
    return select(JournalEntry).where(JournalEntry.id.in_(concerned), within(actor, Permission.JOURNAL_READ, JournalEntry.at))


def _between(first: date | None, last: date | None) -> list[ColumnElement[bool]]:
    bounds: list[ColumnElement[bool]] = [JournalEntry.id > 0]
    if first is not None:
        bounds.append(JournalEntry.at >= day_bounds(first)[0])
    if last is not None:
        bounds.append(JournalEntry.at < day_bounds(last)[1])
    return bounds


def _asked(actor: Actor, wanted: Wanted) -> Select[JournalEntry]:
    query = _readable(actor).where(*_between(wanted.first_day, wanted.last_day))
    if wanted.person:
        query = query.join(JournalEntry.person).where(Person.name.icontains(wanted.person, autoescape=True))
    if wanted.act:
        query = query.where(JournalEntry.act.startswith(wanted.act, autoescape=True))
    return query


def entries_for(actor: Actor, wanted: Wanted, *, page: int) -> tuple[list[JournalEntry], int]:
    """Return one page of entries, the newest first, and how many pages there are."""
    query = _asked(actor, wanted)
    count = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    shown = query.order_by(JournalEntry.id.desc()).limit(PAGE).offset((page - 1) * PAGE).options(selectinload(JournalEntry.person))
    return list(db.session.scalars(shown)), max(1, -(-count // PAGE))


def entries_to_export(actor: Actor, wanted: Wanted) -> Iterator[JournalEntry]:
    """Return the entries wanted, the oldest first."""
    query = _asked(actor, wanted).order_by(JournalEntry.id).limit(MOST_EXPORTED).options(selectinload(JournalEntry.person))
    return iter(db.session.scalars(query.execution_options(yield_per=500)))


def acts_of(person_id: int, *, since: datetime) -> list[JournalEntry]:
    """Return a person's own acts, the latest first."""
    return list(db.session.scalars(select(JournalEntry).where(JournalEntry.person_id == person_id, JournalEntry.at >= since).order_by(JournalEntry.id.desc())))


def changes_of(entry: JournalEntry) -> list[Change]:
    """Return what an act changed, name by name; nothing where the content was erased."""
    if entry.payload is None:
        return []
    content: dict[str, dict[str, Any] | None] = json.loads(entry.payload)
    before, after = content.get("before") or {}, content.get("after") or {}
    changed = [name for name in sorted(before.keys() | after.keys()) if before.get(name) != after.get(name)]
    return [Change(name=name, before=_shown(before.get(name)), after=_shown(after.get(name))) for name in changed]


def _shown(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)
