"""One database template an engine; every test works on its own copy."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings

from commons.database import db
from procurement.rules import sealing_keys
from tests import template
from tests.clients import VigilantClient
from tests.servers import postgres
from tests.world import World

ENGINES = ("sqlite", "postgresql")
# What shares a running product stays on one process, and comes first: it takes longest.
TOGETHER = {"tests/browser/": "browser", "tests/verbund/test_race": "races", "tests/booking/test_emergency_race": "races", "tests/verbund/test_wheel": "wheel"}

settings.register_profile("search", max_examples=5_000, deadline=None)  # ./run test -m hypothesis --hypothesis-profile search
settings.register_profile("same", derandomize=True, deadline=None)  # no change fails by the chance of a day or a busy machine; ./run search draws anew
settings.load_profile("same")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in memory where there is one: the disk is not under test."""
    memory = Path("/dev/shm")
    return (
        Path(tmp_path_factory.mktemp("verbund"))
        if not memory.is_dir()
        else Path(_made(memory / f"verbund-{tmp_path_factory.getbasetemp().name}-{id(tmp_path_factory)}"))
    )


def _made(path: Path) -> str:
    path.mkdir(parents=True, exist_ok=True)
    return str(path)


@pytest.fixture(scope="session", autouse=True)
def _short_stretching() -> None:
    """Stretch passphrases by little: half a second a key is for whoever guesses. The figures stand in each key, their real size has its own test."""
    sealing_keys.STRENGTH = (1, 1, 64)


@pytest.fixture(scope="session")
def sqlite_template(folder: Path) -> Iterator[Path]:
    file = folder / "template.sqlite"
    template.build(f"sqlite:///{file}")
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    yield file
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    server = postgres.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: postgres.Server) -> str:
    name = "verbund_template"
    postgres_server.create(name)
    template.build(postgres_server.url(name))
    return name


@pytest.fixture
def database_url(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """The address of a fresh copy of the template, on the engine of the test's parameter (SQLite without one)."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield f"sqlite:///{_copied(request.getfixturevalue('sqlite_template'), folder / 'test.sqlite')}"
        _removed(folder / "test.sqlite")
    else:
        server: postgres.Server = request.getfixturevalue("postgres_server")
        server.create("verbund_test", template=request.getfixturevalue("postgres_template"))
        yield server.url("verbund_test")
        server.drop("verbund_test")


def _copied(template_file: Path, file: Path) -> Path:
    _removed(file)
    shutil.copy(template_file, file)
    return file


def _removed(file: Path) -> None:
    for part in file.parent.glob(f"{file.name}*"):
        part.unlink()


@pytest.fixture(scope="session")
def assembled() -> dict[str, Flask]:
    """The applications that are assembled, by database: putting one together takes longer than most tests."""
    return {}


@pytest.fixture
def app(request: pytest.FixtureRequest, database_url: str, assembled: dict[str, Flask]) -> Iterator[Flask]:
    """The application on a fresh database, on both engines; its own where a test adds routes to it (own_app)."""
    made = template.make_app(database_url) if request.node.get_closest_marker("own_app") else assembled.get(database_url)
    if made is None:
        made = assembled[database_url] = template.make_app(database_url)
    made.test_client_class = VigilantClient
    settings = dict(made.config)
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()
    made.config.clear()
    made.config.update(settings)


@pytest.fixture
def app_once(app: Flask) -> Flask:
    """The application on SQLite only: for what does not depend on the engine."""
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def client_once(app_once: Flask) -> FlaskClient:
    return app_once.test_client()


@pytest.fixture
def world(app: Flask) -> World:
    """The five towns, their people and a stranger."""
    return World()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run on both engines whatever asks for `app` without asking for it once."""
    if "database_url" in metafunc.fixturenames and "app_once" not in metafunc.fixturenames:
        metafunc.parametrize("database_url", ENGINES, indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let tests that share a running product run in one process, before all others."""
    for item in items:
        group = next((name for start, name in TOGETHER.items() if item.nodeid.startswith(start)), None)
        if group is not None:
            item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)
