"""Series as people and programs book them."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from booking.models import Approver, Booking, Series
from booking.rules.recurrence import Rhythm
from booking.rules.rrule import RruleUnreadable, parsed
from booking.stages import Stage
from commons.clock import stopped_at
from commons.database import db, write
from commons.permissions import Role
from commons.tokens import create_token
from tests.booking.builders import MONDAY, approved_by, book, hours, make_resource, occupied
from tests.world import sign_in


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(datetime(2027, 1, 4, 8, 0, tzinfo=UTC)):
        yield


FORM = {"start_day": "2027-01-11", "start_time": "07:00", "end_day": "2027-01-11", "end_time": "09:00", "purpose": "Wochenmarkt", "key": "k1"}
RULE = {"rhythm": "weekly", "every": "1", "count": "4", "choice": "all"}


def text_of(response) -> str:
    return response.get_data(as_text=True)


def test_plan_preview_and_book_the_free_ones(app_once, client_once, clerk, world):
    device = make_resource(name="Radlader")
    book(device, hours(8, 10, day=MONDAY + timedelta(weeks=2)), by=world.actor("neukirch", Role.CLERK), purpose="Geheimes Fest")
    sign_in(client_once, clerk)
    url = f"/buchung/geraete/{device.id}/serie"

    begun = client_once.post(url, data=FORM)
    shown = client_once.post(url, data=FORM | RULE | {"step": "preview"})
    refused = client_once.post(url, data=FORM | RULE | {"step": "book"})
    booked = client_once.post(url, data=FORM | RULE | {"step": "book", "choice": "free", "seen": "2027-01-25"})

    assert (begun.status_code, shown.status_code, refused.status_code, booked.status_code) == (200, 200, 409, 302)
    assert "Wochenmarkt" in text_of(begun)
    assert "3 Termine sind frei, 1 nicht" in text_of(shown)
    assert "Geheimes Fest" not in text_of(shown)
    assert "Es wurde nichts gebucht" in text_of(refused)
    page = text_of(client_once.get(booked.headers["Location"]))
    assert "war nicht frei, nicht gebucht" in page
    instead = page.split('aria-label="Ersatz für den 25.01.2027 suchen"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert "dasselbe Gerät" in text_of(client_once.get(instead))
    assert db.session.scalar(select(func.count()).select_from(Booking)) == 4


def test_owner_decides_and_booker_moves_and_cancels_on_pages(app_once, client_once, clerk, world):
    device, head = approved_by(Approver.BUILDING_YARD_HEAD), world.actor("bernsdorf", Role.BUILDING_YARD_HEAD)
    sign_in(client_once, clerk)
    client_once.post(f"/buchung/geraete/{device.id}/serie", data=FORM | RULE | {"step": "book", "count": "3"})
    made = db.session.scalars(select(Series)).one()
    first, second = made.dates[0].booking_id, made.dates[1].booking_id
    sign_in(client_once, head)

    assert "Alle offenen Termine bestätigen" in text_of(client_once.get(f"/buchung/serien/{made.id}"))
    assert client_once.post(f"/buchung/serien/{made.id}/bestaetigen").status_code == 302
    sign_in(client_once, clerk)
    move = FORM | {"start_time": "08:00", "end_time": "09:00", "reach": "all"}
    assert client_once.get(f"/buchung/serien/{made.id}/termine/{first}/verlegen").status_code == 200
    assert client_once.post(f"/buchung/serien/{made.id}/termine/{first}/verlegen", data=move).status_code == 302
    assert client_once.get(f"/buchung/serien/{made.id}/termine/{second}/stornieren").status_code == 200
    assert client_once.post(f"/buchung/serien/{made.id}/termine/{second}/stornieren", data={"reach": "following"}).status_code == 302

    assert occupied(device) == [hours(8, 9)]
    db.session.expire_all()
    assert db.session.get_one(Booking, first).stage is Stage.CONFIRMED
    sign_in(client_once, world.stranger)
    assert client_once.get(f"/buchung/serien/{made.id}").status_code == 404


def test_series_over_the_interface(app_once, client_once, clerk, world):
    device = make_resource(key="radlader")
    book(device, hours(8, 10, day=MONDAY + timedelta(weeks=1)), by=world.actor("neukirch", Role.CLERK))
    secret = write(create_token, clerk.person_id, name="Test")
    headers = {"Authorization": f"Bearer {secret}"}
    asked = {"resource": "radlader", "start": "2027-01-11T07:00", "end": "2027-01-11T09:00", "timezone": "Europe/Berlin", "rrule": "FREQ=WEEKLY;COUNT=3"}

    shown = client_once.post("/api/v1/series/preview", json=asked, headers=headers)
    refused = client_once.post("/api/v1/series", json=asked | {"purpose": "Markt"}, headers=headers)
    made = client_once.post("/api/v1/series", json=asked | {"purpose": "Markt", "choice": "free"}, headers=headers)
    unreadable = client_once.post("/api/v1/series", json=asked | {"purpose": "Markt", "rrule": "FREQ=YEARLY;COUNT=3"}, headers=headers)

    assert [one["free"] for one in shown.get_json()["items"]] == [True, False, True]
    assert shown.get_json()["items"][1]["alternative"]["start"] == "2027-01-18T06:00:00+01:00"
    assert (refused.status_code, [one["day"] for one in refused.get_json()["conflicts"]]) == (409, ["2027-01-18"])
    assert (made.status_code, [one["fate"] for one in made.get_json()["dates"]]) == (201, ["booked", "taken", "booked"])
    assert unreadable.status_code == 422


@pytest.mark.parametrize(
    ("text", "rhythm"),
    [
        ("FREQ=DAILY;COUNT=3", Rhythm.DAILY),
        ("RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;UNTIL=20270201", Rhythm.WEEKDAYS),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;COUNT=3", Rhythm.WEEKLY),
        ("FREQ=MONTHLY;BYMONTHDAY=11;COUNT=3", Rhythm.MONTHLY_DAY),
        ("FREQ=MONTHLY;BYDAY=2MO;COUNT=3", Rhythm.MONTHLY_WEEKDAY),
    ],
)
def test_rrule_of_each_rhythm(text, rhythm):
    assert parsed(text, first=MONDAY.date()).rhythm is rhythm


@pytest.mark.parametrize(
    "text",
    ["", "FREQ=YEARLY", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;COUNT=x", "FREQ=DAILY;COUNT=2;UNTIL=20270201", "FREQ=DAILY;BYHOUR=3"],
)
def test_rrule_refuses_what_people_do_not_mean(text):
    with pytest.raises(RruleUnreadable):
        parsed(text, first=MONDAY.date())
