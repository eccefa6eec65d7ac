"""Who sees what: every role of every town, and a stranger, against the table of the house, one test a cell.

Own means the municipality or the organisation that a thing belongs to; what is joint belongs to several. Nothing here depends on the engine.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask

from booking import handover, subscribing
from booking.handover import Record
from booking.models import FeedDetail, FeedScope
from booking.queries.bookings import get_booking
from booking.queries.feeds import events, find_feed, shown_by
from booking.queries.fleet import get_resource, resources
from booking.queries.handover import lent_and_borrowed
from booking.queries.week import week_of
from commons import tokens
from commons.auditing import Wanted, acts_of, entries_for
from commons.clock import stopped_at
from commons.database import write
from commons.errors import NotFound
from commons.people import Actor, Scope
from commons.permissions import Role
from cooperation import settlement
from cooperation.queries import charges
from procurement.models import Tender
from procurement.queries.bids import find_own_bid, get_invitation, get_opened_bid, opened_bids
from procurement.queries.bundles import get_bundle, position_rows
from procurement.queries.requests import get_request, get_request_inside, lines_of
from procurement.queries.tenders import get_recorded_tender, get_tender, tenders
from tests.booking.builders import AHEAD, approved_by, at, book, hours, make_resource
from tests.procurement.builders import PAPER, PAPER_ELSEWHERE, consumables, make_approved, make_bundle
from tests.procurement.tender_builders import FIRMS, hand_in, make_opened, make_published, secret_of
from tests.world import TOWNS, World

EVERYBODY = [(town, role) for town in TOWNS for role in Role] + [("schwepnitz", Role.CLERK)]
OFFICE = {Role.CLERK, Role.BUDGET_HOLDER, Role.PROCUREMENT_OFFICER, Role.MAYOR, Role.AUDITOR}
MONEY = {Role.CLERK, Role.BUDGET_HOLDER, Role.MAYOR, Role.AUDITOR}
BIDS = {Role.PROCUREMENT_OFFICER, Role.MAYOR, Role.AUDITOR}
NOTE = "Nur für uns: alter Vertrag läuft aus."
LONG_AGO = hours(0, 1, day=AHEAD.replace(year=2020)).start
Who = tuple[str, Role]
Look = Callable[[Callable[[Actor], object]], set[Who]]


def those(towns: Iterable[str], roles: Iterable[Role]) -> set[Who]:
    """Return every role in every one of the towns."""
    return {(town, role) for town in towns for role in roles}


@pytest.fixture
def seen_by(app_once: Flask, world: World) -> Look:
    """Who gets to see something: neither a 404 nor nothing."""
    actors = {who: world.actor(*who) for who in EVERYBODY}
    return lambda look: {who for who, actor in actors.items() if sees(look, actor)}


def sees(look: Callable[[Actor], object], actor: Actor) -> bool:
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


def test_resource_and_whether_it_is_free_is_for_all_members(seen_by: Look) -> None:
    device = approved_by()
    members = those(TOWNS, Role)

    assert seen_by(lambda actor: get_resource(device.id, actor)) == members
    assert seen_by(lambda actor: device.id in {found.id for found in resources(actor)}) == members


def test_public_link_tells_only_that_a_resource_is_taken(app_once: Flask, world: World) -> None:
    device = approved_by(name="Radlader")
    booker = world.actor("ossling", Role.BUILDING_YARD_HEAD)
    book(device, hours(8, 12, day=AHEAD), by=booker, purpose="Geheime Baustelle")
    link = write(subscribing.subscribe, FeedScope.RESOURCE, device.id, detail=FeedDetail.BUSY, by=booker)

    feed = find_feed(link.secret)
    assert feed is not None
    [event] = events(shown_by(feed))

    assert b"SUMMARY:Belegt: Radlader" in event
    assert [word for word in (b"Baustelle", b"Ossling", "Oßling".encode(), booker.person_name.encode()) if word in event] == []


def is_named_in_the_week(booking_id: int, actor: Actor) -> bool:
    """Tell whether the plan of the week names who booked."""
    marks = [mark for line in week_of(AHEAD.date(), category_id=None, actor=actor).lines for day in line.days for mark in day]
    return any(mark.booking_id == booking_id and mark.who for mark in marks)


def test_who_booked_is_for_the_booker_and_the_owner(seen_by: Look, world: World) -> None:
    device = approved_by()
    booking = book(device, hours(8, 12, day=AHEAD), by=world.actor("ossling", Role.BUILDING_YARD_HEAD), purpose="Geheime Baustelle")
    both = those(("bernsdorf", "ossling"), Role)

    assert seen_by(lambda actor: get_booking(booking.id, actor)) == both
    assert seen_by(lambda actor: is_named_in_the_week(booking.id, actor)) == both


def test_demand_lines_are_for_the_own_house_and_the_leading_officer(seen_by: Look, bundle_id: int, world: World) -> None:
    request_id = request_of_bernsdorf(bundle_id, world)
    own = those(("bernsdorf",), OFFICE)

    assert seen_by(lambda actor: get_request(request_id, actor)) == own | {("koenigsbrueck", Role.PROCUREMENT_OFFICER)}
    assert seen_by(lambda actor: get_request_inside(request_id, actor)) == own


def test_notes_of_demand_lines_stay_at_home_and_the_lead_sees_prices(seen_by: Look, bundle_id: int, world: World) -> None:
    request_id = request_of_bernsdorf(bundle_id, world)
    own = those(("bernsdorf",), OFFICE)

    assert seen_by(lambda actor: lines_of(get_request(request_id, actor), actor)[0].internal_note) == own
    assert seen_by(lambda actor: lines_of(get_request(request_id, actor), actor)[0].price_net) == own | {("koenigsbrueck", Role.PROCUREMENT_OFFICER)}


def test_demand_of_a_yard_is_for_the_whole_yard_and_those_who_keep_the_money(seen_by: Look, world: World) -> None:
    request_id = make_approved(by=world.actor("bernsdorf", Role.BUILDING_YARD_HEAD)).id

    assert seen_by(lambda actor: get_request(request_id, actor)) == those(("bernsdorf",), MONEY | {Role.BUILDING_YARD_HEAD, Role.YARD_WORKER})


def test_bundle_and_its_totals_are_for_the_offices_of_its_members(seen_by: Look, bundle_id: int) -> None:
    members = those(("bernsdorf", "koenigsbrueck", "ossling"), OFFICE)

    assert seen_by(lambda actor: get_bundle(bundle_id, actor)) == members
    assert seen_by(lambda actor: position_rows(get_bundle(bundle_id, actor), actor)) == members


@pytest.fixture
def opened(app_once: Flask) -> Tender:
    """A tender of three towns with three opened bids."""
    return make_opened()


def test_bids_are_for_nobody_before_the_opening_but_for_the_bidder(seen_by: Look) -> None:
    tender = make_published()
    bid = hand_in(tender, FIRMS[0])

    own, other = (find_own_bid(get_invitation(secret_of(tender, firm))) for firm in FIRMS[:2])

    assert (own and own.id, other) == (bid.id, None)
    with pytest.raises(NotFound):
        get_invitation(tokens.new_secret())
    assert seen_by(lambda actor: opened_bids(tender.id, actor)) == set()
    assert seen_by(lambda actor: get_tender(tender.id, actor)) == those(("bernsdorf", "koenigsbrueck", "ossling"), OFFICE)


def test_bids_are_for_officer_mayor_and_auditor_of_each_member_after_the_opening(seen_by: Look, opened: Tender, world: World) -> None:
    [first, *_] = opened_bids(opened.id, world.actor("koenigsbrueck", Role.MAYOR))
    entitled = those(("bernsdorf", "koenigsbrueck", "ossling"), BIDS)

    assert seen_by(lambda actor: opened_bids(opened.id, actor)) == entitled
    assert seen_by(lambda actor: get_opened_bid(get_tender(opened.id, actor), first.id, actor)) == entitled


def post_charge(world: World) -> None:
    """Note that the yard of Oßling used a device of the yard of Bernsdorf."""
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
        lent_by=world.organisation_id("bauhof-bernsdorf"),
        borrowed_by=world.organisation_id("bauhof-ossling"),
    )


def test_charges_are_for_the_two_municipalities_and_the_heads_of_the_two_yards(seen_by: Look, world: World) -> None:
    post_charge(world)

    assert seen_by(charges) == those(("bernsdorf", "ossling"), MONEY | {Role.BUILDING_YARD_HEAD})


def test_lent_and_borrowed_is_for_the_two_municipalities_and_the_heads_of_the_two_yards(seen_by: Look, world: World) -> None:
    with stopped_at(at(8)):
        booking = book(make_resource(), hours(8, 12), by=world.actor("ossling", Role.BUILDING_YARD_HEAD))
        record = Record(at=at(8), operator="Karl", order_confirmed=True, giver="Gerd", taker="Karl")
        write(handover.hand_out, booking.id, record, by=world.actor("bernsdorf", Role.BUILDING_YARD_HEAD))

    both = those(("bernsdorf", "ossling"), MONEY | {Role.BUILDING_YARD_HEAD})
    assert seen_by(lambda actor: lent_and_borrowed(actor, since=at(0), until=at(24))) == both


def test_journal_is_for_the_auditors_of_those_concerned_and_own_acts_for_everybody(seen_by: Look, world: World) -> None:
    booker = world.actor("ossling", Role.BUILDING_YARD_HEAD)
    book(approved_by(), hours(8, 12, day=AHEAD), by=booker)

    readers = those(("bernsdorf", "ossling"), {Role.AUDITOR})
    assert seen_by(lambda actor: entries_for(actor, Wanted(act="booking.requested"), page=1)[0]) == readers
    assert seen_by(lambda actor: acts_of(actor.person_id, since=LONG_AGO)) == {("ossling", Role.BUILDING_YARD_HEAD)}


def test_an_auditor_reads_nothing_beyond_the_stated_scope(opened: Tender, world: World) -> None:
    booking = book(approved_by(), hours(8, 12, day=AHEAD), by=world.actor("ossling", Role.BUILDING_YARD_HEAD))
    post_charge(world)
    auditor = world.actor("bernsdorf", Role.AUDITOR)
    request_id = request_of_bernsdorf(opened.bundle_id, world)
    looks: dict[str, Callable[[Actor], object]] = {
        "request": lambda actor: get_request(request_id, actor),
        "inside": lambda actor: get_request_inside(request_id, actor),
        "bundle": lambda actor: get_bundle(opened.bundle_id, actor),
        "tender": lambda actor: get_tender(opened.id, actor),
        "tenders": tenders,
        "bids": lambda actor: opened_bids(opened.id, actor),
        "record": lambda actor: get_recorded_tender(opened.id, actor),
        "charges": charges,
        "booking": lambda actor: get_booking(booking.id, actor),
        "week": lambda actor: is_named_in_the_week(booking.id, actor),
        "journal": lambda actor: entries_for(actor, Wanted(), page=1)[0],
    }

    def seen(actor: Actor) -> set[str]:
        return {name for name, look in looks.items() if sees(look, actor)}

    scopes = {
        "all": Scope(first=date(2026, 1, 1), last=None),
        "before": Scope(first=None, last=date(2020, 12, 31)),
        "after": Scope(first=date(2031, 1, 1), last=None),
    }
    read = {name: seen(replace(auditor, audits=(scope,))) for name, scope in scopes.items()}

    assert read == {"all": set(looks), "before": set(), "after": set()}
    assert seen(replace(auditor, audits=())) == set()
    assert seen(replace(auditor, audits=tuple(scopes.values()))) == set(looks)
    # A clerk who audits too reads as a clerk what clerks read, and bids and the journal within the scope only.
    both = replace(auditor, roles=auditor.roles | {Role.CLERK}, audits=(scopes["before"],))
    assert seen(both) == set(looks) - {"bids", "record", "journal"}


def test_calendar_of_an_auditor_tells_only_that_something_is_taken(app_once: Flask, world: World) -> None:
    book(approved_by(name="Radlader"), hours(8, 12, day=AHEAD), by=world.actor("ossling", Role.BUILDING_YARD_HEAD), purpose="Geheime Baustelle")
    town = world.municipality_id("bernsdorf")

    def told(role: Role) -> bytes:
        link = write(subscribing.subscribe, FeedScope.MUNICIPALITY, town, detail=FeedDetail.FULL, by=world.actor("bernsdorf", role))
        feed = find_feed(link.secret)
        assert feed is not None
        return b"".join(events(shown_by(feed)))

    assert b"Baustelle" in told(Role.CLERK)
    assert b"Belegt: Radlader" in told(Role.AUDITOR)
    assert b"Baustelle" not in told(Role.AUDITOR)
