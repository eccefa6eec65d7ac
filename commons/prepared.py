"""Statements for what happens many times a second: compiled once a database, then run by the driver as they are."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Connection, Dialect, Insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from commons.database import db

Change = Callable[[Any], Any]
_RUNNING = "transaction and connection of prepared statements"


class Prepared:
    """Hold a statement whose text never changes: no lists of unknown length, always the same columns.

    It runs in the session's transaction, and says the same as the session would, without the session's detours.
    """

    def __init__(self, statement: Executable, *columns: str) -> None:
        self._statement, self._columns = statement, columns
        self._texts: dict[str, _Text] = {}

    def run(self, values: Mapping[str, Any]) -> None:
        """Change rows."""
        self._execute(values)

    def all(self, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Return every row."""
        text, cursor = self._execute(values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return [text.shown(row) for row in rows] if text.changes else rows

    def plain(self, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Return every row as the driver gives it: for hundreds of rows of numbers, which need no conversion."""
        _, cursor = self._execute(values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    def first(self, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Return the first row, None without one."""
        rows = self.all(values)
        return rows[0] if rows else None

    def number(self, values: Mapping[str, Any]) -> int:
        """Return the only value of the only row."""
        row = self.first(values)
        if row is None:
            raise LookupError("no row")
        return int(row[0])

    def _execute(self, values: Mapping[str, Any]) -> "tuple[_Text, Any]":
        connection = _connection()
        dialect = connection.dialect
        text = self._texts.get(dialect.name)
        if text is None:
            text = self._texts[dialect.name] = _Text(self._statement, self._columns, dialect)
        cursor: Any = connection.connection.cursor()
        bound = text.bound(values)
        try:
            cursor.execute(text.sql, bound)
        except dialect.loaded_dbapi.Error as error:  # as SQLAlchemy names it: write(...) repeats what passes
            raise DBAPIError.instance(text.sql, bound, error, dialect.loaded_dbapi.Error, dialect=dialect) from error
        return text, cursor


def _connection() -> Connection:
    """Return the connection of the running transaction; looked up once for all its statements."""
    session = db.session()
    transaction = session.get_transaction()
    known = session.info.get(_RUNNING)
    if known is not None and known[0] is transaction and session.is_active:
        return cast(Connection, known[1])
    connection = session.connection()
    session.info[_RUNNING] = (session.get_transaction(), connection)
    return connection


class _Text:
    """The statement as one kind of database wants it."""

    def __init__(self, statement: Any, columns: Sequence[str], dialect: Dialect) -> None:
        compiled: SQLCompiler = statement.compile(dialect=dialect, column_keys=list(columns) or None)
        self.sql = str(compiled)
        names: Sequence[str] = compiled.positiontup or list(compiled.binds)
        self._is_positional = bool(compiled.positional)
        self._binds = [(name, _binder(compiled.binds[name].type, dialect)) for name in names]
        self._constants: dict[str, Any] = {name: bind.value for name, bind in compiled.binds.items() if bind.value is not None}
        self._fresh: dict[str, Change] = {}
        if isinstance(statement, Insert):
            self._note_defaults(compiled)
        shown = [_shower(column.type, dialect) for column in getattr(statement, "exported_columns", ())]
        self.changes: list[tuple[int, Change]] = [(place, change) for place, change in enumerate(shown) if change is not None]

    def _note_defaults(self, compiled: SQLCompiler) -> None:
        for column in compiled.insert_prefetch:
            default: Any = column.default
            if default.is_scalar:
                self._constants[column.key] = default.arg
            else:
                self._fresh[column.key] = default.arg

    def bound(self, values: Mapping[str, Any]) -> Any:
        """Return the values as the driver takes them."""
        given = (
            {**self._constants, **{name: make(None) for name, make in self._fresh.items() if name not in values}, **values}
            if self._constants or self._fresh
            else values
        )
        if self._is_positional:
            return tuple([given[name] if change is None else change(given[name]) for name, change in self._binds])
        return {name: given[name] if change is None else change(given[name]) for name, change in self._binds}

    def shown(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return a row with the values that the columns stand for."""
        if not self.changes:
            return row
        values = list(row)
        for place, change in self.changes:
            values[place] = change(values[place])
        return tuple(values)


def _binder(type_: TypeEngine[Any], dialect: Dialect) -> Change | None:
    found: Change | None = type_.dialect_impl(dialect).bind_processor(dialect)
    return found


def _shower(type_: TypeEngine[Any], dialect: Dialect) -> Change | None:
    found: Change | None = type_.dialect_impl(dialect).result_processor(dialect, None)
    return found
