"""Run the one history of migrations on SQLite and PostgreSQL."""

from alembic import context
from flask import current_app

import verbund.tables  # noqa: F401  (knows every table)
from commons.database import Base, db

config = context.config


def run_migrations() -> None:
    """Bring the database forward in one transaction."""
    given = config.attributes.get("connection")
    if given is not None:
        _run(given)
        return
    with db.engine.connect().execution_options(write=True) as connection:
        _run(connection)


def _run(connection) -> None:  # type: ignore[no-untyped-def]
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        include_object=_ours,
        **{key: value for key, value in current_app.extensions["migrate"].configure_args.items() if key not in {"render_as_batch", "compare_type"}},
    )
    with context.begin_transaction():
        context.run_migrations()
    if connection.in_transaction():
        connection.commit()


def _ours(thing, name, kind, reflected, compare_to) -> bool:  # type: ignore[no-untyped-def]  # noqa: ARG001
    return True


run_migrations()
