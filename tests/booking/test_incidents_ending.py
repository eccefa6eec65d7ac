"""Foreign devices are released, blocks roll on and end, and whoever was displaced takes something else."""

import pytest
from sqlalchemy import select

from booking import incidents, rebooking, reserving
from booking.displacing import AlreadyLifted
from booking.incidents.asking import AlreadyAnswered
from booking.models import Approver, Displacement, Effect, Incident, Inspection, ReadinessClass, Release
from booking.occupying import Wish
from booking.queries.bookings import get_booking
from booking.queries.displaced import unread, unread_of_owner
from booking.stages import Stage
from commons.calendar_days import today_of
from commons.clock import stopped_at
from commons.database import db, write
from commons.errors import NotAllowed, NotFound
from commons.journal import entries_about
from commons.permissions import Role
from tests.booking.builders import approved_by, at, book, hours, make_resource, occupied
from tests.booking.emergencies import blocks, make_engine, subjects, take
from tests.world import sign_in

NOW = at(6)  # the Monday of the tests, six in the morning


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(NOW):
        yield


@pytest.fixture
def chief(world):
    return world.actor("bernsdorf", Role.BRIGADE_CHIEF)


def test_declare_foreign_device_waits_for_release(app, world, chief, clerk):
    device = make_engine(owner="feuerwehr-koenigsbrueck", name="Drohne")
    placed = book(device, hours(9, 11), by=clerk)
    owner = world.actor("koenigsbrueck", Role.MUNICIPAL_FIRE_CHIEF)

    incident = take(device, by=chief)

    assert occupied(device) == [hours(9, 11)]
    assert subjects(owner.person_id)[-1] == "Einsatz: Bitte geben Sie frei, Drohne"

    write(incidents.release, incident.items[0].id, by=owner)

    assert occupied(device) == [hours(6, 18)]
    assert get_booking(placed.id, clerk).stage is Stage.CANCELLED
    assert subjects(chief.person_id)[-1] == "Freigegeben für Ihren Einsatz: Drohne"
    with pytest.raises(AlreadyAnswered):
        write(incidents.refuse, incident.items[0].id, by=owner)


def test_declare_foreign_device_released_by_telephone(app, world, chief):
    device = make_engine(owner="feuerwehr-koenigsbrueck", name="Drohne")

    incident = take(device, by=chief, phoned_with="Thomas Gärtner")

    assert (incident.items[0].release, incident.items[0].released_by_name) == (Release.PHONED, "Thomas Gärtner")
    assert occupied(device) == [hours(6, 18)]
    assert "Telefonische Freigabe vermerkt: Drohne" in subjects(world.person_id("koenigsbrueck", Role.MUNICIPAL_FIRE_CHIEF))


def test_refuse_keeps_the_device(app_once, world, chief):
    device = make_engine(owner="feuerwehr-koenigsbrueck", name="Drohne")
    incident = take(device, by=chief)

    write(incidents.refuse, incident.items[0].id, by=world.actor("koenigsbrueck", Role.BRIGADE_CHIEF))

    assert occupied(device) == []
    assert "eigener Bedarf geht vor" in subjects(chief.person_id)[-1]


def test_release_by_another_municipality_is_not_found(app_once, world, chief):
    incident = take(make_engine(owner="feuerwehr-koenigsbrueck"), by=chief)

    with pytest.raises(NotFound):
        write(incidents.release, incident.items[0].id, by=world.actor("neukirch", Role.BRIGADE_CHIEF))


def test_recall_by_the_yard_head(app, world, clerk):
    device = make_resource(owner="bauhof-bernsdorf", name="Radlader")
    placed = book(device, hours(7, 15), by=clerk)

    write(incidents.recall, [Wish(resource_id=device.id)], by=world.actor("bernsdorf", Role.BUILDING_YARD_HEAD))

    assert get_booking(placed.id, clerk).reason == "Rückruf durch den Eigentümer"
    assert subjects(clerk.person_id)[-1] == "Rückruf durch den Eigentümer: Ihre Buchung entfällt, Radlader"


