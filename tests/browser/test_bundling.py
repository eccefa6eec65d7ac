"""The review queue by keyboard and by buttons, and positions dragged onto lots, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from commons.database import db, write
from procurement import bundling
from procurement.models import Bundle, MatchProposal
from procurement.queries.bundles import open_proposals, position_rows
from procurement.stages import ProposalStage
from tests.browser.faults import faults_of
from tests.browser.serving import Server, running
from tests.procurement.builders import lead, make_approved, make_bundle, reloaded

OFFICER = "procurement_officer@koenigsbrueck.example"
BROOMS = ("Straßenbesen 40 cm", "Piassavabesen breit", "Kehrbesen Hof")
BINDERS = ("Ordner breit blau", "Hefter DIN A4")
TOWNS = ("bernsdorf", "ossling", "laussnitz")


def lines_of(place: int) -> tuple[tuple[str, str, str], ...]:
    return tuple((kinds[place], "4", "Stück") for kinds in (BROOMS, BINDERS) if place < len(kinds))


@pytest.fixture
def bundle(world) -> Bundle:
    """Three towns' brooms and two towns' binders, every line a position of its own, with four proposals."""
    made = make_bundle(*(make_approved(town=town, lines=lines_of(place)) for place, town in enumerate(TOWNS)))
    ids = {line.text: line.id for taken in made.requests for line in taken.request.lines}
    for first, second in ((BROOMS[0], BROOMS[1]), (BROOMS[0], BROOMS[2]), (BROOMS[1], BROOMS[2]), BINDERS):
        pair = sorted((ids[first], ids[second]))
        db.session.add(MatchProposal(bundle_id=made.id, first_line_id=pair[0], second_line_id=pair[1], score=0, stage=ProposalStage.OPEN))
    db.session.commit()
    return made


@pytest.fixture
def server(app_once) -> Iterator[Server]:
    with running(app_once) as started:
        yield started


def officer_at(browser: Browser, server: Server, path: str, **options) -> Page:
    page = server.visit(browser, OFFICER, **options).new_page()
    page.goto(path)
    return page


def seen_now(bundle: Bundle) -> Bundle:
    """Return the bundle as the server has left it."""
    db.session.rollback()
    return reloaded(bundle)


def titles(bundle: Bundle) -> list[tuple[str, int]]:
    return sorted((row.title, row.lines) for row in position_rows(seen_now(bundle), lead()))


def press(page: Page, key: str, said: str) -> None:
    """Press a key on the proposal that has the focus, and wait for what was done."""
    expect(page.locator("[data-proposal]:focus")).to_have_count(1)
    page.keyboard.press(key)
    expect(page.get_by_role("status")).to_contain_text(said)


def test_queue_is_played_by_keyboard_and_remembered_for_the_next_bundle(browser, server, bundle):
    page = officer_at(browser, server, f"/beschaffung/buendel/{bundle.id}/pruefen#vorschlaege")
    assert faults_of(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("k")
    expect(page.locator("[data-proposal]:focus h2")).to_have_text("Vorschlag 1 von 4")

    press(page, "g", f"„{BROOMS[0]}“ und „{BROOMS[1]}“ sind derselbe Artikel.")
    press(page, "z", "Der Schritt ist rückgängig gemacht.")
    expect(page.locator("[data-proposal]:focus h2")).to_have_text("Vorschlag 1 von 4")
    press(page, "g", "sind derselbe Artikel.")
    press(page, "g", "sind derselbe Artikel.")  # decides the third pair of brooms with it
    expect(page.locator("[data-proposal]:focus h2")).to_have_text("Vorschlag 1 von 1")
    press(page, "v", f"„{BINDERS[0]}“ und „{BINDERS[1]}“ sind verschiedene Artikel.")
    expect(page.get_by_text("Alles entschieden")).to_be_visible()
    assert titles(bundle) == [(BINDERS[1], 1), (BINDERS[0], 1), (BROOMS[0], 3)]

    again = make_bundle(*(make_approved(town=town, lines=lines_of(place)) for place, town in enumerate(TOWNS)))
    bundling.match_bundle(again.id, by=lead())
    assert sorted(count for _, count in titles(again)) == [1, 1, 3]
    assert open_proposals(again) == []


def test_queue_is_played_by_buttons_without_javascript(browser, server, bundle):
    page = officer_at(browser, server, f"/beschaffung/buendel/{bundle.id}/pruefen", java_script=False, width=360)

    page.get_by_role("button", name="Derselbe Artikel").first.click()
    page.get_by_role("button", name="Verschiedene Artikel").first.click()
    page.locator("[data-undo]").first.get_by_role("button").click()
    page.get_by_role("button", name="Derselbe Artikel").first.click()

    expect(page.get_by_role("heading", name="Vorschlag 1 von 1")).to_be_visible()
    assert (BROOMS[0], 3) in titles(bundle)


def test_position_is_dragged_onto_a_lot_and_moved_by_choice_on_a_phone(browser, server, bundle):
    write(bundling.propose_lots, bundle.id, by=lead())
    target = write(bundling.add_lot, bundle.id, title="Reinigung", by=lead())
    rows = {row.title: row.id for row in position_rows(reloaded(bundle), lead())}
    page = officer_at(browser, server, f"/beschaffung/buendel/{bundle.id}/lose")

    page.get_by_label(BROOMS[0]).scroll_into_view_if_needed()
    page.get_by_text(BROOMS[0]).last.hover()
    page.mouse.down()
    page.mouse.move(600, 500, steps=4)
    zone = page.locator(f"[data-lot='{target.id}']")
    expect(zone).to_be_visible()
    zone.hover()
    zone.hover()
    page.mouse.up()
    expect(page.get_by_role("status")).to_contain_text("Reinigung")

    phone = officer_at(browser, server, f"/beschaffung/buendel/{bundle.id}/lose", java_script=False, width=360)
    phone.get_by_label(BROOMS[1]).check()
    phone.get_by_label("In das Los").select_option(str(target.id))
    phone.get_by_role("button", name="Gewählte Positionen verschieben").click()
    held = {row.id for row in position_rows(seen_now(bundle), lead(), lot_id=target.id)}
    assert held == {rows[BROOMS[0]], rows[BROOMS[1]]}
