"""One running application and one browser for all tests of the pages."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from commons.permissions import Role
from tests import template
from tests.browser.serving import THEMES, WIDTHS, Server, running
from tests.servers.chromium import launch_options

PEOPLE = [
    ("koenigsbrueck", Role.PROCUREMENT_OFFICER),
    ("ossling", Role.BUILDING_YARD_HEAD),
    ("bernsdorf", Role.ADMINISTRATOR),
    ("bernsdorf", Role.CLERK),
    ("laussnitz", Role.MAYOR),
    ("neukirch", Role.AUDITOR),
    ("ossling", Role.EQUIPMENT_OFFICER),
]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Look at one width and theme as three people, and with --all at every one as many."""
    if {"width", "theme"} <= set(metafunc.fixturenames):
        every = [(width, theme) for width in WIDTHS for theme in THEMES]
        metafunc.parametrize(("width", "theme"), every if os.environ.get("TEST_ALL") else [(360, "light")])
    if "person" in metafunc.fixturenames:
        some = PEOPLE if os.environ.get("TEST_ALL") else PEOPLE[:3]
        metafunc.parametrize("person", some, ids=[f"{town}-{role}" for town, role in some])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(**launch_options())
        yield made
        made.close()


@pytest.fixture(scope="session")
def server(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    file = tmp_path_factory.mktemp("browser") / "browser.sqlite"
    shutil.copy(sqlite_template, file)
    with running(template.make_app(f"sqlite:///{file}")) as server:
        yield server
