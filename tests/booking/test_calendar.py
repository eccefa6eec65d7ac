"""Calendar links as clients use them."""

import gzip
from datetime import UTC, datetime, timedelta

import icalendar
import pytest

from booking import fleet, reserving, subscribing
from booking.models import CalendarFeed, FeedDetail, FeedScope
from commons import clock
from commons.clock import stopped_at
from commons.database import db, write
from commons.letters import Letter
from commons.people import Person
from tests.booking.builders import approved_by, book, hours, make_kit, make_resource, wall
from tests.world import sign_in

NOW = datetime(2027, 1, 4, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(NOW):
        yield


def link(by, scope=FeedScope.MINE, scope_id=None, detail=FeedDetail.FULL) -> str:
    made = write(subscribing.subscribe, scope, scope_id, detail=detail, by=by)
    return f"/kalender/{made.secret}/verbund.ics"


def events(client, address: str) -> list[icalendar.Event]:
    response = client.get(address)
    assert response.status_code == 200
    return icalendar.Calendar.from_ical(response.data).walk("VEVENT")


def test_feed_of_mine_shows_my_booking(client, clerk):
    book(make_resource(name="Radlader"), hours(9, 11), by=clerk, purpose="Markt")

    [event] = events(client, link(clerk))

    assert event["SUMMARY"] == "Radlader – Gemeindeverwaltung Oßling"
    assert "Zweck: Markt" in event["DESCRIPTION"]
    assert event["STATUS"] == "CONFIRMED"
    assert event["DTSTART"].dt == hours(9, 11).start


def test_feed_of_request_is_tentative(client, clerk):
    book(approved_by(), hours(9, 11), by=clerk)

    [event] = events(client, link(clerk))

    assert event["STATUS"] == "TENTATIVE"


def test_case_71_cancelled_stays_thirty_days_and_moved_appears_once(client, clerk):
    device = make_resource()
    cancelled, moved = (
        book(device, wall("2027-03-01 09:00", "2027-03-01 10:00"), by=clerk),
        book(device, wall("2027-03-02 09:00", "2027-03-02 10:00"), by=clerk),
    )
    address = link(clerk)
    before = {str(event["UID"]): event for event in events(client, address)}
    write(reserving.cancel, cancelled.id, by=clerk)
    write(reserving.move, moved.id, wall("2027-03-03 09:00", "2027-03-03 10:00"), by=clerk)

    after = {str(event["UID"]): event for event in events(client, address)}

    assert after.keys() == before.keys()
    assert sorted(str(event["STATUS"]) for event in after.values()) == ["CANCELLED", "CONFIRMED"]
    assert all(event["SEQUENCE"] == 1 for event in after.values())
    assert [event["DTSTART"].dt.day for event in after.values() if event["STATUS"] == "CONFIRMED"] == [3]
    with stopped_at(NOW + timedelta(days=31)):
        assert [str(event["STATUS"]) for event in events(client, address)] == ["CONFIRMED"]


def test_case_72_cancel_mail(client, clerk, head):
    placed = book(approved_by(), hours(9, 11), by=clerk)
    write(reserving.approve, placed.id, by=head)
    write(reserving.cancel, placed.id, by=clerk)

    letters = db.session.query(Letter).filter(Letter.person_id == clerk.person_id).order_by(Letter.id).all()
    request, cancel = (icalendar.Calendar.from_ical(letter.calendar) for letter in letters)

    assert [letter.calendar_method for letter in letters] == ["REQUEST", "CANCEL"]
    assert (request["METHOD"], cancel["METHOD"]) == ("REQUEST", "CANCEL")
    [first], [last] = request.walk("VEVENT"), cancel.walk("VEVENT")
    assert first["UID"] == last["UID"]
    assert last["SEQUENCE"] > first["SEQUENCE"]
    assert last["STATUS"] == "CANCELLED"
    assert last["ATTENDEE"] == "mailto:clerk@ossling.example"


def test_case_73_past_stays_sixty_days(client, clerk):
    book(make_resource(), hours(9, 11), by=clerk)
    address = link(clerk)
    end = hours(9, 11).end

    with stopped_at(end + timedelta(days=59)):
        assert len(events(client, address)) == 1
    with stopped_at(end + timedelta(days=61)):
        assert events(client, address) == []


def test_case_73_revoked_is_gone_and_unknown_is_not_found(client, clerk):
    address = link(clerk)
    feed = db.session.query(CalendarFeed).one()
    write(subscribing.revoke, feed.id, by=clerk)

    assert client.get(address).status_code == 410
    assert client.get("/kalender/nie-vergeben/x.ics").status_code == 404


def test_case_73_deactivated_owner_is_gone(client, clerk):
    address = link(clerk)
    db.session.get_one(Person, clerk.person_id).active = False
    db.session.commit()

    assert client.get(address).status_code == 410


def test_case_73_names_are_hidden_without_right(client, clerk, neighbour, head):
    device = make_resource(name="Radlader")
    book(device, hours(9, 11), by=clerk, purpose="Geheim")
    device_id = device.id

    [foreign] = events(client, link(neighbour, FeedScope.RESOURCE, device_id))
    [own] = events(client, link(head, FeedScope.RESOURCE, device_id))

    assert foreign["SUMMARY"] == "Belegt: Radlader"
    assert {"DESCRIPTION", "URL", "LOCATION"}.isdisjoint(foreign)
    assert "Geheim" in own["DESCRIPTION"]
    assert foreign["UID"] != own["UID"]


@pytest.mark.parametrize("scope", [FeedScope.MINE, FeedScope.RESOURCE, FeedScope.ORGANISATION, FeedScope.MUNICIPALITY, FeedScope.CATEGORY])
def test_busy_feed_tells_no_names_in_any_scope(client, clerk, world, scope):
    device = make_resource(name="Radlader")
    ids = {
        FeedScope.MINE: None,
        FeedScope.RESOURCE: device.id,
        FeedScope.CATEGORY: device.category_id,
        FeedScope.ORGANISATION: device.owner_id,
        FeedScope.MUNICIPALITY: world.municipality_id("bernsdorf"),
    }
    book(device, hours(9, 11), by=clerk, purpose="Geheim")

    response = client.get(link(clerk, scope, ids[scope], FeedDetail.BUSY))

    assert response.data.count(b"BEGIN:VEVENT") == 1
    for secret in (b"Geheim", b"Ossling", "Oßling".encode(), b"clerk", b"/buchung/"):
        assert secret not in response.data.replace(b"\r\n ", b"")


def test_feed_of_device_shows_kit_bookings_of_the_kit_only_there(client, clerk):
    part = make_resource(name="Tieflader")
    kit = make_kit(part, name="Bagger mit Tieflader")
    book(kit, hours(9, 11), by=clerk)
    kit_id = kit.id

    assert [str(event["SUMMARY"]) for event in events(client, link(clerk, FeedScope.RESOURCE, kit_id, FeedDetail.BUSY))] == ["Belegt: Bagger mit Tieflader"]


def test_feed_answers_304_until_something_changes(client, clerk):
    placed = book(make_resource(), hours(9, 11), by=clerk)
    address = link(clerk)
    first = client.get(address)
    known = {"If-None-Match": first.headers["ETag"]}

    assert client.get(address, headers=known).status_code == 304
    assert client.get(address, headers={"If-Modified-Since": first.headers["Last-Modified"]}).status_code == 304
    with stopped_at(clock.now() + timedelta(seconds=5)):
        write(reserving.move, placed.id, hours(9, 10), by=clerk)
    changed = client.get(address, headers=known)
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]
    with stopped_at(NOW + timedelta(days=1)):
        assert client.get(address, headers={"If-None-Match": changed.headers["ETag"]}).status_code == 200  # the window has moved on


