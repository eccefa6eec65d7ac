"""The interface as programs use it."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from booking import fleet, waiting
from booking.models import Bookers, Booking, ReadinessClass
from booking.occupying import Wish
from booking.queries.bookings import get_booking
from booking.stages import Stage
from commons.clock import stopped_at
from commons.database import db, write
from commons.permissions import Role
from commons.tokens import create_token, revoke_token, tokens_of
from tests.booking.builders import approved_by, book, hours, make_kit, make_pool, make_resource

DATA = {"start": "2027-01-11T09:00:00+01:00", "end": "2027-01-11T11:00:00+01:00", "purpose": "Markt"}


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(datetime(2027, 1, 4, 8, 0, tzinfo=UTC)):
        yield


def token(actor) -> dict[str, str]:
    return {"Authorization": f"Bearer {write(create_token, actor.person_id, name='Test')}"}


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Booking)) or 0


def test_create_returns_the_booking(client, clerk):
    key = make_resource().key

    answer = client.post("/api/v1/bookings", json={**DATA, "resource": key}, headers=token(clerk))

    assert answer.status_code == 201
    found = answer.get_json()
    assert {name: found[name] for name in ("state", "items", "start", "end", "purpose", "for")} == {
        "state": "confirmed",
        "items": [{"resource": key, "quantity": 1}],
        "start": "2027-01-11T09:00:00+01:00",
        "end": "2027-01-11T11:00:00+01:00",
        "purpose": "Markt",
        "for": clerk.organisation_key,
    }
    assert answer.headers["ETag"] == f'"{found["etag"]}"'
    assert client.get(answer.headers["Location"], headers=token(clerk)).get_json() == found


def test_create_of_request_waits_for_the_owner(client, clerk):
    key = approved_by().key

    assert client.post("/api/v1/bookings", json={**DATA, "resource": key}, headers=token(clerk)).get_json()["state"] == "requested"


def test_create_taken_names_rivals_and_alternatives(client, clerk, neighbour):
    device, other = make_resource(), make_resource()
    book(device, hours(10, 12), by=neighbour)
    key, other_key = device.key, other.key

    answer = client.post("/api/v1/bookings", json={**DATA, "resource": key}, headers=token(clerk))

    found = answer.get_json()
    assert (answer.status_code, answer.mimetype) == (409, "application/problem+json")
    assert [(rival["start"], rival["end"]) for rival in found["rivals"]] == [("2027-01-11T10:00:00+01:00", "2027-01-11T12:00:00+01:00")]
    assert "who" not in found["rivals"][0]
    assert found["rivals"][0]["resource"] == found["alternatives"][0]["resource"]
    assert {"resource": key, "start": "2027-01-11T12:00:00+01:00", "end": "2027-01-11T14:00:00+01:00"}.items() <= found["alternatives"][0].items()
    assert other_key in [other["resource"] for other in found["alternatives"]]
    assert len(found["alternatives"]) == 3


def test_create_twice_with_key_is_one(client, clerk):
    key, headers = make_resource().key, {**token(clerk), "Idempotency-Key": "k-1"}

    first, second = (client.post("/api/v1/bookings", json={**DATA, "resource": key}, headers=headers) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.get_json() == second.get_json()
    assert count() == 1


def test_create_of_several_is_all_or_nothing(client, clerk):
    single, pool = make_resource().key, make_pool(3).key
    items = [{"resource": single}, {"resource": pool, "quantity": 2}]

    assert client.post("/api/v1/bookings", json={**DATA, "items": items}, headers=token(clerk)).status_code == 201
    assert client.post("/api/v1/bookings", json={**DATA, "items": items}, headers=token(clerk)).status_code == 409
    assert count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"end": "2027-01-11T08:00:00+01:00"},
        {"end": "2027-01-11T09:00:00+01:00"},
        {"quantity": 0},
        {"quantity": 2},
        {"quantity": "1"},
        {"start": "2027-03-28T02:30:00", "end": "2027-03-28T05:00:00", "timezone": "Europe/Berlin"},
        {"start": "2027-01-11T09:00:00"},
        {"start": "morgen"},
        {"end": "2027-03-11T11:00:00+01:00"},
        {"start": "2026-01-11T09:00:00+01:00"},
        {"purpose": " "},
        {"start": "0001-01-01T00:00:00+14:00"},
        {"timezone": "Mars/Phobos"},
        {"unknown": 1},
    ],
    ids=[
        "end_first",
        "empty",
        "none",
        "too_many",
        "text",
        "missing_hour",
        "no_zone",
        "no_time",
        "too_long",
        "past",
        "no_purpose",
        "antiquity",
        "mars",
        "unknown",
    ],
)
def test_create_refuses_input(app_once, client_once, clerk, change):
    key = make_resource().key

    answer = client_once.post("/api/v1/bookings", json={**DATA, "resource": key, **change}, headers=token(clerk))

    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert {"type", "title", "detail", "status"} <= answer.get_json().keys()
    assert count() == 0


def test_create_takes_the_first_of_a_double_hour(app_once, client_once, clerk):
    key = make_resource().key
    data = {**DATA, "start": "2027-10-31T02:00", "end": "2027-10-31T04:00", "timezone": "Europe/Berlin", "resource": key}

    assert client_once.post("/api/v1/bookings", json=data, headers=token(clerk)).get_json()["start"] == "2027-10-31T02:00:00+02:00"


def test_create_of_unknown_resource_is_404(app_once, client_once, clerk):
    for key, status in (("gibt-es-nicht", 404), ("mit\x00null", 400)):
        assert client_once.post("/api/v1/bookings", json={**DATA, "resource": key}, headers=token(clerk)).status_code == status


def test_without_token_is_401_and_without_right_403(app_once, client_once, clerk, world):
    key = make_resource().key
    headers = token(clerk)

    answer = client_once.post("/api/v1/bookings", json={**DATA, "resource": key})
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert client_once.post("/api/v1/bookings", json={**DATA, "resource": key}, headers=token(world.actor("ossling", Role.MAYOR))).status_code == 403
    write(revoke_token, tokens_of(clerk.person_id)[0].id, person_id=clerk.person_id)
    assert client_once.get("/api/v1/resources", headers=headers).status_code == 401


def test_create_for_a_foreign_organisation_is_refused(app_once, client_once, clerk):
    key = make_resource().key

    assert client_once.post("/api/v1/bookings", json={**DATA, "resource": key, "for": "bauhof-bernsdorf"}, headers=token(clerk)).status_code in (403, 422)


def test_show_of_a_foreign_booking_is_404(app_once, client_once, clerk, neighbour):
    placed = book(make_resource(), hours(9, 11), by=clerk)
    headers = token(neighbour)

    assert client_once.get(f"/api/v1/bookings/{placed.id}", headers=headers).status_code == 404
    assert client_once.get(f"/api/v1/bookings/{2**70}", headers=headers).status_code == 404


def test_change_needs_the_current_etag(client, clerk):
    placed = book(make_resource(), hours(9, 11), by=clerk)
    headers, address = token(clerk), f"/api/v1/bookings/{placed.id}"
    etag = client.get(address, headers=headers).headers["ETag"]

    assert client.patch(address, json={"end": "2027-01-11T12:00:00+01:00"}, headers=headers).status_code == 428
    changed = client.patch(address, json={"end": "2027-01-11T12:00:00+01:00", "note": "Anhänger"}, headers={**headers, "If-Match": etag})
    assert (changed.status_code, changed.get_json()["end"]) == (200, "2027-01-11T12:00:00+01:00")
    assert get_booking(placed.id, clerk).note == "Anhänger"
    assert client.patch(address, json={"purpose": "Anderes"}, headers={**headers, "If-Match": etag}).status_code == 412


def test_change_into_the_next_is_409(client, clerk):
    device = make_resource()
    placed = book(device, hours(9, 11), by=clerk)
    book(device, hours(12, 13), by=clerk)
    headers, address = token(clerk), f"/api/v1/bookings/{placed.id}"
    etag = client.get(address, headers=headers).headers["ETag"]

    answer = client.patch(address, json={"end": "2027-01-11T13:00:00+01:00"}, headers={**headers, "If-Match": etag})

    assert answer.status_code == 409
    assert answer.get_json()["rivals"]
    assert get_booking(placed.id, clerk).period == hours(9, 11)


def test_cancel_frees_the_time(client, clerk):
    device = make_resource()
    placed = book(device, hours(9, 11), by=clerk)
    headers = token(clerk)

    assert client.post(f"/api/v1/bookings/{placed.id}/cancel", json={}, headers=headers).get_json()["state"] == "cancelled"
    assert client.post(f"/api/v1/bookings/{placed.id}/cancel", json={}, headers=headers).status_code == 409
    assert book(device, hours(9, 11), by=clerk).stage is Stage.CONFIRMED


def test_resources_are_listed_as_promised(app_once, client_once, clerk):
    device = make_resource(name="Radlader")

    found = client_once.get("/api/v1/resources", headers=token(clerk)).get_json()

    assert found == {
        "items": [
            {
                "key": device.key,
                "name": "Radlader",
                "kind": "single",
                "quantity": 1,
                "category": "earthworks",
                "owner": "bauhof-bernsdorf",
                "site": "Bauhof Bernsdorf",
            }
        ],
        "next": None,
    }


def test_availability_says_how_many_and_when(client, clerk):
    device, pool = make_resource(name="Lader"), make_pool(5, name="Kegel")
    book(device, hours(9, 11), by=clerk)
    book(pool, hours(9, 10), by=clerk, quantity=3)
    query = {"from": "2027-01-11T09:00:00+01:00", "until": "2027-01-11T12:00:00+01:00", "category": "earthworks", "quantity": 1}

    found = {item["resource"]: item for item in client.get("/api/v1/availability", query_string=query, headers=token(clerk)).get_json()["items"]}

    assert [(item["free"], item["fits"]) for item in found.values()] == [(2, True), (0, False)]
    [taken] = [item for item in found.values() if not item["fits"]]
    assert taken["alternatives"][0]["start"] == "2027-01-11T11:00:00+01:00"


def test_series_twice_with_key_is_one(client, clerk):
    data = {**DATA, "resource": make_resource().key, "rrule": "FREQ=WEEKLY;COUNT=3"}
    headers = {**token(clerk), "Idempotency-Key": "s-1"}

    first, second = (client.post("/api/v1/series", json=data, headers=headers) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.get_json() == second.get_json()
    assert count() == 3


def test_a_device_of_operations_is_not_lent_to_others(app_once, client_once, clerk):
    key = make_resource(readiness_class="A").key

    assert client_once.post("/api/v1/bookings", json={**DATA, "resource": key}, headers=token(clerk)).status_code == 422


def test_buffers_pools_and_closures_are_409_with_rivals_and_alternatives(app_once, client_once, clerk, neighbour, world):
    buffered, pool, closed = make_resource(buffer_after_min=60), make_pool(3), make_resource()
    book(buffered, hours(8, 9), by=neighbour)
    book(pool, hours(8, 12), by=neighbour, quantity=2)
    write(fleet.close, closed.id, hours(8, 12), reason="Reparatur", by=world.actor("bernsdorf", Role.BUILDING_YARD_HEAD))
    wishes = [(buffered.key, 1), (pool.key, 2), (closed.key, 1)]
    headers = token(clerk)

    answers = [client_once.post("/api/v1/bookings", json={**DATA, "resource": key, "quantity": number}, headers=headers) for key, number in wishes]

    assert [answer.status_code for answer in answers] == [409, 409, 409]
    assert [sorted(answer.get_json().keys() & {"rivals", "alternatives"}) for answer in answers] == [["alternatives", "rivals"]] * 3
    assert {answer.get_json()["title"] for answer in answers} == {"Die Zeit ist vergeben"}
    assert all(answer.get_json()["rivals"] for answer in answers)


def test_availability_of_the_whole_fleet_is_that_of_its_categories(client, clerk, world):
    device, pool, tied, held, between = make_resource(), make_pool(5), make_resource(readiness_class=ReadinessClass.A), make_resource(), make_resource()
    make_kit(device, pool, quantities=(1, 2))
    make_resource(bookers=Bookers.OWN, buffer_before_min=60)
    book(device, hours(9, 11), by=clerk)
    book(pool, hours(9, 10), by=clerk, quantity=3)
    write(waiting.hold, [Wish(resource_id=held.id)], hours(9, 10), by=clerk)
    book(between, hours(9, 10), by=clerk)
    write(waiting.hold, [Wish(resource_id=between.id)], hours(10, 11), by=clerk)
    key = between.key
    write(waiting.hold, [Wish(resource_id=tied.id)], hours(9, 10), by=world.actor("bernsdorf", Role.BUILDING_YARD_HEAD))
    for number in (1, 3):
        query = {"from": "2027-01-11T09:00:00+01:00", "until": "2027-01-11T12:00:00+01:00", "quantity": number}

        whole = client.get("/api/v1/availability", query_string=query, headers=token(clerk)).get_json()["items"]

        part = client.get("/api/v1/availability", query_string=query | {"category": "earthworks"}, headers=token(clerk)).get_json()["items"]
        assert whole == [item | {"alternatives": []} for item in part]
        assert len(whole) == 7
        assert {item["resource"]: item["free"] for item in whole}[key] == 0  # what one holds oneself hides nobody's booking


def test_made_booking_is_shown_as_it_is_read(client, clerk):
    device = make_resource()
    data = {"items": [{"resource": device.key}], "start": "2027-01-11T09:00:00+01:00", "end": "2027-01-11T12:00:00+01:00", "purpose": " Wegebau "}

    made = client.post("/api/v1/bookings", json=data, headers=token(clerk))

    read = client.get(made.headers["Location"], headers=token(clerk))
    assert (made.status_code, made.get_json(), made.headers["ETag"]) == (201, read.get_json(), read.headers["ETag"])
