"""The waiting list: in order, held while the offer stands, one tap to accept."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from booking import reserving, waiting
from booking.models import Booking, Standing, WaitingWish
from booking.occupying import Wish
from booking.queries import tasks_for
from booking.queries.waiting import held_until, my_wishes, places_of
from booking.rules.occupancy import PeriodTaken
from booking.waiting.listing import FreeAlready
from commons.clock import stopped_at
from commons.database import db, write
from commons.journal import entries_about
from commons.letters import Letter
from commons.people import find_actor
from commons.permissions import Role
from tests.booking.builders import book, hours, make_resource, occupied
from tests.builders import make_membership
from tests.world import sign_in

NOW = datetime(2027, 1, 4, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(NOW):
        yield


@pytest.fixture
def third(world):
    return world.actor("laussnitz", Role.CLERK)


def join(device, period, *, by) -> WaitingWish:
    return write(waiting.join, Wish(resource_id=device.id), period, purpose="Dorffest", by=by)


def standing(wish: WaitingWish) -> Standing:
    db.session.expire_all()
    return db.session.get_one(WaitingWish, wish.id).standing


def letters_to(actor) -> list[str]:
    return [str(letter.subject_line) for letter in db.session.scalars(select(Letter).where(Letter.person_id == actor.person_id).order_by(Letter.id))]


def test_who_came_first_is_offered_first_and_holds_the_time(clerk, neighbour, third):
    device = make_resource(name="Hubarbeitsbühne")
    placed = book(device, hours(9, 12), by=neighbour)
    first = join(device, hours(8, 10), by=clerk)
    with stopped_at(NOW + timedelta(minutes=1)):
        second = join(device, hours(9, 11), by=third)
    assert places_of([first, second]) == {first.id: 1, second.id: 2}
    waiting.offer_what_is_free()
    assert (standing(first), standing(second)) == (Standing.WAITING, Standing.WAITING)

    write(reserving.cancel, placed.id, by=neighbour)
    waiting.offer_what_is_free()

    assert (standing(first), standing(second)) == (Standing.OFFERED, Standing.WAITING)
    assert letters_to(clerk)[-1] == "Jetzt frei: Hubarbeitsbühne"
    assert [str(task.title) for task in tasks_for(clerk)] == ["Angebot der Warteliste annehmen: Hubarbeitsbühne"]
    with pytest.raises(PeriodTaken):
        book(device, hours(9, 11), by=third)
    write(waiting.hold, [Wish(resource_id=make_resource().id)], hours(9, 11), by=clerk)
    accepted = write(waiting.accept, first.id, by=clerk)
    assert write(waiting.accept, first.id, by=clerk).id == accepted.id
    assert occupied(device) == [hours(8, 10)]
    assert db.session.get_one(Booking, accepted.id).purpose == "Dorffest"
    assert [entry.act for entry in entries_about("waiting_wish", first.id)] == ["waiting.joined", "waiting.offered", "waiting.accepted"]


def test_an_offer_that_nobody_takes_goes_to_the_next(clerk, neighbour, third):
    device = make_resource()
    placed = book(device, hours(9, 12), by=neighbour)
    first = join(device, hours(9, 11), by=clerk)
    with stopped_at(NOW + timedelta(minutes=1)):
        second = join(device, hours(9, 11), by=third)
    write(reserving.cancel, placed.id, by=neighbour)
    waiting.offer_what_is_free()

    with stopped_at(NOW + timedelta(days=1, minutes=1)):
        with pytest.raises(waiting.NotOffered):
            write(waiting.accept, first.id, by=clerk)
        waiting.drop_expired()
        waiting.offer_what_is_free()
        assert (standing(first), standing(second)) == (Standing.LAPSED, Standing.OFFERED)
        write(waiting.withdraw, second.id, by=third)
        assert occupied(device) == []


def test_an_offer_is_booked_for_the_organisation_that_waited(world, clerk):
    device, person_id = make_resource(), world.person_id("koenigsbrueck", Role.CLERK)
    make_membership(person_id=person_id, organisation_id=world.organisation_id("verwaltung-laussnitz"))
    db.session.commit()
    waited = find_actor(person_id, world.organisation_id("verwaltung-laussnitz"))
    placed = book(device, hours(9, 12), by=clerk)
    wish = join(device, hours(9, 11), by=waited)
    write(reserving.cancel, placed.id, by=clerk)
    waiting.offer_what_is_free()

    accepted = write(waiting.accept, wish.id, by=world.actor("koenigsbrueck", Role.CLERK))

    booking = db.session.get_one(Booking, accepted.id)
    assert (booking.for_organisation_id, booking.for_municipality_id) == (waited.organisation_id, world.municipality_id("laussnitz"))
    assert entries_about("waiting_wish", wish.id)[-1].organisation_id == waited.organisation_id


def test_wish_ends_with_its_time(clerk, neighbour):
    device = make_resource()
    book(device, hours(9, 12), by=neighbour)
    wish = join(device, hours(9, 11), by=clerk)

    with stopped_at(hours(9, 11).start):
        waiting.offer_what_is_free()

    assert standing(wish) is Standing.LAPSED


def test_nobody_waits_for_what_is_free_or_stands_twice(clerk, neighbour):
    device = make_resource()
    with pytest.raises(FreeAlready):
        join(device, hours(9, 11), by=clerk)
    book(device, hours(9, 11), by=neighbour)

    assert join(device, hours(9, 11), by=clerk).id == join(device, hours(9, 11), by=clerk).id


def test_pages_hold_wait_and_accept(app_once, client_once, clerk, neighbour):
    device = make_resource(name="Walze")
    asked = {"start": hours(9, 11).start.isoformat(), "end": hours(9, 11).end.isoformat(), "quantity": "1"}
    sign_in(client_once, clerk)

    held = client_once.post(f"/buchung/geraete/{device.id}/vormerken", data=asked)
    form = client_once.get(held.headers["Location"]).get_data(as_text=True)
    search = client_once.get("/buchung/?start_day=2027-01-11&start_time=09:00&end_day=2027-01-11&end_time=11:00&category=0").get_data(as_text=True)
    assert "Für Sie vorgemerkt bis 09:10 Uhr" in form
    assert "Walze buchen" in search
    assert held_until([device.id], hours(9, 11), clerk)[device.id] == NOW + timedelta(minutes=10)
    sign_in(client_once, neighbour)
    other = client_once.get(held.headers["Location"]).get_data(as_text=True)
    week = client_once.get("/buchung/woche?tag=2027-01-11").get_data(as_text=True)
    assert "vorgemerkt" not in other
    assert "ßling" not in week
    typed = {"start_day": "2027-01-11", "start_time": "09:00", "end_day": "2027-01-11", "end_time": "11:00", "purpose": "Fest", "key": "k"}
    refused = client_once.post(f"/buchung/geraete/{device.id}/buchen", data=typed).get_data(as_text=True)
    assert "Auf die Warteliste setzen" in refused
    assert "ßling" not in refused
    client_once.post(f"/buchung/geraete/{device.id}/warten", data=asked | {"purpose": "Fest"})
    assert "Platz 1" in client_once.get("/buchung/warteliste").get_data(as_text=True)

    with stopped_at(NOW + timedelta(minutes=11)):
        waiting.offer_what_is_free()
        wish = my_wishes(neighbour)[0]
        assert "Jetzt buchen" in client_once.get("/buchung/warteliste").get_data(as_text=True)
        assert client_once.post(f"/buchung/warteliste/{wish.id}/annehmen").status_code == 302
        assert client_once.post(f"/buchung/warteliste/{wish.id}/verlassen").status_code == 302
    assert occupied(device) == [hours(9, 11)]
    assert standing(wish) is Standing.ACCEPTED
