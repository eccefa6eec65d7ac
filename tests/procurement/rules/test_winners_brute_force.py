import random
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from procurement.rules.winners import award_lots
from procurement.rules.winners_compiled import compiled
from procurement.rules.winners_exclusions import Exclusions
from procurement.rules.winners_tender import AwardRules, Discount, LotBid, LotTender, Package, Status
from tests.procurement.rules import brute_force

E = Decimal


def amounts(top=12):
    return st.integers(0, top).map(lambda euros: E(euros).quantize(E("0.01")))


def discounts(singles):
    lots = st.frozensets(st.sampled_from(sorted(singles)), min_size=1)
    return st.builds(lambda covered, percent: Discount(lots=covered, percent=E(percent) / 100), lots, st.integers(0, 5000))


@st.composite
def tenders(draw):
    lots = tuple(f"L{number + 1}" for number in range(draw(st.integers(1, 4))))
    bids = []
    for name in "ABCD"[: draw(st.integers(1, 4))]:
        singles = draw(st.dictionaries(st.sampled_from(lots), amounts(), max_size=len(lots)))
        packages = draw(st.lists(st.tuples(st.frozensets(st.sampled_from(lots), min_size=1), amounts(20)), max_size=3))
        bids.append(
            LotBid(
                bidder=name,
                lots=singles,
                packages=tuple(Package(lots=covered, price=price) for covered, price in packages),
                discounts=tuple(draw(st.lists(discounts(singles), max_size=2)) if singles else ()),
                minimum_value=draw(st.none() | amounts(15)),
                delivery=draw(st.dictionaries(st.sampled_from(["bernsdorf", "ossling"]), amounts(4), max_size=2)),
            )
        )
    rules = AwardRules(
        max_lots_per_bidder=draw(st.none() | st.integers(0, 4)),
        max_bidders=draw(st.none() | st.integers(0, 3)),
        packages_admitted=draw(st.booleans()),
        seed="x",
    )
    places = {lot: draw(st.frozensets(st.sampled_from(["bernsdorf", "ossling"]))) for lot in lots}
    return LotTender(lots=lots, bids=tuple(bids), rules=rules, places=places)


@settings(max_examples=150, deadline=None)
@given(tenders())
def test_award_equals_brute_force_down_to_the_tie_rule(tender):
    expected = brute_force.best(tender)

    outcome = award_lots(tender)

    if expected is None:
        assert (outcome.status, outcome.total) == (Status.INFEASIBLE, None)
        assert outcome.clashes
    else:
        total, _bidders, chosen = expected
        assert (outcome.status, outcome.total, outcome.bound) == (Status.OPTIMAL, total, total)
        assert {(award.bidder, frozenset(award.lots), award.price) for award in outcome.awards} == set(chosen)


LIMIT, MINIMUM = re.compile(r"Bieter „(\w)“ darf höchstens"), re.compile(r"Bieter „(\w)“ nimmt keinen Auftrag")


def named_in(clashes):
    """Return the conditions that the sentences name."""
    said = " ".join(str(clash) for clash in clashes)
    lots = re.search(r"Pakete nur ganz: ([^.]*)\.", said)
    found = {("lot", lot) for lot in lots[1].split(", ")} if lots else set()
    found |= {("limit", bidder) for bidder in LIMIT.findall(said)} | {("minimum", bidder) for bidder in MINIMUM.findall(said)}
    return (
        found | ({("bidders", "")} if "darf Lose" in said or "dürfen Lose" in said else set()) | ({("packages", "")} if "nicht zugelassen" in said else set())
    )


@settings(max_examples=40, deadline=None)
@given(tenders())
def test_clashes_contradict_each_other_and_none_of_them_is_idle(tender):
    outcome = award_lots(tender)
    assume(outcome.status is Status.INFEASIBLE)

    named = named_in(outcome.clashes)

    assert not brute_force.can_meet(tender, named)
    assert all(brute_force.can_meet(tender, named - {one}) for one in named)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.sampled_from([E("1.00"), E("1.00"), E("2.00")]), min_size=4, max_size=4), min_size=3, max_size=5), st.sampled_from([None, 2, 3]))
def test_many_equal_awards_are_told_apart_like_brute_force(prices, limit):
    lots = ("L1", "L2", "L3", "L4")
    bids = tuple(
        LotBid(bidder=name, lots=dict(zip(lots, row, strict=True)), packages=(Package(lots=frozenset({"L2", "L4"}), price=E("2.00")),))
        for name, row in zip("ABCDE", prices, strict=False)
    )
    tender = LotTender(lots=lots, bids=bids, rules=AwardRules(max_lots_per_bidder=limit, seed="Würfel"))
    expected = brute_force.best(tender)
    assert expected is not None

    outcome = award_lots(tender)

    assert {(award.bidder, frozenset(award.lots), award.price) for award in outcome.awards} == set(expected[2])


@settings(max_examples=30, deadline=None)
@given(tenders(), st.randoms(use_true_random=False))
def test_exclusions_cut_off_no_award(tender, luck):
    tender = replace(tender, rules=replace(tender.rules, packages_admitted=True))
    model = compiled(tender)
    shares = [luck.random() for _choice in model.choices]
    exclusions = Exclusions(model).broken_by(shares, [0.0] * len(shares))

    for taken in brute_force.every_award(tender):
        won = {(model.bidders.index(bidder), tuple(sorted(map(model.lots.index, lots))), int(price * 100)) for bidder, lots, price in taken}
        for group in exclusions:
            assert sum((model.choices[column].bidder, model.choices[column].lots, model.choices[column].cents) in won for column in group) <= 1


def test_exclusions_find_three_packages_that_overlap_in_pairs_and_a_bidder_who_would_exceed_the_limit():
    pairs = [frozenset({"L1", "L2"}), frozenset({"L2", "L3"}), frozenset({"L1", "L3"})]
    bids = tuple(LotBid(bidder=name, packages=(Package(lots=pair, price=E(3)),)) for name, pair in zip("ABC", pairs, strict=True))
    alone = LotBid(bidder="D", packages=(Package(lots=frozenset({"L4", "L5"}), price=E(3)), Package(lots=frozenset({"L6", "L7"}), price=E(3))))
    lots = tuple(f"L{number}" for number in range(1, 8))
    model = compiled(LotTender(lots=lots, bids=(*bids, alone), rules=AwardRules(max_lots_per_bidder=3)))

    found = Exclusions(model).broken_by([0.6] * 5, [0.0] * 5)

    assert {frozenset(model.bidders[model.choices[column].bidder] for column in group) for group in found} == {frozenset("ABC"), frozenset("D")}


@pytest.mark.parametrize("step", ["1.00", "0.50"])
def test_awards_of_round_prices_follow_the_tie_rule_lot_by_lot(step):
    rng = random.Random(7)
    lots = tuple(f"L{number}" for number in range(1, 6))
    for _tender in range(6):
        bids = tuple(LotBid(bidder=name, lots={lot: E(step) * rng.randint(1, 2) for lot in lots}) for name in "ABCD")
        tender = LotTender(lots=lots, bids=bids, rules=AwardRules(max_lots_per_bidder=2, seed=str(_tender)))

        outcome = award_lots(tender)

        assert {(award.bidder, frozenset(award.lots), award.price) for award in outcome.awards} == set(brute_force.best(tender)[2])
