"""The append-only journal: who, for whom, what, when, before and after; hash-chained in batches."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from typing import Any, cast

from sqlalchemy import ForeignKey, Index, Table, insert, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from commons import clock
from commons.database import Base, db, pk, utc_time
from commons.people import Actor, Person
from commons.prepared import Prepared

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
    concerns: Mapped[list["JournalConcern"]] = relationship(order_by="JournalConcern.municipality_id")


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


_entry = cast(Table, JournalEntry.__table__)
# Plain statements, for every act of everybody passes here.
_COLUMNS = ("at", "person_id", "organisation_id", "municipality_id", "act", "subject_kind", "subject_id", "payload", "salt", "payload_hash")
_INSERT_ENTRY = Prepared(insert(_entry).returning(_entry.c.id), *_COLUMNS)
_INSERT_CONCERN = Prepared(insert(cast(Table, JournalConcern.__table__)), "entry_id", "municipality_id")


def record(
    act: str,
    *,
    subject: tuple[str, int | None],
    by: Actor | None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    municipalities: Iterable[int] = (),
) -> None:
    """Write down an act in the business transaction; call it last, the chain comes last in the lock order."""
    db.session.flush()
    payload = json.dumps({"before": before, "after": after}, ensure_ascii=False, sort_keys=True, default=str)
    salt = secrets.token_hex(16)
    row = {
        "at": clock.now(),
        "person_id": by.person_id if by else None,
        "organisation_id": by.organisation_id if by else None,
        "municipality_id": by.municipality_id if by else None,
        "act": act,
        "subject_kind": subject[0],
        "subject_id": subject[1],
        "payload": payload,
        "salt": salt,
        "payload_hash": digest_of(salt, payload),
    }
    entry_id = _INSERT_ENTRY.number(row)
    for municipality_id in sorted(set(municipalities) | ({by.municipality_id} if by else set())):
        _INSERT_CONCERN.run({"entry_id": entry_id, "municipality_id": municipality_id})


def digest_of(*parts: str) -> str:
    """Return the fingerprint of some texts."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


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
