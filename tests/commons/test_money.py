from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commons.money import deal_out, gross_of, line_total, net_of, split


def test_line_total_keeps_four_decimals_and_rounds_once():
    assert line_total(Decimal("0.0399"), Decimal(12_500)) == Decimal("498.75")


def test_net_of_is_exact():
    net = net_of(Decimal("22.55"), Decimal(19))

    assert net == Fraction(2255, 119)
    assert gross_of(net, Decimal(19)) == Fraction("22.55")


def test_split_gives_the_last_cent_to_the_first():
    assert split(Decimal("100.00"), [1, 1, 1]) == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]


def test_split_refuses_parts_of_a_cent():
    with pytest.raises(ValueError, match="cents"):
        split(Decimal("0.001"), [1])


@settings(deadline=None)
@given(st.integers(-(10**8), 10**8), st.lists(st.integers(0, 10**6), min_size=1, max_size=8).filter(any))
def test_split_sums_to_the_amount(cents, weights):
    amount = Decimal(cents).scaleb(-2)

    assert sum(split(amount, weights)) == amount


@settings(deadline=None)
@given(st.integers(0, 10**6), st.lists(st.fractions(min_value=0, max_value=1000), min_size=1, max_size=8).filter(any))
def test_deal_out_stays_within_one_of_the_quota(units, weights):
    shares = deal_out(units, weights)

    assert sum(shares) == units
    assert all(abs(share - units * weight / sum(weights)) < 1 for share, weight in zip(shares, weights, strict=True))
    assert all(share == 0 for share, weight in zip(shares, weights, strict=True) if weight == 0)
