import itertools
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procurement.rules.packs import NoPackOffered, Pack, Scale, Wish, cheapest, plan_binding, plan_flexible, price_for

prices = st.integers(1, 40).map(lambda cents: Decimal(cents) / 4)


@st.composite
def packs(draw):
    first = draw(st.integers(1, 3))
    usual = draw(prices)
    scales = [Scale(from_packs=first, price=usual)]
    if draw(st.booleans()):
        scales.append(Scale(from_packs=first + draw(st.integers(1, 4)), price=min(usual, draw(prices))))
    return Pack(name="Packung", content=Decimal(draw(st.integers(1, 12))) / draw(st.sampled_from([1, 2, 4])), scales=tuple(scales))


def cost(offered, counts):
    return sum(count * Fraction(price_for(pack, count)) for pack, count in zip(offered, counts, strict=True))


def is_orderable(offered, counts):
    return all(count == 0 or count >= pack.scales[0].from_packs for pack, count in zip(offered, counts, strict=True))


def by_hand(offered, least):
    """Try every combination."""
    most = [max(int(least / pack.content) + 1, *(scale.from_packs for scale in pack.scales)) for pack in offered]
    found = (counts for counts in itertools.product(*(range(count + 1) for count in most)) if is_orderable(offered, counts))
    return min(cost(offered, counts) for counts in found if sum(count * pack.content for pack, count in zip(offered, counts, strict=True)) >= least)


@settings(deadline=None)  # trying every combination by hand takes its time
@given(st.lists(packs(), min_size=1, max_size=2), st.integers(1, 40))
def test_cheapest_equals_brute_force(offered, least):
    counts = cheapest(offered, Decimal(least))

    assert sum(count * pack.content for pack, count in zip(offered, counts, strict=True)) >= least
    assert is_orderable(offered, counts)
    assert cost(offered, counts) == by_hand(offered, Decimal(least))


@settings(deadline=None)
@given(st.lists(packs(), min_size=1, max_size=3), st.dictionaries(st.sampled_from("abcde"), st.tuples(st.integers(0, 30), st.integers(0, 4)), min_size=1))
def test_plan_gives_out_exactly_what_is_bought(offered, wanted):
    whole = [Pack(name=pack.name, content=pack.content * 4, scales=pack.scales) for pack in offered]
    wishes = {name: Wish(quantity=Decimal(quantity), tolerance=Decimal(more)) for name, (quantity, more) in wanted.items()}

    for plan in (plan_binding(whole, wishes), plan_flexible(whole, wishes)):
        assert sum(share.gets for share in plan.shares.values()) == plan.total
        assert all(share.gets == 0 for share in plan.shares.values() if share.wanted == 0)
        assert all(share.within_tolerance <= wishes[name].tolerance for name, share in plan.shares.items())
        assert plan.surplus == max(plan.total - sum(wish.quantity for wish in wishes.values()), 0)


def test_a_price_scale_can_make_more_packs_cheaper():
    pack = Pack(name="Karton", content=Decimal(10), scales=(Scale(from_packs=1, price=Decimal(10)), Scale(from_packs=10, price=Decimal(7))))

    assert cheapest([pack], Decimal(90)) == (10,)


def test_without_prices_the_surplus_decides():
    offered = [Pack(name="Palette", content=Decimal(1000)), Pack(name="Sack", content=Decimal(25))]

    assert cheapest(offered, Decimal(1060)) == (1, 3)


def test_cheapest_of_large_quantities_is_quick_and_exact():
    offered = [
        Pack(name="Karton", content=Decimal(2500), scales=(Scale(from_packs=1, price=Decimal("20.75")), Scale(from_packs=100, price=Decimal(19)))),
        Pack(name="Ries", content=Decimal(500), scales=(Scale(from_packs=1, price=Decimal("4.38")),)),
    ]

    assert cheapest(offered, Decimal(677_000)) == (270, 4)


def test_nothing_wanted_buys_nothing():
    plan = plan_binding([Pack(name="Karton", content=Decimal(10))], {"a": Wish(quantity=Decimal(0))}, minimum_order=Decimal(100))

    assert (plan.packs, plan.total) == ((), 0)


def test_without_an_offer_nothing_can_be_planned():
    with pytest.raises(NoPackOffered):
        cheapest([], Decimal(1))
