"""A test client that watches the house rules on every answer."""

from typing import Any

from flask import g
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from commons.database import db
from tests.pages import faults_of


class VigilantClient(FlaskClient):
    """Fail on commits while reading, on changes left uncommitted, and on pages that are not valid HTML."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request and look at what it left behind."""
        commits: list[str] = []
        db.session.remove()
        for name in list(g):  # the context of the test outlives its requests: nobody stays signed in through it
            g.pop(name)

        def note(connection: Any) -> None:
            if connection.get_execution_options().get("write"):
                commits.append("write")

        event.listen(db.engine, "commit", note)
        try:
            response = super().open(*args, **kwargs)
        finally:
            event.remove(db.engine, "commit", note)
        self._check(response, commits)
        return response

    def _check(self, response: TestResponse, commits: list[str]) -> None:
        request = response.request
        if request.method in {"GET", "HEAD"} and commits and not request.path.startswith(("/kalender/", "/api/")):
            raise AssertionError(f"{request.method} {request.path} wrote to the database")
        if db.session.new or db.session.dirty or db.session.deleted:
            raise AssertionError(f"{request.method} {request.path} left changes uncommitted")
        if response.mimetype == "text/html" and response.data:
            faults = faults_of(response.get_data(as_text=True))
            if faults:
                raise AssertionError(f"{request.path}: " + "; ".join(faults))
