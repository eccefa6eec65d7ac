"""Whatever form somebody opens, the time is held while it is open, for ten minutes and without saying whose it is."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from booking.models import Booking, Hold
from booking.queries.bookings import get_booking
from booking.queries.waiting import held_until
from commons.clock import stopped_at
from commons.database import db
from commons.permissions import Role
from tests.booking.builders import approved_by, book, hours, make_pool, make_resource, occupied
from tests.world import sign_in

NOW = datetime(2027, 1, 4, 8, 0, tzinfo=UTC)
TIMES = {"start_day": "2027-01-11", "start_time": "09:00", "end_day": "2027-01-11", "end_time": "11:00"}
ASKED = {"start": hours(9, 11).start.isoformat(), "end": hours(9, 11).end.isoformat()}
HELD = "vorgemerkt bis 09:10 Uhr"


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(NOW):
        yield


def text_of(response) -> str:
    return response.get_data(as_text=True)


def holds() -> int:
    return db.session.scalar(select(func.count()).select_from(Hold)) or 0


def test_form_of_a_device_asks_for_the_time_first_and_holds_it(app_once, client_once, clerk, neighbour):
    device = make_resource(name="Walze")
    sign_in(client_once, clerk)
    page = f"/buchung/geraete/{device.id}/buchen"

    opened = text_of(client_once.get(page))
    held = client_once.post(page, data={**TIMES, "hold": "1"})
    form = text_of(client_once.get(held.headers["Location"]))

    assert ('name="purpose"' in opened, 'name="purpose"' in form, HELD in form) == (False, True, True)
    assert held_until([device.id], hours(9, 11), clerk) == {device.id: NOW + timedelta(minutes=10)}
    sign_in(client_once, neighbour)
    other = text_of(client_once.get(held.headers["Location"]))
    assert ("Zu dieser Zeit geht es nicht" in other, "vergeben" in other, HELD in other, "ßling" in other) == (True, True, False, False)
    sign_in(client_once, clerk)
    assert client_once.post(page, data={**TIMES, "purpose": "Markt", "key": "k"}).status_code == 302
    assert occupied(device) == [hours(9, 11)]


def test_what_was_typed_stays_when_the_time_is_held_later(app_once, client_once, clerk):
    device = make_resource()
    sign_in(client_once, clerk)

    form = text_of(client_once.post(f"/buchung/geraete/{device.id}/buchen", data={**TIMES, "purpose": "Markt", "note": "Mit Plane", "hold": "1"}))

    assert all(text in form for text in (HELD, 'value="Markt"', "Mit Plane"))
    assert db.session.scalar(select(func.count()).select_from(Booking)) == 0


def test_nobody_holds_what_nobody_may_book(app_once, client_once, clerk):
    device = make_resource(longest_minutes=60)
    sign_in(client_once, clerk)

    refused = client_once.post(f"/buchung/geraete/{device.id}/buchen", data={**TIMES, "hold": "1"})
    led = client_once.post(f"/buchung/geraete/{device.id}/vormerken", data=ASKED)

    assert (refused.status_code, holds()) == (422, 0)
    assert "höchstens eine Stunde am Stück verliehen" in text_of(client_once.get(led.headers["Location"]))


def test_a_taken_time_says_so_before_anything_is_typed_and_offers_the_list(app_once, client_once, clerk, neighbour):
    device = make_resource(name="Walze")
    book(device, hours(9, 11), by=neighbour)
    sign_in(client_once, clerk)

    refused = client_once.post(f"/buchung/geraete/{device.id}/buchen", data={**TIMES, "hold": "1"})
    waiting = client_once.post(f"/buchung/geraete/{device.id}/warten", data={**ASKED, "quantity": "1", "purpose": "Fest"})

    page = text_of(refused)
    assert refused.status_code == 409
    assert "dasselbe Gerät, 2 Stunden später" in page
    assert 'id="waiting-purpose"' in page
    assert waiting.headers["Location"] == "/buchung/warteliste"


def test_owner_holds_for_who_calls(app_once, client_once, head, world):
    device, caller = approved_by(), world.actor("ossling", Role.CLERK)
    sign_in(client_once, head)

    held = client_once.post(f"/buchung/geraete/{device.id}/buchen", data={**TIMES, "hold": "1", "lent_to": caller.organisation_id})

    form = text_of(client_once.get(held.headers["Location"]))
    assert HELD in form
    assert f'selected value="{caller.organisation_id}"' in form


def test_several_are_held_together_or_not_at_all(app_once, client_once, clerk, neighbour):
    device, pool = make_resource(name="Walze"), make_pool(5, name="Kegel")
    sign_in(client_once, clerk)
    chosen = {f"number_{device.id}": "1", f"number_{pool.id}": "3"}

    form = text_of(client_once.post("/buchung/mehrere", data={**TIMES, **chosen, "hold": "1"}))

    assert all(text in form for text in (HELD, "3 × Kegel", 'name="purpose"'))
    sign_in(client_once, neighbour)
    refused = client_once.post("/buchung/mehrere", data={**TIMES, f"number_{pool.id}": "3", "hold": "1"})
    nothing = client_once.post("/buchung/mehrere", data={**TIMES, "hold": "1"})
    assert (refused.status_code, nothing.status_code, holds()) == (409, 422, 1)
    sign_in(client_once, clerk)
    assert client_once.post("/buchung/mehrere", data={**TIMES, **chosen, "purpose": "Markt", "key": "k"}).status_code == 302


def test_owner_books_several_for_who_calls_and_nobody_else_does(app_once, client_once, head, clerk, world):
    device, pool, caller = make_resource(name="Walze"), make_pool(5, name="Kegel"), world.actor("ossling", Role.CLERK)
    chosen = {**TIMES, f"number_{device.id}": "1", f"number_{pool.id}": "3", "purpose": "Fest", "lent_to": caller.organisation_id}
    sign_in(client_once, world.actor("neukirch", Role.CLERK))
    refused = client_once.post("/buchung/mehrere", data={**chosen, "key": "n"})
    sign_in(client_once, head)

    form = text_of(client_once.post("/buchung/mehrere", data={**chosen, "hold": "1"}))
    booked = client_once.post("/buchung/mehrere", data={**chosen, "key": "k"})

    assert (refused.status_code, booked.status_code) == (422, 302)
    assert "Für wen?" in form
    assert get_booking(int(booked.headers["Location"].rsplit("/", 1)[1]), clerk).for_organisation_id == caller.organisation_id


def test_any_of_a_kind_is_held_and_that_one_booked(app_once, client_once, clerk, neighbour):
    first, second = make_resource(name="Bühne A", category="lifting"), make_resource(name="Bühne B", category="lifting").id
    taken = book(first, hours(9, 11), by=neighbour)
    page = f"/buchung/gleichwertig/{first.category_id}"
    sign_in(client_once, clerk)

    form = text_of(client_once.post(page, data={**TIMES, "hold": "1"}))
    with stopped_at(NOW + timedelta(minutes=5)):
        again = text_of(client_once.post(page, data={**TIMES, "hold": "1"}))
        sign_in(client_once, neighbour)
        client_once.post(f"/buchung/{taken.id}/stornieren", data={"version": 1})
        sign_in(client_once, clerk)
        booked = client_once.post(page, data={**TIMES, "purpose": "Baum", "key": "k"})

    assert "Bühne B ist für Sie " + HELD in form
    assert HELD in again  # no longer than the first
    assert get_booking(int(booked.headers["Location"].rsplit("/", 1)[1]), clerk).items[0].resource_id == second
    assert held_until([second], hours(9, 11), clerk) == {}


def test_alternative_of_a_refused_move_leads_to_the_move(app_once, client_once, clerk, neighbour):
    device = make_resource()
    placed = book(device, hours(13, 15), by=clerk)
    book(device, hours(9, 11), by=neighbour)
    sign_in(client_once, clerk)

    refused = text_of(client_once.post(f"/buchung/{placed.id}/verlegen", data={**TIMES, "version": 1}))
    address = refused.split(f'href="/buchung/{placed.id}/verlegen?', 1)[1].split('"', 1)[0].replace("&amp;", "&")

    assert 'name="start_time" required type="time" value="11:00"' in text_of(client_once.get(f"/buchung/{placed.id}/verlegen?{address}"))
