"""The numbered cases of booking: midnight, whole days, year ends and the change of the clocks."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import func, select

from booking.models import Booking
from booking.periods import Period
from booking.queries.availability import free_stretches
from booking.rules.occupancy import PeriodTaken
from booking.stages import Stage
from commons.calendar_days import from_wall, is_double_hour
from commons.database import db
from tests.booking.builders import at, book, hours, make_resource, occupied, wall

pytestmark = pytest.mark.usefixtures("winter_morning")


def stored() -> int:
    return db.session.scalar(select(func.count()).select_from(Booking)) or 0


def test_case_09_friday_to_monday(clerk):
    device = make_resource()

    book(device, wall("2027-01-15 16:00", "2027-01-18 07:00"), by=clerk)

    assert occupied(device) == [wall("2027-01-15 16:00", "2027-01-18 07:00")]


def test_case_10_over_midnight(clerk):
    device = make_resource()
    book(device, wall("2027-01-15 23:00", "2027-01-16 01:00"), by=clerk)

    with pytest.raises(PeriodTaken):
        book(device, wall("2027-01-15 22:00", "2027-01-16 02:00"), by=clerk)
    book(device, wall("2027-01-16 01:00", "2027-01-16 02:00"), by=clerk)


def test_case_11_clash_exactly_at_midnight(clerk):
    device = make_resource()
    book(device, wall("2027-01-16 00:00", "2027-01-16 01:00"), by=clerk)

    with pytest.raises(PeriodTaken):
        book(device, wall("2027-01-15 23:00", "2027-01-16 03:00"), by=clerk)


def test_case_13_full_days_touch(clerk):
    device = make_resource()
    book(device, hours(0, 24), by=clerk)
    book(device, hours(24, 48), by=clerk)

    assert occupied(device) == [hours(0, 24), hours(24, 48)]
    for period in (Period(at(24) - timedelta(seconds=1), at(24)), Period(at(24), at(24) + timedelta(seconds=1))):
        with pytest.raises(PeriodTaken):
            book(device, period, by=clerk)


def test_case_14_same_day_turnaround(clerk):
    device = make_resource()
    book(device, wall("2027-01-15 16:00", "2027-01-18 10:00"), by=clerk)

    assert book(device, wall("2027-01-18 13:00", "2027-01-18 17:00"), by=clerk).stage is Stage.CONFIRMED


def test_case_15_one_day_blocks_longer_query(clerk):
    device = make_resource()
    book(device, hours(0, 24), by=clerk)

    assert [free for _, free in free_stretches(device.id, hours(-48, 72))] == [1, 0, 1]


@pytest.mark.parametrize(("start", "end"), [("2027-12-31 20:00", "2028-01-01 04:00"), ("2028-02-28 20:00", "2028-03-01 04:00")], ids=["new_year", "leap_day"])
def test_case_16_new_year_and_leap_day(clerk, start, end):
    device = make_resource()

    book(device, wall(start, end), by=clerk)

    assert occupied(device) == [wall(start, end)]


def test_case_18_double_hour_both_instants(clerk):
    device = make_resource()
    day = date(2027, 10, 31)
    first = Period(from_wall(day, time(2, 0)), from_wall(day, time(2, 0), second=True))
    second = Period(from_wall(day, time(2, 0), second=True), from_wall(day, time(3, 0)))

    assert is_double_hour(day, time(2, 0))
    assert first.start == datetime(2027, 10, 31, 0, 0, tzinfo=UTC)
    book(device, first, by=clerk)
    book(device, second, by=clerk)
    assert occupied(device) == [first, second]


def test_case_23_instants_do_not_depend_on_the_server_zone(clerk, monkeypatch):
    import time as clock_time

    device = make_resource()
    for zone in ("Europe/Berlin", "UTC", "America/New_York"):
        monkeypatch.setenv("TZ", zone)
        clock_time.tzset()
        book(device, Period(at(9) + timedelta(days=stored()), at(10) + timedelta(days=stored())), by=clerk)
        db.session.expire_all()
        assert occupied(device)[0] == hours(9, 10)
    monkeypatch.undo()
    clock_time.tzset()
