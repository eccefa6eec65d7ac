"""The numbered cases of booking: buffers, hours, notice, advance, grace, inspections, retirement."""

from datetime import UTC, date, datetime, timedelta

import pytest

from booking import fleet, reserving
from booking.periods import Period
from booking.rules.lending import Retired
from booking.rules.occupancy import PeriodTaken
from booking.rules.terms import Closed, Due, NoticeShort, StartPast, TooFarAhead, expiring
from booking.stages import Stage
from commons.database import db, write
from commons.tokens import create_token
from tests.booking.builders import book, hours, make_resource

pytestmark = pytest.mark.usefixtures("winter_morning")


@pytest.mark.parametrize(("before", "after", "gap"), [(0, 30, 0.5), (30, 0, 0.5), (30, 30, 1), (0, 0, 0)], ids=["after", "before", "both", "none"])
def test_case_50_buffers_of_both_add(clerk, before, after, gap):
    device = make_resource(buffer_before_min=before, buffer_after_min=after)
    book(device, hours(9, 10), by=clerk)

    if gap:
        with pytest.raises(PeriodTaken):
            book(device, hours(10 + gap - 0.25, 11 + gap), by=clerk)
        with pytest.raises(PeriodTaken):
            book(device, hours(7, 9 - gap + 0.25), by=clerk)
    book(device, hours(10 + gap, 11 + gap), by=clerk)
    book(device, hours(7, 9 - gap), by=clerk)


def test_case_51_request_sent_directly_into_a_buffer(client, clerk):
    device = make_resource(buffer_after_min=30)
    book(device, hours(9, 10), by=clerk)
    headers = {"Authorization": f"Bearer {write(create_token, clerk.person_id, name='Test')}"}
    asked = {"resource": device.key, "start": "2027-01-11T10:15:00+01:00", "end": "2027-01-11T11:00:00+01:00", "purpose": "Markt"}

    refused = client.post("/api/v1/bookings", json=asked, headers=headers)
    accepted = client.post("/api/v1/bookings", json=asked | {"start": "2027-01-11T10:30:00+01:00"}, headers=headers)

    assert (refused.status_code, accepted.status_code) == (409, 201)
    assert refused.get_json()["rivals"][0]["end"] == "2027-01-11T10:30:00+01:00"
    assert refused.get_json()["alternatives"] != []


def test_case_52_closed_at_pick_up_or_return(clerk):
    device = make_resource()
    device.site.opening = {"0": ["07:00", "15:30"], "2": ["07:00", "15:30"]}
    db.session.commit()

    for period in (hours(6, 10), hours(10, 16), hours(10, 24 + 10)):
        with pytest.raises(Closed):
            book(device, period, by=clerk)
    assert book(device, hours(8, 48 + 15), by=clerk).stage is Stage.CONFIRMED


def test_case_54_notice_and_advance_at_the_limit(clerk):
    device = make_resource(notice_minutes=60 * 24, advance_days=30)
    limit, latest = datetime(2027, 1, 5, 8, 0, tzinfo=UTC), datetime(2027, 2, 3, 8, 0, tzinfo=UTC)
    minute, hour = timedelta(minutes=1), timedelta(hours=1)

    with pytest.raises(NoticeShort):
        book(device, Period(limit - minute, limit + hour), by=clerk)
    with pytest.raises(TooFarAhead):
        book(device, Period(latest + minute, latest + hour), by=clerk)
    book(device, Period(limit, limit + hour), by=clerk)
    book(device, Period(latest, latest + hour), by=clerk)


def test_case_55_start_past_within_the_grace_only(clerk):
    device = make_resource()
    now = datetime(2027, 1, 4, 8, 0, tzinfo=UTC)

    with pytest.raises(StartPast) as refusal:
        book(device, Period(now - timedelta(minutes=16), now + timedelta(hours=1)), by=clerk)
    assert refusal.value.status == 422
    assert book(device, Period(now - timedelta(minutes=15), now + timedelta(hours=1)), by=clerk).stage is Stage.CONFIRMED


def test_case_56_inspection_ends_inside(app_once):
    due = Due(name="UVV-Prüfung", valid_until=date(2027, 1, 13))

    assert expiring(hours(8, 5 * 24), [due]) == [due]
    assert expiring(hours(8, 72), [due]) == []  # ends at midnight after the 13th


def test_case_57_retire_with_bookings_is_blocked(clerk, head):
    device = make_resource()
    placed = book(device, hours(9, 11), by=clerk)

    with pytest.raises(fleet.keeping.BookingsAffected) as refusal:
        write(fleet.retire, device.id, by=head)
    assert refusal.value.bookings == [placed.id]
    write(reserving.cancel, placed.id, by=clerk)
    write(fleet.retire, device.id, by=head)
    with pytest.raises(Retired):
        book(device, hours(9, 11), by=clerk)
