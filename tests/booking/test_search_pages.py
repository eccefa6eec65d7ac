"""The search for devices on pages: what is free, what is not and why, and a sentence as search."""

from datetime import UTC, datetime

import pytest

from commons.clock import stopped_at
from commons.permissions import Role
from tests.booking.builders import book, hours, make_kit, make_pool, make_resource
from tests.world import sign_in

MONDAY_MORNING = {"start_day": "2027-01-11", "start_time": "09:00", "end_day": "2027-01-11", "end_time": "11:00"}


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(datetime(2027, 1, 4, 8, 0, tzinfo=UTC)):
        yield


def text_of(response) -> str:
    return response.get_data(as_text=True)


def test_search_shows_what_is_free_and_why_not(app_once, client_once, clerk, world):
    taken, pool = make_resource(name="Vergebener Lader"), make_pool(5, name="Kegel")
    make_resource(name="Freier Lader")
    book(taken, hours(9, 11), by=world.actor("neukirch", Role.CLERK))
    book(pool, hours(9, 11), by=clerk, quantity=4)
    sign_in(client_once, clerk)

    page = text_of(client_once.get("/buchung/", query_string={**MONDAY_MORNING, "category": 0, "quantity": 1}))

    assert page.index("Freier Lader") < page.index("Das ist fast frei") < page.index("Vergebener Lader")
    assert "1 von 5 Stück sind frei" in page
    assert "Vergeben bis 11.01.2027, 11:00 Uhr" in page


def test_search_calls_nothing_free_that_its_owner_does_not_lend_then(app_once, client_once, clerk):
    make_resource(name="Freier Lader")
    make_resource(name="Kurz verliehener Lader", longest_minutes=60)
    sign_in(client_once, clerk)

    page = text_of(client_once.get("/buchung/", query_string={**MONDAY_MORNING, "category": 0, "quantity": 1}))

    assert page.index("Freier Lader") < page.index("Das geht nicht") < page.index("Kurz verliehener Lader")
    assert "höchstens eine Stunde am Stück verliehen" in page


def test_search_finds_what_does_the_same_work_under_another_name(app_once, client_once, clerk):
    make_resource(name="Scherenbühne 12 m", equivalence="Hubarbeitsbühne")
    make_resource(name="Kehrmaschine")
    sign_in(client_once, clerk)

    page = text_of(client_once.get("/buchung/", query_string={**MONDAY_MORNING, "category": 0, "what": "hubarbeitsbühnen"}))

    assert ("Scherenbühne 12 m" in page, "Kehrmaschine" in page) == (True, False)


def test_search_understands_an_english_sentence_and_the_english_name_of_a_kind(app_once, client_once, clerk):
    make_resource(name="Hubarbeitsbühne 12 m", category="lifting")
    make_resource(name="Kehrmaschine")
    sign_in(client_once, clerk)
    client_once.post("/sprache", data={"language": "en"})

    led = client_once.get("/buchung/", query_string={"sentence": "Monday 4 pm to Tuesday 7 am, lifting"})
    page = text_of(client_once.get(led.headers["Location"].partition("#")[0]))

    assert ("Hubarbeitsbühne 12 m" in page, "Kehrmaschine" in page) == (True, False)


def test_search_counts_kit_parts(app_once, client_once, clerk):
    part = make_resource(name="Tieflader")
    make_kit(part, name="Bagger mit Tieflader")
    book(part, hours(9, 11), by=clerk)
    sign_in(client_once, clerk)

    page = text_of(client_once.get("/buchung/", query_string={**MONDAY_MORNING, "category": 0, "quantity": 1}))

    assert page.index("Das ist fast frei") < page.index("Bagger mit Tieflader")


def test_search_understands_a_sentence(app_once, client_once, clerk):
    stage = make_resource(name="Anhänger-Hubarbeitsbühne 18 m")
    make_resource(name="Radlader")
    book(stage, hours(12, 14), by=clerk)
    sign_in(client_once, clerk)

    said = client_once.get("/buchung/?sentence=Montag+11.1.+9+Uhr+bis+13+Uhr,+Hubarbeitsbühne")
    page = text_of(client_once.get(said.headers["Location"]))
    lost = client_once.get("/buchung/?sentence=irgendwann")
    other = text_of(client_once.get("/buchung/?sentence=11.1.+Zeppelin", follow_redirects=True))

    assert "start_day=2027-01-11&start_time=09:00&end_day=2027-01-11&end_time=13:00&what=hubarbeitsb" in said.headers["Location"]
    assert said.headers["Location"].endswith("#ergebnis")
    assert "dasselbe Gerät, eine Stunde früher" in page
    assert "dasselbe Gerät, am nächsten Tag" in page
    assert "Radlader" not in page
    assert (lost.status_code, "Das haben wir nicht verstanden" in text_of(lost)) == (422, True)
    assert "Radlader" in other
