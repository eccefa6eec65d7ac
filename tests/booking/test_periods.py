"""Half-open periods."""

from datetime import UTC, datetime, timedelta

import pytest

from booking.periods import Period, PeriodEmpty, gaps, merged
from tests.booking.rules.test_occupancy import DAY, hours


@pytest.mark.parametrize(("start", "end"), [(9, 9), (10, 9)], ids=["same", "before"])
def test_period_refuses_end_not_after_start(start, end):
    with pytest.raises(PeriodEmpty) as refusal:
        hours(start, end)

    assert (refusal.value.field, refusal.value.status) == ("end", 422)


def test_period_refuses_time_without_zone():
    with pytest.raises(ValueError, match="aware"):
        Period(datetime(2027, 1, 1), datetime(2027, 1, 2))  # noqa: DTZ001


def test_period_contains_its_start_and_not_its_end():
    assert hours(9, 10).contains(DAY + timedelta(hours=9))
    assert not hours(9, 10).contains(DAY + timedelta(hours=10))


def test_period_over_clock_change_is_elapsed_time():
    from zoneinfo import ZoneInfo

    berlin = ZoneInfo("Europe/Berlin")
    weekend = Period(datetime(2027, 3, 27, 12, tzinfo=berlin), datetime(2027, 3, 28, 12, tzinfo=berlin))

    assert weekend.length == timedelta(hours=23)


def test_buffered_adds_on_both_sides():
    assert hours(9, 10).buffered(before=30, after=60) == hours(8.5, 11)


def test_merged_joins_touching():
    assert merged([hours(11, 12), hours(8, 10), hours(10, 11), hours(14, 15)]) == [hours(8, 12), hours(14, 15)]


def test_gaps_lists_what_is_left():
    assert gaps([hours(8, 10), hours(9, 11), hours(12, 20)], within=hours(9, 13)) == [hours(11, 12)]


def test_gaps_of_nothing_is_the_window():
    assert gaps([], within=hours(9, 13)) == [hours(9, 13)]
    assert Period(datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 1, 2, tzinfo=UTC)) in gaps(
        [], within=Period(datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 1, 2, tzinfo=UTC))
    )
