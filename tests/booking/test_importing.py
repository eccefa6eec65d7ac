"""Bookings that exist already come in from a calendar or a table: every row is told, the free ones are taken over once."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from booking import importing, reserving, series
from booking.importing import Fate, ImportChanged, NothingFree
from booking.importing.reading import Choices, code_of
from booking.models import Booking, CalendarEntry, Series
from booking.queries.series import get_series
from booking.rules.recurrence import Rhythm
from booking.series import Reach
from booking.stages import Stage
from commons.calendar_days import berlin
from commons.clock import stopped_at
from commons.database import db, write
from commons.journal import entries_about
from commons.letters import Letter
from tests.booking.builders import MONDAY, approved_by, book, hours, make_pool, make_resource, occupied
from tests.world import sign_in

NOW = datetime(2027, 1, 4, 8, 0, tzinfo=UTC)
NONE = Choices()


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(NOW):
        yield


def event(uid: str, summary: str, start: str, end: str, *more: str) -> str:
    lines = [f"UID:{uid}", f"SUMMARY:{summary}", f"DTSTART;TZID=Europe/Berlin:{start}", f"DTEND;TZID=Europe/Berlin:{end}", *more]
    return "\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT", ""])


def calendar(*events: str) -> bytes:
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{''.join(events)}END:VCALENDAR\r\n".encode()


def keep(content: bytes, *, by, name: str = "alt.ics") -> int:
    return write(importing.keep, name, content, by=by).id


def fates(file_id: int, *, by, choices: Choices = NONE) -> list[Fate]:
    return [row.fate for row in importing.look(file_id, choices, by=by).rows]


def take(file_id: int, *, by, choices: Choices = NONE) -> int:
    return write(importing.take_over, file_id, choices, seen=importing.look(file_id, choices, by=by).fingerprint, by=by)


def stored() -> int:
    return db.session.scalar(select(func.count()).select_from(Booking)) or 0


def test_every_row_is_told_and_only_the_free_ones_come_in(head, clerk):
    stage, roller = approved_by(name="Bühne"), make_resource(name="Walze")
    book(roller, hours(9, 11), by=clerk)
    content = calendar(
        event("a", "Bühne für Kamenz", "20270111T070000", "20270111T090000"),
        event("b", "Walze: Wegebau", "20270111T100000", "20270111T120000"),
        event("c", "Kran", "20270111T100000", "20270111T120000"),
        event("d", "Bühne", "20270111T080000", "20270111T100000"),
        event("a", "Bühne noch einmal", "20270111T070000", "20270111T090000"),
        event("e", "Bühne", "20260111T070000", "20260111T090000"),
    )
    file_id = keep(content, by=head)

    look = importing.look(file_id, NONE, by=head)
    assert {row.meant.entry.uid: row.fate for row in look.rows if row.reason != importing.looking.TWICE} == {
        "a": Fate.FREE, "b": Fate.TAKEN, "c": Fate.UNKNOWN, "d": Fate.TAKEN, "e": Fate.LEFT_OUT,
    }  # fmt: skip
    assert len(look.rows) == 6
    assert [row.alternative for row in look.of(Fate.TAKEN)] == [hours(9, 11), hours(11, 13)]
    assert stored() == 1
    assert take(file_id, by=head) == 1

    assert occupied(stage) == [hours(7, 9)]
    booking = db.session.scalars(select(Booking).order_by(Booking.id.desc())).first()
    assert (booking.stage, booking.purpose, booking.for_organisation_id) == (Stage.CONFIRMED, "Bühne für Kamenz", head.organisation_id)
    assert [entry.act for entry in entries_about("booking", booking.id)] == ["booking.imported"]
    assert fates(file_id, by=head).count(Fate.DOUBLE) == 2
    with pytest.raises(NothingFree):
        take(keep(content, by=head), by=head)


def test_series_of_a_calendar_stays_a_series_that_is_changed_as_one(head, clerk):
    device = make_resource(name="Walze")
    book(device, hours(6, 10, day=MONDAY + timedelta(weeks=2)), by=clerk)
    rule = event("s", "Walze", "20270111T070000", "20270111T090000", "RRULE:FREQ=MONTHLY;BYDAY=MO;BYSETPOS=2;COUNT=1")
    weekly = event("w", "Walze", "20270111T100000", "20270111T120000", "RRULE:FREQ=WEEKLY;WKST=SU;BYDAY=MO;COUNT=4")
    moved = event("w", "Walze", "20270119T100000", "20270119T120000", "RECURRENCE-ID;TZID=Europe/Berlin:20270118T100000")
    hit = event("t", "Walze", "20270118T080000", "20270118T090000", "RRULE:FREQ=WEEKLY;COUNT=3")

    take(keep(calendar(rule, weekly, moved, hit), by=head), by=head)

    by_day, with_one_taken = db.session.scalars(select(Series).order_by(Series.first)).all()
    assert (by_day.rhythm, by_day.every, by_day.count, by_day.until) == (Rhythm.WEEKLY, 1, 4, None)
    assert [one.booking.starts_at.day for one in by_day.dates] == [11, 19, 25, 1]
    assert [one.fate.value for one in with_one_taken.dates] == ["booked", "taken", "booked"]
    write(series.move, by_day.id, by_day.dates[0].booking_id, hours(13, 15), reach=Reach.ALL, by=head)
    assert [berlin(one.booking.starts_at).hour for one in get_series(by_day.id, head).dates] == [13] * 4


def test_dates_of_a_series_that_come_in_later_join_it(head):
    make_resource(name="Walze")
    first = event("s", "Walze", "20270111T070000", "20270111T090000", "RRULE:FREQ=WEEKLY;COUNT=2")
    more = event("s", "Walze", "20270111T070000", "20270111T090000", "RRULE:FREQ=WEEKLY;COUNT=3")

    for content in (first, more):
        take(keep(calendar(content), by=head), by=head)

    assert [len(one.dates) for one in db.session.scalars(select(Series))] == [3]


def test_a_rule_that_no_series_has_is_told_and_its_dates_come_in_singly(app_once, client_once, head):
    make_resource(name="Walze")
    file_id = keep(calendar(event("s", "Walze: Markt", "20270111T070000", "20270111T090000", "RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4")), by=head)
    sign_in(client_once, head)

    page = client_once.get(f"/buchung/einlesen/{file_id}").get_data(as_text=True)

    assert "kann Verbund nicht als Serie führen" in page
    assert take(file_id, by=head) == 4
    assert db.session.scalar(select(func.count()).select_from(Series)) == 0


def test_series_of_a_calendar_comes_in_date_by_date(head):
    device = make_resource(name="Walze")
    rule = event("s", "Walze", "20270322T070000", "20270322T090000", "RRULE:FREQ=WEEKLY;COUNT=3")

    assert take(keep(calendar(rule), by=head), by=head) == 3
    moved = db.session.scalars(select(Booking).order_by(Booking.starts_at)).first()
    write(reserving.move, moved.id, hours(9, 10), by=head)

    assert [period.start.hour for period in occupied(device)] == [8, 5, 5]  # moved, then 7 o'clock in summer
    assert fates(keep(calendar(rule), by=head), by=head) == [Fate.DOUBLE] * 3


def test_what_became_taken_since_the_preview_stops_all(head, clerk):
    device = make_resource(name="Walze")
    file_id = keep(calendar(event("a", "Walze", "20270111T070000", "20270111T090000"), event("b", "Walze", "20270112T070000", "20270112T090000")), by=head)
    seen = importing.look(file_id, NONE, by=head).fingerprint
    book(device, hours(8, 10), by=clerk)

    with pytest.raises(ImportChanged) as refusal:
        write(importing.take_over, file_id, NONE, seen=seen, by=head)

    assert (refusal.value.status, stored()) == (409, 1)


def test_foreign_devices_are_asked_for_in_one_letter(clerk, head):
    approved_by(name="Bühne")
    file_id = keep(calendar(event("a", "Bühne", "20270111T070000", "20270111T090000"), event("b", "Bühne", "20270112T070000", "20270112T090000")), by=clerk)

    take(file_id, by=clerk)

    assert set(db.session.scalars(select(Booking.stage))) == {Stage.REQUESTED}
    letters = [str(letter.subject_line) for letter in db.session.scalars(select(Letter).where(Letter.person_id == head.person_id))]
    assert letters == ["Neue Anfragen aus einer Datei: 2"]


def test_own_export_is_known_again(clerk):
    device = make_resource(name="Walze")
    placed = book(device, hours(9, 11), by=clerk)
    uid = db.session.scalars(select(CalendarEntry.uid).where(CalendarEntry.booking_id == placed.id, CalendarEntry.resource_id.is_(None))).one()

    look = importing.look(keep(calendar(event(uid, "Walze", "20270111T090000", "20270111T110000")), by=clerk), NONE, by=clerk)

    assert [(row.fate, row.booking_id) for row in look.rows] == [(Fate.DOUBLE, placed.id)]


def test_table_names_devices_numbers_and_who_borrows(head, clerk):
    pool, device = make_pool(10, name="Zäune"), make_resource(name="Walze")
    rows = [
        "Gerät;Beginn;Beginn Uhrzeit;Ende;Ende Uhrzeit;Stück;Zweck;Für",
        "Zäune;11.01.2027;07:00;12.01.2027;16 Uhr;4;Fest;Oßling",
        "Zäune;11.01.2027 08:00;;11.01.2027 09:00;;7;Markt;",
        "Walze;11.01.2027;;12.01.2027;;;Wegebau;Bauhof Irgendwo",
        "Walze;13.01.2027;;14.01.2027;;;Wegebau;",
        "Walze;2027;;14.01.2027;;;Wegebau;",
        "Walze;13.01.2027;7 Ur;14.01.2027;;;Wegebau;",
    ]
    file_id = keep("\n".join(rows).encode(), by=head, name="alt.csv")

    assert fates(file_id, by=head) == [Fate.FREE, Fate.TAKEN, Fate.FAULTY, Fate.FREE, Fate.FAULTY, Fate.FAULTY]
    assert take(file_id, by=head) == 2
    assert occupied(device) == [hours(0, 48, day=hours(48, 49).start)]
    first = db.session.scalars(select(Booking).where(Booking.purpose == "Fest")).one()
    assert (first.for_municipality_id, first.items[0].resource_id, first.items[0].quantity) == (clerk.municipality_id, pool.id, 4)
    assert first.starts_at == hours(7, 8).start


def test_pages_from_upload_to_taking_over(client_once, head):
    device = make_resource(name="Walze")
    sign_in(client_once, head)
    content = calendar(event("a", "Straße kehren", "20270111T070000", "20270111T090000"))

    wrong = client_once.post("/buchung/einlesen", data={"file": (io.BytesIO(b"\x00\x01"), "bild.png"), "device": "0"})
    sent = client_once.post("/buchung/einlesen", data={"file": (io.BytesIO(content), "alt.ics"), "device": "0"})
    url, named = sent.headers["Location"], {f"als-{code_of('Straße kehren')}": str(device.id)}
    unknown = client_once.get(url).get_data(as_text=True)
    known = client_once.post(url, data={"step": "preview", **named}).get_data(as_text=True)
    seen = importing.look(int(url.rpartition("/")[2]), Choices(named={code_of("Straße kehren"): device.id}), by=head).fingerprint
    taken = client_once.post(url, data={"step": "take", "seen": seen, **named})
    again = client_once.post(url, data={"step": "take", "seen": seen, **named})
    placed = db.session.scalars(select(Booking)).one()

    assert (wrong.status_code, taken.status_code, again.status_code) == (422, 302, 302)
    assert "Gerät unbekannt" in unknown
    assert "Alle freien übernehmen (1)" in known
    assert "Übernommen aus „alt.ics“" in client_once.get(f"/buchung/{placed.id}").get_data(as_text=True)
    book_ = load_workbook(io.BytesIO(client_once.get("/buchung/einlesen/vorlage.xlsx").data))
    assert book_.active["A1"].value == "Gerät *"


def test_nobody_looks_into_the_file_of_another(client_once, head, clerk):
    file_id = keep(calendar(event("a", "Walze", "20270111T070000", "20270111T090000")), by=head)
    sign_in(client_once, clerk)

    assert client_once.get(f"/buchung/einlesen/{file_id}").status_code == 404


def test_days_far_away_and_long_numbers_are_told_as_faults(head):
    make_resource(name="Walze")
    rows = [
        "Gerät;Beginn;Ende;Stück",
        "Walze;11.01.2027;31.12.9999;1",
        "Walze;01.01.0001;12.01.2027;1",
        f"Walze;11.01.2027;12.01.2027;{'1' * 5000}",
    ]

    assert fates(keep("\n".join(rows).encode(), by=head, name="alt.csv"), by=head) == [Fate.FAULTY] * 3


def test_odd_names_and_numbers_are_no_errors(client, head):
    make_resource(name="Walze")
    sign_in(client, head)
    rest = "".join(f"{number * number * 7919:x}" for number in range(3000))
    content = calendar(event(f"a\x00{rest}", "Wal\x00ze", "20270111T070000", "20270111T090000").replace("Wal\x00ze", "Walze\x00"))

    url = client.post("/buchung/einlesen", data={"file": (io.BytesIO(content), "a\x00lt.ics"), "device": "0"}).headers["Location"]
    assert client.get(f"{url}?geraet={'1' * 5000}").status_code == 200
    seen = importing.look(int(url.rpartition("/")[2]), NONE, by=head).fingerprint
    assert client.post(url, data={"step": "take", "seen": seen}).status_code == 302
    assert fates(int(url.rpartition("/")[2]), by=head) == [Fate.DOUBLE]
