"""Who sees what: every role of every town, and a stranger, against the table of the house.

Own means the municipality or the organisation that a thing belongs to; what is joint belongs to several. Nothing here depends on the engine.
"""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask

from booking.queries.bookings import get_booking
from booking.queries.fleet import get_resource, resources
from booking.queries.week import week_of
from commons.auditing import Wanted, acts_of, entries_for
from commons.database import write
from commons.errors import NotFound
from commons.people import Actor
from commons.permissions import Role
from cooperation import settlement
from cooperation.queries import charges
from procurement.queries.bundles import get_bundle, position_rows
from procurement.queries.requests import get_request, get_request_inside, lines_of
from tests.booking.builders import MONDAY, approved_by, book, hours
from tests.procurement.builders import PAPER, PAPER_ELSEWHERE, consumables, make_approved, make_bundle
from tests.world import TOWNS, World

EVERYBODY = [(town, role) for town in TOWNS for role in Role] + [("schwepnitz", Role.CLERK)]
OFFICE = {Role.CLERK, Role.BUDGET_HOLDER, Role.PROCUREMENT_OFFICER, Role.MAYOR, Role.AUDITOR}
HEADS = {Role.BUILDING_YARD_HEAD, Role.BRIGADE_CHIEF, Role.MUNICIPAL_FIRE_CHIEF, Role.EQUIPMENT_OFFICER}
NOTE = "Nur für uns: alter Vertrag läuft aus."
Who = tuple[str, Role]


def those(towns: Iterable[str], roles: Iterable[Role]) -> set[Who]:
    """Return every role in every one of the towns."""
    return {(town, role) for town in towns for role in roles}


def seen_by(world: World, look: Callable[[Actor], object]) -> set[Who]:
    """Return who gets to see something: neither a 404 nor nothing."""
    return {who for who in EVERYBODY if _sees(look, world.actor(*who))}


def _sees(look: Callable[[Actor], object], actor: Actor) -> bool:
    try:
        return bool(look(actor))
    except NotFound:
        return False


@pytest.fixture
def bundle_id(app_once: Flask) -> int:
    """A bundle of Bernsdorf and Oßling that Königsbrück leads; Bernsdorf wrote a note that is its own."""
    own = make_approved(town="bernsdorf", lines=(PAPER,), internal_note=NOTE)
    return make_bundle(own, make_approved(town="ossling", lines=(PAPER_ELSEWHERE,))).id


def request_of_bernsdorf(bundle_id: int, world: World) -> int:
    bundle = get_bundle(bundle_id, world.actor("koenigsbrueck", Role.PROCUREMENT_OFFICER))
    [found] = [part.request_id for part in bundle.requests if part.request.municipality_id == world.municipality_id("bernsdorf")]
    return found


def test_resource_and_whether_it_is_free_is_for_all_members(app_once: Flask, world: World) -> None:
    device = approved_by()
    members = those(TOWNS, Role)

    assert seen_by(world, lambda actor: get_resource(device.id, actor)) == members
    assert seen_by(world, lambda actor: device.id in {found.id for found in resources(actor)}) == members


def test_who_booked_is_for_the_booker_and_the_owner(app_once: Flask, world: World) -> None:
    device = approved_by()
    booking = book(device, hours(8, 12), by=world.actor("ossling", Role.BUILDING_YARD_HEAD), purpose="Geheime Baustelle")
    both = those(("bernsdorf", "ossling"), Role)

    def named_in_the_week(actor: Actor) -> bool:
        marks = [mark for line in week_of(MONDAY.date(), category_id=None, actor=actor).lines for day in line.days for mark in day]
        return any(mark.booking_id == booking.id and mark.who for mark in marks)

    assert seen_by(world, lambda actor: get_booking(booking.id, actor)) == both
    assert seen_by(world, named_in_the_week) == both


def test_demand_lines_are_for_the_own_house_and_the_leading_officer(bundle_id: int, world: World) -> None:
    request_id = request_of_bernsdorf(bundle_id, world)
    own = those(("bernsdorf",), OFFICE)

    assert seen_by(world, lambda actor: get_request(request_id, actor)) == own | {("koenigsbrueck", Role.PROCUREMENT_OFFICER)}
    assert seen_by(world, lambda actor: get_request_inside(request_id, actor)) == own


def test_notes_of_demand_lines_stay_at_home(bundle_id: int, world: World) -> None:
    request_id = request_of_bernsdorf(bundle_id, world)
    lead = world.actor("koenigsbrueck", Role.PROCUREMENT_OFFICER)

    [line] = lines_of(get_request(request_id, lead), lead)

    assert (line.price_net, line.internal_note) == (Decimal(4), None)
    assert seen_by(world, lambda actor: lines_of(get_request(request_id, actor), actor)[0].internal_note) == those(("bernsdorf",), OFFICE)


def test_demand_of_a_yard_is_for_the_yard_and_its_administration(app_once: Flask, world: World) -> None:
    head = world.actor("bernsdorf", Role.BUILDING_YARD_HEAD)
    request_id = make_approved(by=head).id
    own_house = OFFICE - {Role.PROCUREMENT_OFFICER} | {Role.BUILDING_YARD_HEAD}

    assert seen_by(world, lambda actor: get_request(request_id, actor)) == those(("bernsdorf",), own_house)


def test_bundle_and_its_totals_are_for_the_offices_of_its_members(bundle_id: int, world: World) -> None:
    members = those(("bernsdorf", "koenigsbrueck", "ossling"), OFFICE)

    assert seen_by(world, lambda actor: get_bundle(bundle_id, actor)) == members
    assert seen_by(world, lambda actor: position_rows(get_bundle(bundle_id, actor), actor)) == members


def test_charges_are_for_the_two_municipalities(app_once: Flask, world: World) -> None:
    write(
        settlement.post_charge,
        consumables(),
        creditor_id=world.municipality_id("bernsdorf"),
        debtor_id=world.municipality_id("ossling"),
        amount=Decimal("120.00"),
        used_on=date(2026, 11, 2),
        text="Hubarbeitsbühne",
        subject=("use", 1),
        by=world.actor("bernsdorf", Role.BUILDING_YARD_HEAD),
    )

    assert seen_by(world, charges) == those(("bernsdorf", "ossling"), OFFICE | HEADS)


def test_journal_is_for_mayor_and_auditor_of_those_concerned_and_own_acts_for_everybody(app_once: Flask, world: World) -> None:
    device = approved_by()
    booker = world.actor("ossling", Role.BUILDING_YARD_HEAD)
    book(device, hours(8, 12), by=booker)

    readers = those(("bernsdorf", "ossling"), {Role.MAYOR, Role.AUDITOR})
    assert seen_by(world, lambda actor: entries_for(actor, Wanted(act="booking.requested"), page=1)[0]) == readers
    long_ago = hours(0, 1, day=MONDAY.replace(year=2020)).start
    assert seen_by(world, lambda actor: acts_of(actor.person_id, since=long_ago)) == {("ossling", Role.BUILDING_YARD_HEAD)}
