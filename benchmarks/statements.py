"""Every statement that reaches the driver, prepared ones too: asked of the driver itself, for ours go past SQLAlchemy's events."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from commons.database import db


@contextmanager
def noted() -> Iterator[list[str]]:
    """Note what is executed on the connection of the session, whose transaction has begun."""
    raw: Any = db.session.connection().connection.dbapi_connection
    said: list[str] = []
    if isinstance(raw, sqlite3.Connection):
        raw.set_trace_callback(lambda statement: None if statement.startswith("--") else said.append(statement))  # what triggers do is a comment
        try:
            yield said
        finally:
            raw.set_trace_callback(None)
    else:
        usual, raw.cursor_factory = raw.cursor_factory, _noting(said)
        try:
            yield said
        finally:
            raw.cursor_factory = usual


def _noting(said: list[str]) -> type[psycopg.Cursor[Any]]:
    class Noting(psycopg.Cursor[Any]):
        def execute(self, query: Any, *values: Any, **more: Any) -> Any:
            said.append(str(query))
            return super().execute(query, *values, **more)

    return Noting
