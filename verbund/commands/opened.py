"""What a command opens before it works and closes when it is done."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask
from sqlalchemy.exc import OperationalError

from commons.database import db
from verbund import create_app, schema
from verbund.config import BadSettings


def assembled() -> Flask:
    """Assemble the application; say what is wrong with the settings or the database instead of showing a stack trace."""
    try:
        app = create_app()
        with app.app_context():
            db.engine.connect().close()
    except BadSettings as fault:
        raise click.ClickException(f"The settings need your attention.\n{fault}") from fault
    except OperationalError as fault:
        raise click.ClickException(f"The database of VERBUND_DATABASE_URL cannot be opened.\n{fault.orig}") from fault
    return app


def check_current() -> None:
    """Say which command to run where the database has another shape."""
    try:
        schema.check_current()
    except schema.SchemaBehind as fault:
        raise click.ClickException(str(fault)) from fault


@contextmanager
def opened() -> Iterator[Flask]:
    """Open the association of the settings; leave no connection behind."""
    app = assembled()
    with app.app_context():
        check_current()
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()
