"""The append-only journal: who, for whom, what, when, before and after; hash-chained in batches."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from commons import clock
from commons.database import Base, db, pk, utc_time
from commons.people import Actor, Person

GENESIS = "0" * 64


class JournalEntry(Base):
    """One act of one person for one organisation; its payload can be erased without breaking the chain."""

    __tablename__ = "journal_entry"
    __table_args__ = (Index("ix_journal_entry_subject", "subject_kind", "subject_id"),)

    id: Mapped[pk]
    at: Mapped[utc_time]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"))
    act: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[int | None]
    payload: Mapped[str | None]
    salt: Mapped[str | None]
    payload_hash: Mapped[str]
    sequence: Mapped[int | None] = mapped_column(unique=True)
    chain_hash: Mapped[str | None]

    person: Mapped[Person | None] = relationship()
    concerns: Mapped[list["JournalConcern"]] = relationship()


class JournalConcern(Base):
    """A municipality that an act concerns: its auditor may read the entry."""

    __tablename__ = "journal_concern"

    entry_id: Mapped[int] = mapped_column(ForeignKey("journal_entry.id"), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), primary_key=True, index=True)


class JournalChain(Base):
    """The one row that says how far the journal is chained; locking it lets one worker chain at a time."""

    __tablename__ = "journal_chain"

    id: Mapped[pk]
    length: Mapped[int]
    head: Mapped[str]


@dataclass(frozen=True, kw_only=True)
class ChainReport:
    """Say how long the chain is, its head, and the first entry that does not fit."""

    length: int
    head: str
    waiting: int
    first_bad: int | None = None
    reason: str | None = None


def record(
    act: str,
    *,
    subject: tuple[str, int | None],
    by: Actor | None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    municipalities: Iterable[int] = (),
) -> JournalEntry:
    """Write down an act in the business transaction; call it last, the chain comes last in the lock order."""
    payload = json.dumps({"before": before, "after": after}, ensure_ascii=False, sort_keys=True, default=str)
    salt = secrets.token_hex(16)
    entry = JournalEntry(
        at=clock.now(),
        person_id=by.person_id if by else None,
        organisation_id=by.organisation_id if by else None,
        municipality_id=by.municipality_id if by else None,
        act=act,
        subject_kind=subject[0],
        subject_id=subject[1],
        payload=payload,
        salt=salt,
        payload_hash=_hash(salt, payload),
    )
    concerned = set(municipalities) | ({by.municipality_id} if by else set())
    entry.concerns = [JournalConcern(municipality_id=municipality_id) for municipality_id in sorted(concerned)]
    db.session.add(entry)
    db.session.flush()
    return entry


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _link(previous: str, entry: JournalEntry) -> str:
    facts = (entry.id, _stamp(entry.at), entry.person_id, entry.organisation_id, entry.municipality_id, entry.act, entry.subject_kind, entry.subject_id)
    return _hash(previous, json.dumps(facts, ensure_ascii=False), entry.payload_hash)


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")


def chain(batch: int = 500) -> int:
    """Chain the entries that are not yet chained, in the order of their numbers; return how many."""
    state = db.session.scalar(select(JournalChain).with_for_update())
    if state is None:
        state = JournalChain(length=0, head=GENESIS)
        db.session.add(state)
    entries = db.session.scalars(select(JournalEntry).where(JournalEntry.sequence.is_(None)).order_by(JournalEntry.id).limit(batch)).all()
    for entry in entries:
        entry.sequence = state.length + 1
        entry.chain_hash = _link(state.head, entry)
        state.length, state.head = entry.sequence, entry.chain_hash
    db.session.flush()
    return len(entries)


def verify(known_heads: Mapping[int, str] | None = None) -> ChainReport:
    """Read the whole chain and name the first entry that was altered or removed; `known_heads` are heads kept elsewhere by length."""
    heads = known_heads or {}
    previous, length = GENESIS, 0
    waiting = db.session.scalar(select(func.count()).select_from(JournalEntry).where(JournalEntry.sequence.is_(None))) or 0
    query = select(JournalEntry).where(JournalEntry.sequence.is_not(None)).order_by(JournalEntry.sequence)
    for entry in db.session.scalars(query.execution_options(yield_per=500)):
        fault = _fault_of(entry, expected=length + 1, previous=previous, known=heads.get(length + 1))
        if fault:
            return ChainReport(length=length, head=previous, waiting=waiting, first_bad=length + 1, reason=fault)
        previous, length = entry.chain_hash or "", length + 1
    return _compare_with_state(ChainReport(length=length, head=previous, waiting=waiting), heads)


def _fault_of(entry: JournalEntry, *, expected: int, previous: str, known: str | None) -> str | None:
    if entry.sequence != expected:
        return "removed"
    if entry.payload is not None and entry.salt is not None and _hash(entry.salt, entry.payload) != entry.payload_hash:
        return "payload altered"
    if _link(previous, entry) != entry.chain_hash:
        return "altered"
    return "rebuilt" if known is not None and known != entry.chain_hash else None


def _compare_with_state(report: ChainReport, heads: Mapping[int, str]) -> ChainReport:
    state = db.session.scalar(select(JournalChain))
    longest = max([*heads, state.length if state else 0])
    if longest > report.length:
        return ChainReport(length=report.length, head=report.head, waiting=report.waiting, first_bad=report.length + 1, reason="removed")
    return report


def head() -> tuple[int, str]:
    """Return the length and the head of the chain, as printed on documents and mailed to the members."""
    state = db.session.scalar(select(JournalChain))
    return (state.length, state.head) if state else (0, GENESIS)


def erase_payload(entry: JournalEntry) -> None:
    """Erase the personal content of an entry; the chain still verifies, for it covers only the salted hash."""
    entry.payload = None
    entry.salt = None
    db.session.flush()


def entries_about(kind: str, subject_id: int) -> list[JournalEntry]:
    """Return what happened to a thing, oldest first; the caller has already loaded the thing for its actor."""
    query = select(JournalEntry).where(JournalEntry.subject_kind == kind, JournalEntry.subject_id == subject_id)
    return list(db.session.scalars(query.order_by(JournalEntry.id)))
