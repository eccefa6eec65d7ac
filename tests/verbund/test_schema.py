"""A change of shape happens whole or not at all, and loses no row."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import Connection

from commons.database import Base, db
from verbund import schema


class Interrupted(Exception):
    """Something goes wrong in the middle."""


def rows(connection: Connection, query: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.execute(sa.text(query))]


def test_migrated_database_is_current(app: Flask) -> None:
    schema.check_current()

    with db.engine.connect() as connection:
        assert schema.revision_of(connection) == schema.head()
    assert schema.knows(schema.head())
    assert not schema.knows("999")


def test_failed_change_leaves_everything_as_it_was(app: Flask) -> None:
    with db.engine.connect() as connection:
        before = sorted(sa.inspect(connection).get_table_names())

    def fail() -> None:
        with schema.schema_change(db.engine) as connection:
            connection.execute(sa.text("DROP TABLE worker_pulse"))
            connection.execute(sa.text("CREATE TABLE half_done (id INTEGER)"))
            connection.execute(sa.text("UPDATE person SET name = 'halb'"))
            raise Interrupted

    with pytest.raises(Interrupted):
        fail()

    with db.engine.connect() as connection:
        assert sorted(sa.inspect(connection).get_table_names()) == before
        assert rows(connection, "SELECT id FROM person WHERE name = 'halb'") == []


@pytest.fixture
def parents(app_once: Flask) -> Iterator[None]:
    """A table that others point to, with deletion that spreads."""
    with schema.schema_change(db.engine) as connection:
        connection.execute(sa.text("CREATE TABLE parent (id INTEGER PRIMARY KEY)"))
        connection.execute(sa.text("CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER NOT NULL REFERENCES parent (id) ON DELETE CASCADE)"))
        connection.execute(sa.text("INSERT INTO parent VALUES (1)"))
        connection.execute(sa.text("INSERT INTO child VALUES (1, 1)"))
    return


def test_copying_a_table_on_sqlite_keeps_the_rows_that_point_to_it(parents: None) -> None:
    with schema.schema_change(db.engine) as connection:
        for step in (
            "CREATE TABLE copy (id INTEGER PRIMARY KEY)",
            "INSERT INTO copy SELECT id FROM parent",
            "DROP TABLE parent",
            "ALTER TABLE copy RENAME TO parent",
        ):
            connection.execute(sa.text(step))

    with db.engine.connect() as connection:
        assert rows(connection, "SELECT parent_id FROM child") == [(1,)]
        assert rows(connection, "PRAGMA foreign_keys") == [(1,)]


def test_dangling_rows_on_sqlite_undo_the_change(parents: None) -> None:
    def orphan() -> None:
        with schema.schema_change(db.engine) as connection:
            connection.execute(sa.text("DELETE FROM parent"))

    with pytest.raises(RuntimeError, match="point to rows that are not there"):
        orphan()

    with db.engine.connect() as connection:
        assert rows(connection, "SELECT id FROM parent") == [(1,)]


def test_history_is_one_line() -> None:
    versions = Path(schema.shipped("migrations")) / "versions"

    assert sorted(file.name[:3] for file in versions.glob("*.py")) == [f"{number:03d}" for number in range(1, int(schema.head()) + 1)]


def test_device_tender_bundle_and_request_always_belong_to_a_measure() -> None:
    tables = Base.metadata.tables
    ways = {"resource": "measure_number", "tender": "bundle_id", "bundle": "measure_id", "purchase_request": "measure_id", "charge": "measure_id"}

    found = {name: (tables[name].c[column].nullable, *(key.column.table.name for key in tables[name].c[column].foreign_keys)) for name, column in ways.items()}

    assert found == {name: (False, "bundle" if name == "tender" else "measure") for name in ways}
