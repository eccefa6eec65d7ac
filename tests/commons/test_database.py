"""Writing is one transaction, whole or not at all."""

import psycopg
import pytest
from sqlalchemy import create_engine, text

from commons import database
from commons.database import db, write
from commons.municipalities import find_municipality
from tests.builders import make_municipality


def test_write_commits_what_a_verb_flushed(app):
    write(make_municipality, key="schmorkau")

    db.session.rollback()
    assert find_municipality("schmorkau") is not None


def test_write_rolls_back_when_the_verb_fails(app):
    def fail():
        make_municipality(key="schmorkau")
        raise KeyError

    with pytest.raises(KeyError):
        write(fail)

    assert find_municipality("schmorkau") is None


@pytest.fixture
def pooled(postgres_server):
    """An engine with a pool as the product has it."""
    engine = create_engine(postgres_server.url("postgres"), pool_size=2)
    database.listen_to(engine)
    yield engine
    engine.dispose()


def used(engine):
    """Use a connection for a moment and say which it was."""
    with engine.connect() as connection:
        return connection.execute(text("SELECT pg_backend_pid()")).scalar_one()


def test_connections_that_the_server_has_closed_are_replaced_before_they_are_used(pooled, postgres_server):
    with pooled.connect():
        rested = {used(pooled)}
    rested.add(used(pooled))
    with psycopg.connect(postgres_server.url("postgres").replace("+psycopg", "")) as master:
        master.execute("SELECT pg_terminate_backend(pid, 10000) FROM unnest(%s::int[]) AS pid", [list(rested)])

    with pooled.connect():
        assert used(pooled) not in rested
    assert used(pooled) not in rested


def test_a_connection_is_asked_whether_it_stands_only_after_a_rest(pooled, monkeypatch):
    asked = []
    ping = pooled.dialect.do_ping
    monkeypatch.setattr(pooled.dialect, "do_ping", lambda connection: asked.append(connection) or ping(connection))
    first = used(pooled)
    assert {used(pooled) for _ in range(5)} == {first}
    assert asked == []

    monkeypatch.setattr(database, "RESTED", -1.0)
    assert used(pooled) == first
    assert len(asked) == 1
