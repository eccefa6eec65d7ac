"""A bidder seals in the own browser, the price sheet or what is typed: the server sees the closed envelope only, and it opens like any other."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import ROUND_HALF_UP, Decimal

import pytest
from flask import Flask, request, request_started

from commons.database import db
from commons.words import german_number
from procurement.models import Bid
from procurement.queries.bids import opened_bids_of
from procurement.queries.tender_documents import current_version
from procurement.tender_stages import BidChannel
from tests.browser.faults import faults_of
from tests.browser.serving import WIDTHS, XLSX, running
from tests.procurement.sheets import filled_in
from tests.procurement.tender_builders import FIRMS, make_published, open_after_deadline, reloaded, secret_of


@contextmanager
def heard(app: Flask, sent: list[bytes]) -> Iterator[None]:
    """Keep every byte that reaches the server in a body."""

    def listen(_app: Flask, **_more: object) -> None:
        sent.append(request.get_data())

    with request_started.connected_to(listen, app):
        yield


def test_a_bid_sealed_in_the_browser_opens_and_never_passed_the_server_in_the_clear(app_once, browser):
    tender = make_published()
    sheet = filled_in(current_version(tender).sheet.content, price=3.25)
    sent: list[bytes] = []

    with running(app_once) as server, heard(app_once, sent), server.visit(browser) as context:
        page = context.new_page()
        page.goto(f"/angebot/einladung/{secret_of(tender)}")
        page.goto(f"/angebot/{tender.id}/umschlag")
        page.get_by_text("Prüfwert des Schlüssels").wait_for()
        page.set_input_files("#open-sheet", {"name": "preisblatt.xlsx", "mimeType": XLSX, "buffer": sheet})
        page.get_by_role("button", name="Im Browser versiegeln").click()
        page.get_by_text("Versiegelt.").wait_for()
        shown = page.locator("[data-seal=hash] output").inner_text()
        page.get_by_role("button", name="Umschlag abgeben").click()
        page.get_by_text("Ihr Angebot ist eingegangen").wait_for()
    open_after_deadline(reloaded(tender))

    bid = db.session.query(Bid).one()
    opened = opened_bids_of(reloaded(tender))
    assert (bid.channel, bid.envelope_hash, bid.receipt["envelope_sha256"]) == (BidChannel.SEALED_BEFORE, shown, shown)
    assert any(b"VERBUND-BID" in body for body in sent)
    assert [body for body in sent if b"PK\x03\x04" in body] == []
    assert [one.bidder for one in opened] == [FIRMS[0]]
    assert {line.unit_price for line in opened[0].lines} == {Decimal("3.25")}


MARK = "ZZKLARTEXTMARKEZZ"


def test_a_bid_typed_and_sealed_in_the_browser_says_the_same_as_the_form_and_never_passed_the_server(app_once, browser):
    tender = make_published()
    version = current_version(tender)
    first, *others = version.positions
    buyer = tender.buyers[0].municipality
    sent: list[bytes] = []

    with running(app_once) as server, heard(app_once, sent), server.visit(browser) as context:
        page = context.new_page()
        page.goto(f"/angebot/einladung/{secret_of(tender)}")
        page.goto(f"/angebot/{tender.id}/im-browser")
        page.get_by_text("Prüfwert des Schlüssels").wait_for()
        page.fill(f"[name=price-{first.id}]", "1.234")
        page.get_by_role("button", name="Prüfen und versiegeln").click()
        refused = page.locator("[data-seal=faults]").inner_text()
        for name, typed in {
            f"price-{first.id}": "1.234,5678",
            f"vat-{first.id}": "7",
            "address": f"{MARK} 1, 01917 Kamenz",
            "discount": "2,5",
            "skonto_days": "14",
            "minimum_value": "100,50",
            "combinations": "1+2: 5 %",
            f"delivery-{buyer.id}": "12,30",
            "remark": MARK,
        }.items():
            page.fill(f"[name={name}]", typed)
        page.get_by_label("Steuern und Sozialabgaben sind gezahlt.").check()
        page.get_by_role("button", name="Prüfen und versiegeln").click()
        page.get_by_role("heading", name="Umschlag abgeben").wait_for()
        hints = page.locator("[data-seal=hints]").inner_text()
        shown, total = page.locator("[data-seal=hash] output").inner_text(), page.locator("[data-seal=sum] output").inner_text()
        page.fill("[name=contact]", "Frau Muster")
        withdrawn = page.get_by_role("heading", name="Umschlag abgeben").is_visible()
        page.get_by_role("button", name="Prüfen und versiegeln").click()
        page.get_by_role("button", name="Verschlossenen Umschlag abgeben").click()
        page.get_by_text("Ihr Angebot ist eingegangen").wait_for()
    open_after_deadline(reloaded(tender))

    opened = opened_bids_of(reloaded(tender))[0]
    lines = {line.number: line for line in opened.lines}
    net = (Decimal("1234.5678") * first.quantity).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert "1.234" in refused
    assert "Ihre Anschrift" in refused
    assert [position.number in hints for position in others if position.tender_lot_id == first.tender_lot_id] == [True] * (len(hints.split("fehlt")) - 1)
    assert (total, len(shown), withdrawn) == (f"{german_number(net, 2)} €", 64, False)
    assert [body for body in sent if MARK.encode() in body or b"1234.5678" in body or b"1.234,5678" in body] == []
    assert (lines[first.number].unit_price, lines[first.number].vat_percent) == (Decimal("1234.5678"), Decimal(7))
    assert {line.fingerprint for line in opened.lines} == {position.fingerprint for position in version.positions}
    assert (opened.address, opened.contact, opened.remark) == (f"{MARK} 1, 01917 Kamenz", "Frau Muster", MARK)
    assert (opened.discount_percent, opened.skonto_days, opened.minimum_value) == (Decimal("2.5"), 14, Decimal("100.50"))
    assert [(one.lots, one.discount_percent) for one in opened.packages] == [([1, 2], Decimal(5))]
    assert opened.delivery == {str(buyer.id): "12.3"}
    assert opened.declarations == {"no_exclusion": False, "taxes_paid": True, "minimum_wage": False}


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_on_which_a_bid_is_written_are_accessible(app_once, browser, width):
    tender = make_published()

    with running(app_once) as server, server.visit(browser, width=width) as context:
        page = context.new_page()
        page.goto(f"/angebot/einladung/{secret_of(tender)}")
        faults = {"schreiben": faults_of(page)}
        for path in ("umschlag", "im-browser"):
            page.goto(f"/angebot/{tender.id}/{path}")
            page.get_by_text("Prüfwert des Schlüssels").wait_for()
            faults[path] = faults_of(page)

    assert faults == {path: [] for path in faults}