def test_recall_of_foreign_and_of_free_devices_is_refused(app_once, world):
    head, chief = world.actor("ossling", Role.BUILDING_YARD_HEAD), world.actor("bernsdorf", Role.MUNICIPAL_FIRE_CHIEF)
    foreign, free = make_resource(owner="bauhof-bernsdorf"), make_engine(readiness_class=ReadinessClass.C)

    with pytest.raises(NotAllowed):
        write(incidents.recall, [Wish(resource_id=foreign.id)], by=head)
    with pytest.raises(incidents.NotRecallable):
        write(incidents.recall, [Wish(resource_id=free.id)], by=chief)


def test_ready_frees_and_ends_with_the_last(app, chief):
    first, second = make_engine(), make_engine()
    incident = take(first, second, by=chief)

    with stopped_at(at(8)):
        write(incidents.ready, blocks()[0].id, by=chief)
        assert db.session.get(Incident, incident.id).ended_at is None
        write(incidents.ready, blocks()[1].id, by=chief)

        assert occupied(first) == [hours(6, 8)]
        assert db.session.get(Incident, incident.id).ended_at == at(8)
        with pytest.raises(AlreadyLifted):
            write(incidents.ready, blocks()[1].id, by=chief)
    assert [entry.act for entry in entries_about("incident", incident.id)] == ["incident.incident", "incident.ready", "incident.ready"]


def test_ready_dates_the_check_after_every_use_and_no_other(app_once, chief):
    device = make_engine()
    visual, yearly = (Inspection(resource_id=device.id, key=key, name=key, after_use=after_use) for key, after_use in (("visual", True), ("yearly", False)))
    write(db.session.add_all, [visual, yearly])
    take(device, by=chief)

    write(incidents.ready, blocks()[0].id, by=chief)

    assert (visual.last_on, yearly.last_on) == (today_of(NOW), None)


def test_ready_by_another_municipality_is_not_found(app_once, world, chief):
    take(make_engine(), by=chief)

    with pytest.raises(NotFound):
        write(incidents.ready, blocks()[0].id, by=world.actor("neukirch", Role.BRIGADE_CHIEF))


def test_roll_moves_the_end_warns_in_time_and_displaces(app, chief, clerk):
    device = make_engine(name="Kamera")
    near, far = book(device, hours(33, 35), by=clerk), book(device, hours(9 + 96, 11 + 96), by=clerk)
    take(device, by=chief)
    warned = [str(subject) for subject in subjects(clerk.person_id) if "gefährdet" in subject]
    assert warned == ["Einsatz: Ihre Buchung ist gefährdet, Kamera"]
    assert [(row.person_id, row.effect) for row in unread_of_owner(chief)] == [(clerk.person_id, Effect.WARNED)]

    with stopped_at(at(10)):
        incidents.rolling.roll_all()
        assert occupied(device)[0] == hours(6, 22)
        assert get_booking(near.id, clerk).stage is Stage.CONFIRMED
    with stopped_at(at(26)):
        incidents.rolling.roll_all()
        incidents.rolling.roll_all()

        assert get_booking(near.id, clerk).stage is Stage.CANCELLED
        assert get_booking(far.id, clerk).stage is Stage.CONFIRMED
        assert [entry.act for entry in entries_about("booking", near.id)] == ["booking.requested", "booking.warned", "booking.displaced"]
        assert [(row.booking_id, row.effect) for row in unread(clerk)] == [(near.id, Effect.DISPLACED)]
        effects = [(row.booking_id, row.effect) for row in db.session.scalars(select(Displacement).order_by(Displacement.id))]
        assert effects == [(near.id, Effect.WARNED), (near.id, Effect.DISPLACED)]


def test_ready_tells_the_warned_that_they_keep_it(app_once, chief, clerk):
    device = make_engine(name="Kamera")
    book(device, hours(33, 35), by=clerk)
    take(device, by=chief)

    write(incidents.ready, blocks()[0].id, by=chief)

    assert subjects(clerk.person_id)[-1] == "Wieder bereit: Kamera, Ihre Buchung bleibt bestehen"


