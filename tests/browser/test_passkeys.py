"""Passkeys in a real browser: set one up, sign in without a password, confirm a grave act with it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.serving import Server

CLERK = "anna.richter@bernsdorf.example"
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def phone(server: Server, browser: Browser) -> Iterator[Page]:
    """A browser with a fingerprint reader; passkeys belong to a name, not to a number."""
    named = Server(app=server.app, url=server.url.replace("127.0.0.1", "localhost"))
    context = named.visit(browser, CLERK)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    yield page
    context.close()


def test_passkey_signs_in_without_a_password(phone: Page) -> None:
    phone.goto("/konto/passkeys")
    phone.fill("#name", "Diensthandy")
    phone.locator("input[name=usage][value=first]").check()
    phone.locator("main form button[type=submit]").first.click()
    phone.wait_for_url("**/konto")
    assert "Der Passkey „Diensthandy“ ist eingerichtet." in phone.inner_text("main")

    phone.locator("header").get_by_role("button", name="Abmelden").click()
    phone.wait_for_url("**/")
    phone.goto("/anmelden/passkey")
    phone.locator("main form button[type=submit]").first.click()
    phone.wait_for_url(lambda url: "/anmelden" not in url)

    phone.goto("/konto")
    assert phone.locator("h1").inner_text() == "Mein Konto"
    assert "Passkeys: 1 eingerichtet" in phone.inner_text("main")
