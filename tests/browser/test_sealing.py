"""A bidder seals the price sheet in the own browser: the server sees the closed envelope only, and it opens like any other."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from flask import Flask, request, request_started

from commons.database import db
from procurement.models import Bid
from procurement.queries.bids import opened_bids_of
from procurement.queries.tender_documents import current_version
from procurement.tender_stages import BidChannel
from tests.browser.serving import XLSX, running
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
        page.get_by_text("Ihr versiegeltes Angebot ist eingegangen").wait_for()
    open_after_deadline(reloaded(tender))

    bid = db.session.query(Bid).one()
    opened = opened_bids_of(reloaded(tender))
    assert (bid.channel, bid.envelope_hash, bid.receipt["envelope_sha256"]) == (BidChannel.SEALED_BEFORE, shown, shown)
    assert any(b"VERBUND-BID" in body for body in sent)
    assert [body for body in sent if b"PK\x03\x04" in body] == []
    assert [one.bidder for one in opened] == [FIRMS[0]]
    assert {line.unit_price for line in opened[0].lines} == {Decimal("3.25")}
