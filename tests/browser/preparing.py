"""What people click before the bids are open: open a tender, decide, bind, share the key, rehearse, publish; and how suppliers hand in."""

from playwright.sync_api import Page

from commons import clock
from commons.database import db
from procurement.entries import DECLARATIONS
from procurement.models import Bundle, Tender
from procurement.queries.tender_documents import current_version
from tests.browser.serving import XLSX
from tests.procurement.sheets import filled_in
from tests.procurement.tender_builders import BINDING, FIRMS, PASSPHRASE, REASON, mail_of

RULE = "Dann zählt die insgesamt günstigste Vergabe."
BASE = "/beschaffung/vergaben"


def press(page: Page, name: str) -> None:
    """Press a button, and refuse a page that came back with a fault."""
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()
    faults = page.locator(".kern-alert--danger, .error-summary")
    assert faults.count() == 0, faults.first.inner_text()


def fill(page: Page, **fields: str) -> None:
    for name, text in fields.items():
        place = page.locator(f"main [name={name}]")
        place.select_option(text) if place.evaluate("one => one.tagName") == "SELECT" else place.fill(text)


def open_and_decide(lead: Page, bundle: Bundle) -> Tender:
    """Group both lots, decide for an open procedure, set terms with a lot limit, take the proposed dates."""
    lead.goto(f"{BASE}/aus/{bundle.id}")
    fill(lead, title="Papier und Salz", goods="Büromaterial", reason=REASON)
    for box in lead.locator("input[name=lot_ids]").all():
        box.check()
    press(lead, "Vergabe eröffnen")
    db.session.rollback()  # to see what the server wrote
    tender = db.session.query(Tender).one()
    lead.goto(f"{BASE}/{tender.id}/wert")
    fill(lead, procedure="open", reason=REASON)
    press(lead, "Verfahren entscheiden")
    lead.goto(f"{BASE}/{tender.id}/bedingungen")
    fill(lead, framework_max_value="500000", max_lots_per_bidder="1", lot_limit_rule=RULE)
    press(lead, "Eintragen")
    lead.goto(f"{BASE}/{tender.id}/fristen")
    fill(lead, reason=REASON, binding_until=(clock.today() + BINDING).isoformat())
    press(lead, "Eintragen")
    return tender


def bind_towns(mayors: list[Page], tender: Tender) -> None:
    for mayor in mayors:
        mayor.goto(f"{BASE}/{tender.id}/bindung")
        fill(mayor, resolution="12/2026", resolved_on="2020-05-04", signatory="Bürgermeister", funds="900000")
        press(mayor, "Eintragen")


def share_and_rehearse(lead: Page, second: Page, tender: Tender) -> None:
    """Give the key to three officers, and let two of two towns rehearse."""
    lead.goto(f"{BASE}/{tender.id}/schluessel")
    for box in lead.locator("input[name=key_ids]").all():
        box.check()
    press(lead, "Schlüssel verteilen")
    confirm_by_passphrase([lead, second], tender)
    assert "Die Öffnung ist geprobt" in second.get_by_role("main").inner_text()


def confirm_by_passphrase(pages: list[Page], tender: Tender) -> None:
    for page in pages:
        page.goto(f"{BASE}/{tender.id}/oeffnung")
        page.locator("input[name=passphrase]").fill(PASSPHRASE)
        press(page, "Bestätigen")


def ask_firms_and_publish(lead: Page, tender: Tender) -> None:
    lead.goto(f"{BASE}/{tender.id}/firmen")
    for firm in FIRMS:
        fill(lead, name=firm, address=mail_of(firm))
        press(lead, "Auf die Liste setzen")
    lead.goto(f"{BASE}/{tender.id}")
    press(lead, "Jetzt veröffentlichen")
    assert "Angebotsfrist läuft" in lead.get_by_role("main").inner_text()


def write_by_form(firm: Page, tender: Tender, price: str) -> None:
    """Write one price for each position of the first lot, see the findings, hand in."""
    firm.goto(f"/angebot/{tender.id}/schreiben")
    for position in current_version(tender).positions:
        fill(firm, **{f"price-{position.id}": price if position.tender_lot.number == 1 else ""})
    fill(firm, address="Markt 1, 01917 Kamenz")
    for name in DECLARATIONS:
        firm.locator(f"main [name={name}]").check()
    press(firm, "Entwurf speichern und prüfen")
    press(firm, "Angebot verbindlich abgeben")
    assert "Quittung laden" in firm.get_by_role("main").inner_text()


def write_by_sheet(firm: Page, tender: Tender, price: float) -> None:
    """Upload the filled price sheet, see the findings, hand in."""
    sheet = filled_in(current_version(tender).sheet.content, price=price, lot="1.")
    firm.goto(f"/angebot/{tender.id}")
    firm.set_input_files("input[type=file]", {"name": "preisblatt.xlsx", "mimeType": XLSX, "buffer": sheet})
    press(firm, "Hochladen und prüfen")
    press(firm, "Angebot verbindlich abgeben")
    assert "Quittung laden" in firm.get_by_role("main").inner_text()


def withdraw(firm: Page, tender: Tender) -> None:
    firm.goto(f"/angebot/{tender.id}")
    press(firm, "Angebot zurückziehen")
    assert "zurückgezogen" in firm.get_by_role("main").inner_text()
