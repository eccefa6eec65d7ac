"""A pool of several owners: the own share is booked without asking, more is asked for, where the pool's rule says so."""

from datetime import UTC, datetime

import pytest

from booking import fleet, reserving
from booking.fleet import Items
from booking.models import Approver, Resource
from booking.queries.bookings import get_booking, undecided
from booking.stages import Stage
from commons.clock import stopped_at
from commons.database import db, write
from tests.booking.api.test_bookings import DATA, token
from tests.booking.builders import book, hours, make_pool
from tests.booking.guard_machine import registration_with
from tests.world import sign_in


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(datetime(2027, 1, 4, 8, 0, tzinfo=UTC)):
        yield


@pytest.fixture
def shared(world, head):
    """Seven tents at the Bernsdorf yard, three of them Oßling's."""

    def make(*, asks=True, approval_by=None, after=0):
        pool = make_pool(7, name="Zelt", asks_beyond_share=asks, approval_by=approval_by, buffer_after_min=after)
        entries = [Items(owner_id=pool.owner_id, quantity=4), Items(owner_id=world.organisation_id("bauhof-ossling"), quantity=3)]
        write(fleet.count_stock, pool.id, entries, by=head)
        return db.session.get_one(Resource, pool.id)

    return make


@pytest.mark.parametrize("approval_by", [None, Approver.BUILDING_YARD_HEAD])
def test_own_share_is_confirmed_and_more_is_asked_for(app, shared, clerk, neighbour, head, approval_by):
    pool = shared(approval_by=approval_by)
    first, second = (book(pool, hours(9, 11), by=clerk, quantity=number) for number in (2, 1))
    beyond, later, foreign = book(pool, hours(10, 12), by=clerk), book(pool, hours(11, 13), by=clerk, quantity=3), book(pool, hours(9, 11), by=neighbour)

    assert [placed.stage for placed in (first, second, later)] == [Stage.CONFIRMED, Stage.CONFIRMED, Stage.REQUESTED]
    assert [placed.stage for placed in (beyond, foreign)] == [Stage.REQUESTED] * 2
    assert {booking.id for booking in undecided(head)} == {beyond.id, later.id, foreign.id}
    write(reserving.approve, beyond.id, by=head)
    assert get_booking(beyond.id, clerk).stage is Stage.CONFIRMED


def test_more_time_may_need_asking_and_buffers_count(app_once, shared, clerk):
    pool = shared(after=60)
    placed = book(pool, hours(9, 11), by=clerk, quantity=3)
    assert book(pool, hours(11.5, 13), by=clerk).stage is Stage.REQUESTED
    following = book(pool, hours(14, 15), by=clerk, quantity=3)

    write(reserving.move, following.id, hours(10, 11), by=clerk)

    assert [get_booking(one.id, clerk).stage for one in (placed, following)] == [Stage.CONFIRMED, Stage.REQUESTED]


def test_without_the_rule_shares_only_say_whom_things_belong_to(app_once, shared, clerk, neighbour):
    pool = shared(asks=False)

    assert [book(pool, hours(9, 11), by=one, quantity=3).stage for one in (clerk, neighbour)] == [Stage.CONFIRMED] * 2


def test_page_and_interface_say_whether_somebody_is_asked(app_once, client_once, shared, clerk, head):
    pool = shared()
    pool_id, key = pool.id, pool.key
    answers = [client_once.post("/api/v1/bookings", json={**DATA, "resource": key, "quantity": 2}, headers=token(clerk)) for _ in range(2)]
    assert [answer.get_json()["state"] for answer in answers] == ["confirmed", "requested"]
    sign_in(client_once, clerk)
    address = f"/buchung/geraete/{pool_id}/buchen?start=2027-01-12T09:00:00%2B01:00&end=2027-01-12T11:00:00%2B01:00"

    assert "Die Buchung gilt sofort." in client_once.get(f"{address}&quantity=3").get_data(as_text=True)
    assert "Der Eigentümer entscheidet über Ihre Anfrage." in client_once.get(f"{address}&quantity=4").get_data(as_text=True)
    assert "wer mehr nimmt, fragt an" in client_once.get(f"/buchung/geraete/{pool_id}").get_data(as_text=True)


def test_keeper_sets_the_rule(app_once, shared, head):
    pool = shared(asks=False)

    write(fleet.change, pool.id, registration_with(pool, asks_beyond_share=True), version=1, by=head)

    assert db.session.get_one(Resource, pool.id).asks_beyond_share
