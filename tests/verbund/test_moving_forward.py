"""Data written by an older version is carried forward on both engines, with nothing lost that guards it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError

from commons.database import db
from tests import template
from tests.conftest import ENGINES
from verbund import schema

NEUTRAL: dict[type, Any] = {int: 0, str: "x", bool: False, dict: {}, datetime: datetime(2026, 1, 1, tzinfo=UTC), date: date(2026, 1, 1)}


@pytest.fixture
def empty_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database that was never migrated."""
    if request.param == "sqlite":
        url, server = f"sqlite:///{tmp_path / 'old.sqlite'}", None
    else:
        server = request.getfixturevalue("postgres_server")
        url = server.create("verbund_old")
    app = template.make_app(url)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    if server is not None:
        server.drop("verbund_old")


def insert(connection: Connection, table_name: str, **values: Any) -> None:
    """Put a row in with neutral values where the version of then needs some."""
    table = sa.Table(table_name, sa.MetaData(), autoload_with=connection)
    needed = [column for column in table.columns if not (column.nullable or column.server_default is not None or column.name in values or column.primary_key)]
    neutral = {column.name: {} if isinstance(column.type, sa.JSON) else NEUTRAL[column.type.python_type] for column in needed}
    connection.execute(table.insert().values(**neutral, **values))


def old_fleet(connection: Connection, *, portfolio: bool) -> None:
    """Enter devices as version 011 knew them: with a measure, without, with a number that no measure has, and one taken out of service."""
    insert(connection, "municipality", id=1, key="bernsdorf")
    insert(connection, "organisation", id=1, municipality_id=1, kind="building_yard", key="bauhof-bernsdorf")
    insert(connection, "site", id=1, organisation_id=1)
    insert(connection, "resource_category", id=1)
    if portfolio:
        insert(connection, "working_group", id=1)
        for number, stage, wing in ((9, "in_progress", "procurement"), (31, "in_progress", "booking"), (30, "examined", "booking"), (44, "running", None)):
            measure = {"number": number, "stage": stage, "wing": wing, "horizon": "short", "origin": "real"}
            insert(connection, "measure", id=number + 100, working_group_id=1, **measure)
    for id_, number, retired in ((1, 30 if portfolio else None, None), (2, None, None), (3, 77, None), (4, None, datetime(2026, 2, 1, tzinfo=UTC))):
        place = {"owner_id": 1, "category_id": 1, "site_id": 1, "kind": "pool", "quantity": 5, "version": 1}
        insert(connection, "resource", id=id_, key=f"device-{id_}", name=f"Gerät {id_}", measure_number=number, retired_at=retired, **place)


def rows(connection: Connection, query: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(sa.text(query))]


@pytest.mark.parametrize("empty_app", ENGINES, indirect=True)
def test_devices_without_a_measure_go_to_the_one_for_shared_machines(empty_app: Flask) -> None:
    with schema.schema_change(db.engine) as connection:
        schema.migrate_to(connection, "011")
        old_fleet(connection, portfolio=True)
        insert(connection, "person", id=1, employer_id=1, fs_uniquifier="x")
        insert(connection, "membership", id=1, person_id=1, organisation_id=1, role="clerk", scope_from=date(2026, 1, 1))
        schema.migrate_to(connection, "012")

    with db.engine.connect() as connection:
        assert rows(connection, "SELECT id, measure_number FROM resource ORDER BY id") == [(1, 30), (2, 31), (3, 31), (4, 31)]
        assert rows(connection, "SELECT subject_id, measure_id FROM measure_link ORDER BY subject_id") == [(2, 131), (3, 131)]
        assert rows(connection, "SELECT scope_from FROM membership") == [(None,)]
    _refuses_what_must_never_be()


