"""The product as it runs, once an engine for all races: starting it takes longer than most of them."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from commons.database import db
from tests import template
from tests.servers.product import served
from tests.verbund.racing import Arena


@pytest.fixture(scope="session")
def serve_once(request, tmp_path_factory) -> Iterator[Callable[[str], Arena]]:
    """Serve a copy of the template by two processes, at the first race of an engine."""
    found: dict[str, Arena] = {}
    with ExitStack() as running:

        def serve(engine: str) -> Arena:
            if engine not in found:
                url = _copied(request, tmp_path_factory, engine)
                found[engine] = Arena(template.make_app(url), running.enter_context(served(url)))
            return found[engine]

        yield serve


def _copied(request, tmp_path_factory, engine: str) -> str:
    if engine == "sqlite":
        file = tmp_path_factory.mktemp("race") / "race.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        return f"sqlite:///{file}"
    return request.getfixturevalue("postgres_server").create("race", template=request.getfixturevalue("postgres_template"))


@pytest.fixture(params=["sqlite", "postgresql"])
def arena(request, serve_once) -> Iterator[Arena]:
    """The running product, and the application on the same database to look at it."""
    found = serve_once(request.param)
    with found.app.app_context():
        yield found
        db.session.remove()
        db.engine.dispose()
