"""Run the one history of migrations on SQLite and PostgreSQL."""

from alembic import context
from sqlalchemy.engine import Connection

import verbund.tables  # noqa: F401  (knows every table)
from commons.database import Base, db
from verbund.schema import schema_change

config = context.config


def run_migrations() -> None:
    """Bring the database forward in one transaction, that of the caller if it brings one."""
    given = config.attributes.get("connection")
    if given is not None:
        _run(given)
        return
    with schema_change(db.engine) as connection:
        _run(connection)


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        include_object=_ours,
    )
    with context.begin_transaction():
        context.run_migrations()


def _ours(thing, name, kind, reflected, compare_to) -> bool:  # type: ignore[no-untyped-def]  # noqa: ARG001
    return True


run_migrations()
