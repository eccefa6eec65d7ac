"""A whole procedure in a real browser: three suppliers, two openers from two towns, a tie, a lot without bids, a lot limit, an award by two people."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from commons import clock, jobs
from commons.database import db
from commons.people import Actor
from commons.permissions import Role
from procurement.models import Tender
from procurement.queries.awards import find_decision, letters_of
from procurement.tender_stages import LetterKind, LotOutcome, TenderStage
from tests.browser.faults import faults_of
from tests.browser.preparing import (
    ask_firms_and_publish,
    bind_towns,
    confirm_by_passphrase,
    open_and_decide,
    press,
    share_and_rehearse,
    withdraw,
    write_by_form,
    write_by_sheet,
)
from tests.procurement.builders import lead
from tests.procurement.tender_builders import FIRMS, HOLDERS, REASON, make_key, officer, secret_of, three_towns
from tests.world import World, sign_in


class Today:
    """Hold the day on which people act; None is the day of the machine."""

    def __init__(self, moment: datetime) -> None:
        self.moment: datetime | None = moment

    def of(self, app):
        """Return the application as it runs on that day."""

        def run(environ, start_response):
            if self.moment is None:
                return app(environ, start_response)
            with clock.stopped_at(self.moment):
                return app(environ, start_response)

        return run


def supplier(browser: Browser, base: str, tender: Tender, firm: str) -> Page:
    """Return the page of a firm that follows the personal link of its letter."""
    page = browser.new_context(base_url=base, locale="de-DE").new_page()
    page.goto(f"/angebot/einladung/{secret_of(tender, firm)}")
    return page


@contextmanager
def serving(app) -> Iterator[str]:
    """Serve the app of the test on a free port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def page_of(app, browser: Browser, base: str, actor: Actor) -> Page:
    """Return a page of somebody who has just signed in."""
    client = app.test_client()
    sign_in(client, actor)
    context = browser.new_context(base_url=base)
    context.add_cookies([{"name": "session", "value": client.get_cookie("session").value, "url": base}])
    return context.new_page()


def check(page: Page) -> None:
    """Refuse pages with barriers."""
    assert faults_of(page) == []


def give_reason(page: Page, label: str) -> None:
    page.get_by_label(label).fill(REASON)


def open_together(pages: list[Page], tender: Tender) -> None:
    """Let two officers of two towns open with their own passphrases."""
    confirm_by_passphrase(pages, tender)
    shown = pages[1].get_by_role("main").inner_text()
    assert all(firm in shown for firm in FIRMS)
    assert {"zurückgezogen", "ersetzt", "geöffnet"} <= {word.strip() for word in shown.replace("\t", "\n").split("\n")}


def rank(first: Page, tender: Tender) -> None:
    first.goto(f"/beschaffung/wertung/{tender.id}")
    press(first, "Angebote prüfen lassen")
    check(first)
    press(first, "Angebote werten")
    assert "Gleichstand" in first.get_by_role("main").inner_text()
    check(first)


def draw_the_lot(pages: list[Page], tender: Tender) -> None:
    for page, button in zip(pages, ("Als erste Person zum Los aufrufen", "Los als zweite Person ziehen"), strict=True):
        page.goto(f"/beschaffung/wertung/{tender.id}/los")
        press(page, button)
    assert "Das Los ist gezogen" in pages[1].get_by_role("main").inner_text()


def propose(first: Page, tender: Tender) -> None:
    first.goto(f"/beschaffung/zuschlag/{tender.id}")
    press(first, "Günstigste zulässige Vergabe berechnen")
    db.session.rollback()
    assert jobs.run_next()
    first.get_by_role("link", name="Stand neu laden").click()
    assert "bewiesen die günstigste zulässige" in first.get_by_role("main").inner_text()
    first.get_by_role("link", name="Diese Vergabe vorschlagen").click()
    give_reason(first, "Begründung des Zuschlags")
    press(first, "Zuschlag vorschlagen")
    press(first, "Unterlegene Bieter informieren")
    check(first)


def confirm(second: Page, tender: Tender) -> None:
    second.goto(f"/beschaffung/zuschlag/{tender.id}")
    second.get_by_role("link", name="Als zweite Person bestätigen").click()
    press(second, "Zuschlag bestätigen")
    assert "Zuschlag bestätigt" in second.get_by_role("main").inner_text()
    check(second)


def test_whole_procedure_from_the_bundle_to_the_award_letter(app_once, browser):
    nord, sued, salz = FIRMS
    today = Today(clock.now() - timedelta(days=60))
    with clock.stopped_at(today.moment):
        bundle = three_towns()
        for town in HOLDERS:
            make_key(town)

    with serving(today.of(app_once)) as base:
        pages = [page_of(app_once, browser, base, officer(town)) for town in ("koenigsbrueck", "bernsdorf")]
        tender = open_and_decide(pages[0], bundle)
        bind_towns([page_of(app_once, browser, base, World().actor(town, Role.MAYOR)) for town in HOLDERS], tender)
        share_and_rehearse(pages[0], pages[1], tender)
        ask_firms_and_publish(pages[0], tender)
        db.session.rollback()  # to see what the server wrote
        suppliers = {firm: supplier(browser, base, tender, firm) for firm in FIRMS}
        write_by_form(suppliers[nord], tender, "0,35")
        write_by_sheet(suppliers[sued], tender, 0.35)
        write_by_form(suppliers[salz], tender, "0,30")
        withdraw(suppliers[salz], tender)
        write_by_form(suppliers[salz], tender, "0,40")
        write_by_form(suppliers[salz], tender, "0,36")

        today.moment = None  # the deadline is over
        open_together(pages, tender)
        rank(pages[0], tender)
        draw_the_lot(pages, tender)
        propose(pages[0], tender)
        confirm(pages[1], tender)

    db.session.expire_all()
    decision = find_decision(tender)
    assert db.session.get_one(Tender, tender.id).stage is TenderStage.AWARDED
    assert {row.tender_lot.number: row.outcome for row in decision.lots} == {1: LotOutcome.AWARDED, 2: LotOutcome.NO_BIDS}
    assert (decision.proposed_by_id, decision.confirmed_by_id) == (lead().person_id, officer("bernsdorf").person_id)
    assert [letter.recipient.split(",")[0] for letter in letters_of(tender, LetterKind.AWARD)] == [decision.lots[0].opened_bid.bidder]
