"""A use that is over goes on the account between two municipalities, once, and is taken back by a counter-entry."""

from decimal import Decimal

import pytest

from booking import charging, handover
from booking.handover import Entry, Record
from booking.queries.charges import charges_about
from commons.clock import stopped_at
from commons.database import write
from commons.errors import NotAllowed, NotFound
from commons.journal import entries_about
from commons.permissions import Role
from cooperation.queries import charges
from tests.booking.builders import at, book, hours, make_resource
from tests.booking.emergencies import subjects
from tests.world import sign_in

AMOUNT = Decimal("136.50")


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(at(20)):
        yield


def used(device, organisation_id: int, *, by) -> int:
    entry = Entry(resource_id=device.id, organisation_id=organisation_id, out_at=at(8), back_at=at(12), operator="Karl", meter_out=Decimal(10))
    return write(handover.enter, entry, by=by).id


def test_charge_shows_to_both_sides_is_told_and_stands_once(app, world, head):
    borrower = world.actor("ossling", Role.BUILDING_YARD_HEAD)
    use_id = used(make_resource(name="Radlader"), borrower.organisation_id, by=head)

    posted = write(charging.charge, use_id, AMOUNT, "Radlader, vier Stunden", by=head)

    assert (posted.amount, posted.creditor_id, posted.debtor_id) == (AMOUNT, head.municipality_id, borrower.municipality_id)
    assert [[found.id for found in charges(actor)] for actor in (head, borrower)] == [[posted.id], [posted.id]]
    assert subjects(borrower.person_id)[-1] == f"Leistungsnachweis {posted.id}: Radlader"
    assert [entry.act for entry in entries_about("charge", posted.id)] == ["charge.posted"]
    with pytest.raises(charging.AlreadyCharged):
        write(charging.charge, use_id, AMOUNT, "Noch einmal", by=world.actor("bernsdorf", Role.CLERK))


def test_charge_taken_back_can_be_made_anew(app_once, world, head):
    use_id = used(make_resource(), world.organisation_id("bauhof-ossling"), by=head)
    write(charging.charge, use_id, AMOUNT, "Falsch", by=head)
    with pytest.raises(charging.ReasonMissing):
        write(charging.take_back, use_id, " ", by=head)

    write(charging.take_back, use_id, "Falscher Zählerstand", by=head)
    with pytest.raises(NotFound):
        write(charging.take_back, use_id, "Noch einmal", by=head)
    write(charging.charge, use_id, Decimal(90), "Richtig", by=head)

    assert [charge.amount for charge in charges_about(use_id, head)] == [AMOUNT, -AMOUNT, Decimal(90)]


@pytest.mark.parametrize("place", ["bauhof-bernsdorf", "feuerwehr-bernsdorf"], ids=["own_use", "own_town"])
def test_own_town_owes_nothing(app_once, world, head, place):
    use_id = used(make_resource(), world.organisation_id(place), by=head)

    with pytest.raises(NotAllowed):
        write(charging.charge, use_id, AMOUNT, "Eigene Nutzung", by=head)


@pytest.mark.parametrize(
    ("town", "role"),
    [("ossling", Role.BUILDING_YARD_HEAD), ("bernsdorf", Role.MUNICIPAL_FIRE_CHIEF), ("bernsdorf", Role.MAYOR), ("bernsdorf", Role.YARD_WORKER)],
    ids=["who_owes", "another_house", "mayor", "worker"],
)
def test_charge_is_for_the_owner(app_once, world, head, town, role):
    use_id = used(make_resource(), world.organisation_id("bauhof-ossling"), by=head)

    with pytest.raises(NotAllowed):
        write(charging.charge, use_id, AMOUNT, "Radlader", by=world.actor(town, role))


def test_charge_of_what_is_still_out_or_for_nothing_is_refused(app_once, world, head, clerk):
    placed = book(make_resource(), hours(21, 23), by=clerk)
    write(handover.hand_out, placed.id, Record(at=at(20), operator="Karl", order_confirmed=True), by=head)
    use_id = used(make_resource(), clerk.organisation_id, by=head)

    with pytest.raises(charging.StillInUse):
        write(charging.charge, use_id - 1, AMOUNT, "Radlader", by=head)
    with pytest.raises(charging.NothingOwed):
        write(charging.charge, use_id, Decimal(0), "Radlader", by=head)


def test_pages_charge_show_and_take_back(app_once, client_once, world, head):
    use_id = used(make_resource(name="Radlader"), world.organisation_id("bauhof-ossling"), by=head)
    address = f"/buchung/heute/nutzung/{use_id}"
    sign_in(client_once, head)
    assert "Radlader, 11.01.2027, 08:00 Uhr bis" in client_once.get(f"{address}/verrechnen").get_data(as_text=True)
    assert client_once.post(f"{address}/verrechnen", data={"amount": "0", "text": "Radlader"}).status_code == 422

    client_once.post(f"{address}/verrechnen", data={"amount": "136,50", "text": "Radlader"})

    for page in (address, "/buchung/heute/verliehen-und-geliehen?jahr=2027", "/massnahmen/verrechnung"):
        assert "136,50" in client_once.get(page).get_data(as_text=True)
    client_once.post(f"{address}/stornieren", data={"reason": "Falscher Tarif"})
    page = client_once.get(address).get_data(as_text=True)
    assert "-136,50" in page.replace("−", "-")
    assert f'href="{address}/verrechnen"' in page
    sign_in(client_once, world.actor("ossling", Role.BUILDING_YARD_HEAD))
    assert client_once.get(f"{address}/verrechnen").status_code == 404
