"""The shape of the database: one history of migrations for both engines."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine

from commons.database import db
from verbund.config import shipped


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
    settings = _settings()
    settings.attributes["connection"] = connection
    command.upgrade(settings, revision)


def draft(message: str) -> None:
    """Write a new migration out of what the models have and the database has not; to be corrected by hand."""
    with schema_change(db.engine) as connection:
        settings = _settings()
        settings.attributes["connection"] = connection
        newest = int(head())
        command.revision(settings, message, autogenerate=True, rev_id=f"{newest + 1:03d}")


def head() -> str:
    """Return the newest revision that this version of the product knows."""
    newest = ScriptDirectory.from_config(_settings()).get_current_head()
    assert newest is not None  # noqa: S101 (the history ships with the product)
    return newest


def knows(revision: str) -> bool:
    """Tell whether a revision is part of this version's history."""
    return revision in {known.revision for known in ScriptDirectory.from_config(_settings()).walk_revisions()}


def revision_of(connection: Connection) -> str | None:
    """Return the revision of a database, None where nothing was ever migrated."""
    return MigrationContext.configure(connection).get_current_revision()


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


def _settings() -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(shipped("migrations")).replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    return settings
