"""The numbered cases of booking as somebody meets them: by page, by program, by mail and in the calendar."""

from datetime import UTC, date, datetime, time

import icalendar
import pytest
from sqlalchemy import func, select

from booking import reserving, series, subscribing
from booking.models import Booking, FeedDetail, FeedScope
from booking.occupying import Wish
from booking.placing import Details
from booking.queries.bookings import get_booking
from booking.rules.recurrence import Rhythm, Rule
from booking.series import Choice, Plan, Reach
from commons.clock import stopped_at
from commons.database import db, write
from commons.letters import Letter
from commons.tokens import create_token
from tests.booking.builders import approved_by, book, hours, make_pool, make_resource, occupied, wall
from tests.world import sign_in

pytestmark = pytest.mark.usefixtures("winter_morning")


def stored() -> int:
    return db.session.scalar(select(func.count()).select_from(Booking)) or 0


def typed(start: str, end: str, **more: str) -> dict[str, str]:
    (start_day, start_time), (end_day, end_time) = start.split(), end.split()
    return {"start_day": start_day, "start_time": start_time, "end_day": end_day, "end_time": end_time, "purpose": "Fest", "key": "k1"} | more


def token(actor) -> dict[str, str]:
    return {"Authorization": f"Bearer {write(create_token, actor.person_id, name='Test')}"}


def asked(device, start: str, end: str) -> dict[str, str]:
    return {"resource": device.key, "start": start, "end": end, "timezone": "Europe/Berlin", "purpose": "Fest"}


def text_of(response) -> str:
    return response.get_data(as_text=True)


def test_case_17_missing_hour_is_refused_by_page_and_program(client, clerk):
    device = make_resource()
    sign_in(client, clerk)

    page = client.post(f"/buchung/geraete/{device.id}/buchen", data=typed("2027-03-28 02:00", "2027-03-28 04:00"))
    answer = client.post("/api/v1/bookings", json=asked(device, "2027-03-28T02:00", "2027-03-28T03:00"), headers=token(clerk))

    assert (page.status_code, answer.status_code, stored()) == (422, 422, 0)
    assert "von 2 auf 3 Uhr vorgestellt" in text_of(page)
    assert "von 2 auf 3 Uhr vorgestellt" in answer.get_json()["detail"]


def test_case_18_double_hour_is_asked_by_the_page_and_the_first_to_a_program(client, clerk):
    device, day = make_resource(), "2027-10-31"
    sign_in(client, clerk)
    url, wished = f"/buchung/geraete/{device.id}/buchen", typed(f"{day} 02:00", f"{day} 03:00")

    question = client.post(url, data=wished)
    answer = client.post("/api/v1/bookings", json=asked(device, f"{day}T02:00", f"{day}T02:30"), headers=token(clerk))
    second = client.post(url, data=wished | {"start_hour": "second"})

    assert (question.status_code, answer.status_code, second.status_code) == (422, 201, 302)
    assert "Diese Stunde gibt es zweimal" in text_of(question)
    assert answer.get_json()["start"] == f"{day}T02:00:00+02:00"
    assert [period.start for period in occupied(device)] == [datetime(2027, 10, 31, hour, tzinfo=UTC) for hour in (0, 1)]


def weekly(device, first: date, count: int, *, by):
    plan = Plan(rule=Rule(first=first, rhythm=Rhythm.WEEKLY, count=count), start=time(7), end=time(9))
    return write(series.book, [Wish(resource_id=device.id)], plan, choice=Choice.ALL, details=Details(purpose="Markt"), by=by)


def feed(client, actor) -> dict[str, icalendar.Component]:
    made = write(subscribing.subscribe, FeedScope.MINE, None, detail=FeedDetail.FULL, by=actor)
    events = icalendar.Calendar.from_ical(client.get(f"/kalender/{made.secret}/meine.ics").data).walk("VEVENT")
    return {f"{event['DTSTART'].dt:%m-%d %H:%M}": event for event in events}


