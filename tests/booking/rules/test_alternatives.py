"""The nearest free start before and after a wish."""

from datetime import timedelta

import pytest

from booking.rules.alternatives import earlier, how_other, is_daytime, later, other_day
from tests.booking.builders import wall
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


def test_other_day_keeps_the_wall_time_over_the_clock_change():
    wish = wall("2027-03-26 07:00", "2027-03-26 15:00")

    found = other_day(wish, blocked=[wall("2027-03-27 00:00", "2027-03-29 00:00")], within=wall("2027-03-01 00:00", "2027-05-01 00:00"), step=1)

    assert found == wall("2027-03-29 07:00", "2027-03-29 15:00")


def test_other_day_leaps_over_a_day_without_that_hour():
    wish = wall("2027-03-27 02:30", "2027-03-27 05:00")

    found = other_day(wish, blocked=[wish], within=wall("2027-03-01 00:00", "2027-05-01 00:00"), step=1)

    assert found == wall("2027-03-29 02:30", "2027-03-29 05:00")


def test_is_daytime_knows_when_people_work():
    assert is_daytime(wall("2027-03-26 07:00", "2027-03-26 15:00"))
    assert not is_daytime(wall("2027-03-26 07:00", "2027-03-26 21:00"))


@pytest.mark.parametrize(
    ("offered", "said"),
    [
        (hours(8, 10), "eine Stunde früher"),
        (hours(11, 13), "2 Stunden später"),
        (hours(7.5, 9.5), "1:30 Stunden früher"),
        (hours(9.25, 11.25), "15 Minuten später"),
        (hours(33, 35), "am nächsten Tag"),
        (hours(-15, -13), "am Tag davor"),
        (hours(9 + 72, 11 + 72), "3 Tage später"),
    ],
)
def test_how_other_says_it_in_words(offered, said):
    assert str(how_other(hours(9, 11), offered)) == said
