"""Calendars stand a corrupt row, and hand out one booking alone."""

from datetime import UTC, datetime

import icalendar
import pytest
from sqlalchemy import update

from booking import subscribing
from booking.models import CalendarEntry, FeedDetail, FeedScope
from commons.clock import stopped_at
from commons.database import db, write
from tests.booking.builders import book, hours, make_resource
from tests.world import sign_in


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(datetime(2027, 1, 4, 8, 0, tzinfo=UTC)):
        yield


def link(actor) -> str:
    made = write(subscribing.subscribe, FeedScope.MINE, None, detail=FeedDetail.FULL, by=actor)
    return f"/kalender/{made.secret}/meine.ics"


def events(client, address: str) -> list[icalendar.Component]:
    return icalendar.Calendar.from_ical(client.get(address).data).walk("VEVENT")


def test_one_corrupt_entry_is_left_out_and_logged(client, clerk, caplog):
    broken, whole = book(make_resource(), hours(9, 11), by=clerk), book(make_resource(), hours(9, 11), by=clerk)
    address = link(clerk)
    db.session.execute(update(CalendarEntry).where(CalendarEntry.booking_id == broken.id).values(content=b"BEGIN:VEVENT\r\nUID:halb"))
    db.session.commit()

    (event,) = events(client, address)
    sign_in(client, clerk)

    assert str(event["URL"]).endswith(f"/buchung/{whole.id}")
    assert "corrupt" in caplog.text
    assert client.get(f"/kalender/buchung/{broken.id}.ics").status_code == 404


def test_single_file_names_the_booking_as_the_feed_does(client, clerk, neighbour):
    placed = book(make_resource(), hours(9, 11), by=clerk)
    (shown,) = events(client, link(clerk))
    sign_in(client, clerk)

    answer = client.get(f"/kalender/buchung/{placed.id}.ics")

    (single,) = icalendar.Calendar.from_ical(answer.data).walk("VEVENT")
    assert (answer.content_type, single["UID"], single["SEQUENCE"]) == ("text/calendar; charset=utf-8", shown["UID"], shown["SEQUENCE"])
    sign_in(client, neighbour)
    assert client.get(f"/kalender/buchung/{placed.id}.ics").status_code == 404
