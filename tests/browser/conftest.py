"""One running demo and one browser for all tests of the pages."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.serving import THEMES, WIDTHS, Server, make_demo, running
from tests.servers.chromium import launch_options

PEOPLE = (
    "martina.grafe@koenigsbrueck.example",  # procurement officer, for three towns
    "gerd.petschel@bernsdorf.example",  # building yard head
    "falk.hennig@bernsdorf.example",  # administrator
    "kathrin.boehme@koenigsbrueck.example",  # clerk, for three towns
    "siegfried.nuck@ossling.example",  # mayor
    "regina.zschieschang@ossling.example",  # auditor
    "bernd.schulze@bernsdorf.example",  # budget holder
    "steffen.klotsche@koenigsbrueck.example",  # brigade chief
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Look at one width and theme as three people, and with --all at every one as many."""
    everything = bool(os.environ.get("TEST_ALL"))
    if {"width", "theme"} <= set(metafunc.fixturenames):
        metafunc.parametrize(("width", "theme"), [(width, theme) for width in WIDTHS for theme in THEMES] if everything else [(360, "light")])
    if "person" in metafunc.fixturenames:
        metafunc.parametrize("person", PEOPLE if everything else PEOPLE[:3])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(**launch_options())
        yield made
        made.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(make_demo(tmp_path_factory.mktemp("browser") / "demo.sqlite")) as server:
        yield server
