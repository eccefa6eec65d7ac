"""What is not back in time: who has it is reminded, whoever comes next is warned and told when it is there."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from booking import handover
from booking.handover import Record
from booking.queries.bookings import get_booking
from commons.clock import stopped_at
from commons.database import db, write
from commons.journal import entries_about
from commons.letters import Letter
from commons.permissions import Role
from tests.booking.builders import at, book, hours, make_pool, make_resource
from tests.booking.emergencies import subjects
from tests.world import sign_in

LATE = at(10.5)


@pytest.fixture
def people(world):
    with stopped_at(at(8)):
        yield world.actor("ossling", Role.CLERK), world.actor("neukirch", Role.CLERK), world.actor("bernsdorf", Role.BUILDING_YARD_HEAD)


def hand_out(device, *, by, head, quantity=1):
    placed = book(device, hours(8, 10), by=by, quantity=quantity)
    write(handover.hand_out, placed.id, Record(at=at(8), operator="Kühn", giver="A", taker="B"), by=head)
    return placed.id


def give_back(booking_id, *, at, by):
    write(handover.take_back, booking_id, Record(at=at, giver="B", taker="A"), by=by)


def test_overdue_reminds_and_warns_the_next_once_and_tells_when_it_is_back(app, people):
    clerk, other, head = people
    device, _ = make_resource(name="Walze"), make_resource(name="Walze 2")
    late = hand_out(device, by=clerk, head=head)
    following, far = book(device, hours(11, 12), by=other).id, book(device, hours(80, 81), by=other).id
    with stopped_at(at(9)):
        handover.warn_all()
    assert "Noch nicht zurück" not in " ".join(subjects(other.person_id))

    with stopped_at(LATE):
        handover.warn_all()
        handover.warn_all()
        warned = [text for text in subjects(other.person_id) if "Noch nicht zurück" in text]
        assert warned == ["Noch nicht zurück: Walze, Ihre Buchung ist gefährdet"]
        assert subjects(clerk.person_id).count("Überfällig: Bitte bringen Sie zurück, Walze") == 1
        give_back(late, at=LATE, by=head)

    assert subjects(other.person_id)[-1] == "Wieder da: Walze, Ihre Buchung bleibt bestehen"
    letters = db.session.scalars(select(Letter).where(Letter.person_id == other.person_id))
    assert any("Walze 2" in str(part) for letter in letters for part in letter.paragraphs)
    assert "booking.overdue" in [entry.act for entry in entries_about("booking", late)]
    assert [entry.act for entry in entries_about("booking", following)] == ["booking.requested", "booking.overdue_warned"]
    assert [entry.act for entry in entries_about("booking", far)] == ["booking.requested"]


def test_overdue_of_a_pool_warns_only_who_would_get_too_few(app_once, people):
    clerk, other, head = people
    pool = make_pool(5)
    hand_out(pool, by=clerk, head=head, quantity=2)
    few, many = book(pool, hours(11, 12), by=other, quantity=3).id, book(pool, hours(13, 14), by=other, quantity=4).id

    with stopped_at(LATE):
        handover.warn_all()

    assert [entry.act for entry in entries_about("booking", few)] == ["booking.requested"]
    assert [entry.act for entry in entries_about("booking", many)][-1] == "booking.overdue_warned"


def test_next_booker_reads_it_on_the_page(app_once, client_once, people):
    clerk, other, head = people
    device = make_resource(name="Walze")
    late = hand_out(device, by=clerk, head=head)
    following = book(device, hours(11, 12), by=other).id
    with stopped_at(LATE):
        handover.warn_all()
        sign_in(client_once, other)
        assert "Noch nicht zurück" in client_once.get(f"/buchung/{following}").get_data(as_text=True)
        assert "Noch nicht zurück: Walze" in client_once.get("/").get_data(as_text=True)
        give_back(late, at=LATE, by=head)
        assert "Noch nicht zurück" not in client_once.get(f"/buchung/{following}").get_data(as_text=True)
    assert get_booking(following, other).starts_at - LATE == timedelta(minutes=30)
