"""What bookers and owners get by mail: at request, decision, change and before the start, each with its calendar part."""

from datetime import UTC, date, datetime, time, timedelta

import icalendar
import pytest
from sqlalchemy import select

from booking import reserving, series
from booking.models import Booking
from booking.occupying import Wish
from booking.placing import Details
from booking.placing.terms import ReasonMissing
from booking.queries.series import get_series
from booking.rules.recurrence import Rhythm, Rule
from booking.series import Choice, Plan, Reach
from commons import digest, sending
from commons.clock import stopped_at
from commons.database import db, write
from commons.letters import Letter
from commons.people import Person
from commons.permissions import Role
from tests.booking.builders import approved_by, book, hours, occupied, wall
from tests.servers import mailbox
from tests.world import sign_in

NOW = datetime(2027, 1, 4, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(NOW):
        yield


@pytest.fixture
def mails(app_once):
    with mailbox.running() as running:
        app_once.config["MAIL_SERVER_URL"] = running.url
        yield running


def sent(mails) -> list[tuple[str, str, str, str, int]]:
    """Send what waits; return of each mail whom it went to, its subject, and what its calendar part says."""
    while sending.send_due():
        pass
    found = []
    for received in mails.mails:
        (part,) = [part for part in received.message.walk() if part.get_content_type() == "text/calendar"]
        calendar = icalendar.Calendar.from_ical(part.get_content())
        (event,) = calendar.walk("VEVENT")
        assert part.get_param("method") == str(calendar["METHOD"])
        assert str(event["ATTENDEE"]) == f"mailto:{received.recipients[0]}"
        found.append((received.recipients[0], received.message["Subject"], str(calendar["METHOD"]), str(event["STATUS"]), int(event["SEQUENCE"])))
    mails.mails.clear()
    return found


def test_every_step_of_a_booking_carries_its_calendar_mail(mails, clerk, head):
    yard, office = "building_yard_head@bernsdorf.example", "clerk@ossling.example"
    placed = book(approved_by(name="Walze"), hours(9, 11), by=clerk)
    assert sent(mails) == [(yard, "Neue Anfrage: Walze", "REQUEST", "TENTATIVE", 0)]

    write(reserving.approve, placed.id, by=head)
    assert sent(mails) == [
        (office, "Ihre Buchung wurde bestätigt: Walze", "REQUEST", "CONFIRMED", 1),
        (yard, "Anfrage bestätigt: Walze", "REQUEST", "CONFIRMED", 1),
    ]

    write(reserving.move, placed.id, hours(9, 10), reason="Eigener Bedarf", by=head)
    assert [mail[1:] for mail in sent(mails)] == [("Buchung geändert: Walze", "REQUEST", "CONFIRMED", 2)] * 2

    with stopped_at(hours(9, 10).start - timedelta(days=1)):
        reserving.remind_of_tomorrow()
        assert sent(mails) == [(office, "Morgen: Walze", "REQUEST", "CONFIRMED", 2)]

    write(reserving.cancel, placed.id, by=clerk)
    assert {mail[1:] for mail in sent(mails)} == {("Buchung storniert: Walze", "CANCEL", "CANCELLED", 3)}


def test_who_called_is_told_of_what_the_owner_books_and_moves_for_them(mails, clerk, head, world):
    place, called = world.actor("ossling", Role.BUILDING_YARD_HEAD), "building_yard_head@ossling.example"
    placed = book(approved_by(name="Walze"), hours(9, 11), by=head, lent_to_id=place.organisation_id)
    booked = sent(mails)
    with pytest.raises(ReasonMissing):
        write(reserving.move, placed.id, hours(9, 10), by=head)
    write(reserving.move, placed.id, hours(9, 10), reason="Eigener Bedarf", by=head)

    assert [(mail[0], mail[1]) for mail in booked if mail[0] == called] == [(called, "Ihre Buchung ist bestätigt: Walze")]
    assert [mail[1] for mail in sent(mails) if mail[0] == called] == ["Buchung geändert: Walze"]
    write(reserving.cancel, placed.id, by=place)


def test_new_purpose_reaches_the_calendars_and_a_new_note_writes_no_letter(mails, clerk):
    placed = book(approved_by(name="Walze"), hours(9, 11), by=clerk)
    sent(mails)

    write(reserving.amend, placed.id, details=Details(purpose="Wegebau", note="Schlüssel beim Pförtner"), by=clerk)
    assert sent(mails) == []
    write(reserving.amend, placed.id, details=Details(purpose="Dorffest"), by=clerk)

    assert [mail[1:] for mail in sent(mails)] == [("Zweck geändert: Walze", "REQUEST", "TENTATIVE", 2)] * 2


def test_owner_who_declines_clears_the_calendars_of_both_sides(mails, clerk, head):
    placed = book(approved_by(name="Walze"), hours(9, 11), by=clerk)
    sent(mails)

    write(reserving.decline, placed.id, reason="Eigener Bedarf", by=head)

    assert [mail[2:] for mail in sent(mails)] == [("CANCEL", "CANCELLED", 1)] * 2


def test_digest_is_one_mail_with_the_last_calendar_part_of_each_booking(mails, clerk, head):
    person = db.session.get_one(Person, clerk.person_id)
    person.wants_digest = True
    db.session.commit()
    device = approved_by(name="Walze")
    first, second = book(device, hours(9, 11), by=clerk), book(device, hours(12, 13), by=clerk)
    for placed in (first, second):
        write(reserving.approve, placed.id, by=head)
    write(reserving.cancel, first.id, reason="Defekt", by=head)
    while sending.send_due():
        pass
    mails.mails.clear()

    with stopped_at(NOW + timedelta(days=1)):
        write(digest.post_digests)
        sending.send_due()

    (mail,) = [received.message for received in mails.mails if received.recipients == ["clerk@ossling.example"]]
    parts = [(part.get_param("method"), part.get_filename()) for part in mail.walk() if part.get_content_type() == "text/calendar"]
    assert mail["Subject"] == "Ihre Nachrichten: 3"
    assert parts == [("CANCEL", "termin-1.ics"), ("REQUEST", "termin-2.ics")]


def weekly(device, *, by, count=3):
    plan = Plan(rule=Rule(first=date(2027, 3, 22), rhythm=Rhythm.WEEKLY, count=count), start=time(7), end=time(9))
    return write(series.book, [Wish(resource_id=device.id)], plan, choice=Choice.ALL, details=Details(purpose="Markt"), by=by)


def last_letter(actor) -> tuple[Letter, list[icalendar.Component]]:
    letter = db.session.scalars(select(Letter).where(Letter.person_id == actor.person_id).order_by(Letter.id.desc())).first()
    return letter, icalendar.Calendar.from_ical(letter.calendar).walk("VEVENT")


def test_owner_moves_and_cancels_a_whole_series_with_reason_and_letters(clerk, head):
    device = approved_by(name="Walze")
    made = weekly(device, by=clerk)
    _, asked = last_letter(head)
    assert [str(event["STATUS"]) for event in asked] == ["TENTATIVE"] * 3
    write(series.approve, made.id, by=head)
    this, later = made.dates[0].booking_id, wall("2027-03-22 13:00", "2027-03-22 15:00")

    with pytest.raises(ReasonMissing):
        write(series.move, made.id, this, later, reach=Reach.ALL, by=head)
    write(series.move, made.id, this, later, reach=Reach.ALL, reason="Wir brauchen sie früh selbst", by=head)

    assert occupied(device) == [wall(f"2027-{day} 13:00", f"2027-{day} 15:00") for day in ("03-22", "03-29", "04-05")]
    letter, events = last_letter(clerk)
    assert (letter.calendar_method, "Wir brauchen sie früh selbst" in str(letter.paragraphs[-1])) == ("REQUEST", True)
    assert [f"{event['DTSTART'].dt:%m-%d %H:%M}" for event in events] == ["03-22 13:00", "03-29 13:00", "04-05 13:00"]
    assert [int(event["SEQUENCE"]) for event in events] == [2, 2, 2]
    assert {str(event["STATUS"]) for event in events} == {"CONFIRMED"}

    with pytest.raises(ReasonMissing):
        write(series.cancel, made.id, made.dates[1].booking_id, reach=Reach.FOLLOWING, by=head)
    write(series.cancel, made.id, made.dates[1].booking_id, reach=Reach.FOLLOWING, reason="Defekt", by=head)

    letter, gone = last_letter(clerk)
    assert (letter.calendar_method, [str(event["UID"]) for event in gone]) == ("CANCEL", [str(event["UID"]) for event in events[1:]])
    assert {(str(event["STATUS"]), int(event["SEQUENCE"])) for event in gone} == {("CANCELLED", 3)}
    assert len(occupied(device)) == 1


def test_owner_finds_the_whole_series_on_its_page(client_once, clerk, head):
    made = weekly(approved_by(name="Walze"), by=clerk)
    sign_in(client_once, head)

    page = client_once.get(f"/buchung/serien/{made.id}").get_data(as_text=True)
    url = f"/buchung/serien/{made.id}/termine/{made.dates[0].booking_id}/stornieren"
    form = client_once.get(f"{url}?welche=all").get_data(as_text=True)
    refused = client_once.post(url, data={"reach": "all", "reason": ""})
    done = client_once.post(url, data={"reach": "all", "reason": "Die Walze ist verkauft"})

    assert f"{url}?welche=all" in page
    assert 'value="all" checked' in form or 'checked type="radio" value="all"' in form or "checked" in form.split('value="all"')[0].rsplit("<input", 1)[1]
    assert (refused.status_code, done.status_code) == (422, 302)
    db.session.expire_all()
    assert {(one.booking.stage, one.booking.reason) for one in get_series(made.id, clerk).dates} == {("cancelled", "Die Walze ist verkauft")}
    assert db.session.query(Booking).count() == 3
