"""The journal cannot be changed unseen: the tables refuse, and the chain tells."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from commons import auditing, chain, journal
from commons.database import constraint_of, db, engine_name, write
from commons.journal import JournalChain, JournalConcern, JournalEntry
from commons.permissions import Role
from tests.world import World

ENTRIES = 6


@pytest.fixture
def chained(app: Flask, world: World) -> list[int]:
    """Some entries in the chain, and one that waits."""
    actor = world.actor("bernsdorf", Role.CLERK)
    for number in range(ENTRIES - 1):  # the first entry is that of the beginning
        write(journal.record, "booking.requested", subject=("booking", number), by=actor, after={"purpose": f"Hecke {number}"})
    assert write(chain.chain) == ENTRIES
    write(journal.record, "booking.cancelled", subject=("booking", 0), by=actor)
    return list(db.session.scalars(select(JournalEntry.id).where(JournalEntry.sequence.is_not(None)).order_by(JournalEntry.sequence)))


def as_intruder(statement: str, **values: object) -> None:
    """Change a row as somebody who owns the database and has dropped the triggers."""

    def _drop_and_change() -> None:
        if engine_name() == "sqlite":
            names = db.session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'journal%'")).all()
            for name in names:
                db.session.execute(text(f"DROP TRIGGER {name}"))
        else:
            for table in ("journal_entry", "journal_concern"):
                db.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        db.session.execute(text(statement), values)

    write(_drop_and_change)
    db.session.remove()


def test_chain_is_sound_and_says_what_waits(chained: list[int]) -> None:
    report = chain.verify()

    assert (report.length, report.waiting, report.first_bad) == (ENTRIES, 1, None)
    assert (report.length, report.head) == journal.head()


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE journal_entry SET payload = replace(payload, 'Hecke', 'Baum') WHERE id = :id", "payload altered"),
        ("UPDATE journal_entry SET salt = 'x' WHERE id = :id", "payload altered"),
        ("UPDATE journal_entry SET act = 'booking.declined' WHERE id = :id", "altered"),
        ("UPDATE journal_entry SET person_id = NULL WHERE id = :id", "altered"),
        ("UPDATE journal_entry SET payload_hash = 'x', payload = NULL WHERE id = :id", "altered"),
        ("UPDATE journal_entry SET chain_hash = 'x' WHERE id = :id", "altered"),
        ("UPDATE journal_concern SET municipality_id = municipality_id + 1 WHERE entry_id = :id", "altered"),
        ("DELETE FROM journal_concern WHERE entry_id = :id", "altered"),
    ],
    ids=["payload", "salt", "act", "person", "payload hash", "chain hash", "concern moved", "concern removed"],
)
def test_case_73_altered_entry_is_named(chained: list[int], statement: str, reason: str) -> None:
    as_intruder(statement, id=chained[3])

    report = chain.verify()

    assert (report.first_bad, report.reason, report.length) == (4, reason, 3)


def test_case_73_removed_entry_is_named(chained: list[int]) -> None:
    as_intruder("DELETE FROM journal_concern WHERE entry_id = :id", id=chained[2])
    as_intruder("DELETE FROM journal_entry WHERE id = :id", id=chained[2])

    report = chain.verify()

    assert (report.first_bad, report.reason) == (3, "removed")


def test_case_73_removed_end_is_named(chained: list[int]) -> None:
    as_intruder("DELETE FROM journal_concern WHERE entry_id >= :id", id=chained[4])
    as_intruder("DELETE FROM journal_entry WHERE id >= :id", id=chained[4])

    report = chain.verify()

    assert (report.first_bad, report.reason) == (5, "removed")


def rebuild() -> None:
    """Chain everything anew after a change, as an intruder with time would."""
    as_intruder("UPDATE journal_entry SET sequence = NULL, chain_hash = NULL")
    as_intruder("UPDATE journal_chain SET length = 0, head = :head", head=journal.GENESIS)
    write(chain.chain)
    db.session.remove()


def test_rebuilt_chain_is_found_out_by_a_head_kept_elsewhere(chained: list[int]) -> None:
    kept = journal.head()
    as_intruder("UPDATE journal_entry SET act = 'booking.declined' WHERE id = :id", id=chained[3])
    rebuild()

    assert chain.verify().first_bad is None
    report = chain.verify(dict([kept]))
    assert (report.first_bad, report.reason) == (kept[0], "rebuilt")


def test_shortened_and_rebuilt_chain_is_found_out_by_its_length(chained: list[int]) -> None:
    kept = journal.head()
    as_intruder("DELETE FROM journal_concern WHERE entry_id >= :id", id=chained[4])
    as_intruder("DELETE FROM journal_entry WHERE id >= :id", id=chained[4])
    rebuild()

    report = chain.verify(dict([kept]))
    assert (report.first_bad, report.reason) == (5, "removed")


def test_erased_payload_leaves_the_chain_sound(chained: list[int]) -> None:
    write(lambda: journal.erase_payload(db.session.get_one(JournalEntry, chained[3])))

    assert chain.verify().first_bad is None
    assert auditing.changes_of(db.session.get_one(JournalEntry, chained[3])) == []


def set_act(entry_id: int) -> None:
    db.session.get_one(JournalEntry, entry_id).act = "booking.declined"
    db.session.flush()


def set_payload(entry_id: int) -> None:
    db.session.get_one(JournalEntry, entry_id).payload = "{}"
    db.session.flush()


def set_sequence(entry_id: int) -> None:
    db.session.get_one(JournalEntry, entry_id).sequence = 99
    db.session.flush()


def delete_entry(entry_id: int) -> None:
    db.session.execute(text("DELETE FROM journal_entry WHERE id = :id"), {"id": entry_id})


def delete_concern(entry_id: int) -> None:
    db.session.execute(text("DELETE FROM journal_concern WHERE entry_id = :id"), {"id": entry_id})


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (set_act, "journal_entry_unchanged"),
        (set_payload, "journal_entry_unchanged"),
        (set_sequence, "journal_entry_unchanged"),
        (delete_entry, "journal_entry_stays"),
        (delete_concern, "journal_concern_stays"),
    ],
)
def test_tables_refuse_changes(chained: list[int], change: Callable[[int], None], name: str) -> None:
    with pytest.raises(DBAPIError) as refused:
        write(change, chained[3])

    assert constraint_of(refused.value) == name


def test_chaining_twice_adds_nothing(chained: list[int]) -> None:
    assert write(chain.chain) == 1
    assert write(chain.chain) == 0
    assert db.session.scalar(select(func.count()).select_from(JournalChain)) == 1


def test_acts_concern_the_own_municipality_and_the_others_named(app: Flask, world: World) -> None:
    other = world.municipality_id("ossling")
    write(journal.record, "measure.joined", subject=("measure", 1), by=world.actor("bernsdorf", Role.MAYOR), municipalities=[other])

    joined = select(JournalEntry.id).where(JournalEntry.act == "measure.joined").scalar_subquery()
    concerned = set(db.session.scalars(select(JournalConcern.municipality_id).where(JournalConcern.entry_id == joined)))
    assert concerned == {other, world.municipality_id("bernsdorf")}