def test_case_19_seven_oclock_on_the_page_in_the_mail_and_in_the_calendar(client, clerk):
    made = weekly(make_resource(), date(2027, 3, 15), 4, by=clerk)
    sign_in(client, clerk)

    page = text_of(client.get(f"/buchung/serien/{made.id}"))
    (letter,) = db.session.query(Letter)
    mail, part = " ".join(str(line) for line in letter.paragraphs), letter.calendar

    days = [date(2027, 3, 15), date(2027, 3, 22), date(2027, 3, 29), date(2027, 4, 5)]
    assert all(f"{day:%d.%m.%Y}, 07:00" in page and f"{day:%d.%m.%Y}, 07:00 Uhr" in mail for day in days)
    assert list(feed(client, clerk)) == [f"{day:%m-%d} 07:00" for day in days]
    assert part.count(b"DTSTART;TZID=Europe/Berlin:2027") == part.count(b"T070000") == 4


def test_case_37_second_editor_learns_who_changed_what(client, clerk, head):
    placed = book(approved_by(), hours(9, 11), by=clerk)
    version = str(get_booking(placed.id, clerk).version)
    write(reserving.move, placed.id, hours(9, 12), by=clerk)
    sign_in(client, head)

    declined = client.post(f"/buchung/{placed.id}/ablehnen", data={"reason": "Nein", "version": version})
    approved = client.post(f"/buchung/{placed.id}/bestaetigen", data={"version": version})

    for page in (declined, approved):
        assert page.status_code == 409
        assert f"{clerk.person_name}: verlegt. Neue Zeit: 11.01.2027, 09:00 Uhr bis 11.01.2027, 12:00 Uhr." in text_of(page)
    assert client.post(f"/buchung/{placed.id}/bestaetigen", data={"version": str(int(version) + 1)}).status_code == 302


def test_case_62_every_repeat_of_the_same_post_is_one_booking(client, clerk):
    single, pool = make_resource(), make_pool(5)
    sign_in(client, clerk)
    wished = typed("2027-01-11 09:00", "2027-01-11 11:00")
    rule = {"rhythm": "weekly", "every": "1", "count": "2", "choice": "all", "step": "book"}
    repeats = {
        f"/buchung/geraete/{single.id}/buchen": wished,
        "/buchung/mehrere": wished | {f"number_{pool.id}": "2", "key": "k2"},
        f"/buchung/geraete/{pool.id}/serie": wished | rule | {"quantity": "1"},
    }

    for url, data in repeats.items():
        first, again = (client.post(url, data=data) for _ in range(2))
        assert (first.status_code, first.headers["Location"]) == (302, again.headers["Location"])

    headers = {**token(clerk), "Idempotency-Key": "abc"}
    answers = [client.post("/api/v1/bookings", json=asked(single, "2027-01-12T09:00", "2027-01-12T10:00"), headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert stored() == 1 + 1 + 2 + 1


def test_case_71_series_shows_all_dates_the_cancelled_as_cancelled_and_the_moved_once(client, clerk):
    made = weekly(make_resource(), date(2027, 1, 11), 4, by=clerk)
    write(series.cancel, made.id, made.dates[1].booking_id, reach=Reach.ONE, by=clerk)
    write(series.move, made.id, made.dates[2].booking_id, wall("2027-01-26 10:00", "2027-01-26 12:00"), reach=Reach.ONE, by=clerk)

    found = feed(client, clerk)

    assert {when: str(event["STATUS"]) for when, event in found.items()} == {
        "01-11 07:00": "CONFIRMED", "01-18 07:00": "CANCELLED", "01-26 10:00": "CONFIRMED", "02-01 07:00": "CONFIRMED",
    }  # fmt: skip
    assert len({str(event["UID"]) for event in found.values()}) == 4
    with stopped_at(datetime(2027, 2, 4, 9, tzinfo=UTC)):
        assert list(feed(client, clerk)) == ["01-11 07:00", "01-26 10:00", "02-01 07:00"]
