"""The shape of the database: one history of migrations for both engines."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection, Engine

from commons.database import db
from verbund.config import shipped

if TYPE_CHECKING:
    from alembic.config import Config


class SchemaBehind(RuntimeError):
    """The database has not the shape that this version of the product needs."""

    def __init__(self, found: str | None) -> None:
        super().__init__(f"The database is at revision {found or 'none'}, this version needs {head()}. Run `verbund upgrade`.")


def migrate() -> str:
    """Bring the database to the newest revision, all or nothing."""
    with schema_change(db.engine) as connection:
        migrate_to(connection, "head")
    return head()


def migrate_to(connection: Connection, revision: str) -> None:
    """Bring the database of an open schema change to a revision."""
    from alembic import command

    command.upgrade(_settings(connection), revision)


def draft(message: str) -> None:
    """Write a new migration out of what the models have and the database has not; to be corrected by hand."""
    from alembic import command

    with schema_change(db.engine) as connection:
        command.revision(_settings(connection), message, autogenerate=True, rev_id=f"{int(head()) + 1:03d}")


def head() -> str:
    """Return the newest revision that this version of the product knows."""
    history = _history()
    [newest] = history.keys() - set(history.values())
    return newest


def knows(revision: str) -> bool:
    """Tell whether a revision is part of this version's history."""
    return revision in _history()


def _history() -> dict[str, str | None]:
    """Return every revision with the one before it, read without Alembic: a server that only looks need not load it."""
    pattern = re.compile(r'^revision = "(\w+)"$.*?^down_revision = (?:"(\w+)"|None)$', re.MULTILINE | re.DOTALL)
    texts = [file.read_text(encoding="utf-8") for file in (shipped("migrations") / "versions").glob("*.py")]
    return {found[1]: found[2] for found in map(pattern.search, texts) if found}


def revision_of(connection: Connection) -> str | None:
    """Return the revision of a database, None where nothing was ever migrated."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def exists() -> bool:
    """Tell whether the database was ever migrated."""
    with db.engine.connect() as connection:
        return revision_of(connection) is not None


def check_current() -> None:
    """Refuse to work on a database of another shape."""
    with db.engine.connect() as connection:
        found = revision_of(connection)
    if found != head():
        raise SchemaBehind(found)


@contextmanager
def schema_change(engine: Engine) -> Iterator[Connection]:
    """Open the one transaction of a schema change.

    SQLite must not follow foreign keys meanwhile: it changes a table by copying it, and dropping the old one would delete or
    refuse the rows that point to it. They are all checked at the end instead.
    """
    with engine.connect().execution_options(write=True) as connection:
        if engine.dialect.name != "sqlite":
            with connection.begin():
                yield connection
            return
        _follow_foreign_keys(connection, "OFF")  # has no effect inside a transaction
        try:
            with connection.begin():
                yield connection
                _check_foreign_keys(connection)
        finally:
            _follow_foreign_keys(connection, "ON")


def _follow_foreign_keys(connection: Connection, state: str) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 (an open connection has one)
    driver.execute(f"PRAGMA foreign_keys = {state}")


def _check_foreign_keys(connection: Connection) -> None:
    dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if dangling:
        raise RuntimeError(f"{len(dangling)} rows point to rows that are not there, the first: {tuple(dangling[0])}")


def _settings(connection: Connection) -> "Config":
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(shipped("migrations")).replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = connection
    return settings
