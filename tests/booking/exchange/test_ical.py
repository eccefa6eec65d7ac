"""What calendar clients read, checked with an independent reader."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.exchange.ical import Event, Head, Status, addressed, feed, message, vevent

BERLIN = ZoneInfo("Europe/Berlin")


def make_event(**overrides):
    values = {
        "uid": "abc@verbund",
        "sequence": 2,
        "changed_at": datetime(2027, 1, 5, 10, 0, tzinfo=UTC),
        "start": datetime(2027, 3, 1, 7, 0, tzinfo=BERLIN),
        "end": datetime(2027, 3, 1, 16, 0, tzinfo=BERLIN),
        "status": Status.CONFIRMED,
        "summary": "Kompaktkehrmaschine",
    }
    return Event(**{**values, **overrides})


def read(content: bytes) -> icalendar.Event:
    return icalendar.Calendar.from_ical(content).walk("VEVENT")[0]


def in_feed(event: Event) -> bytes:
    return feed(Head(name="Meine Buchungen", source="https://verbund.example/kalender/x/y.ics"), [vevent(event)])


def test_vevent_says_what_the_booking_is():
    event = read(in_feed(make_event(location="Bauhof Königsbrück", description="Zweck: Markt", url="https://verbund.example/b/1")))

    assert event["UID"] == "abc@verbund"
    assert event["SEQUENCE"] == 2
    assert event["DTSTART"].dt == datetime(2027, 3, 1, 7, 0, tzinfo=BERLIN)
    assert event["DTEND"].dt == datetime(2027, 3, 1, 16, 0, tzinfo=BERLIN)
    assert event["STATUS"] == "CONFIRMED"
    assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt == datetime(2027, 1, 5, 10, 0, tzinfo=UTC)
    assert event["TRANSP"] == "OPAQUE"


def test_vevent_of_cancelled_booking_blocks_nobody():
    event = read(in_feed(make_event(status=Status.CANCELLED)))

    assert (event["STATUS"], event["TRANSP"]) == ("CANCELLED", "TRANSPARENT")


@pytest.mark.parametrize("fold", [0, 1], ids=["first", "second"])
def test_vevent_in_double_hour_is_utc(fold):
    start = datetime(2027, 10, 31, 2, 15, tzinfo=BERLIN, fold=fold)

    content = vevent(make_event(start=start, end=start.astimezone(UTC) + timedelta(hours=5)))

    expected = (b"DTSTART:20271031T001500Z", b"DTSTART:20271031T011500Z")[fold]
    assert expected in content
    assert b"DTEND;TZID=Europe/Berlin:20271031T0" in content


def test_vevent_of_whole_days_has_exclusive_end():
    event = read(in_feed(make_event(start=datetime(2027, 3, 27, tzinfo=BERLIN), end=datetime(2027, 3, 29, tzinfo=BERLIN))))

    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2027, 3, 27), date(2027, 3, 29))


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=300))
def test_vevent_text_survives_any_text(text):
    content = in_feed(make_event(summary=text))

    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    content.decode()
    expected = text
    for odd in ("\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"):
        expected = expected.replace(odd, "\n")
    expected = "".join(letter for letter in expected if letter == "\n" or letter == "\t" or not (ord(letter) < 32 or 127 <= ord(letter) < 160))
    unfolded = content.replace(b"\r\n ", b"").decode()
    line = next(line for line in unfolded.split("\r\n") if line.startswith("SUMMARY:"))
    read_back = line.removeprefix("SUMMARY:").replace("\\\\", "\x00").replace("\\n", "\n").replace("\\,", ",").replace("\\;", ";").replace("\x00", "\\")
    assert read_back == expected


def test_feed_names_itself_and_carries_no_method():
    calendar = icalendar.Calendar.from_ical(in_feed(make_event()))

    assert calendar["NAME"] == calendar["X-WR-CALNAME"] == "Meine Buchungen"
    assert calendar["X-WR-TIMEZONE"] == "Europe/Berlin"
    assert "METHOD" not in calendar
    assert in_feed(make_event()) == in_feed(make_event())
    assert len(calendar.walk("VTIMEZONE")) == 1


def test_feed_without_bookings_is_a_calendar():
    calendar = icalendar.Calendar.from_ical(feed(Head(name="Leer", source="https://x.example/"), []))

    assert calendar.walk("VEVENT") == []


def test_message_cancels_with_the_same_uid():
    content = message(addressed(make_event(sequence=3, status=Status.CANCELLED), organizer="verbund@example.org", attendee="a@example.org"), method="CANCEL")

    calendar = icalendar.Calendar.from_ical(content)
    event = read(content)
    assert calendar["METHOD"] == "CANCEL"
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == ("abc@verbund", 3, "CANCELLED")
    assert event["ORGANIZER"] == "mailto:verbund@example.org"
    assert (event["ATTENDEE"], event["ATTENDEE"].params["RSVP"]) == ("mailto:a@example.org", "FALSE")


@pytest.mark.parametrize("day", ["2026-01-12", "2026-07-13", "2045-07-10", "2027-03-29", "2027-11-01"])
def test_vevent_keeps_wall_time_in_every_season(day):
    start = datetime.fromisoformat(f"{day}T07:00").replace(tzinfo=BERLIN)

    event = read(in_feed(make_event(start=start.astimezone(UTC), end=start.astimezone(UTC) + timedelta(hours=2))))

    assert event["DTSTART"].dt.replace(tzinfo=None) == start.replace(tzinfo=None)
