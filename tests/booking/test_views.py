"""The pages of booking as people use them."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from booking.models import Approver, Booking
from booking.queries.bookings import get_booking
from booking.stages import Stage
from commons.clock import stopped_at
from commons.database import db
from commons.journal import entries_about
from commons.permissions import Role
from tests.booking.builders import approved_by, book, hours, make_resource
from tests.world import sign_in


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(datetime(2027, 1, 4, 8, 0, tzinfo=UTC)):
        yield


def times(start="2027-01-11T09:00", end="2027-01-11T11:00", **more):
    return {"start_day": start[:10], "start_time": start[11:], "end_day": end[:10], "end_time": end[11:], **more}


def text_of(response) -> str:
    return response.get_data(as_text=True)


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Booking)) or 0


def test_request_booking_confirms_at_once(app_once, client_once, clerk):
    device = make_resource(name="Radlader")
    sign_in(client_once, clerk)

    response = client_once.post(f"/buchung/geraete/{device.id}/buchen", data=times(purpose="Markt", key="k1"))

    booking = db.session.scalars(select(Booking)).one()
    assert response.status_code == 302
    assert booking.stage is Stage.CONFIRMED
    assert booking.period == hours(9, 11)
    assert [entry.act for entry in entries_about("booking", booking.id)] == ["booking.requested"]


def test_request_booking_twice_is_one(app_once, client_once, clerk):
    device = make_resource()
    sign_in(client_once, clerk)

    first, second = (client_once.post(f"/buchung/geraete/{device.id}/buchen", data=times(purpose="Markt", key="k1")) for _ in range(2))

    assert first.headers["Location"] == second.headers["Location"]
    assert count() == 1


def test_request_booking_taken_keeps_form_and_offers(app_once, client_once, world, clerk):
    device = make_resource(name="Radlader")
    make_resource(name="Zweiter Radlader")
    book(device, hours(9, 11), by=world.actor("neukirch", Role.CLERK), purpose="Geheimes Fest")
    sign_in(client_once, clerk)

    response = client_once.post(f"/buchung/geraete/{device.id}/buchen", data=times(purpose="Mein Zweck", key="k1"))

    page = text_of(response)
    assert response.status_code == 409
    assert "Mein Zweck" in page
    assert "Zweiter Radlader" in page
    assert "2027-01-11T10:00:00" in page.replace("%3A", ":")
    assert "Geheimes Fest" not in page
    assert "neukirch" not in page


def test_request_booking_taken_names_rival_to_the_owner(app_once, client_once, world, head):
    device = make_resource()
    book(device, hours(9, 11), by=world.actor("neukirch", Role.CLERK))
    sign_in(client_once, head)

    response = client_once.post(f"/buchung/geraete/{device.id}/buchen", data=times(purpose="Markt", key="k1"))

    assert response.status_code == 409
    assert "clerk neukirch" in text_of(response)


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [
        ("2027-03-28T02:30", "2027-03-28T05:00", "2 auf 3 Uhr"),
        ("2027-01-11T11:00", "2027-01-11T09:00", "nach dem Beginn"),
        ("2027-01-01T11:00", "2027-01-11T09:00", "Vergangenheit"),
        ("2027-01-11T11:00", "2027-02-20T09:00", "am Stück"),
    ],
    ids=["missing_hour", "end_before_start", "past", "too_long"],
)
def test_request_booking_rule_broken_is_422(app_once, client_once, clerk, start, end, sentence):
    device = make_resource()
    sign_in(client_once, clerk)

    response = client_once.post(f"/buchung/geraete/{device.id}/buchen", data=times(start, end, purpose="Markt", key="k1"))

    assert response.status_code == 422
    assert sentence in text_of(response)
    assert count() == 0


def test_request_booking_double_hour_is_asked_with_first_preselected(app_once, client_once, clerk):
    device = make_resource()
    sign_in(client_once, clerk)
    data = times("2027-10-31T02:30", "2027-10-31T05:00", purpose="Markt", key="k1")

    asked = client_once.post(f"/buchung/geraete/{device.id}/buchen", data=data)

    assert asked.status_code == 422
    assert 'value="first" checked' in " ".join(text_of(asked).replace("checked class", "class").split()) or "checked" in text_of(asked)
    assert client_once.post(f"/buchung/geraete/{device.id}/buchen", data={**data, "start_hour": "second"}).status_code == 302
    assert db.session.scalars(select(Booking)).one().starts_at == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


def test_approve_by_owner(app_once, client_once, clerk, head):
    placed = book(approved_by(), hours(9, 11), by=clerk)
    sign_in(client_once, head)

    assert "Bestätigen" in text_of(client_once.get("/buchung/anfragen"))
    response = client_once.post(f"/buchung/{placed.id}/bestaetigen", data={"version": 1})

    assert response.status_code == 302
    assert get_booking(placed.id, head).stage is Stage.CONFIRMED
    assert client_once.post(f"/buchung/{placed.id}/bestaetigen", data={"version": 2}).status_code == 409


def test_approve_by_other_owner_is_not_found(app_once, client_once, clerk, world):
    placed = book(approved_by(), hours(9, 11), by=clerk)
    sign_in(client_once, world.actor("neukirch", Role.BUILDING_YARD_HEAD))

    assert client_once.post(f"/buchung/{placed.id}/bestaetigen", data={"version": 1}).status_code == 404


def test_approve_by_yard_head_of_town_hall_device_is_refused(app_once, client_once, clerk, head):
    placed = book(approved_by(Approver.ADMINISTRATION), hours(9, 11), by=clerk)
    sign_in(client_once, head)

    assert client_once.post(f"/buchung/{placed.id}/bestaetigen", data={"version": 1}).status_code == 403


def test_decline_needs_a_reason(app_once, client_once, clerk, head):
    placed = book(approved_by(), hours(9, 11), by=clerk)
    sign_in(client_once, head)

    assert client_once.post(f"/buchung/{placed.id}/ablehnen", data={"reason": " ", "version": 1}).status_code == 422
    assert client_once.post(f"/buchung/{placed.id}/ablehnen", data={"reason": "Eigener Bedarf", "version": 1}).status_code == 302
    assert get_booking(placed.id, head).reason == "Eigener Bedarf"


@pytest.mark.parametrize("page", ["", "/verlegen", "/stornieren", "/bearbeiten"])
def test_booking_pages_open_for_the_booker_and_not_for_strangers(app_once, client_once, clerk, world, page):
    placed = book(make_resource(), hours(9, 11), by=clerk)

    sign_in(client_once, clerk)
    assert client_once.get(f"/buchung/{placed.id}{page}").status_code == 200
    sign_in(client_once, world.stranger)
    assert client_once.get(f"/buchung/{placed.id}{page}").status_code == 404


def test_move_stale_page_is_told(app_once, client_once, clerk):
    placed = book(make_resource(), hours(9, 11), by=clerk)
    sign_in(client_once, clerk)
    client_once.post(f"/buchung/{placed.id}/verlegen", data=times(end="2027-01-11T12:00", version=1))

    response = client_once.post(f"/buchung/{placed.id}/verlegen", data=times(end="2027-01-11T13:00", version=1))

    assert response.status_code == 409
    assert "Inzwischen hat jemand anders" in text_of(response)


def test_week_hides_names_of_other_towns(app_once, client_once, world, clerk):
    device = make_resource(name="Radlader")
    book(device, hours(9, 11), by=clerk)
    sign_in(client_once, world.actor("neukirch", Role.CLERK))
    hidden = text_of(client_once.get("/buchung/woche?tag=2027-01-13&art="))
    sign_in(client_once, world.actor("bernsdorf", Role.YARD_WORKER))
    shown = text_of(client_once.get("/buchung/woche?tag=2027-01-13&art="))

    assert "09:00–11:00" in hidden
    assert "belegt" in hidden
    assert "Gemeindeverwaltung Oßling" not in hidden
    assert "Gemeindeverwaltung Oßling" in shown


def test_resource_page_tells_what_and_where(app_once, client_once, world, clerk):
    device = make_resource(name="Bühne", features={"Arbeitshöhe": "18 m"}, key_place="Haken 3", contact="Herr Kunze", tariff_text="32,00 € je Stunde")
    book(device, hours(9, 11), by=clerk, purpose="Geheim")
    sign_in(client_once, world.actor("neukirch", Role.CLERK))

    page = text_of(client_once.get(f"/buchung/geraete/{device.id}"))

    for text in ("18 m", "Haken 3", "Herr Kunze", "32,00 € je Stunde", "belegt"):
        assert text in page
    assert "Geheim" not in page


def test_register_change_and_retire_by_the_owner_only(app_once, client_once, world, head):
    make_resource()
    sign_in(client_once, head)
    data = {
        "name": "Walze",
        "key": "walze",
        "owner": head.organisation_id,
        "category": 1,
        "kind": "single",
        "quantity": 1,
        "site": "Bauhof Bernsdorf",
        "features": "Gewicht: 2 t",
        "approval_by": "building_yard_head",
        "buffer_before_min": 15,
        "buffer_after_min": 30,
        "readiness_class": "",
        "measure_number": 31,
    }

    created = client_once.post("/buchung/geraete/neu", data=data)
    page = created.headers["Location"]
    assert "2 t" in text_of(client_once.get(page))
    assert client_once.post("/buchung/geraete/neu", data=data).status_code == 422
    changed = client_once.post(f"{page}/bearbeiten", data={**data, "name": "Tandemwalze", "version": 1})
    assert changed.status_code == 302
    assert client_once.post(f"{page}/bearbeiten", data={**data, "version": 1}).status_code == 409
    sign_in(client_once, world.actor("neukirch", Role.BUILDING_YARD_HEAD))
    assert client_once.post(f"{page}/bearbeiten", data={**data, "version": 2}).status_code in (403, 422)
    assert client_once.post(f"{page}/ausmustern").status_code == 403
    sign_in(client_once, head)
    assert client_once.post(f"{page}/ausmustern").status_code == 302
    assert "Tandemwalze" not in text_of(client_once.get("/buchung/geraete/"))


@pytest.mark.parametrize("address", ["/buchung/", "/buchung/woche", "/buchung/meine", "/buchung/geraete/", "/kalender/"])
def test_lists_open_without_anything_in_them(app_once, client_once, clerk, address):
    sign_in(client_once, clerk)

    assert client_once.get(address).status_code == 200


@pytest.mark.parametrize("query", ["start=kaputt&end=2", "tag=2027-99-99", "quantity=x", "start_day=2027-13-45"])
def test_odd_addresses_are_no_errors(app_once, client_once, clerk, query):
    device = make_resource()
    sign_in(client_once, clerk)

    for address in (f"/buchung/geraete/{device.id}/buchen", "/buchung/woche", "/buchung/"):
        assert client_once.get(f"{address}?{query}").status_code in (200, 422)


def test_owner_books_for_whoever_calls(client, world, head, clerk):
    device, other = approved_by(name="Walze"), make_resource(name="Bagger", owner="bauhof-ossling")
    sign_in(client, head)
    wished = times(purpose="Am Telefon", key="k1", lent_to=str(clerk.organisation_id))

    page = text_of(client.get(f"/buchung/geraete/{device.id}/buchen"))
    placed = client.post(f"/buchung/geraete/{device.id}/buchen", data=wished)
    refused = client.post(f"/buchung/geraete/{other.id}/buchen", data=wished | {"key": "k2"})

    booking = db.session.scalars(select(Booking)).one()
    assert "Für wen?" in page
    assert (placed.status_code, refused.status_code) == (302, 422)
    assert (booking.stage, booking.for_organisation_id, booking.for_municipality_id) == (Stage.CONFIRMED, clerk.organisation_id, clerk.municipality_id)
    assert get_booking(booking.id, clerk).created_by_id == head.person_id


@pytest.mark.parametrize("field", ["lent_to", "substitute"])
def test_request_booking_for_a_number_beyond_all_rows_is_not_found(app, client, clerk, field):
    device_id = make_resource().id
    sign_in(client, clerk)

    answer = client.post(f"/buchung/geraete/{device_id}/buchen", data=times(purpose="Wegebau", key="k", **{field: str(10**20)}))

    assert answer.status_code == 404
