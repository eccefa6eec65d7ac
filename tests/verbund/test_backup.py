"""A backup brings everything back: on the same engine, on the other one, locked, and from an older shape of the database."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from sqlalchemy.exc import DBAPIError, IntegrityError

from commons import files, journal, letters
from commons.database import Base, db, write
from commons.journal import JournalEntry
from commons.people import Membership, Person
from commons.permissions import Role
from commons.words import say
from tests import template
from tests.booking.builders import AHEAD, book, hours, make_resource
from tests.conftest import ENGINES
from tests.servers import postgres
from tests.world import World
from verbund import schema
from verbund.backup import tables_of
from verbund.commands import main

R = TypeVar("R")
SECRET = "k" * 40
PASSPHRASE = "vier rote Bagger im Regen"
PHOTO = bytes(range(256)) * 5_000  # more than one chunk of a locked file once packed with the rest
WAYS = [(source, target) for source in ENGINES for target in ENGINES]


@dataclass
class Databases:
    """Makes databases on either engine, with the people of the template or empty."""

    folder: Path
    request: pytest.FixtureRequest
    made: int = 0

    def filled(self, engine: str) -> str:
        return self._new(engine, filled=True)

    def empty(self, engine: str) -> str:
        return self._new(engine, filled=False)

    def _new(self, engine: str, *, filled: bool) -> str:
        self.made += 1
        if engine == "sqlite":
            file = self.folder / f"{self.made}.sqlite"
            if filled:
                shutil.copy(self.request.getfixturevalue("sqlite_template"), file)
            return f"sqlite:///{file}"
        server: postgres.Server = self.request.getfixturevalue("postgres_server")
        name = f"backup_{self.made}"
        self.request.addfinalizer(lambda: server.drop(name))
        return server.create(name, self.request.getfixturevalue("postgres_template") if filled else None)


@pytest.fixture
def databases(tmp_path: Path, request: pytest.FixtureRequest) -> Databases:
    return Databases(tmp_path, request)


@pytest.fixture(params=ENGINES)
def lived_in(request: pytest.FixtureRequest, databases: Databases) -> str:
    """A database in which people have worked."""
    url = databases.filled(request.param)
    inside(url, live)
    return url


def live() -> None:
    """Leave a file, a letter, a journal line and a booking."""
    world = World()
    clerk, chief = world.actor("bernsdorf", Role.CLERK), world.actor("bernsdorf", Role.BUILDING_YARD_HEAD)

    def verb() -> None:
        kept = files.store("Grüße – „Foto“.jpg", "image/jpeg", PHOTO, by=clerk)
        letters.post(chief.person_id, say("Übergabe"), [say("Der Radlader steht bereit.")], link="/buchung/1")
        journal.record("file.stored", subject=("file", kept.id), by=clerk, after={"preis": "1234.50", "leer": None, "ort": "Königsbrück"}, municipalities=[1])

    write(verb)
    book(make_resource(), hours(8, 12, day=AHEAD), by=chief)


def inside(url: str, act: Callable[..., R], *args: Any, **kwargs: Any) -> R:
    app = template.make_app(url)
    with app.app_context():
        try:
            return act(*args, **kwargs)
        finally:
            db.session.remove()
            db.engine.dispose()


def content_of(url: str) -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table as the models read it."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found = {
            table.name: [dict(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns)).mappings()]
            for table in Base.metadata.sorted_tables
        }
    engine.dispose()
    return found


def verbund(url: str, *arguments: object, key: str | None = None) -> Result:
    environment = {"VERBUND_DATABASE_URL": url, "VERBUND_SECRET_KEY": SECRET, "VERBUND_BACKUP_KEY": key or ""}
    return CliRunner().invoke(main, [str(argument) for argument in arguments], env=environment)


def done(result: Result) -> Result:
    assert result.exit_code == 0, result.output
    return result


@pytest.mark.parametrize(("source", "target"), WAYS, ids=[f"{source}_to_{target}" for source, target in WAYS])
def test_restore_brings_back_every_row(source: str, target: str, databases: Databases, tmp_path: Path) -> None:
    worked_in, empty = databases.filled(source), databases.empty(target)
    inside(worked_in, live)

    done(verbund(worked_in, "backup", tmp_path / "kept"))
    done(verbund(empty, "restore", tmp_path / "kept"))

    before = content_of(worked_in)
    assert content_of(empty) == before
    assert before["stored_file"][0]["content"] == PHOTO
    assert min(len(before[table]) for table in ("person", "journal_entry", "letter", "occupancy")) > 0


def test_restore_returns_to_the_moment_of_the_backup(lived_in: str, tmp_path: Path) -> None:
    before = content_of(lived_in)
    done(verbund(lived_in, "backup", tmp_path / "kept"))
    inside(lived_in, live_on)
    assert content_of(lived_in) != before

    done(verbund(lived_in, "restore", tmp_path / "kept", "--replace"))

    assert content_of(lived_in) == before


def live_on() -> None:
    def verb() -> None:
        db.session.execute(sa.delete(Membership))
        files.store("später.txt", "text/plain", b"", by=None)

    write(verb)


def test_restore_refuses_to_overwrite_unasked(lived_in: str, tmp_path: Path) -> None:
    done(verbund(lived_in, "backup", tmp_path / "kept"))
    inside(lived_in, live_on)
    now = content_of(lived_in)

    refused = verbund(lived_in, "restore", tmp_path / "kept")

    assert refused.exit_code == 1
    assert "--replace" in refused.output
    assert content_of(lived_in) == now


def test_restored_database_guards_and_counts_on(lived_in: str, tmp_path: Path) -> None:
    done(verbund(lived_in, "backup", tmp_path / "kept"))
    done(verbund(lived_in, "restore", tmp_path / "kept", "--replace"))
    newest = max(row["id"] for row in content_of(lived_in)["stored_file"])

    def new_number() -> int:
        return write(files.store, "neu.txt", "text/plain", b"neu", by=None).id

    def rewrite_the_journal() -> None:
        write(lambda: db.session.execute(sa.update(JournalEntry).values(act="nothing.happened")))

    def employ_nowhere() -> None:
        write(lambda: db.session.execute(sa.update(Person).values(employer_id=999_999)))

    assert inside(lived_in, new_number) == newest + 1
    with pytest.raises(DBAPIError, match="journal_entry_unchanged"):
        inside(lived_in, rewrite_the_journal)
    with pytest.raises(IntegrityError):
        inside(lived_in, employ_nowhere)


def test_locked_backup_opens_with_its_key_only(lived_in: str, databases: Databases, tmp_path: Path) -> None:
    kept, empty = tmp_path / "kept", databases.empty("sqlite")
    done(verbund(lived_in, "backup", kept, key=PASSPHRASE))

    without, wrong = verbund(empty, "restore", kept), verbund(empty, "restore", kept, key=PASSPHRASE + "!")

    assert "Erika" not in kept.read_bytes().decode("latin-1")
    assert "VERBUND_BACKUP_KEY" in without.output
    assert "does not fit" in wrong.output
    assert (without.exit_code, wrong.exit_code) == (1, 1)
    done(verbund(empty, "restore", kept, key=PASSPHRASE))
    assert content_of(empty) == content_of(lived_in)


def cut_short(content: bytes) -> bytes:
    return content[: len(content) // 2]


def one_bit_turned(content: bytes) -> bytes:
    place = len(content) // 2
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


@pytest.mark.parametrize("harm", [cut_short, one_bit_turned])
@pytest.mark.parametrize("key", [None, PASSPHRASE], ids=["open", "locked"])
def test_damaged_backup_changes_nothing(harm: Callable[[bytes], bytes], key: str | None, databases: Databases, tmp_path: Path) -> None:
    url, kept = databases.filled("sqlite"), tmp_path / "kept"
    inside(url, live)
    done(verbund(url, "backup", kept, key=key))
    kept.write_bytes(harm(kept.read_bytes()))
    before = content_of(url)

    refused = verbund(url, "restore", kept, "--replace", key=key)

    assert refused.exit_code == 1
    assert "damaged" in refused.output
    assert content_of(url) == before


def test_backup_is_readable_by_its_owner_only(databases: Databases, tmp_path: Path) -> None:
    done(verbund(databases.filled("sqlite"), "backup", tmp_path / "kept"))

    assert (tmp_path / "kept").stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.glob("kept*")) == ["kept"]


def test_backup_of_nothing_is_refused(databases: Databases, tmp_path: Path) -> None:
    refused = verbund(databases.empty("sqlite"), "backup", tmp_path / "kept")

    assert refused.exit_code == 1
    assert not list(tmp_path.glob("kept*"))


@pytest.fixture
def half_done(lived_in: str) -> Iterator[str]:
    """A database in which somebody is in the middle of writing."""
    engine = sa.create_engine(lived_in)
    with closing(engine.raw_connection()) as writer:
        cursor = writer.cursor()
        cursor.execute("UPDATE person SET name = 'halb'")
        yield lived_in
        writer.rollback()
    engine.dispose()


def test_backup_waits_for_nobody_and_keeps_only_what_is_done(half_done: str, databases: Databases, tmp_path: Path) -> None:
    empty = databases.empty("sqlite")

    done(verbund(half_done, "backup", tmp_path / "kept"))

    done(verbund(empty, "restore", tmp_path / "kept"))
    assert "halb" not in {row["name"] for row in content_of(empty)["person"]}


@pytest.mark.parametrize(("source", "target"), [("sqlite", "postgresql"), ("postgresql", "sqlite")])
def test_upgrade_keeps_the_old_shape_and_it_can_be_restored(source: str, target: str, databases: Databases, tmp_path: Path) -> None:
    url, other, folder = databases.empty(source), databases.empty(target), tmp_path / "backups"
    inside(url, begin_long_ago)

    done(verbund(url, "upgrade", "--folder", folder))
    done(verbund(url, "upgrade", "--folder", folder))  # nothing to do: no second backup

    [kept] = folder.iterdir()
    done(verbund(other, "restore", kept))
    assert [row["name"] for row in content_of(other)["municipality"]] == ["Hoyerswerda"]
    assert content_of(other) == content_of(url)


def begin_long_ago() -> None:
    with schema.schema_change(db.engine) as connection:
        schema.migrate_to(connection, "001")
        columns = {"key": "hoyerswerda", "name": "Hoyerswerda", "kind": "town", "verified": False}
        connection.execute(sa.insert(next(table for table in tables_of(connection) if table.name == "municipality")).values(columns))


def test_restore_refuses_a_backup_of_a_newer_version(databases: Databases, tmp_path: Path) -> None:
    url, kept = databases.filled("sqlite"), tmp_path / "kept"
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '999'")
    done(verbund(url, "backup", kept))

    refused = verbund(url, "restore", kept, "--replace")

    assert refused.exit_code == 1
    assert "999" in refused.output


def test_serve_refuses_a_database_of_an_old_shape(databases: Databases) -> None:
    url = databases.empty("sqlite")
    inside(url, begin_long_ago)

    refused = verbund(url, "serve")

    assert refused.exit_code == 1
    assert "verbund upgrade" in refused.output
