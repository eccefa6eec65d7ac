import random
from dataclasses import replace
from decimal import Decimal

import pytest

from procurement.rules.winners import NothingFoundInTime, award_lots
from procurement.rules.winners_anneal import promising_sets
from procurement.rules.winners_check import AwardWrong, check_award
from procurement.rules.winners_compiled import compiled
from procurement.rules.winners_tender import Award, AwardRules, Discount, LotBid, LotTender, Package, Status, TenderFaulty

E = Decimal


def make_tender(lots=2, **rules) -> LotTender:
    """Two bidders on L1 and L2; A is cheaper on both."""
    a = LotBid(bidder="A", lots={"L1": E("100.00"), "L2": E("100.00")})
    b = LotBid(bidder="B", lots={"L1": E("110.00"), "L2": E("120.00")})
    return LotTender(lots=tuple(f"L{number + 1}" for number in range(lots)), bids=(a, b), rules=AwardRules(**rules))


def winners(outcome):
    return {lot: award.bidder for award in outcome.awards for lot in award.lots}


def test_award_takes_the_cheapest_bids():
    outcome = award_lots(make_tender())

    assert (outcome.status, outcome.total, outcome.bound) == (Status.OPTIMAL, E("200.00"), E("200.00"))
    assert winners(outcome) == {"L1": "A", "L2": "A"}


def test_award_keeps_the_lot_limit_at_least_cost():
    outcome = award_lots(make_tender(max_lots_per_bidder=1))

    assert outcome.total == E("210.00")
    assert winners(outcome) == {"L1": "B", "L2": "A"}


def test_award_keeps_the_number_of_bidders():
    tender = LotTender(
        lots=("L1", "L2"),
        bids=(
            LotBid(bidder="A", lots={"L1": E("1.00"), "L2": E("9.00")}),
            LotBid(bidder="B", lots={"L1": E("9.00"), "L2": E("1.00")}),
            LotBid(bidder="C", lots={"L1": E("4.00"), "L2": E("5.00")}),
        ),
        rules=AwardRules(max_bidders=1),
    )

    assert winners(award_lots(tender)) == {"L1": "C", "L2": "C"}


def test_award_counts_a_minimum_value_over_all_of_a_bidder():
    tender = make_tender()
    tender = replace(tender, bids=(replace(tender.bids[0], lots={"L1": E("100.00")}, minimum_value=E("100.01")), tender.bids[1]))

    assert winners(award_lots(tender)) == {"L1": "B", "L2": "B"}


def test_award_adds_delivery_once_per_bidder_and_municipality():
    tender = make_tender()
    dear = replace(tender.bids[0], delivery={"ossling": E("31.00")})
    tender = replace(tender, bids=(dear, tender.bids[1]), places={"L1": frozenset({"ossling"}), "L2": frozenset({"ossling"})})

    outcome = award_lots(tender)

    assert (outcome.total, winners(outcome)) == (E("230.00"), {"L1": "B", "L2": "B"})


def test_award_adds_delivery_only_where_something_is_delivered():
    tender = make_tender()
    charged = replace(tender.bids[0], delivery={"ossling": E("5.00"), "neukirch": E("7.00")})
    tender = replace(tender, bids=(charged, tender.bids[1]), places={"L1": frozenset({"ossling"}), "L2": frozenset({"ossling"})})

    outcome = award_lots(tender)

    assert (outcome.total, dict(outcome.delivery)) == (E("205.00"), {("A", "ossling"): E("5.00")})


def test_award_counts_a_discount_only_when_all_its_lots_are_won():
    tender = make_tender()
    tender = replace(tender, bids=(tender.bids[0], replace(tender.bids[1], discounts=(Discount(lots=frozenset({"L1", "L2"}), percent=E("13.05")),))))

    outcome = award_lots(tender)

    assert (outcome.total, winners(outcome)) == (E("199.98"), {"L1": "B", "L2": "B"})


def test_award_leaves_out_a_lot_without_offer():
    outcome = award_lots(make_tender(lots=3))

    assert (outcome.status, outcome.unawarded, outcome.total) == (Status.OPTIMAL, ("L3",), E("200.00"))


def test_award_without_any_bid_is_empty():
    outcome = award_lots(LotTender(lots=("L1",), bids=()))

    assert (outcome.status, outcome.total, outcome.awards, outcome.unawarded) == (Status.OPTIMAL, E(0), (), ("L1",))


def test_award_names_a_smallest_set_of_clashes():
    tender = make_tender(max_lots_per_bidder=1, max_bidders=1)

    outcome = award_lots(tender)

    assert (outcome.status, outcome.total, outcome.awards) == (Status.INFEASIBLE, None, ())
    said = " ".join(str(clash) for clash in outcome.clashes)
    assert "L1, L2" in said
    assert "höchstens ein Los" in said
    assert "Höchstens ein Bieter" in said


def test_clashes_do_not_name_what_plays_no_part():
    tender = make_tender(max_lots_per_bidder=1, max_bidders=9)
    tender = replace(
        tender, bids=(replace(tender.bids[0], minimum_value=E("50.00")), LotBid(bidder="B", packages=(Package(lots=frozenset({"L1", "L2"}), price=E(9)),)))
    )

    said = " ".join(str(clash) for clash in award_lots(tender).clashes)

    assert "„A“ darf höchstens ein Los" in said
    assert "„B“ darf höchstens ein Los" in said
    assert "Bieter dürfen" not in said
    assert "50,00" not in said


