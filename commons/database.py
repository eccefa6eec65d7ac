"""The database: base, column types and the one way to write."""

import random
import select
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, ParamSpec, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, DateTime, Dialect, Enum, Integer, MetaData, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

P = ParamSpec("P")
R = TypeVar("R")
ATTEMPTS = 12
RESTED = 5.0  # seconds after which a pooled connection is asked whether it still stands

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Carry the naming convention, so that every constraint can be named in a sentence."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False}, disable_autonaming=True)


class TooManyPlaces(ValueError):
    """An exact number has more decimal places than its column keeps."""


class ScaledDecimal(TypeDecorator[Decimal]):
    """Keep an exact decimal as a whole number of its smallest step, on SQLite too."""

    impl = BigInteger
    cache_ok = True

    def __init__(self, places: int) -> None:
        super().__init__()
        self.places = places

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Refuse what would be rounded silently."""
        if value is None:
            return None
        if isinstance(value, float):
            raise TypeError(f"a float is not exact: {value!r}")
        scaled = Decimal(value).scaleb(self.places)
        if scaled != scaled.to_integral_value():
            raise TooManyPlaces(f"{value} has more than {self.places} decimal places")
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        """Return the exact decimal."""
        return None if value is None else Decimal(value).scaleb(-self.places)


class UtcTime(TypeDecorator[datetime]):
    """Keep an aware moment in UTC and return it aware."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError(f"a moment needs its zone: {value!r}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# SQLite numbers rows by itself only for a column that is called INTEGER.
BigKey = BigInteger().with_variant(Integer, "sqlite")
pk = Annotated[int, mapped_column(BigKey, primary_key=True, autoincrement=True)]
cents = Annotated[Decimal, mapped_column(ScaledDecimal(2))]
price = Annotated[Decimal, mapped_column(ScaledDecimal(4))]
quantity = Annotated[Decimal, mapped_column(ScaledDecimal(6))]
utc_time = Annotated[datetime, mapped_column(UtcTime())]


def stored(kind: type[StrEnum]) -> Enum:
    """Return the column type that keeps an enumeration by value, with a named check."""
    return Enum(
        kind,
        native_enum=False,
        length=40,
        create_constraint=True,
        name=f"{kind.__name__.lower()}_known",
        values_callable=lambda members: [member.value for member in members],
    )


def engine_name() -> str:
    """Return "sqlite" or "postgresql"."""
    return db.engine.dialect.name


def write(verb: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a verb in one write transaction that begins before its first read; repeat it whole when the database asks for it."""
    for attempt in range(ATTEMPTS):
        db.session.rollback()
        try:
            db.session.connection(execution_options={"write": True})
            result = verb(*args, **kwargs)
            db.session.commit()
        except DBAPIError as error:
            db.session.rollback()
            if not is_passing(error) or attempt == ATTEMPTS - 1:
                raise
            time.sleep(random.uniform(0.005, 0.02) * 2 ** min(attempt, 5))  # noqa: S311 (spreads rivals, keeps no secret)
        except BaseException:
            db.session.rollback()
            raise
        else:
            return result
    raise AssertionError("unreachable")


def begin_to_write() -> None:
    """Turn the running read transaction into a write transaction: for libraries that commit by themselves instead of through write(...).

    What a reader saw may be stale once another has written; SQLite then refuses to let it write at all. So the empty read ends first.
    """
    connection = db.session.connection()
    if not connection.get_execution_options().get("write"):
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        connection.execution_options(write=True)


def is_passing(error: DBAPIError) -> bool:
    """Tell whether a database error goes away when the transaction is repeated."""
    state = getattr(error.orig, "sqlstate", None)
    return state in {"40001", "40P01", "55P03"} or "database is locked" in str(error.orig)


def constraint_of(error: DBAPIError) -> str:
    """Return the name of the violated constraint or trigger; SQLite names only columns for UNIQUE and foreign keys."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None and diagnosis.constraint_name:
        return str(diagnosis.constraint_name)
    return str(error.orig).rsplit(": ", 1)[-1]


def _prepare_sqlite(connection: DBAPIConnection, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 10000"):
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get("write"):
        # Deferred BEGIN would let two readers upgrade to writers and one of them fail at once.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.connection.cursor().execute("BEGIN")  # waits for nobody, so no fault is to be translated: half the way


def _note_rest(_connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
    record.info["rests_since"] = time.monotonic()


def _check_rested(connection: DBAPIConnection, record: ConnectionPoolEntry, dialect: Dialect) -> None:
    """Ask a connection that has rested, or that brings unasked news; a round trip for each use would cost more than most uses.

    A server that goes says so to every client at once: what lies unread between two uses is that farewell.
    """
    since = record.info.pop("rests_since", None)
    if since is None:  # it was just opened
        return
    try:
        if time.monotonic() - since > RESTED or _brings_news(connection):
            dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as gone:
        raise InvalidatePoolError from gone


def _brings_news(connection: Any) -> bool:
    ear = select.poll()
    ear.register(connection.fileno(), select.POLLIN)
    return bool(ear.poll(0))


def listen_to(engine: Engine) -> None:
    """Give a SQLite engine its pragmas and its honest BEGIN; let a PostgreSQL engine notice that its server was restarted."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "checkin", _note_rest)
        event.listen(engine, "checkout", lambda connection, record, _proxy: _check_rested(connection, record, engine.dialect))
