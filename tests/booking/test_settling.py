"""A change of the fleet shows whom it hits and proposes moves; all of it is saved, or nothing."""

import pytest

from booking import fleet, settling
from booking.fleet import BookingsAffected
from booking.models import Approver
from booking.queries.bookings import get_booking
from booking.queries.fleet import get_resource
from booking.queries.impact import Changed, impacts
from booking.rules.occupancy import PeriodTaken
from booking.settling import Answer, Way
from booking.stages import Stage
from commons.clock import stopped_at
from commons.database import db, write
from commons.errors import ChangedMeanwhile
from commons.journal import entries_about
from tests.booking.builders import at, book, hours, make_kit, make_pool, make_resource, occupied
from tests.booking.emergencies import subjects
from tests.world import sign_in


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(at(6)):
        yield


def asked(name, **overrides):
    return make_resource(name=name, category="lifting", approval_by=Approver.BUILDING_YARD_HEAD, **overrides)


def acts(booking_id):
    return [entry.act for entry in entries_about("booking", booking_id)]


def test_close_proposes_and_moves_what_was_accepted(app, clerk, head):
    device, other = asked("Bühne A"), asked("Bühne B")
    first, second, third = (book(device, hours(start, start + 1), by=clerk).id for start in (9, 10, 11))
    with pytest.raises(BookingsAffected) as refusal:
        write(settling.close, device.id, hours(8, 12), answers=[], reason="Reparatur", by=head)

    found = impacts(refusal.value.bookings, [get_resource(device.id, head)], head, Changed(closed=hours(8, 12)))
    assert [([one.name for one in hit.devices], hit.times) for hit in found] == [
        (["Bühne B"], [hours(7, 8)]),
        (["Bühne B"], [hours(12, 13)]),
        (["Bühne B"], [hours(12, 13)]),
    ]

    answers = [
        Answer(booking_id=first, way=Way.DEVICE, resource_id=other.id),
        Answer(booking_id=second, way=Way.TIME, period=hours(12, 13)),
        Answer(booking_id=third, way=Way.CANCEL),
    ]
    write(settling.close, device.id, hours(8, 12), answers=answers, reason="Reparatur", by=head)

    assert (occupied(other), occupied(device)) == ([hours(9, 10)], [hours(8, 12), hours(12, 13)])
    assert [acts(id_)[-1] for id_ in (first, second, third)] == ["booking.swapped", "booking.moved", "booking.cancelled"]
    assert get_booking(third, clerk).reason == "Sperre: Reparatur"
    assert "Sperre: Reparatur: Sie erhalten Bühne B statt Bühne A" in subjects(clerk.person_id)


def test_close_saves_nothing_while_one_is_unanswered_or_stale(app, clerk, head):
    device, other = asked("Bühne A"), asked("Bühne B")
    first, second = (book(device, hours(start, start + 1), by=clerk).id for start in (9, 10))
    accepted = Answer(booking_id=first, way=Way.DEVICE, resource_id=other.id)

    with pytest.raises(BookingsAffected) as left:
        write(settling.close, device.id, hours(8, 12), answers=[accepted], reason="Reparatur", by=head)
    with pytest.raises(ChangedMeanwhile):
        write(settling.close, device.id, hours(8, 12), answers=[Answer(booking_id=second, way=Way.CANCEL, version=9)], reason="Reparatur", by=head)
    with pytest.raises(PeriodTaken):
        write(settling.close, device.id, hours(8, 12), answers=[Answer(booking_id=first, way=Way.TIME, period=hours(10, 11))], reason="Reparatur", by=head)

    assert left.value.bookings == [second]
    assert (occupied(device), occupied(other)) == ([hours(9, 10), hours(10, 11)], [])
    assert acts(first) == ["booking.requested"]


def test_retire_moves_bookings_to_an_equivalent(app_once, clerk, head):
    device, other = make_resource(name="Walze A"), make_resource(name="Walze B")
    placed = book(make_kit(device), hours(9, 10), by=clerk)
    alone = book(device, hours(11, 12), by=clerk)
    with pytest.raises(BookingsAffected):
        write(settling.retire, device.id, answers=[], by=head)

    answers = [Answer(booking_id=alone.id, way=Way.DEVICE, resource_id=other.id), Answer(booking_id=placed.id, way=Way.CANCEL)]
    write(settling.retire, device.id, answers=answers, by=head)

    assert occupied(other) == [hours(11, 12)]
    assert get_booking(placed.id, clerk).stage is Stage.CANCELLED


def test_smaller_pool_keeps_what_was_seen_and_moves_the_rest(app_once, client_once, clerk, head):
    pool, other = make_pool(5, name="Zaun"), make_pool(9, name="Zaun weit")
    pool_id, other_id, owner_id, category_id, number = pool.id, other.id, pool.owner_id, pool.category_id, pool.measure_number
    stays, moves = book(pool, hours(9, 11), by=clerk, quantity=3).id, book(pool, hours(10, 12), by=clerk, quantity=2).id
    sign_in(client_once, head)
    data = {"name": "Zaun", "key": pool.key, "owner": owner_id, "category": category_id, "quantity": 2, "site": "Bauhof Bernsdorf", "version": 1}
    data |= {
        "approval_by": "",
        "readiness_class": "",
        "meter": "none",
        "buffer_before_min": 0,
        "buffer_after_min": 0,
        "measure_number": number,
        "bookers": "own",
        "notice_hours": 2,
        "accessories": "Fuß\nSchelle",
    }

    preview = client_once.post(f"/buchung/geraete/{pool_id}/bearbeiten", data=data)
    page = preview.get_data(as_text=True)
    db.session.rollback()
    untouched = get_resource(pool_id, head).quantity
    saved = client_once.post(f"/buchung/geraete/{pool_id}/bearbeiten", data={**data, f"way_{stays}": "stay", f"way_{moves}": f"device:{other_id}"})

    assert (preview.status_code, untouched, saved.status_code) == (409, 5, 302)
    assert "gleiche Zeit mit Zaun weit" in page
    assert "bleibt bestehen" in page
    pool = get_resource(pool_id, head)
    assert (pool.quantity, pool.bookers, pool.notice_minutes, pool.accessories) == (2, "own", 120, ["Fuß", "Schelle"])
    assert [item.resource_id for item in get_booking(moves, clerk).items] == [other_id]
    assert get_booking(stays, clerk).stage is Stage.CONFIRMED


def test_retire_page_settles_in_one_step(app_once, client_once, clerk, head):
    device_id, other_id = make_resource(name="Walze A").id, make_resource(name="Walze B").id
    placed = book(db.session.get(fleet.keeping.Resource, device_id), hours(9, 10), by=clerk)
    sign_in(client_once, head)

    page = client_once.get(f"/buchung/geraete/{device_id}/ausmustern").get_data(as_text=True)
    refused = client_once.post(f"/buchung/geraete/{device_id}/ausmustern", data={})
    done = client_once.post(f"/buchung/geraete/{device_id}/ausmustern", data={f"way_{placed.id}": f"device:{other_id}", f"version_{placed.id}": "1"})

    assert "gleiche Zeit mit Walze B" in page
    assert (refused.status_code, done.status_code) == (409, 302)
    assert [item.resource_id for item in get_booking(placed.id, clerk).items] == [other_id]