def test_award_of_equal_cost_takes_fewer_bidders():
    tender = LotTender(
        lots=("L1", "L2"),
        bids=(
            LotBid(bidder="A", lots={"L1": E("5.00"), "L2": E("5.00")}),
            LotBid(bidder="B", lots={"L1": E("5.00")}),
            LotBid(bidder="C", lots={"L2": E("5.00")}),
        ),
    )

    outcome = award_lots(tender)

    assert (winners(outcome), outcome.tied) == ({"L1": "A", "L2": "A"}, True)


def test_award_does_not_depend_on_the_order_of_the_input():
    lots = tuple(f"L{number}" for number in range(1, 13))
    bids = [LotBid(bidder=f"Firma {letter}", lots=dict.fromkeys(lots, E("10.00"))) for letter in "ABCDE"]
    answers = set()

    for seed in range(5):
        order = random.Random(seed)
        shuffled = tuple(order.sample(bids, len(bids)))
        outcome = award_lots(LotTender(lots=tuple(order.sample(lots, len(lots))), bids=shuffled, rules=AwardRules(max_lots_per_bidder=4)))
        answers.add(outcome.awards)

    assert len(answers) == 1


def test_another_seed_draws_another_winner():
    bids = tuple(LotBid(bidder=name, lots={"L1": E("10.00")}) for name in ("A", "B", "C"))

    drawn = {award_lots(LotTender(lots=("L1",), bids=bids, rules=AwardRules(seed=seed))).awards[0].bidder for seed in "abcdefghijk"}

    assert drawn == {"A", "B", "C"}


def test_one_cent_in_a_hundred_million_decides():
    bids = (
        LotBid(bidder="A", lots={f"L{number}": E("9999999.99") for number in range(1, 11)}),
        LotBid(bidder="B", packages=(Package(lots=frozenset(f"L{number}" for number in range(1, 11)), price=E("99999999.89")),)),
    )

    outcome = award_lots(LotTender(lots=tuple(f"L{number}" for number in range(1, 11)), bids=bids))

    assert (outcome.total, outcome.awards[0].bidder) == (E("99999999.89"), "B")


@pytest.mark.parametrize(
    "awards",
    [
        (Award(bidder="A", lots=("L1",), price=E("100.00")),),
        (Award(bidder="A", lots=("L1",), price=E("99.00")), Award(bidder="A", lots=("L2",), price=E("101.00"))),
        (Award(bidder="A", lots=("L1",), price=E("100.00")), Award(bidder="B", lots=("L2",), price=E("120.00"))),
    ],
    ids=["lot_missing", "price_not_offered", "total_wrong"],
)
def test_check_award_refuses_what_does_not_fit(awards):
    outcome = replace(award_lots(make_tender()), awards=awards)

    with pytest.raises(AwardWrong):
        check_award(make_tender(), outcome)


@pytest.mark.parametrize(
    "bid",
    [
        LotBid(bidder="C", lots={"L9": E("1.00")}),
        LotBid(bidder="C", lots={"L1": E("-1.00")}),
        LotBid(bidder="C", lots={"L1": E("1.001")}),
        LotBid(bidder="C", lots={"L1": E("NaN")}),
        LotBid(bidder="A", lots={"L1": E("1.00")}),
        LotBid(bidder="C", packages=(Package(lots=frozenset(), price=E("1.00")),)),
        LotBid(bidder="C", lots={"L1": E("1.00")}, discounts=(Discount(lots=frozenset({"L1"}), percent=E("100.01")),)),
    ],
    ids=["unknown_lot", "negative", "no_whole_cents", "no_number", "bidder_twice", "empty_package", "more_than_everything_off"],
)
def test_faulty_bids_are_refused(bid):
    tender = make_tender()

    with pytest.raises(TenderFaulty):
        award_lots(replace(tender, bids=(*tender.bids, bid)))


def test_search_that_is_stopped_ends_and_claims_nothing():
    rng = random.Random(5)
    lots = tuple(f"L{number}" for number in range(1, 81))
    bids = tuple(
        LotBid(
            bidder=f"B{number}",
            lots={lot: E(rng.randint(900, 1100)) for lot in lots},
            packages=tuple(Package(lots=frozenset(rng.sample(lots, 5)), price=E(rng.randint(3000, 4500))) for _package in range(30)),
        )
        for number in range(20)
    )

    with pytest.raises(NothingFoundInTime):
        award_lots(LotTender(lots=lots, bids=bids, rules=AwardRules(max_lots_per_bidder=6)), stop=lambda: True)


def test_anneal_returns_sets_that_keep_limits_and_do_not_overlap():
    rng = random.Random(3)
    lots = tuple(f"L{number}" for number in range(1, 31))
    bids = tuple(
        LotBid(
            bidder=name,
            lots=dict.fromkeys(lots, E("10.00")),
            packages=tuple(Package(lots=frozenset(rng.sample(lots, size)), price=E(8 * size)) for size in (2, 3, 4, 5, 6)),
        )
        for name in "ABCD"
    )
    model = compiled(LotTender(lots=lots, bids=bids, rules=AwardRules(max_lots_per_bidder=9)))

    sets = promising_sets(model, charges={}, steps=2000)

    assert any(sets)
    for chosen in sets:
        won = [lot for column in chosen for lot in model.choices[column].lots]
        assert len(won) == len(set(won))
        assert all(sum(len(model.choices[column].lots) for column in chosen if model.choices[column].bidder == bidder) <= 9 for bidder in range(4))
