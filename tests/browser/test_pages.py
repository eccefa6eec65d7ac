"""What a machine can tell of accessibility, on every page that people reach by following links."""

import os
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException

from tests.browser.faults import faults_of

YARD_HEAD = "gerd.petschel@bernsdorf.example"
OPEN_PAGES = [
    "/", "/anmelden", "/kennwort-vergessen", "/hilfe", "/hilfe/clerk", "/barrierefreiheit", "/impressum", "/datenschutz", "/feedback", "/gibt-es-nicht",
]  # fmt: skip


@pytest.fixture
def visit(server, browser, width, theme):
    contexts = []

    def open_page(person=None):
        contexts.append(server.visit(browser, person, width=width, theme=theme))
        return contexts[-1].new_page()

    yield open_page
    for context in contexts:
        context.close()


def endpoint_of(app, path: str) -> str | None:
    try:
        return str(app.url_map.bind("localhost").match(urlsplit(path).path)[0])
    except HTTPException:
        return None


def links_on(page: Page, base: str) -> list[str]:
    addresses = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    return [address.removeprefix(base).split("#")[0] for address in addresses if address.startswith(base + "/")]


def pages_reached(server, page: Page, start: str, seen: set[str | None]):
    """Follow links, one page for each kind of address that was not seen before."""
    waiting = [start]
    while waiting:
        path = waiting.pop(0)
        answer = page.request.get(path)
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        page.goto(path)
        yield path, answer.status
        for link in links_on(page, server.url):
            endpoint = endpoint_of(server.app, link)
            if endpoint is not None and endpoint not in seen and endpoint != "static":
                seen.add(endpoint)
                waiting.append(link)


@pytest.mark.parametrize("path", OPEN_PAGES)
def test_open_page_is_accessible(visit, path):
    page = visit()

    page.goto(path)

    assert faults_of(page) == []


@pytest.fixture(scope="session")
def looked_at():
    """What somebody has looked at already; with --all everybody looks at everything."""
    return set()


def test_every_page_that_a_person_reaches_is_accessible(server, visit, person, looked_at):
    page = visit(person)
    seen = set() if os.environ.get("TEST_ALL") else looked_at

    faults = {path: [*faults_of(page), *([f"status {status}"] if status != 200 else [])] for path, status in pages_reached(server, page, "/", seen)}

    assert {path: found for path, found in faults.items() if found} == {}
    assert len(seen) > 20


def test_form_with_errors_is_accessible_and_leads_to_the_fault(visit):
    page = visit()
    page.goto("/feedback")

    page.click("main form button[type=submit]")

    assert faults_of(page) == []
    assert page.evaluate("document.activeElement.id") == "error-summary"
    page.click("#error-summary a")
    assert page.evaluate("document.activeElement.id") == "text"


def test_page_obeys_its_own_content_security_policy(visit):
    complaints: list[str] = []
    page = visit(YARD_HEAD)
    page.on("console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None)

    page.goto("/")
    page.goto("/hilfe")

    assert complaints == []


def test_menu_opens_without_javascript(server, browser, width, theme):
    context = server.visit(browser, YARD_HEAD, width=360, theme=theme, java_script=False)
    page = context.new_page()
    page.goto("/")

    page.click(".menu--fold summary")
    page.click(".menu--fold a[href='/hilfe'], .menu--fold li:nth-child(1) a")

    assert page.locator("h1").count() == 1
    context.close()
