from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procurement.rules.distribution import NothingWanted, NotInSteps, deal

wanted = st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 500).map(Decimal), min_size=1).filter(lambda found: any(found.values()))


@settings(deadline=None)
@given(st.integers(0, 2000), wanted)
def test_deal_sums_and_stays_within_one_of_the_quota(quantity, weights):
    dealt = deal(Decimal(quantity), weights)
    total = sum(weights.values())

    assert sum(dealt.shares.values()) == quantity
    assert all(abs(Fraction(share) - quantity * Fraction(weights[name]) / Fraction(total)) < 1 for name, share in dealt.shares.items())
    assert all(dealt.shares[name] == 0 for name, weight in weights.items() if weight == 0)
    assert sum(dealt.balances.values()) == 0


@settings(deadline=None)
@given(st.lists(st.integers(0, 50), min_size=1, max_size=12), wanted)
def test_balances_keep_everybody_near_the_share_over_many_deliveries(deliveries, weights):
    balances, got = {}, dict.fromkeys(weights, Decimal(0))
    for quantity in deliveries:
        dealt = deal(Decimal(quantity), weights, balances=balances)
        balances = dealt.balances
        got = {name: got[name] + share for name, share in dealt.shares.items()}

    assert sum(got.values()) == sum(deliveries)
    total = Fraction(sum(weights.values()))
    quotas = {name: sum(deliveries) * Fraction(weight) / total for name, weight in weights.items()}
    assert all(quotas[name] - Fraction(got[name]) == balances.get(name, 0) for name in weights)


@settings(deadline=None)
@given(wanted, st.integers(0, 300), st.randoms())
def test_deal_does_not_depend_on_the_order_of_entry(weights, quantity, rnd):
    names = list(weights)
    rnd.shuffle(names)

    assert deal(Decimal(quantity), {name: weights[name] for name in names}).shares == deal(Decimal(quantity), weights).shares


def test_deal_in_steps_of_a_sack():
    assert deal(Decimal(100), {"a": Decimal(60), "b": Decimal(40)}, step=Decimal(25)).shares == {"a": 50, "b": 50}


def test_deal_refuses_what_is_no_whole_number_of_steps():
    with pytest.raises(NotInSteps):
        deal(Decimal(30), {"a": Decimal(1)}, step=Decimal(25))


def test_deal_refuses_where_nobody_wants_anything():
    with pytest.raises(NothingWanted):
        deal(Decimal(1), {"a": Decimal(0)})
