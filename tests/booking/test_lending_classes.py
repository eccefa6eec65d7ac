"""Class A is lent away only while a substitute stays; who may book is the owner's word."""

import pytest

from booking import reserving
from booking.models import Bookers, ReadinessClass
from booking.occupying import Wish
from booking.queries.bookings import get_booking
from booking.reserving import Details
from booking.rules.lending import NotForYou, SubstituteUnfit, TiedToOperations
from booking.rules.occupancy import PeriodTaken
from booking.stages import Stage
from commons.clock import stopped_at
from commons.database import write
from commons.permissions import Role
from tests.booking.builders import at, book, hours, make_resource, occupied
from tests.booking.emergencies import make_engine, subjects, take


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(at(6)):
        yield


@pytest.fixture
def foreign(world):
    return world.actor("ossling", Role.BRIGADE_CHIEF)


def engine(name, **overrides):
    return make_engine(**{"name": name, "readiness_class": ReadinessClass.A} | overrides)


def borrow(device, period, *, by, substitute=None):
    wish = Wish(resource_id=device.id, substitute_id=substitute and substitute.id)
    return write(reserving.request_booking, [wish], period, details=Details(purpose="Übung"), by=by)


def test_class_a_goes_away_only_with_a_substitute_that_stays(app, world, foreign):
    device, stays = engine("LF 10"), engine("LF 8")

    with pytest.raises(TiedToOperations) as refused:
        borrow(device, hours(9, 11), by=foreign)
    placed = borrow(device, hours(9, 11), by=foreign, substitute=stays)

    assert "Ersatz am Ort" in str(refused.value.message)
    assert get_booking(placed.id, foreign).items[0].substitute.name == "LF 8"
    assert (occupied(device), occupied(stays)) == ([hours(9, 11)], [hours(9, 11)])
    with pytest.raises(PeriodTaken):
        book(stays, hours(10, 12), by=world.actor("bernsdorf", Role.BRIGADE_CHIEF))


def test_substitute_moves_with_its_booking_and_is_free_after_cancelling(app_once, foreign):
    device, stays = engine("LF 10"), engine("LF 8")
    placed = borrow(device, hours(9, 11), by=foreign, substitute=stays)

    write(reserving.move, placed.id, hours(13, 14), by=foreign)
    assert occupied(stays) == [hours(13, 14)]
    write(reserving.cancel, placed.id, by=foreign)

    assert occupied(stays) == []


@pytest.mark.parametrize("overrides", [{"category": "other"}, {"owner": "feuerwehr-ossling"}, {"same": True}], ids=["other_kind", "other_town", "itself"])
def test_substitute_is_another_like_device_of_the_same_town(app_once, foreign, overrides):
    device = engine("LF 10")
    stays = device if overrides.pop("same", False) else engine("LF 8", **overrides)

    with pytest.raises(SubstituteUnfit):
        borrow(device, hours(9, 11), by=foreign, substitute=stays)


def test_incident_that_takes_the_substitute_ends_the_loan(app, world, foreign):
    device, stays = engine("LF 10"), engine("LF 8")
    placed = borrow(device, hours(9, 11), by=foreign, substitute=stays)

    take(stays, by=world.actor("bernsdorf", Role.BRIGADE_CHIEF))

    assert get_booking(placed.id, foreign).stage is Stage.CANCELLED
    assert occupied(device) == []


def test_drawn_out_incident_with_the_substitute_warns_the_borrower(app_once, world, foreign):
    device, stays = engine("LF 10"), engine("LF 8")
    borrow(device, hours(30, 32), by=foreign, substitute=stays)

    take(stays, by=world.actor("bernsdorf", Role.BRIGADE_CHIEF))

    assert subjects(foreign.person_id)[-1] == "Einsatz: Ihre Buchung ist gefährdet, LF 10"


def test_class_a_needs_no_substitute_at_home(app_once, world):
    assert book(engine("LF 10"), hours(9, 11), by=world.actor("bernsdorf", Role.BRIGADE_CHIEF)).stage is Stage.CONFIRMED


@pytest.mark.parametrize(
    ("bookers", "town", "role", "allowed"),
    [
        (Bookers.MEMBERS, "ossling", Role.CLERK, True),
        (Bookers.OWN, "ossling", Role.CLERK, False),
        (Bookers.OWN, "bernsdorf", Role.CLERK, True),
        (Bookers.BRIGADES, "ossling", Role.BRIGADE_CHIEF, True),
        (Bookers.BRIGADES, "ossling", Role.CLERK, False),
        (Bookers.YARDS, "ossling", Role.BUILDING_YARD_HEAD, True),
        (Bookers.YARDS, "ossling", Role.BRIGADE_CHIEF, False),
    ],
    ids=["everybody", "own_refuses_others", "own", "brigade", "brigade_refuses_clerk", "yard", "yard_refuses_brigade"],
)
def test_owner_says_who_may_book(app_once, world, bookers, town, role, allowed):
    device = make_resource(bookers=bookers)

    if allowed:
        assert book(device, hours(9, 11), by=world.actor(town, role)).stage is Stage.CONFIRMED
    else:
        with pytest.raises(NotForYou):
            book(device, hours(9, 11), by=world.actor(town, role))
