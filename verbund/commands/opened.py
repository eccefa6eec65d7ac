"""What a command opens before it works and closes when it is done."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from commons.database import db
from verbund import create_app


@contextmanager
def opened() -> Iterator[Flask]:
    """Open the association of the settings; leave no connection behind."""
    app = create_app()
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()
