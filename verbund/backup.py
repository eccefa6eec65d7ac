"""Backups that do not depend on the engine: a zip with one file of JSON lines a table, so that PostgreSQL can restore what SQLite kept."""

import base64
import json
import os
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from commons import clock
from verbund.locked_file import LockingWriter
from verbund.schema import revision_of

FORMAT = 1
MANIFEST = "manifest.json"
BATCH = 500
UNTOUCHED = {"alembic_version"}  # the manifest says the revision


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a backup says of itself: shape, origin, and the columns and number of rows of every table."""

    format: int
    product: str
    engine: str
    revision: str
    made_at: str
    tables: dict[str, dict[str, Any]]


class NothingToKeep(RuntimeError):
    """A database that was never migrated has nothing to back up."""

    def __init__(self) -> None:
        super().__init__("The database is empty: run `verbund migrate` first.")


def back_up(engine: Engine, target: Path, *, key: str | None) -> Manifest:
    """Write the whole database as it is at one moment, locked if there is a key; others keep working meanwhile."""
    unfinished = target.with_name(target.name + ".part")
    try:
        with _private_file(unfinished) as file:
            if key is None:
                manifest = _write(engine, file)
            else:
                with LockingWriter(file, key) as locked:
                    manifest = _write(engine, locked)  # type: ignore[arg-type]  # zipfile asks for no more than write
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return manifest


@contextmanager
def _private_file(path: Path) -> Iterator[BinaryIO]:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        yield file


def _write(engine: Engine, file: BinaryIO) -> Manifest:
    with one_moment(engine) as connection, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        revision = revision_of(connection)
        if revision is None:
            raise NothingToKeep
        tables = {table.name: _write_table(connection, archive, table) for table in tables_of(connection)}
        manifest = Manifest(
            format=FORMAT,
            product=_product_version(),
            engine=engine.dialect.name,
            revision=revision,
            made_at=clock.now().isoformat(timespec="seconds"),
            tables=tables,
        )
        archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1, sort_keys=True))
    return manifest


@contextmanager
def one_moment(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that sees one and the same state to its end: SQLite's do so by themselves."""
    options = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


def tables_of(connection: Connection) -> list[sa.Table]:
    """Return the tables as they are in the database, not as this version's models see them; computed columns are left out."""
    looked_at = sa.inspect(connection)
    tables = []
    for name in sorted(set(looked_at.get_table_names()) - UNTOUCHED):
        keys = set(looked_at.get_pk_constraint(name)["constrained_columns"])
        found = [column for column in looked_at.get_columns(name) if not column.get("computed")]
        columns = [sa.Column(column["name"], column["type"], primary_key=column["name"] in keys) for column in found]
        tables.append(sa.Table(name, sa.MetaData(), *columns))
    return tables


def _write_table(connection: Connection, archive: zipfile.ZipFile, table: sa.Table) -> dict[str, Any]:
    columns = [sa.cast(column, sa.Text).label(column.name) if isinstance(column.type, sa.JSON) else column for column in table.columns]
    json_columns = {column.name for column in table.columns if isinstance(column.type, sa.JSON)}
    rows = connection.execution_options(yield_per=BATCH).execute(sa.select(*columns).order_by(*table.primary_key.columns)).mappings()
    count = 0
    with archive.open(file_of(table.name), "w", force_zip64=True) as lines:
        for count, row in enumerate(rows, start=1):  # noqa: B007 (counts what was written)
            kept = {name: {"json": value} if name in json_columns and value is not None else _kept(value) for name, value in row.items()}
            lines.write(json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    return {"columns": [column.name for column in table.columns], "rows": count}


def file_of(table: str) -> str:
    """Name the file of a table inside a backup."""
    return f"tables/{table}.jsonl"


def _kept(value: Any) -> Any:
    """Say a value in JSON so that its kind is not lost."""
    match value:
        case None | bool() | int() | str():
            return value
        case bytes() | memoryview():
            return {"bytes": base64.b64encode(value).decode()}
        case datetime():
            return {"moment": (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()}
        case date():
            return {"day": value.isoformat()}
        case time():
            return {"clock": value.isoformat()}
        case Decimal() | float():
            return {"number": str(value)}
        case _:
            raise TypeError(f"a backup cannot keep {type(value).__name__}")


def given_back(kept: Any, column_type: sa.types.TypeEngine[Any]) -> Any:
    """Turn what a backup keeps into what a column takes."""
    if not isinstance(kept, Mapping):
        return bool(kept) if isinstance(column_type, sa.Boolean) and kept is not None else kept
    [(kind, text)] = kept.items()
    match kind:
        case "bytes":
            return base64.b64decode(text)
        case "moment":
            return _moment(text, column_type)
        case "day":
            return date.fromisoformat(text)
        case "clock":
            return time.fromisoformat(text)
        case "number":
            return Decimal(text) if isinstance(column_type, sa.Numeric) and column_type.asdecimal else float(text)
        case "json":
            value = json.loads(text)
            return sa.JSON.NULL if value is None else value
        case _:
            raise TypeError(f"this version cannot read {kind} from a backup")


def _moment(text: str, column_type: sa.types.TypeEngine[Any]) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if getattr(column_type, "timezone", False) and "sqlite" not in type(column_type).__module__ else moment.replace(tzinfo=None)


def _product_version() -> str:
    try:
        return version("verbund")
    except PackageNotFoundError:
        return "checkout"