def test_feed_follows_a_renamed_device(client, clerk, head):
    device = make_resource(name="Radlader")
    book(device, hours(9, 11), by=clerk)
    address = link(clerk)
    first = client.get(address).headers["ETag"]
    registration = fleet.Registration(
        key=device.key,
        name="Lader neu",
        category_id=device.category_id,
        site_name="Bauhof Bernsdorf",
        owner_id=device.owner_id,
        contact="Herr Kunze",
        measure_number=device.measure_number,
    )
    write(fleet.change, device.id, registration, version=1, by=head)

    response = client.get(address, headers={"If-None-Match": first})

    [event] = icalendar.Calendar.from_ical(response.data).walk("VEVENT")
    assert str(event["SUMMARY"]).startswith("Lader neu")
    assert event["SEQUENCE"] == 1


def test_feed_speaks_http(client, clerk):
    book(make_resource(), hours(9, 11), by=clerk)
    address = link(clerk)

    plain, packed, head_only = client.get(address), client.get(address, headers={"Accept-Encoding": "gzip"}), client.head(address)

    assert plain.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert plain.headers["Content-Disposition"].startswith("inline")
    assert gzip.decompress(packed.data) == plain.data
    assert (head_only.status_code, head_only.data) == (200, b"")
    assert client.put(address, data=b"x").status_code == 405
    assert "session" not in plain.headers.get("Set-Cookie", "")


