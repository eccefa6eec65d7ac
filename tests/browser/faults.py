"""What a machine can tell of the accessibility of one page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def faults_of(page: Page) -> list[str]:
    """Return what axe finds, whether the page scrolls sideways, and what the browser itself complains about."""
    found = [f"{fault['id']}: {fault['nodes'][0]['html'][:160]}" for fault in Axe().run(page).response["violations"]]
    return [*found, *(["scrolls sideways"] if page.evaluate(OVERFLOW) > 0 else [])]
