"""A user who takes the interface at its word: odd bodies and times, keys and versions used twice, calls that come again."""

from datetime import UTC, datetime

import pytest

from booking import reserving
from commons.clock import stopped_at
from commons.database import write
from tests.booking.api.test_bookings import DATA, count, token
from tests.booking.builders import book, hours, make_resource


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(datetime(2027, 1, 4, 8, 0, tzinfo=UTC)):
        yield


@pytest.mark.parametrize("body", [b"[" * 100_000, rb'{"purpose": "\ud800"}', rb'{"purpose": "\ude00"}', rb'{"purpose": "\u0000"}'])
def test_body_that_no_reader_can_follow_is_400(app_once, client_once, clerk, body):
    answer = client_once.post("/api/v1/bookings", data=body, content_type="application/json", headers=token(clerk))

    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


def test_body_with_both_halves_of_a_character_is_taken(app_once, client_once, clerk):
    body = rb'{"resource": "%b", "start": "2027-01-11T09:00Z", "end": "2027-01-11T10:00Z", "purpose": "\ud83d\ude00"}' % make_resource().key.encode()

    answer = client_once.post("/api/v1/bookings", data=body, content_type="application/json", headers=token(clerk))

    assert (answer.status_code, answer.get_json()["purpose"]) == (201, "😀")


@pytest.mark.parametrize("change", [{"purpose": "Anderes"}, {"note": "Anhänger"}, {"end": "2027-01-11T12:00:00+01:00"}, {"resource": "other"}])
def test_key_of_one_request_is_refused_for_another(client, clerk, change):
    data, headers = {**DATA, "resource": make_resource().key}, {**token(clerk), "Idempotency-Key": "k"}
    make_resource(key="other")
    client.post("/api/v1/bookings", json=data, headers=headers)

    answer = client.post("/api/v1/bookings", json={**data, **change}, headers=headers)

    assert (answer.status_code, answer.mimetype, count()) == (422, "application/problem+json", 1)


def test_key_still_means_its_booking_after_that_was_changed(client, clerk):
    data, headers = {**DATA, "resource": make_resource().key}, {**token(clerk), "Idempotency-Key": "k"}
    number = client.post("/api/v1/bookings", json=data, headers=headers).get_json()["id"]
    write(reserving.move, number, hours(14, 16), by=clerk)

    again = client.post("/api/v1/bookings", json=data, headers=headers)

    assert (again.status_code, again.get_json()["start"]) == (200, "2027-01-11T14:00:00+01:00")


def test_key_of_a_series_is_refused_for_another(client, clerk):
    data, headers = {**DATA, "resource": make_resource().key, "rrule": "FREQ=WEEKLY;COUNT=3"}, {**token(clerk), "Idempotency-Key": "k"}
    client.post("/api/v1/series", json=data, headers=headers)

    changes = [{"rrule": "FREQ=WEEKLY;COUNT=4"}, {"purpose": "Anderes"}, {"end": "2027-01-11T12:00:00+01:00"}, {"resource": make_resource().key}, {}]

    assert [client.post("/api/v1/series", json={**data, **change}, headers=headers).status_code for change in changes] == [422, 422, 422, 422, 200]
    assert count() == 3


def test_what_is_cancelled_is_refused_as_gone_and_not_as_taken(client, clerk):
    address, headers = f"/api/v1/bookings/{book(make_resource(), hours(9, 11), by=clerk).id}", token(clerk)

    assert client.post(f"{address}/cancel", headers=headers).get_json()["state"] == "cancelled"  # no body says: no reason
    again = client.post(f"{address}/cancel", headers=headers)
    moved = client.patch(address, json={"end": "2027-01-11T10:00:00+01:00"}, headers={**headers, "If-Match": "*"})
    gone = [again, moved]

    assert [(answer.status_code, answer.get_json()["title"]) for answer in gone] == [(409, "Geht so nicht mehr")] * 2
    assert not any({"rivals", "alternatives"} & answer.get_json().keys() for answer in gone)


def test_show_of_what_is_known_already_is_304(app_once, client_once, clerk):
    address, headers = f"/api/v1/bookings/{book(make_resource(), hours(9, 11), by=clerk).id}", token(clerk)
    etag = client_once.get(address, headers=headers).headers["ETag"]

    assert client_once.get(address, headers={**headers, "If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize(
    ("start", "end", "shown"),
    [
        ("2027-01-11T20:00:00+01:00", "2027-01-11T24:00:00+01:00", "2027-01-12T00:00:00+01:00"),
        ("2027-01-11T20:00", "2027-01-11T24:00", "2027-01-12T00:00:00+01:00"),
        ("2027-01-11T20:00:00 01:00", "2027-01-11T22:00 01:00", "2027-01-11T22:00:00+01:00"),
        ("2027-01-11T09:00:00+05:30", "2027-01-11T11:00:00Z", "2027-01-11T12:00:00+01:00"),
    ],
    ids=["end_of_day", "end_of_day_wall", "lost_plus", "odd_offsets"],
)
def test_times_are_read_as_iso_writes_them(app_once, client_once, clerk, start, end, shown):
    zone = {"timezone": "Europe/Berlin"} if start.endswith("T20:00") else {}

    made = client_once.post("/api/v1/bookings", json={**DATA, **zone, "resource": make_resource().key, "start": start, "end": end}, headers=token(clerk))

    assert (made.status_code, made.get_json()["end"]) == (201, shown)


@pytest.mark.parametrize(
    ("start", "end", "field"), [("gestern", DATA["end"], "from"), (DATA["start"], "9999-12-31T24:00:00Z", "until"), (DATA["end"], DATA["start"], "until")]
)
def test_refused_time_of_an_address_is_named_as_it_was_written(app_once, client_once, clerk, start, end, field):
    answer = client_once.get("/api/v1/availability", query_string={"from": start, "until": end}, headers=token(clerk))

    assert (answer.status_code, answer.get_json()["field"]) == (422, field)