def test_feed_notes_its_last_use(client, clerk):
    client.get(link(clerk))

    db.session.expire_all()
    assert db.session.query(CalendarFeed).one().last_used_at == NOW


def test_subscribe_page_gives_links_once_and_revokes(client, clerk):
    make_resource()
    sign_in(client, clerk)

    assert client.post("/kalender/", data={"what": "mine", "detail": "full"}).status_code == 302
    page = client.get("/kalender/neu").get_data(as_text=True)
    for text in ("webcal://", "calendar.google.com", "outlook.office.com", "<svg"):
        assert text in page
    feed = db.session.query(CalendarFeed).one()
    assert feed.token_hash not in page
    assert client.post(f"/kalender/{feed.id}/widerrufen").status_code == 302
    assert "Noch kein Verweis" in client.get("/kalender/").get_data(as_text=True)


def test_revoke_of_a_foreign_link_is_not_found(client, clerk, neighbour):
    link(clerk)
    sign_in(client, neighbour)

    assert client.post(f"/kalender/{db.session.query(CalendarFeed).one().id}/widerrufen").status_code == 404
    db.session.expire_all()
    assert db.session.query(CalendarFeed).one().revoked_at is None


def test_case_22_mail_says_local_time(client, clerk):
    book(make_resource(), wall("2027-07-05 07:00", "2027-07-05 08:00"), by=clerk)

    letter = db.session.query(Letter).one()

    assert "05.07.2027, 07:00 Uhr" in " ".join(str(paragraph) for paragraph in letter.paragraphs)
    assert b"DTSTART;TZID=Europe/Berlin:20270705T070000" in letter.calendar


def test_case_74_all_day_and_odd_text(client, clerk):
    book(make_resource(), wall("2027-02-01 00:00", "2027-02-03 00:00"), by=clerk, purpose="Straßenfest; Bühne, Licht\\Ton und sehr viel Umlaut äöüß " * 4)

    response = client.get(link(clerk))
    [event] = icalendar.Calendar.from_ical(response.data).walk("VEVENT")

    assert event["DTEND"].dt.isoformat() == "2027-02-03"
    assert "Straßenfest; Bühne, Licht\\Ton" in event["DESCRIPTION"]
    assert all(len(line) <= 75 for line in response.data.split(b"\r\n"))


def test_a_client_that_only_knows_the_date_sees_the_window_slide(client, clerk):
    book(make_resource(), hours(9, 11), by=clerk)
    address = link(clerk)
    known = {"If-Modified-Since": client.get(address).headers["Last-Modified"]}

    with stopped_at(clock.now() + timedelta(days=1)):
        assert client.get(address, headers=known).status_code == 200


def test_a_client_that_writes_is_told_what_it_may_do(client, clerk):
    answer = client.put(link(clerk), data=b"BEGIN:VCALENDAR")

    assert answer.status_code == 405
    assert "GET" in answer.allow
