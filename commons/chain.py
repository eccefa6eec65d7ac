"""The chain over the journal: whoever alters, removes or rebuilds entries is found out."""

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.orm import selectinload

from commons.database import db
from commons.journal import GENESIS, JournalChain, JournalEntry, digest_of

BATCH = 500


@dataclass(frozen=True, kw_only=True)
class ChainReport:
    """Say how long the chain is, its head, and the first entry that does not fit."""

    length: int
    head: str
    waiting: int
    first_bad: int | None = None
    reason: str | None = None


def chain(batch: int = BATCH) -> int:
    """Chain the entries that are not yet chained, in the order of their numbers; return how many."""
    db.session.execute(text("INSERT INTO journal_chain (id, length, head) VALUES (1, 0, :head) ON CONFLICT (id) DO NOTHING"), {"head": GENESIS})
    state = db.session.scalars(select(JournalChain).with_for_update()).one()
    unchained = select(JournalEntry).where(JournalEntry.sequence.is_(None)).order_by(JournalEntry.id).limit(batch)
    entries = db.session.scalars(unchained.options(selectinload(JournalEntry.concerns))).all()
    for entry in entries:
        entry.sequence = state.length + 1
        entry.chain_hash = _link(state.head, entry)
        state.length, state.head = entry.sequence, entry.chain_hash
    db.session.flush()
    return len(entries)


def _link(previous: str, entry: JournalEntry) -> str:
    stamp = entry.at.isoformat(timespec="microseconds")
    concerned = [concern.municipality_id for concern in entry.concerns]
    acts = (entry.id, stamp, entry.person_id, entry.organisation_id, entry.municipality_id, entry.act, entry.subject_kind, entry.subject_id, concerned)
    return digest_of(previous, json.dumps(acts, ensure_ascii=False), entry.payload_hash)


def verify(known_heads: Mapping[int, str] | None = None) -> ChainReport:
    """Read the whole chain and name the first entry that was altered or removed; `known_heads` are heads kept elsewhere by length."""
    heads = known_heads or {}
    previous, length = GENESIS, 0
    waiting = db.session.scalar(select(func.count()).select_from(JournalEntry).where(JournalEntry.sequence.is_(None))) or 0
    query = select(JournalEntry).where(JournalEntry.sequence.is_not(None)).order_by(JournalEntry.sequence).options(selectinload(JournalEntry.concerns))
    with closing(db.session.scalars(query.execution_options(yield_per=BATCH))) as entries:
        for entry in entries:
            fault = _fault_of(entry, expected=length + 1, previous=previous, known=heads.get(length + 1))
            if fault:
                return ChainReport(length=length, head=previous, waiting=waiting, first_bad=length + 1, reason=fault)
            previous, length = entry.chain_hash or "", length + 1
    return _compare_with_state(ChainReport(length=length, head=previous, waiting=waiting), heads)


def _fault_of(entry: JournalEntry, *, expected: int, previous: str, known: str | None) -> str | None:
    if entry.sequence != expected:
        return "removed"
    if entry.payload is not None and (entry.salt is None or digest_of(entry.salt, entry.payload) != entry.payload_hash):
        return "payload altered"
    if _link(previous, entry) != entry.chain_hash:
        return "altered"
    return "rebuilt" if known is not None and known != entry.chain_hash else None


def _compare_with_state(report: ChainReport, heads: Mapping[int, str]) -> ChainReport:
    state = db.session.scalar(select(JournalChain))
    longest = max([*heads, state.length if state else 0])
    if longest > report.length:
        return ChainReport(length=report.length, head=report.head, waiting=report.waiting, first_bad=report.length + 1, reason="removed")
    if state is not None and state.head != report.head:
        return ChainReport(length=report.length, head=report.head, waiting=report.waiting, first_bad=report.length, reason="altered")
    return report
