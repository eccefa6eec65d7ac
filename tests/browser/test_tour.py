"""The guided tour of the README, click by click, without JavaScript."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from commons import clock
from tests.browser.serving import Server, make_demo, running

LISTS = Path(__file__).parents[2] / "verbund" / "data" / "sample_lists"
PASSWORD = "Gemeinsam geht es leichter"


@pytest.fixture
def fresh(tmp_path: Path) -> Server:
    """A demo association of its own: the tour changes it."""
    with running(make_demo(tmp_path / "tour.sqlite")) as server:
        yield server


def enter(browser: Browser, server: Server, mail: str) -> Page:
    """Sign in as people do, with mail address and password."""
    page = server.visit(browser, java_script=False).new_page()
    page.goto("/anmelden")
    page.get_by_label("E-Mail").fill(mail)
    page.get_by_label("Kennwort", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Anmelden", exact=True).click()
    expect(page.get_by_role("heading", name="Heute", level=1)).to_be_visible()
    return page


def choose(page: Page, entry: str) -> None:
    """Open a page of the menu."""
    page.goto("/")
    page.get_by_role("navigation", name="Hauptmenü").first.get_by_role("link", name=entry, exact=True).click()


def test_tour_through_procurement(browser, fresh):
    clerk = enter(browser, fresh, "jana.kubitz@ossling.example")
    choose(clerk, "Bedarf melden")
    clerk.locator("input[type=file]").set_input_files(LISTS / "ossling.ods")
    clerk.get_by_label("Maßnahme der Zusammenarbeit").select_option(label="9 Gemeinsame Beschaffung von Verbrauchsmaterialien")
    clerk.get_by_role("button", name="Hochladen und lesen").click()
    clerk.get_by_label("Kein Preis bekannt").check()
    clerk.get_by_label("In dieser Einheit lassen, als eigene Position").check()
    clerk.get_by_role("button", name="Antworten speichern").click()
    clerk.get_by_role("button", name="Alle 137 Zeilen übernehmen").click()
    clerk.get_by_role("button", name="Zur Genehmigung einreichen").click()
    expect(clerk.get_by_text("Die Bedarfsmeldung ist eingereicht.")).to_be_visible()

    holder = enter(browser, fresh, "karsten.wuensche@ossling.example")
    holder.get_by_role("link", name="Bedarfsmeldung „Bedarf Gemeindeverwaltung Oßling 2027“ genehmigen").click()
    holder.get_by_role("button", name="Mittel bestätigen und genehmigen").click()
    expect(holder.get_by_text("Die Bedarfsmeldung ist genehmigt.")).to_be_visible()

    officer = enter(browser, fresh, "martina.grafe@koenigsbrueck.example")
    choose(officer, "Bündeln")
    officer.get_by_role("link", name="Verbrauchsmaterial 2027").click()
    officer.get_by_role("link", name="1 weitere genehmigte Meldung dazunehmen").click()
    officer.get_by_label("Oßling: Bedarf Gemeindeverwaltung Oßling 2027").check()
    officer.get_by_role("button", name="Dazunehmen").click()
    bundle = officer.url
    officer.get_by_role("button", name="Zeilen abgleichen").click()
    expect(officer.get_by_role("heading", name="Meinen diese Zeilen denselben Artikel?")).to_be_visible()
    officer.get_by_role("button", name="Verschiedene Artikel").first.click()
    expect(officer.get_by_role("button", name="sind verschiedene Artikel")).to_be_visible()  # the undo of this decision
    officer.goto(bundle)
    officer.get_by_role("link", name="Lose bearbeiten").click()
    officer.get_by_role("button", name="Lose vorschlagen lassen").click()
    expect(officer.get_by_role("row").filter(has_text="Feuerwehrbedarf").first).to_be_visible()
    officer.goto(bundle)
    names = []
    for kind in ("Excel", "PDF"):
        with officer.expect_download() as download:
            officer.get_by_role("link", name=f"Leistungsverzeichnis als {kind}").click()
        names.append(download.value.suggested_filename)
    assert names == ["leistungsverzeichnis-1.xlsx", "leistungsverzeichnis-1.pdf"]


def test_tour_through_booking(browser, fresh):
    day = clock.now().date() + timedelta(days=21)
    yard = enter(browser, fresh, "udo.scholze@ossling.example")
    choose(yard, "Gerät buchen")
    yard.get_by_label("Beginn: Tag").fill(day.isoformat())
    yard.get_by_label("Beginn: Uhrzeit").fill("07:00")
    yard.get_by_label("Ende: Tag").fill(day.isoformat())
    yard.get_by_label("Ende: Uhrzeit").fill("15:00")
    yard.get_by_label("Was brauchen Sie?").select_option(label="Heben")
    yard.get_by_role("button", name="Freie Geräte zeigen").click()
    yard.get_by_role("button", name="Anhänger-Hubarbeitsbühne 18 m anfragen").click()
    yard.get_by_label("Zweck").fill("Straßenlampen")
    yard.get_by_role("button", name="Anfrage senden").click()
    expect(yard.get_by_role("heading", name="Anhänger-Hubarbeitsbühne 18 m", level=1)).to_be_visible()
    booking = yard.url

    head = enter(browser, fresh, "gerd.petschel@bernsdorf.example")
    choose(head, "Anfragen entscheiden")
    head.goto(booking)
    head.get_by_role("button", name="Bestätigen").click()
    yard.goto(booking)
    expect(yard.get_by_text("bestätigt").first).to_be_visible()

    choose(yard, "Wochenplan")
    yard.goto(f"/buchung/woche?art=2&tag={day.isoformat()}")
    expect(yard.get_by_role("table").get_by_role("link", name="Bauhof Oßling")).to_be_visible()

    choose(yard, "Kalender abonnieren")
    expect(yard.get_by_role("heading", name="Kalender abonnieren", level=1)).to_be_visible()

    choose(yard, "Maßnahmen")
    yard.get_by_role("link", name="Gemeinsame Nutzung von Technik und bessere Auslastung").click()
    expect(yard.get_by_role("region", name="Woraus sich die Wirkung ergibt").get_by_role("link", name="Anhänger-Hubarbeitsbühne 18 m")).to_be_visible()
    choose(yard, "Bilanz")
    expect(yard.get_by_role("heading", name="Was die Zusammenarbeit bringt", level=1)).to_be_visible()
    mayor = enter(browser, fresh, "siegfried.nuck@ossling.example")
    expect(mayor.get_by_role("heading", name="Was die Zusammenarbeit bringt", level=2)).to_be_visible()
