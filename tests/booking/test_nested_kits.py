"""Kits in kits and wholes in wholes: taken together, apart from themselves, and never without a part that went out of service."""

from datetime import UTC, datetime

import pytest

from booking import fleet, settling
from booking.fleet import BookingsAffected
from booking.fleet.refusing import PartOfItself
from booking.queries.belongings import possible_parts
from booking.queries.fleet import get_resource
from booking.rules.occupancy import Occupied, TakenTwice
from booking.settling import Answer, Way
from commons.clock import stopped_at
from commons.database import write
from tests.booking.api.test_bookings import DATA, token
from tests.booking.builders import book, hours, make_kit, make_pool, make_resource
from tests.world import sign_in


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(datetime(2027, 1, 4, 8, 0, tzinfo=UTC)):
        yield


@pytest.fixture
def centre():
    """A sports centre with a hall of two halves, and ten chairs in each half."""
    chairs = make_pool(20, name="Stühle")
    halves = [make_kit(chairs, quantities=(10,), name=name) for name in ("Hälfte A", "Hälfte B")]
    hall = make_kit(*halves, name="Halle")
    return make_kit(hall, name="Zentrum"), hall, halves, chairs


def test_a_whole_takes_all_that_lies_in_it_and_its_parts_keep_it_busy(app, clerk, centre):
    whole, hall, (left, right), chairs = centre
    book(left, hours(9, 11), by=clerk)
    book(right, hours(10, 12), by=clerk)

    for taken in (whole, hall):
        with pytest.raises(Occupied):
            book(taken, hours(9, 10), by=clerk)
    book(whole, hours(14, 16), by=clerk)
    with pytest.raises(Occupied):
        book(left, hours(15, 17), by=clerk)
    assert book(chairs, hours(12, 14), by=clerk, quantity=20)


def test_interface_counts_what_lies_deep_inside(client, clerk, centre):
    whole, hall, (left, _), chairs = (thing if isinstance(thing, list) else thing.key for thing in centre)
    left_key, headers = left.key, token(clerk)

    def ask(*items):
        return client.post("/api/v1/bookings", json={**DATA, "items": [{"resource": key, "quantity": number} for key, number in items]}, headers=headers)

    assert [ask((whole, 1), (other, 1)).status_code for other in (hall, left_key)] == [422, 422]
    assert ask((left_key, 1), (chairs, 11)).status_code == 409
    assert ask((left_key, 1), (chairs, 10)).status_code == 201
    found = client.get("/api/v1/availability", query_string={"from": DATA["start"], "until": DATA["end"]}, headers=headers).get_json()["items"]
    assert [item["fits"] for item in found if item["resource"] in (whole, hall, left_key, chairs)] == [False] * 4


def test_no_whole_lies_in_itself_and_no_device_twice(app_once, centre, head):
    whole, hall, (left, right), _ = centre
    single = make_resource()

    for parts in ([(whole.id, 1)], [(left.id, 1), (hall.id, 1)], [(hall.id, 1), (whole.id, 1)]):
        with pytest.raises(PartOfItself):
            write(fleet.set_parts, hall.id, parts, by=head)
    write(fleet.set_parts, left.id, [(single.id, 1)], by=head)
    with pytest.raises(TakenTwice):
        write(fleet.set_parts, right.id, [(single.id, 1)], by=head)


def test_page_offers_kits_but_not_what_is_around(app_once, client_once, centre, head):
    _, hall, (left, right), chairs = centre
    offered = {device.id for device in possible_parts(get_resource(hall.id, head), head)}
    hall_id, left_id, right_id = hall.id, left.id, right.id
    assert offered == {left.id, right.id, chairs.id}
    sign_in(client_once, head)

    saved = client_once.post(f"/buchung/geraete/{hall_id}/teile", data={f"part_{left_id}": "1"})

    assert (saved.status_code, [part.part_id for part in get_resource(hall_id, head).parts]) == (302, [left_id])
    assert right_id in {device.id for device in possible_parts(get_resource(hall_id, head), head)}


def test_what_is_booked_with_its_whole_is_not_changed_or_retired_behind_its_back(app, client, clerk, centre, head):
    whole, hall, (left, _), chairs = centre
    left_id, keys, headers = left.id, (whole.key, hall.key), token(clerk)
    placed = book(whole, hours(9, 11), by=clerk)

    for refused in ((fleet.set_parts, left_id, [(chairs.id, 5)]), (settling.retire, left_id)):
        with pytest.raises(BookingsAffected) as affected:
            write(*refused, by=head, **({"answers": []} if refused[0] is settling.retire else {}))
        assert affected.value.bookings == [placed.id]
    write(settling.retire, left_id, answers=[Answer(booking_id=placed.id, way=Way.CANCEL)], by=head)

    asked = {"from": DATA["start"], "until": DATA["end"]}
    found = client.get("/api/v1/availability", query_string=asked, headers=headers).get_json()["items"]
    assert [item["fits"] for item in found if item["resource"] in keys] == [False, False]
    assert [client.post("/api/v1/bookings", json={**DATA, "resource": key}, headers=headers).status_code for key in keys] == [422, 422]
