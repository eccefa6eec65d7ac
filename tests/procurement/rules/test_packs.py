import itertools
import time
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procurement.rules.pack_cover import Size, _by_remainders, _covered
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


def nearest_by_hand(offered, wanted, most, least):
    """Try every combination that stays below the most, nearest first, then cheapest."""
    counts = itertools.product(*(range(int(most / pack.content) + 1) for pack in offered))
    held = [(sum(count * pack.content for pack, count in zip(offered, chosen, strict=True)), chosen) for chosen in counts if any(chosen)]
    fitting = [(abs(total - wanted), cost(offered, chosen)) for total, chosen in held if least <= total <= most and is_orderable(offered, chosen)]
    return min(fitting, default=None)


@settings(deadline=None)
@given(st.lists(packs(), min_size=1, max_size=3), st.integers(1, 20), st.integers(0, 6), st.integers(0, 8))
def test_flexible_is_the_nearest_within_tolerance_and_minimum_order(offered, quantity, tolerance, minimum):
    wishes = {"a": Wish(quantity=Decimal(quantity), tolerance=Decimal(tolerance))}
    expected = nearest_by_hand(offered, Decimal(quantity), Decimal(quantity + tolerance), Decimal(minimum))

    plan = plan_flexible(offered, wishes, minimum_order=Decimal(minimum), step=Decimal("0.25"))

    if expected is None:  # not one pack fits below: the binding plan holds
        assert plan == plan_binding(offered, wishes, minimum_order=Decimal(minimum), step=Decimal("0.25"))
    else:
        bought = [next((count for one, count in plan.packs if one is pack), 0) for pack in offered]
        assert (abs(plan.total - quantity), cost(offered, bought)) == expected


def test_flexible_takes_the_cheapest_of_many_small_packs():
    offered = [
        Pack(name=name, content=Decimal(content), scales=(Scale(from_packs=1, price=Decimal("0.25")),)) for name, content in (("Beutel", "0.5"), ("Tüte", "1"))
    ]
    offered.append(Pack(name="Sack", content=Decimal(2), scales=(Scale(from_packs=1, price=Decimal(9)),)))

    plan = plan_flexible(offered, {"a": Wish(quantity=Decimal(40), tolerance=Decimal(6))}, step=Decimal("0.5"))

    assert [(pack.name, count) for pack, count in plan.packs] == [("Tüte", 40)]


@settings(deadline=None)
@given(st.lists(packs(), min_size=1, max_size=2), st.integers(1, 30), st.integers(0, 60))
def test_minimum_order_counts_once_for_all(offered, quantity, minimum):
    wishes = {key: Wish(quantity=Decimal(quantity)) for key in "ab"}

    plan = plan_binding(offered, wishes, minimum_order=Decimal(minimum), step=Decimal("0.25"))

    least = Decimal(max(2 * quantity, minimum))
    bought = [next((count for one, count in plan.packs if one is pack), 0) for pack in offered]
    assert cost(offered, bought) == by_hand(offered, least)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(2, 40), st.integers(1, 60)), min_size=2, max_size=3, unique_by=lambda size: size[0]), st.integers(3000, 4000))
def test_remainders_find_the_same_cost_as_the_walk(sizes, need):
    packs_of = [Size(index, holds, price) for index, (holds, price) in enumerate(sizes)]
    best = min(packs_of, key=lambda size: (Fraction(size.price, size.holds), -size.holds))

    walked, found = _covered(packs_of, need), _by_remainders(packs_of, best, need)

    paid = [sum(packs_of[index].price * count for index, count in counts.items()) for counts in (walked, found)]
    assert paid[0] == paid[1]
    assert sum(packs_of[index].holds * count for index, count in found.items()) >= need


@pytest.mark.parametrize(
    ("contents", "quantity", "proven"),
    [
        (("12.345", "7.891", "3.217"), "97531", (True, False)),
        (("2500", "500", "250"), "6770000", (True, False)),
        (("1000.001", "0.999"), "123456.789", (False, False)),
        (("1000.001",), "123456.789", (True, True)),
    ],
    ids=["awkward", "many", "too_fine", "one_pack"],
)
def test_hard_choices_take_no_longer_than_a_second_or_two_and_say_what_is_proven(contents, quantity, proven):
    offered = [Pack(name=text, content=Decimal(text), scales=(Scale(from_packs=1, price=Decimal(text) + Decimal("0.37")),)) for text in contents]
    wishes = {"a": Wish(quantity=Decimal(quantity), tolerance=Decimal(quantity) / 10)}
    begin = time.process_time()

    plans = (plan_binding(offered, wishes, step=Decimal("0.001")), plan_flexible(offered, wishes, step=Decimal("0.001")))

    assert time.process_time() - begin < 6
    assert plans[0].total >= Decimal(quantity)
    assert tuple(plan.is_proven for plan in plans) == proven
