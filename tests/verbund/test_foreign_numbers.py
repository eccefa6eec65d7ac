"""Loading is authorising: what belongs to others does not exist, at every address with a number in it and whatever roles one has elsewhere."""

import re
from collections.abc import Iterable
from datetime import date, time

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.routing import Rule

import procurement.models as buying
from booking import handover, series, subscribing
from booking import models as lending
from booking.handover import Record
from booking.models import FeedDetail, FeedScope
from booking.occupying import Wish
from booking.placing import Details
from booking.rules.recurrence import Rhythm
from booking.rules.recurrence import Rule as Recurrence
from commons import devices
from commons.clock import stopped_at
from commons.database import db, write
from commons.devices import Device
from commons.journal import JournalEntry
from commons.people import Actor, Membership, actors_of
from commons.permissions import Role
from commons.tokens import ApiToken, create_token
from cooperation.models import Measure
from tests.booking.builders import MONDAY, approved_by, at, book, hours, make_resource
from tests.booking.emergencies import make_engine, take
from tests.builders import make_membership
from tests.procurement.builders import make_upload
from tests.procurement.tender_builders import make_opened
from tests.world import World, sign_in

# What is joint: every member may open it.
JOINT = {"measure_id", "resource_id"}
# Nothing of this kind is made here.
NOT_MADE = {
    *("attachment_id", "category_id", "clarification_id", "complaint_id", "file_id", "finding_id", "letter_id", "photo_id", "question_id", "round_id"),
    *("answer_id", "handover_id", "proposal_id", "season_id", "site_id", "supplier_id", "value_id", "wish_id"),
}
# Pages of a step that the tender has not reached: they exist for nobody yet.
LATER = {"opening.later_protocol", "opening.decide_late", "awarding.run_input", "awarding.propose", "awarding.deviate", "awarding.confirm"}
TYPED = {"reason": "Versuch", "version": "1"}


def first(model: type, *where: object) -> int:
    found = db.session.scalars(select(model).where(*where).order_by(model.id)).first()  # type: ignore[arg-type,attr-defined]
    assert found is not None, model
    return found.id  # type: ignore[no-any-return]


@pytest.fixture
def numbers(app_once: Flask, world: World) -> dict[str, int]:
    """One thing of each kind that belongs to Bernsdorf, Königsbrück or Oßling, by the name that addresses give its number."""
    make_upload(content=b"Artikel;Menge;Einheit\nKopierpapier A4;10;Ries\n")
    tender = make_opened()
    write(create_token, world.person_id("bernsdorf", Role.CLERK), name="Test")
    feed = write(subscribing.subscribe, FeedScope.MINE, None, detail=FeedDetail.FULL, by=world.actor("bernsdorf", Role.CLERK)).feed.id
    write(devices.begin, world.person_id("bernsdorf", Role.CLERK), user_agent="Firefox")
    clerk, head = world.actor("ossling", Role.CLERK), world.actor("bernsdorf", Role.BUILDING_YARD_HEAD)
    with stopped_at(at(7)):
        booking = book(make_resource(owner="bauhof-bernsdorf"), hours(7, 9), by=clerk)
        write(handover.hand_out, booking.id, Record(at=at(7), operator="Karl", order_confirmed=True, giver="Gerd", taker="Karl"), by=head)
        rule = Recurrence(rhythm=Rhythm.WEEKLY, every=1, first=MONDAY.date(), count=2)
        plan = series.Plan(rule=rule, start=time(14), end=time(15), days=0)
        weekly = write(series.book, [Wish(resource_id=make_resource().id)], plan, choice=series.Choice.ALL, details=Details(purpose="Markt"), by=clerk)
        undecided = book(approved_by(), hours(10, 12), by=clerk)
        engine = make_engine()
        book(engine, hours(8, 12), by=clerk)
        take(engine, by=world.actor("bernsdorf", Role.MUNICIPAL_FIRE_CHIEF))
    return {
        "booking_id": undecided.id,
        "bid_id": first(buying.Bid),
        "block_id": first(lending.Block),
        "bundle_id": tender.bundle_id,
        "change_id": first(buying.BundleChange),
        "closure_id": first(lending.Closure),
        "device_id": first(Device),
        "displacement_id": first(lending.Displacement),
        "feed_id": feed,
        "incident_id": first(lending.Incident),
        "invitation_id": first(buying.TenderInvitation),
        "item_id": first(lending.BookingItem, lending.BookingItem.booking_id == undecided.id),
        "line_id": first(buying.PurchaseRequestLine),
        "lot_id": first(buying.Lot),
        "measure_id": first(Measure),
        "membership_id": first(Membership, Membership.person_id == world.person_id("bernsdorf", Role.AUDITOR)),
        "municipality_id": world.municipality_id("bernsdorf"),
        "number": 1,
        "person_id": world.person_id("bernsdorf", Role.CLERK),
        "position_id": first(buying.BundlePosition),
        "request_id": first(buying.PurchaseRequest),
        "resource_id": engine.id,
        "session_id": first(buying.OpeningSession),
        "series_id": weekly.id,
        "summand_id": first(buying.EstimateSummand),
        "tender_id": tender.id,
        "token_id": first(ApiToken),
        "upload_id": first(buying.Upload),
        "use_id": first(lending.Use),
    }


