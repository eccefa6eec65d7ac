"""What waits for a decision: a series is one, and what was decided stays to be looked up."""

from datetime import UTC, date, datetime, time

import pytest

from booking import reserving, series
from booking.occupying import Wish
from booking.placing import Details
from booking.queries import tasks_for
from booking.queries.deciding import asked_of_me, decided_by
from booking.rules.recurrence import Rhythm, Rule
from booking.series import Choice, Plan
from commons.clock import stopped_at
from commons.database import write
from tests.booking.builders import approved_by, book, hours
from tests.world import sign_in


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(datetime(2027, 1, 4, 8, 0, tzinfo=UTC)):
        yield


def test_a_series_waits_as_one_and_is_confirmed_with_one_tap(client, clerk, head):
    device = approved_by(name="Walze")
    plan = Plan(rule=Rule(first=date(2027, 1, 18), rhythm=Rhythm.WEEKLY, count=12), start=time(7), end=time(9))
    made = write(series.book, [Wish(resource_id=device.id)], plan, choice=Choice.ALL, details=Details(purpose="Markt"), by=clerk)
    single = book(device, hours(9, 11), by=clerk)
    sign_in(client, head)

    assert [(asked.first.id, asked.series_id, asked.count) for asked in asked_of_me(head)] == [(single.id, None, 1), (made.dates[0].booking_id, made.id, 12)]
    assert [str(task.title) for task in tasks_for(head)] == ["Anfrage entscheiden: Walze", "Serie entscheiden: Walze"]
    page = client.get("/buchung/anfragen").get_data(as_text=True)
    assert "12 Termine sind offen." in page
    client.post(f"/buchung/serien/{made.id}/bestaetigen")
    assert [asked.first.id for asked in asked_of_me(head)] == [single.id]


def test_decided_requests_and_the_history_of_a_booking_can_be_looked_up(client, clerk, head):
    placed = book(approved_by(name="Walze"), hours(9, 11), by=clerk)
    write(reserving.move, placed.id, hours(9, 12), by=clerk)
    write(reserving.decline, placed.id, reason="Eigener Bedarf", by=head)
    sign_in(client, head)

    page = client.get("/buchung/anfragen").get_data(as_text=True)
    history = client.get(f"/buchung/{placed.id}").get_data(as_text=True)

    assert [booking.id for booking in decided_by(head)] == [placed.id]
    assert "Zuletzt von Ihnen entschieden" in page
    assert f"{clerk.person_name}: verlegt. Neue Zeit: 11.01.2027, 09:00 Uhr bis 11.01.2027, 12:00 Uhr." in history
    assert f"{head.person_name}: abgelehnt. Neuer Stand: abgelehnt." in history
