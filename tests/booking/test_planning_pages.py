"""Several devices at once, plans by day and month, a smaller pool, and reminders."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from booking import reserving
from booking.models import Booking, Resource
from commons.clock import stopped_at
from commons.database import db, write
from commons.letters import Letter
from commons.permissions import Role
from tests.booking.builders import book, hours, make_pool, make_resource, occupied
from tests.world import sign_in

NOW = datetime(2027, 1, 4, 8, 0, tzinfo=UTC)
TYPED = {"start_day": "2027-01-11", "start_time": "09:00", "end_day": "2027-01-11", "end_time": "11:00", "purpose": "Dorffest", "key": "k1"}


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(NOW):
        yield


def text_of(response) -> str:
    return response.get_data(as_text=True)


def test_several_devices_are_one_booking_or_none(app_once, client_once, clerk, world):
    tent, tables, roller = make_resource(name="Zelt"), make_pool(20, name="Tische"), make_resource(name="Walze")
    book(roller, hours(10, 12), by=world.actor("neukirch", Role.CLERK))
    sign_in(client_once, clerk)
    one, many, third = (f"number_{device.id}" for device in (tent, tables, roller))
    wished = TYPED | {one: "1", many: "12"}

    page = client_once.get(f"/buchung/mehrere?start={hours(9, 11).start:%Y-%m-%dT%H:%M:%SZ}&end={hours(9, 11).end:%Y-%m-%dT%H:%M:%SZ}")
    refused = client_once.post("/buchung/mehrere", data=wished | {third: "1"})
    nothing = client_once.post("/buchung/mehrere", data=TYPED)
    odd = client_once.post("/buchung/mehrere", data=TYPED | {one: "viele"})
    assert db.session.scalar(select(func.count()).select_from(Booking)) == 1
    placed = client_once.post("/buchung/mehrere", data=wished)
    again = client_once.post("/buchung/mehrere", data=wished)

    tent, tables = (db.session.get_one(Resource, int(name.partition("_")[2])) for name in (one, many))
    assert "20 von 20" in text_of(page)
    assert "Nicht alles ist frei" in text_of(refused)
    assert 'value="12"' in text_of(refused)
    assert (refused.status_code, nothing.status_code, odd.status_code, placed.status_code) == (409, 422, 422, 302)
    assert again.headers["Location"] == placed.headers["Location"]
    assert (occupied(tent), occupied(tables)) == ([hours(9, 11)], [hours(9, 11)])


@pytest.mark.parametrize(("view", "title"), [("tag", "Tagesplan"), ("woche", "Wochenplan"), ("monat", "Monatsplan")])
def test_plan_by_day_week_and_month(app_once, client_once, clerk, world, view, title):
    device = make_resource(name="Walze")
    book(device, hours(9, 11), by=clerk)
    book(device, hours(12, 14), by=world.actor("neukirch", Role.CLERK))
    sign_in(client_once, clerk)

    page = text_of(client_once.get(f"/buchung/{view}?tag=2027-01-11&art="))

    assert title in page
    assert "Oßling" in page
    assert "belegt" in page
    assert "Neukirch" not in page.split("<main")[1].split("</main>")[0].replace("Neukirch/L.", "")


def test_reminder_on_the_day_before_once_for_each_start(clerk):
    device = make_resource(name="Walze", contact="Bauhof, 035795 1234", key_place="Wache")
    placed = book(device, hours(9, 11), by=clerk)
    cancelled = book(device, hours(12, 13), by=clerk)
    write(reserving.cancel, cancelled.id, by=clerk)

    def told() -> list[Letter]:
        letters = db.session.scalars(select(Letter).where(Letter.person_id == clerk.person_id).order_by(Letter.id))
        return [letter for letter in letters if str(letter.subject_line).startswith("Morgen")]

    eve = hours(9, 11).start - timedelta(days=1)
    for moment in (eve - timedelta(hours=5), eve - timedelta(days=1)):
        with stopped_at(moment):
            reserving.remind_of_tomorrow()
    assert told() == []
    with stopped_at(eve):
        reserving.remind_of_tomorrow()
        reserving.remind_of_tomorrow()
    assert len(told()) == 1
    assert "Wache" in " ".join(str(line) for line in told()[0].paragraphs)
    with stopped_at(eve):
        write(reserving.move, placed.id, hours(10, 11), by=clerk)
        reserving.remind_of_tomorrow()
    assert len(told()) == 2
