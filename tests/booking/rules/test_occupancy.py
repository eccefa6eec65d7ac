"""Overlap of single devices, the peak of pools: pure tables."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.periods import Period
from booking.rules.occupancy import PeriodTaken, PoolExhausted, QuantityRefused, Taken, check_free, check_left, check_quantity, peak, short, stretches

DAY = datetime(2027, 3, 1, tzinfo=UTC)


def hours(start: float, end: float) -> Period:
    return Period(DAY + timedelta(hours=start), DAY + timedelta(hours=end))


def taken(*spans: tuple[float, float, int]) -> list[Taken]:
    return [Taken(period=hours(start, end), quantity=number) for start, end, number in spans]


@pytest.mark.parametrize(
    ("start", "end"),
    [(8, 12), (8, 10), (10, 12), (7, 9), (11, 13), (9, 11), (7, 13)],
    ids=["same", "same_start", "same_end", "into_start", "over_end", "inside", "around"],
)
def test_check_free_refuses_overlap(start, end):
    existing = hours(8, 12)

    with pytest.raises(PeriodTaken) as refusal:
        check_free(hours(start, end), taken=[Taken(period=existing)], resource="Walze")

    assert refusal.value.existing == existing
    assert refusal.value.status == 409


@pytest.mark.parametrize(("start", "end"), [(6, 8), (12, 14)], ids=["ends_at_start", "starts_at_end"])
def test_check_free_accepts_neighbours(start, end):
    check_free(hours(start, end), taken=[Taken(period=hours(8, 12))], resource="Walze")


@pytest.mark.parametrize("quantity", [0, -1, 8])
def test_check_quantity_refuses(quantity):
    with pytest.raises(QuantityRefused):
        check_quantity(quantity, total=7, resource="Leitkegel")


def test_peak_is_no_sum():
    assert peak(taken((10, 11, 5), (11, 12, 5)), within=hours(10, 12)) == 5


def test_peak_sees_what_began_before():
    assert peak(taken((8, 11, 2), (9, 10, 1), (10.5, 12, 4)), within=hours(10, 11)) == 6


def test_check_left_names_what_is_left():
    with pytest.raises(PoolExhausted) as refusal:
        check_left(3, capacity=4, taken=taken((10, 12, 2), (13, 14, 4)), within=hours(9, 12), resource="Leitkegel")

    assert refusal.value.left == 2
    assert [rival.period for rival in refusal.value.rivals] == [hours(10, 12)]


def test_stretches_of_a_cut_pool_never_show_less_than_none():
    assert stretches(3, taken((10, 12, 5)), within=hours(9, 13)) == [(hours(9, 10), 3), (hours(10, 12), 0), (hours(12, 13), 3)]


def test_short_lists_when_too_few_are_free():
    assert short(3, capacity=4, taken=taken((10, 11, 2), (11, 12, 2), (13, 14, 1)), within=hours(9, 15)) == [hours(10, 12)]


SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 10), st.integers(1, 5)), max_size=12)


@given(SPANS, st.integers(0, 40), st.integers(1, 12))
def test_peak_equals_counting_hour_by_hour(spans, start, length):
    rows = taken(*((begin, begin + long, number) for begin, long, number in spans))
    window = hours(start, start + length)

    counted = max(sum(row.quantity for row in rows if row.period.contains(DAY + timedelta(hours=hour))) for hour in range(start, start + length))

    assert peak(rows, within=window) == counted