def with_every_role(world: World, town: str) -> Actor:
    """Return a person who holds every role in the administration of a town."""
    clerk = world.actor(town, Role.CLERK)
    for role in set(Role) - {Role.CLERK}:
        scope = {"scope_from": date(2020, 1, 1)} if role is Role.AUDITOR else {}
        write(make_membership, person_id=clerk.person_id, organisation_id=clerk.organisation_id, role=role, **scope)
    return actors_of(clerk.person_id)[0]


def tried(app: Flask, method: str) -> list[Rule]:
    """Return the addresses with numbers that a sign-in opens."""
    rules = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ()) and "<int:" in rule.rule]
    guarded = [rule for rule in rules if getattr(app.view_functions[rule.endpoint], "__guard__", "public") not in ("public", "token")]
    return [rule for rule in guarded if not rule.rule.startswith("/api/") and not rule.arguments & NOT_MADE]


def address_of(rule: Rule, numbers: dict[str, int]) -> str:
    return re.sub(r"<int:(\w+)>", lambda name: str(numbers[name[1]]), rule.rule)


def opened_by(client: FlaskClient, actor: Actor, rules: Iterable[Rule], numbers: dict[str, int], *, method: str = "GET") -> set[str]:
    """Return the addresses that exist for somebody."""
    sign_in(client, actor)
    return {rule.rule for rule in rules if client.open(address_of(rule, numbers), method=method, data=TYPED).status_code != 404}


def test_what_belongs_to_others_does_not_exist(app_once: Flask, client_once: FlaskClient, world: World, numbers: dict[str, int]) -> None:
    rules = tried(app_once, "GET")
    own = [rule for rule in rules if not rule.arguments <= JOINT]

    assert opened_by(client_once, with_every_role(world, "neukirch"), own, numbers) == set()
    assert opened_by(client_once, with_every_role(world, "schwepnitz"), rules, numbers) == set()
    # The same addresses exist for those whom they concern: the numbers above are no empty ones. Documents take long to write and are left out.
    closed = [rule for rule in own if not rule.rule.endswith((".pdf", ".xlsx"))]
    for town in ("koenigsbrueck", "bernsdorf", "ossling"):
        opened = opened_by(client_once, with_every_role(world, town), closed, numbers)
        closed = [rule for rule in closed if rule.rule not in opened]
    assert {rule.endpoint for rule in closed} <= LATER


def test_what_belongs_to_others_is_not_changed_either(app_once: Flask, client_once: FlaskClient, world: World, numbers: dict[str, int]) -> None:
    own = [rule for rule in tried(app_once, "POST") if not rule.arguments <= JOINT]
    neighbour = with_every_role(world, "neukirch")
    written = select(func.count()).select_from(JournalEntry)
    before = db.session.scalar(written)

    assert opened_by(client_once, neighbour, own, numbers, method="POST") == set()
    assert db.session.scalar(written) == before
