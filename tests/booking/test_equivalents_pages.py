"""The pages on which a person asks for any device, swaps it, and names what stays at home."""

import pytest

from booking.models import ReadinessClass
from booking.queries.bookings import get_booking
from commons.clock import stopped_at
from tests.booking.builders import at, book, hours, make_resource
from tests.booking.emergencies import make_engine
from tests.world import sign_in

TIMES = {"start_day": "2027-01-11", "start_time": "09:00", "end_day": "2027-01-11", "end_time": "11:00"}


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(at(6)):
        yield


def platform(name, height):
    return make_resource(name=name, category="lifting", features={"Arbeitshöhe": height})


def test_search_offers_any_of_a_kind_and_books_it(app_once, client_once, clerk):
    kind, tall, taller = platform("Bühne 8", "8 m").category_id, platform("Bühne 18", "18 m").id, platform("Bühne 20", "20 m").id
    sign_in(client_once, clerk)

    found = client_once.get("/buchung/", query_string={**TIMES, "category": kind, "quantity": 1, "feature": "Arbeitshöhe", "least": "12"})
    page = found.get_data(as_text=True)
    form = client_once.get(f"/buchung/gleichwertig/{kind}", query_string={"feature": "Arbeitshöhe", "least": "12"}).get_data(as_text=True)
    answer = client_once.post(f"/buchung/gleichwertig/{kind}", data={**TIMES, "feature": "Arbeitshöhe", "least": "12", "purpose": "Baum"})

    assert ("Bühne 8" in page, "Bühne 18" in page, "Irgendeines davon buchen" in page) == (False, True, True)
    assert 'value="12"' in form
    shown = client_once.get(answer.headers["Location"]).get_data(as_text=True)
    assert "Arbeitshöhe mindestens 12" in shown
    assert get_booking(int(answer.headers["Location"].rsplit("/", 1)[1]), clerk).items[0].resource_id in (tall, taller)


def test_search_refuses_a_least_that_is_no_number(app_once, client_once, clerk):
    device = platform("Bühne 8", "8 m")
    sign_in(client_once, clerk)

    page = client_once.get("/buchung/", query_string={**TIMES, "category": device.category_id, "feature": "Arbeitshöhe", "least": "hoch"})

    assert page.status_code == 422
    assert "Bitte geben Sie eine Zahl an" in page.get_data(as_text=True)


def test_swap_page_takes_one_tap(app_once, client_once, clerk):
    first, second = platform("Bühne A", "12 m"), platform("Bühne B", "14 m").id
    placed = book(first, hours(9, 11), by=clerk)
    item = get_booking(placed.id, clerk).items[0].id
    sign_in(client_once, clerk)

    page = client_once.get(f"/buchung/{placed.id}/tauschen/{item}").get_data(as_text=True)
    stale = client_once.post(f"/buchung/{placed.id}/tauschen/{item}", data={"resource": second, "version": 7})
    swapped = client_once.post(f"/buchung/{placed.id}/tauschen/{item}", data={"resource": second, "version": 1})

    assert "Bühne B nehmen" in page
    assert (stale.status_code, swapped.status_code) == (409, 302)
    assert get_booking(placed.id, clerk).items[0].resource_id == second


def test_class_a_asks_for_what_stays(app_once, client_once, clerk):
    device, stays = (make_engine(name=name, readiness_class=ReadinessClass.A).id for name in ("LF 10", "LF 8"))
    sign_in(client_once, clerk)

    search = client_once.get("/buchung/", query_string={**TIMES, "category": 0}).get_data(as_text=True)
    refused = client_once.post(f"/buchung/geraete/{device}/buchen", data={**TIMES, "purpose": "Übung"})
    booked = client_once.post(f"/buchung/geraete/{device}/buchen", data={**TIMES, "purpose": "Übung", "substitute": stays})

    assert "Mit Ersatz am Ort anfragen" in search
    assert (refused.status_code, 'name="substitute"' in refused.get_data(as_text=True)) == (422, True)
    assert "LF 8" in client_once.get(booked.headers["Location"]).get_data(as_text=True)
