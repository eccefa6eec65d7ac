"""Calendars as other programs write them."""

from datetime import UTC, datetime, timedelta
from time import perf_counter

import pytest

from booking.exchange import calendar_file
from booking.exchange.entries import FileUnreadable, TooManyEntries
from booking.periods import Period
from tests.booking.builders import wall

SINCE = datetime(2027, 1, 4, 8, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=730)
ZONE = """BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""


def read(*events: str, uid: str = ""):
    body = "".join(f"BEGIN:VEVENT\nUID:{uid or f'e{number}'}\n{event}\nEND:VEVENT\n" for number, event in enumerate(events, start=1))
    content = f"BEGIN:VCALENDAR\nVERSION:2.0\n{ZONE}{body}END:VCALENDAR\n".replace("\n", "\r\n").encode()
    return calendar_file.read(content, since=SINCE, until=UNTIL)


def times(entries):
    return [Period(entry.starts_at, entry.ends_at) for entry in entries if entry.starts_at]


@pytest.mark.parametrize(
    "event",
    [
        "DTSTART;TZID=Europe/Berlin:20270701T070000\nDTEND;TZID=Europe/Berlin:20270701T090000",
        "DTSTART;TZID=W. Europe Standard Time:20270701T070000\nDTEND;TZID=W. Europe Standard Time:20270701T090000",
        "DTSTART:20270701T050000Z\nDTEND:20270701T070000Z",
        "DTSTART:20270701T070000\nDTEND:20270701T090000",
        "DTSTART;TZID=America/New_York:20270701T010000\nDURATION:PT2H",
    ],
    ids=["berlin", "outlook", "utc", "floating", "abroad_with_duration"],
)
def test_read_understands_every_kind_of_time(event):
    assert times(read(event)) == [wall("2027-07-01 07:00", "2027-07-01 09:00")]


def test_read_whole_days_end_before_their_last_date():
    one, two = read("DTSTART;VALUE=DATE:20270701", "DTSTART;VALUE=DATE:20270702\nDTEND;VALUE=DATE:20270704")

    assert times([one, two]) == [wall("2027-07-01 00:00", "2027-07-02 00:00"), wall("2027-07-02 00:00", "2027-07-04 00:00")]


def test_read_series_keeps_its_wall_time_and_leaves_out_and_moves_what_the_file_says():
    berlin = "TZID=Europe/Berlin"
    series = f"DTSTART;{berlin}:20270322T070000\nDTEND;{berlin}:20270322T090000\nRRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;{berlin}:20270405T070000"
    moved = f"RECURRENCE-ID;{berlin}:20270412T070000\nDTSTART;{berlin}:20270413T080000\nDTEND;{berlin}:20270413T090000"

    found = read(series, moved, uid="s")

    assert times(found) == [
        wall("2027-03-22 07:00", "2027-03-22 09:00"),
        wall("2027-03-29 07:00", "2027-03-29 09:00"),
        wall("2027-04-13 08:00", "2027-04-13 09:00"),
    ]
    assert found[-1].known_as == wall("2027-04-12 07:00", "2027-04-12 08:00").start


def test_read_endless_series_says_how_far_it_goes_and_what_is_over():
    found = read("DTSTART;TZID=Europe/Berlin:20201207T070000\nDTEND;TZID=Europe/Berlin:20201207T090000\nRRULE:FREQ=MONTHLY;BYDAY=1MO")

    reasons = [str(entry.left_out) for entry in found if entry.left_out]
    assert times(found)[0] == wall("2027-02-01 07:00", "2027-02-01 09:00")
    assert len(times(found)) == 24
    assert reasons == ["Frühere Termine dieser Reihe sind vorbei.", "Die Reihe läuft weiter. Übernommen werden nur Termine bis 03.01.2029, 09:00 Uhr."]


@pytest.mark.parametrize(
    ("event", "says"),
    [
        ("SUMMARY:ohne Zeit", "lässt sich nicht lesen"),
        ("DTSTART:20270701T050000Z", "lässt sich nicht lesen"),
        ("DTSTART:gestern\nDTEND:20270701T050000Z", "lässt sich nicht lesen"),
        ("DTSTART:20270328T023000\nDTEND:20270328T040000", "gibt es 02:30 Uhr nicht"),
        ("DTSTART:20270701T050000Z\nDTEND:20270701T060000Z\nRRULE:FREQ=SECONDLY", "Wiederholung"),
    ],
)
def test_read_lists_what_cannot_be_read_with_its_reason(event, says):
    (entry,) = read(event)

    assert says in str(entry.fault)


@pytest.mark.parametrize(("line", "says"), [("STATUS:CANCELLED", "abgesagt"), ("TRANSP:TRANSPARENT", "frei")])
def test_read_lists_what_is_not_meant(line, says):
    (entry,) = read(f"DTSTART:20270701T050000Z\nDTEND:20270701T060000Z\n{line}")

    assert says in str(entry.left_out)


def test_read_refuses_what_is_no_calendar_or_too_much():
    with pytest.raises(FileUnreadable):
        calendar_file.read(b"BEGIN:VCALENDAR\r\nkein Kalender\r\n", since=SINCE, until=UNTIL)
    with pytest.raises(TooManyEntries):
        read(*["DTSTART:20270701T050000Z\nDTEND:20270701T060000Z\nRRULE:FREQ=DAILY"] * 2)


HOUR = "DTSTART:20270701T050000Z\nDTEND:20270701T060000Z\n"


@pytest.mark.parametrize(
    "event",
    [
        "DTSTART:20270701T050000Z\nDTEND:99991231T235959",
        "DTSTART:20270701T050000Z\nDTEND:99991231T235959\nRRULE:FREQ=DAILY;COUNT=1",
        "DTSTART;VALUE=DATE:00010101\nRRULE:FREQ=YEARLY;COUNT=3",
        HOUR + "RRULE:FREQ=DAILY;UNTIL=00010101",
        HOUR + "RECURRENCE-ID;VALUE=TIME:050000",
        HOUR + "RECURRENCE-ID;VALUE=DURATION:PT1H",
        HOUR + "RECURRENCE-ID;TZID=Europe/Berlin:00010101T000000",
        HOUR + "RECURRENCE-ID:soon",
    ],
)
def test_read_says_of_an_odd_event_that_it_cannot_be_read(event):
    assert [(entry.starts_at, entry.fault is not None) for entry in read(event)] == [(None, True)]


@pytest.mark.parametrize("rule", ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=9", "FREQ=MONTHLY;BYDAY=99MO;COUNT=3"])
def test_read_says_at_once_of_a_series_without_dates_that_it_has_none(rule):
    began = perf_counter()

    assert [str(entry.left_out) for entry in read(HOUR + f"RRULE:{rule}")] == ["Diese Reihe hat bis 03.01.2029, 09:00 Uhr keinen Termin."]
    assert perf_counter() - began < 0.5


def test_read_takes_the_year_9999_as_without_end():
    event = "DTSTART;TZID=Europe/Berlin:20270701T070000\nDTEND;TZID=Europe/Berlin:20270701T090000\nRRULE:FREQ=MONTHLY;UNTIL=99991231T235959Z"

    assert len(times(read(event))) == 19


def test_read_leaves_out_what_nobody_types():
    assert [(entry.uid, entry.title) for entry in read(f"SUMMARY:Wal\x00ze\n{HOUR}", uid="a\x00b")] == [("ab", "Walze")]
