"""The nearest free start before and after a wish."""

from datetime import timedelta

from booking.rules.alternatives import earlier, later
from tests.booking.rules.test_occupancy import DAY, hours


def test_later_leaps_over_all_that_is_taken():
    found = later(hours(9, 11), blocked=[hours(8, 10), hours(11, 12)], until=DAY + timedelta(days=2))

    assert found == hours(12, 14)


def test_later_uses_a_gap_that_fits():
    assert later(hours(9, 11), blocked=[hours(8, 10), hours(12, 14)], until=DAY + timedelta(days=2)) == hours(10, 12)


def test_later_keeps_to_quarter_hours():
    assert later(hours(9, 11), blocked=[hours(8, 10.1)], until=DAY + timedelta(days=2)) == hours(10.25, 12.25)


def test_later_gives_up_at_the_end():
    assert later(hours(9, 11), blocked=[hours(8, 40)], until=DAY + timedelta(hours=41)) is None


def test_earlier_ends_where_the_next_begins():
    assert earlier(hours(9, 11), blocked=[hours(10, 12)], since=DAY) == hours(8, 10)


def test_earlier_gives_up_in_the_past():
    assert earlier(hours(9, 11), blocked=[hours(10, 12)], since=DAY + timedelta(hours=8.5)) is None
