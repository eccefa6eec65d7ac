"""What a program can ask for: a device, any of a kind, with a substitute, several; and what it hears where that is not free."""

from datetime import UTC, datetime, time

import pytest

from booking.fleet.sites import set_hours
from booking.models import ReadinessClass
from commons.clock import stopped_at
from commons.database import write
from commons.permissions import Role
from tests.booking.api.test_bookings import DATA, token
from tests.booking.builders import book, hours, make_kit, make_pool, make_resource

TALL, LOW = {"Arbeitshöhe": "18 m"}, {"Arbeitshöhe": "8,5 m"}
FROM_12 = {"category": "lifting", "feature": "Arbeitshöhe", "least": "12"}
NOW = datetime(2027, 1, 4, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(NOW):
        yield


@pytest.fixture
def ask(client, clerk):
    headers = token(clerk)
    return lambda path, data, **more: client.post(f"/api/v1/{path}", json={**DATA, **data}, headers={**headers, **more})


@pytest.fixture
def free(client, clerk):
    headers = token(clerk)

    def items(start=DATA["start"], end=DATA["end"], **query):
        answer = client.get("/api/v1/availability", query_string={"from": start, "until": end, **query}, headers=headers)
        return {item["resource"]: item for item in answer.get_json()["items"]}

    return items


def platforms():
    return [make_resource(category="lifting", features=features).key for features in (LOW, TALL, TALL)]


def test_any_of_a_kind_holds_what_reaches_the_least_and_is_one_booking_however_often_it_is_sent(ask):
    _, first, second = platforms()

    made = [ask("bookings", {"any": FROM_12}, **{"Idempotency-Key": key}) for key in ("a", "a", "b")]

    assert [(answer.status_code, answer.get_json()["items"]) for answer in made] == [
        (201, [{"resource": first, "quantity": 1}]),
        (200, [{"resource": first, "quantity": 1}]),
        (201, [{"resource": second, "quantity": 1}]),
    ]
    refused = ask("bookings", {"any": FROM_12}).get_json()
    assert (refused["status"], len(refused["rivals"])) == (409, 2)
    assert {(other["resource"], other["start"]) for other in refused["alternatives"]} == {(key, DATA["end"]) for key in (first, second)}
    assert ask("bookings", {"any": {**FROM_12, "least": "8"}}, **{"Idempotency-Key": "a"}).status_code == 422


def test_any_of_a_kind_comes_with_named_devices_all_or_nothing(ask):
    [_, first, _], pool = platforms(), make_pool(3).key
    items = [{"resource": pool, "quantity": 2}, {"any": FROM_12}]

    made, refused = (ask("bookings", {"items": items}) for _ in range(2))

    assert sorted(made.get_json()["items"], key=lambda item: item["quantity"]) == [{"resource": first, "quantity": 1}, {"resource": pool, "quantity": 2}]
    assert (refused.status_code, refused.get_json()["rivals"][0]["resource"]) == (409, pool)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"any": {"category": "lifting", "feature": "Arbeitshöhe"}}, 422),
        ({"any": {"category": "lifting", "least": "12"}}, 422),
        ({"any": {**FROM_12, "least": 12}}, 422),
        ({"any": {**FROM_12, "least": "1e9"}}, 422),
        ({"any": {"category": "gibt-es-nicht"}}, 404),
        ({"any": FROM_12, "resource": "x"}, 422),
        ({"items": [{"any": FROM_12}, {"any": FROM_12}]}, 422),
        ({"items": [{}]}, 422),
        ({"any": {**FROM_12, "least": "99"}}, 409),
    ],
)
def test_any_that_cannot_be_read_is_refused(app_once, client_once, clerk, data, status):
    platforms()

    answer = client_once.post("/api/v1/bookings", json={**DATA, **data}, headers=token(clerk))

    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


def test_any_is_not_for_series_and_availability_knows_the_least(ask, free):
    low, *tall = platforms()

    assert ask("series", {"any": FROM_12, "rrule": "FREQ=WEEKLY;COUNT=3"}).status_code == 422
    assert free(category="lifting").keys() == {low, *tall}
    assert free(**FROM_12).keys() == {*tall}