def _refuses_what_must_never_be() -> None:
    """The copied tables kept their old constraints, have the new ones, and the triggers that look at them still speak."""
    for statement in (
        "UPDATE resource SET measure_number = NULL",
        "UPDATE resource SET measure_number = 77",
        "UPDATE resource SET bookers = 'nobody'",
        "UPDATE membership SET scope_from = '2026-01-01'",
        "UPDATE membership SET role = 'auditor', scope_from = '2026-02-01', scope_until = '2026-01-01'",
    ):
        with db.engine.connect() as connection, pytest.raises(IntegrityError):
            connection.execute(sa.text(statement))
    span = {"starts_at": datetime(2027, 1, 1, 8, tzinfo=UTC), "ends_at": datetime(2027, 1, 1, 9, tzinfo=UTC)}
    with db.engine.connect() as connection, pytest.raises(DBAPIError, match=r"peak_occupancy_pool|the pool has not so many left"):
        insert(connection, "occupancy", id=1, resource_id=1, quantity=6, exclusive=False, **span)


@pytest.mark.parametrize("empty_app", ENGINES, indirect=True)
def test_hours_that_devices_were_lent_before_are_told_to_their_measure(empty_app: Flask) -> None:
    with schema.schema_change(db.engine) as connection:
        schema.migrate_to(connection, "018")
        old_lending(connection)
        schema.migrate_to(connection, "019")

    columns = "measure_id, municipality_id, nature, kind, unit, subject_kind, subject_id, amount"
    with db.engine.connect() as connection:
        assert rows(connection, f"SELECT {columns} FROM measure_effect") == [(131, 2, "achieved", "hours_used", "h", "resource", 1, 5_300_000)]
        assert str(rows(connection, "SELECT recorded_on FROM measure_effect")[0][0]) == "2026-01-03"  # the day in Berlin


def old_lending(connection: Connection) -> None:
    """Enter what version 018 knew of a device: lent twice, used by its owner, and out just now."""
    for number, name in ((1, "bernsdorf"), (2, "ossling")):
        insert(connection, "municipality", id=number, key=name)
        insert(connection, "organisation", id=number, municipality_id=number, kind="building_yard", key=f"bauhof-{name}")
    insert(connection, "person", id=1, employer_id=1, fs_uniquifier="x")
    insert(connection, "site", id=1, organisation_id=1)
    insert(connection, "resource_category", id=1)
    insert(connection, "working_group", id=1)
    insert(connection, "measure", id=131, working_group_id=1, number=31, stage="in_progress", wing="booking", horizon="short", origin="real")
    place = {"owner_id": 1, "category_id": 1, "site_id": 1, "kind": "single", "quantity": 1, "version": 1, "measure_number": 31, "bookers": "members"}
    insert(connection, "resource", id=1, key="device", name="Radlader", **place)
    morning, evening = datetime(2026, 1, 2, 8, tzinfo=UTC), datetime(2026, 1, 2, 23, tzinfo=UTC)
    uses = ((2, morning, morning.replace(hour=13)), (2, evening, evening.replace(minute=20)), (1, morning, evening), (2, evening, None))
    for id_, (town, begun, back) in enumerate(uses, start=1):
        who = {"municipality_id": town, "organisation_id": town, "entered_by_id": 1, "quantity": 1, "operator": "Karl", "fuel_out": "none", "fuel_back": "none"}
        insert(connection, "resource_use", id=id_, resource_id=1, out_at=begun, back_at=back, **who)


@pytest.mark.parametrize("empty_app", ["sqlite"], indirect=True)
def test_devices_of_an_empty_portfolio_get_a_measure_of_their_own(empty_app: Flask) -> None:
    with schema.schema_change(db.engine) as connection:
        schema.migrate_to(connection, "011")
        old_fleet(connection, portfolio=False)
        schema.migrate_to(connection, "012")

    with db.engine.connect() as connection:
        assert rows(connection, "SELECT number, title, wing FROM measure") == [(1, "Gemeinsame Nutzung von Geräten", "booking")]
        assert rows(connection, "SELECT DISTINCT measure_number FROM resource") == [(1,)]
