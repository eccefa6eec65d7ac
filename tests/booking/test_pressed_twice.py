"""The same button pressed twice, or a page sent again, is one act; what others did meanwhile is still told."""

from datetime import UTC, date, datetime, time

import pytest

from booking import reserving, series
from booking.occupying import Wish
from booking.placing import Details
from booking.queries.bookings import get_booking
from booking.rules.recurrence import Rhythm, Rule
from booking.series import Choice, Plan
from commons.clock import stopped_at
from commons.database import write
from commons.journal import entries_about
from commons.permissions import Role
from tests.booking.builders import approved_by, book, hours, make_resource
from tests.world import sign_in

LATER = {"start_day": "2027-01-11", "start_time": "09:00", "end_day": "2027-01-11", "end_time": "12:00"}


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(datetime(2027, 1, 4, 8, 0, tzinfo=UTC)):
        yield


def acts(booking_id: int) -> list[str]:
    return [entry.act for entry in entries_about("booking", booking_id)]


@pytest.mark.parametrize(
    ("path", "data", "act"),
    [
        ("verlegen", LATER, "booking.moved"),
        ("bearbeiten", {"purpose": "Dorffest "}, "booking.amended"),
        ("stornieren", {"reason": ""}, "booking.cancelled"),
    ],
    ids=["move", "amend", "cancel"],
)
def test_booker_who_presses_twice_changes_once(app_once, client_once, clerk, path, data, act):
    placed = book(make_resource(), hours(9, 11), by=clerk)
    sign_in(client_once, clerk)

    answers = [client_once.post(f"/buchung/{placed.id}/{path}", data=data | {"version": 1}).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert acts(placed.id) == ["booking.requested", act]


@pytest.mark.parametrize(("path", "act"), [("bestaetigen", "booking.approved"), ("ablehnen", "booking.declined")], ids=["approve", "decline"])
def test_owner_who_presses_twice_decides_once(app_once, client_once, clerk, head, path, act):
    placed = book(approved_by(), hours(9, 11), by=clerk)
    sign_in(client_once, head)

    answers = [client_once.post(f"/buchung/{placed.id}/{path}", data={"reason": "Eigener Bedarf", "version": 1}).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert acts(placed.id) == ["booking.requested", act]


def test_swap_pressed_twice_is_one_swap(app_once, client_once, clerk):
    device, other = (make_resource(name=name, equivalence="Walze") for name in ("Walze A", "Walze B"))
    placed = book(device, hours(9, 11), by=clerk)
    item = get_booking(placed.id, clerk).items[0]
    sign_in(client_once, clerk)

    answers = [client_once.post(f"/buchung/{placed.id}/tauschen/{item.id}", data={"resource": other.id, "version": 1}) for _ in range(2)]

    assert [answer.headers.get("Location") for answer in answers] == [f"/buchung/{placed.id}"] * 2
    assert acts(placed.id) == ["booking.requested", "booking.swapped"]


def test_what_another_changed_in_between_is_told(app_once, client_once, clerk, world):
    placed = book(make_resource(), hours(9, 11), by=clerk)
    write(reserving.move, placed.id, hours(9, 12), by=world.actor("ossling", Role.BUDGET_HOLDER))
    sign_in(client_once, clerk)

    refused = client_once.post(f"/buchung/{placed.id}/verlegen", data=LATER | {"version": 1})

    assert refused.status_code == 409
    assert "Inzwischen hat jemand anders" in refused.get_data(as_text=True)


def test_series_moved_twice_from_the_same_page_moves_once(app_once, client_once, clerk):
    plan = Plan(rule=Rule(first=date(2027, 1, 11), rhythm=Rhythm.WEEKLY, count=3), start=time(9), end=time(11))
    made = write(series.book, [Wish(resource_id=make_resource().id)], plan, choice=Choice.ALL, details=Details(purpose="Markt"), by=clerk)
    this = made.dates[0].booking_id
    sign_in(client_once, clerk)
    answers = [client_once.post(f"/buchung/serien/{made.id}/termine/{this}/verlegen", data=LATER | {"version": 1, "reach": "all"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert acts(this) == ["booking.requested", "booking.moved"]


def test_owner_who_moves_a_booking_says_why_and_the_booker_reads_it(app_once, client_once, clerk, head):
    placed = book(make_resource(), hours(9, 11), by=clerk)
    sign_in(client_once, head)
    asked = client_once.get(f"/buchung/{placed.id}/verlegen").get_data(as_text=True)

    silent = client_once.post(f"/buchung/{placed.id}/verlegen", data=LATER | {"version": 1})
    told = client_once.post(f"/buchung/{placed.id}/verlegen", data=LATER | {"version": 1, "reason": "Wir brauchen sie früh selbst"})

    assert "freiwillig" not in asked
    assert (silent.status_code, told.status_code) == (422, 302)
    assert "Bitte nennen Sie einen Grund" in silent.get_data(as_text=True)
    sign_in(client_once, clerk)
    read = client_once.get(f"/buchung/{placed.id}").get_data(as_text=True)
    assert read.count("Wir brauchen sie früh selbst") == 2  # as it stands, and in the history