def test_class_a_is_lent_where_a_substitute_is_named(ask):
    pump, stays = (make_resource(readiness_class=ReadinessClass.A, owner="ofw-bernsdorf").key for _ in range(2))

    refused = ask("bookings", {"resource": pump})
    assert (refused.status_code, refused.get_json()["field"], refused.get_json()["substitutes"]) == (422, "substitute", [stays])
    assert ask("bookings", {"items": [{"resource": pump, "substitute": stays}]}).status_code == 201
    assert ask("bookings", {"resource": stays, "substitute": pump}).status_code == 409


def test_a_device_is_booked_once_also_as_a_part(ask):
    part, pool = make_resource(), make_pool(5)
    part_key, pool_key = part.key, pool.key
    kit, other = make_kit(part, pool, quantities=(1, 2)).key, make_kit(part).key

    for items in ([kit, part_key], [kit, other]):
        refused = ask("bookings", {"items": [{"resource": key} for key in items]})
        assert (refused.status_code, refused.get_json()["field"]) == (422, "resource")
    assert ask("bookings", {"items": [{"resource": kit}, {"resource": pool_key, "quantity": 4}]}).status_code == 409
    assert ask("bookings", {"items": [{"resource": kit}, {"resource": pool_key, "quantity": 3}]}).status_code == 201


def test_alternatives_of_several_are_for_what_is_taken_and_all_can_be_booked_then(ask, neighbour):
    first, taken = make_resource(), make_resource()
    book(taken, hours(10, 12), by=neighbour)
    book(first, hours(12, 13), by=neighbour)
    items = [{"resource": first.key}, {"resource": taken.key}]

    refused = ask("bookings", {"items": items}).get_json()

    assert {other["resource"] for other in refused["alternatives"][:1]} == {taken.key}
    same = [other for other in refused["alternatives"] if other["resource"] == taken.key]
    assert same[0]["start"] == "2027-01-11T13:00:00+01:00"
    assert ask("bookings", {"items": items, "start": same[0]["start"], "end": same[0]["end"]}).status_code == 201


TERMS = {
    "hours": ({}, DATA["start"], "2027-01-11T15:31:00+01:00"),
    "weekend": ({}, "2027-01-16T09:00:00+01:00", "2027-01-18T09:00:00+01:00"),
    "notice": ({"notice_minutes": 8 * 24 * 60}, DATA["start"], DATA["end"]),
    "advance": ({"advance_days": 5}, DATA["start"], DATA["end"]),
    "longest": ({"longest_minutes": 90}, DATA["start"], DATA["end"]),
    "house": ({}, DATA["start"], "2027-02-15T09:00:00+01:00"),
    "past": ({}, "2027-01-04T08:00:00+01:00", "2027-01-04T10:00:00+01:00"),
    "fine": ({"notice_minutes": 60, "advance_days": 8, "longest_minutes": 120}, DATA["start"], DATA["end"]),
}


@pytest.mark.parametrize("name", TERMS)
def test_availability_calls_nothing_free_that_a_booking_would_be_refused(ask, free, world, name):
    terms, start, end = TERMS[name]
    device = make_resource(**terms)
    key, site_id = device.key, device.site_id
    write(set_hours, site_id, address="", opening=dict.fromkeys(range(5), (time(7), time(15, 30))), by=world.actor("bernsdorf", Role.BUILDING_YARD_HEAD))

    whole, part = free(start, end)[key], free(start, end, category="earthworks")[key]
    answer = ask("bookings", {"resource": key, "start": start, "end": end})

    assert whole == {**part, "alternatives": []}
    assert part["fits"] is (answer.status_code == 201) is (name == "fine")
    if not part["fits"]:
        assert part["reason"] == answer.get_json()["detail"] or name == "past"
    others = [*part["alternatives"], *answer.get_json().get("alternatives", [])]
    for other in others:
        look = {"resource": key, "start": other["start"], "end": other["end"], "rrule": "FREQ=WEEKLY;COUNT=2"}
        assert ask("series/preview", look).get_json()["items"][0]["free"]
    assert bool(others) is (name in {"hours", "weekend", "notice", "advance", "past"})