def test_accept_books_the_alternative_with_one_tap(app, chief, clerk):
    device, other = make_engine(name="Kamera A"), make_engine(name="Kamera B")
    book(device, hours(9, 11), by=clerk, purpose="Übung")
    take(device, by=chief)
    displacement = unread(clerk)[0]
    offers = rebooking.offered(displacement)
    number = next(index for index, offer in enumerate(offers) if offer.resource_id == other.id)

    placed = write(rebooking.accept, displacement.id, number, other.id, by=clerk)
    again = write(rebooking.accept, displacement.id, number, other.id, by=clerk)

    assert placed.id == again.id
    assert get_booking(placed.id, clerk).purpose == "Übung"
    assert occupied(other) == [hours(9, 11)]
    assert unread(clerk) == []


def test_accept_while_only_endangered_changes_the_booking_and_books_nothing_twice(app, chief, clerk):
    device, other = make_engine(name="Kamera A"), make_engine(name="Kamera B")
    endangered = book(device, hours(33, 35), by=clerk)
    take(device, by=chief)
    displacement = unread(clerk)[0]
    offers = rebooking.offered(displacement)
    number = next(index for index, offer in enumerate(offers) if offer.resource_id == other.id)

    placed = write(rebooking.accept, displacement.id, number, other.id, by=clerk)

    assert placed.id == endangered.id
    assert [item.resource_id for item in get_booking(placed.id, clerk).items] == [other.id]
    assert (occupied(other), occupied(device)) == ([hours(33, 35)], [hours(6, 18)])
    write(incidents.ready, blocks()[0].id, by=chief)
    assert not [subject for subject in subjects(clerk.person_id) if "bleibt bestehen" in subject]


def test_accept_again_when_the_owner_of_the_replacement_said_no(app_once, client_once, world, chief, clerk):
    device, other = make_engine(name="Kamera A"), approved_by(Approver.MUNICIPAL_FIRE_CHIEF, owner="feuerwehr-bernsdorf", name="Kamera B", category="measuring")
    book(device, hours(9, 11), by=clerk)
    take(device, by=chief)
    displacement = unread(clerk)[0]
    address, offers = f"/buchung/ersatz/{displacement.id}", rebooking.offered(displacement)
    number = next(index for index, offer in enumerate(offers) if offer.resource_id == other.id)
    placed = write(rebooking.accept, displacement.id, number, other.id, by=clerk)
    sign_in(client_once, clerk)
    assert "angefragt" in client_once.get(address).get_data(as_text=True)

    write(reserving.decline, placed.id, reason="Übung", by=world.actor("bernsdorf", Role.MUNICIPAL_FIRE_CHIEF))

    assert "Stattdessen frei" in client_once.get(address).get_data(as_text=True)


def test_accept_what_is_gone_is_refused(app_once, chief, clerk):
    device, other = make_engine(name="Kamera A"), make_engine(name="Kamera B")
    book(device, hours(9, 11), by=clerk)
    take(device, by=chief)
    book(other, hours(9, 11), by=clerk)

    with pytest.raises(rebooking.OfferGone):
        write(rebooking.accept, unread(clerk)[0].id, 1, other.id, by=clerk)


def test_accept_by_somebody_else_is_not_found(app_once, world, chief, clerk):
    device = make_engine()
    book(device, hours(9, 11), by=clerk)
    take(device, by=chief)

    with pytest.raises(NotFound):
        write(rebooking.accept, unread(clerk)[0].id, 0, device.id, by=world.actor("neukirch", Role.CLERK))


def test_acknowledge_takes_the_phone_number_from_the_board(app_once, chief, clerk):
    device = make_engine()
    book(device, hours(9, 11), by=clerk)
    take(device, by=chief)
    assert [row.person_id for row in unread_of_owner(chief)] == [clerk.person_id]

    write(incidents.acknowledge, unread(clerk)[0].id, by=clerk)

    assert unread_of_owner(chief) == []
