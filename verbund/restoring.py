"""Restoring a backup, on whichever engine, as one transaction: afterwards all is as it was then, or nothing changed."""

import json
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from verbund.backup import BATCH, FORMAT, MANIFEST, Manifest, file_of, given_back, tables_of
from verbund.locked_file import is_locked, unlock
from verbund.schema import knows, migrate_to, schema_change


class CannotRestore(RuntimeError):
    """A backup cannot be restored here; the message says why."""


def restore(engine: Engine, source: Path, *, key: str | None, replace: bool) -> Manifest:
    """Put a backup in place of what is in the database; what is there already is given up only where `replace` says so."""
    with source.open("rb") as file, _in_the_clear(file, key) as plain, _undamaged(), zipfile.ZipFile(plain) as archive:
        manifest = _manifest(archive)
        with schema_change(engine) as connection:
            if not replace and _holds_people(connection):
                raise CannotRestore("The database holds data already. Say --replace to give it up.")
            _clear(connection)
            migrate_to(connection, manifest.revision)
            with _unguarded(connection):
                _fill(connection, archive, manifest)
            migrate_to(connection, "head")
    return manifest


@contextmanager
def _in_the_clear(file: BinaryIO, key: str | None) -> Iterator[BinaryIO]:
    if not is_locked(file):
        yield file
        return
    if key is None:
        raise CannotRestore("This backup is locked: set VERBUND_BACKUP_KEY to its key.")
    with tempfile.TemporaryFile() as plain:
        unlock(file, plain, key)
        plain.seek(0)
        yield plain


@contextmanager
def _undamaged() -> Iterator[None]:
    """Say in a sentence what a damaged zip says in several ways."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, json.JSONDecodeError, UnicodeDecodeError, EOFError) as fault:
        raise CannotRestore("This file is not a backup, or it is damaged. Nothing was changed.") from fault


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    if MANIFEST not in archive.namelist():
        raise CannotRestore("This file is not a backup of Verbund.")
    said = json.loads(archive.read(MANIFEST))
    if said.get("format") != FORMAT:
        raise CannotRestore(f"This backup has format {said.get('format')}; this version reads {FORMAT}.")
    manifest = Manifest(**said)
    if not knows(manifest.revision):
        raise CannotRestore(f"This backup is at revision {manifest.revision}, which this version does not know: install the newer version.")
    return manifest


def _holds_people(connection: Connection) -> bool:
    if not sa.inspect(connection).has_table("person"):
        return False
    return connection.execute(sa.text("SELECT 1 FROM person LIMIT 1")).first() is not None


def _clear(connection: Connection) -> None:
    """Remove every table and function of ours; what extensions brought stays."""
    quoted = connection.dialect.identifier_preparer.quote
    if connection.dialect.name == "sqlite":
        for name in sa.inspect(connection).get_table_names():
            connection.exec_driver_sql(f"DROP TABLE {quoted(name)}")
        return
    for name in sa.inspect(connection).get_table_names():
        connection.exec_driver_sql(f"DROP TABLE {quoted(name)} CASCADE")
    for signature in connection.execute(sa.text(_OUR_FUNCTIONS)).scalars().all():
        connection.exec_driver_sql(f"DROP FUNCTION {signature} CASCADE")


_OUR_FUNCTIONS = """
SELECT p.oid::regprocedure::text FROM pg_proc p
WHERE p.pronamespace = current_schema()::regnamespace
AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
"""


def _fill(connection: Connection, archive: zipfile.ZipFile, manifest: Manifest) -> None:
    tables = {table.name: table for table in tables_of(connection)}
    missing = sorted(name for name, kept in manifest.tables.items() if kept["rows"] and name not in tables)
    if missing:
        raise CannotRestore(f"There is no table here for the rows of {', '.join(missing)}.")
    for table in tables.values():  # migrations may have put first rows in
        connection.execute(sa.delete(table))
    for name, kept in manifest.tables.items():
        if kept["rows"]:
            _fill_table(connection, archive, tables[name], kept)
    if connection.dialect.name == "postgresql":
        for table in tables.values():
            _count_on(connection, table)


def _fill_table(connection: Connection, archive: zipfile.ZipFile, table: sa.Table, kept: dict[str, Any]) -> None:
    unknown = sorted(set(kept["columns"]) - set(table.columns.keys()))
    if unknown:
        raise CannotRestore(f"The table {table.name} has no column {', '.join(unknown)} here.")
    written = 0
    with archive.open(file_of(table.name)) as lines:
        while lot := list(islice(lines, BATCH)):
            rows = [{name: given_back(value, table.columns[name].type) for name, value in json.loads(line).items()} for line in lot]
            connection.execute(sa.insert(table), rows)
            written += len(rows)
    if written != kept["rows"]:
        raise CannotRestore(f"The backup is damaged: {table.name} has {written} rows, {kept['rows']} were written.")


def _count_on(connection: Connection, table: sa.Table) -> None:
    """Let the next row get a number that none had before."""
    for column in table.primary_key.columns:
        sequence = connection.execute(sa.text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": column.name}).scalar()
        if sequence:
            last = connection.execute(sa.select(sa.func.coalesce(sa.func.max(column), 0))).scalar_one()
            connection.execute(sa.text("SELECT setval(:sequence, :next, false)"), {"sequence": sequence, "next": last + 1})


@contextmanager
def _unguarded(connection: Connection) -> Iterator[None]:
    """Lift triggers and foreign keys while rows come in that were lawful when they were kept; the keys are checked when they return."""
    lifted = _lift_on_sqlite(connection) if connection.dialect.name == "sqlite" else _lift_on_postgresql(connection)
    yield
    for statement in lifted:
        connection.exec_driver_sql(statement)


def _lift_on_sqlite(connection: Connection) -> list[str]:
    triggers = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
    for name, _sql in triggers:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    return [sql for _name, sql in triggers]


def _lift_on_postgresql(connection: Connection) -> list[str]:
    keys = connection.exec_driver_sql(
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace AND conparentid = 0"
    ).all()
    triggered = connection.exec_driver_sql(
        "SELECT DISTINCT t.tgrelid::regclass::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"
    ).scalars()
    back = []
    for table, name, definition in keys:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        back.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    for table in triggered.all():
        connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        back.append(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    return back
