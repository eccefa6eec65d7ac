"""A firm with its main bid and its variants is one bidder for every limit; the award equals what trying everything finds."""

import itertools
import random
from dataclasses import replace
from decimal import Decimal

import pytest

from procurement.rules.winners_firms import award_firms, explain_firms
from procurement.rules.winners_tender import AwardRules, Discount, LotBid, LotTender, Package, Status, TenderFaulty

LOTS = ("Los 1", "Los 2", "Los 3")
D = Decimal


def main_and_variant(**rules: int | None) -> LotTender:
    """Return a firm that is cheapest on all lots, now with the main bid, now with a variant, and a dearer one."""
    bids = (
        LotBid(bidder="Nord", lots=dict(zip(LOTS, map(D, ("100", "90", "80")), strict=True))),
        LotBid(bidder="Nord (Nebenangebot 1)", firm="Nord", lots={"Los 1": D(70), "Los 2": D(95)}),
        LotBid(bidder="Süd", lots=dict.fromkeys(LOTS, D(110))),
    )
    return LotTender(lots=LOTS, bids=bids, rules=AwardRules(**rules))


@pytest.mark.parametrize(
    ("rules", "winners", "total"),
    [
        ({}, {"Los 1": "Nord (Nebenangebot 1)", "Los 2": "Nord", "Los 3": "Nord"}, 240),
        ({"max_lots_per_bidder": 2}, {"Los 1": "Nord (Nebenangebot 1)", "Los 2": "Süd", "Los 3": "Nord"}, 260),
        ({"max_lots_per_bidder": 1, "max_bidders": 2}, None, None),
        ({"max_bidders": 1}, {"Los 1": "Nord (Nebenangebot 1)", "Los 2": "Nord", "Los 3": "Nord"}, 240),
    ],
    ids=["no_limit", "two_lots_a_firm", "nobody_for_the_third", "one_firm_with_two_bids"],
)
def test_limits_hold_for_a_firm_with_all_its_bids(rules, winners, total):
    outcome = award_firms(main_and_variant(**rules))

    assert outcome.total == (None if total is None else D(total))
    assert {lot: award.bidder for award in outcome.awards for lot in award.lots} == (winners or {})


def test_a_firm_charges_delivery_once_and_explains_itself_as_one():
    tender = main_and_variant(max_lots_per_bidder=2)
    nord, variant, sued = tender.bids
    charged = replace(tender, bids=(replace(nord, delivery={"Bernsdorf": D(5)}), variant, sued), places=dict.fromkeys(LOTS, frozenset({"Bernsdorf"})))

    outcome = award_firms(charged)
    explained = {(one.kind, one.about) for one in explain_firms(charged, outcome)}

    assert (outcome.total, outcome.delivery) == (D(265), {("Nord", "Bernsdorf"): D(5)})
    assert ("condition", "max_lots_per_bidder") in explained
    assert not any("Nebenangebot" in about for _kind, about in explained)


def test_two_bids_of_one_name_are_refused():
    tender = main_and_variant()

    with pytest.raises(TenderFaulty):
        award_firms(replace(tender, bids=(*tender.bids, tender.bids[1])))


@pytest.mark.parametrize("seed", range(60))
def test_the_award_equals_what_trying_everything_finds(seed):
    tender = drawn(random.Random(seed))

    outcome = award_firms(tender)

    assert outcome.total == cheapest(tender)
    assert (outcome.status is Status.INFEASIBLE) is (outcome.total is None)


def drawn(rng: random.Random) -> LotTender:
    """Return a small tender with variants, packages, discounts, charges, least sums and limits."""
    bids = []
    for firm in ("A", "B", "C"):
        terms = {"delivery": {"x": D(rng.randint(0, 30))}, "minimum_value": rng.choice([None, D(rng.randint(50, 200))])}
        for number in range(rng.randint(1, 3)):
            prices = {lot: D(rng.randint(50, 120)) for lot in LOTS if rng.random() < 0.8} or {"Los 1": D(99)}
            some = frozenset(rng.sample(LOTS, 2))
            packages = (Package(lots=some, price=D(rng.randint(80, 200))),) if rng.random() < 0.4 else ()
            discounts = (Discount(lots=some, percent=D(10)),) if some <= set(prices) and rng.random() < 0.4 else ()
            name = {"bidder": f"{firm} {number}", "firm": firm} if number else {"bidder": firm}
            bids.append(LotBid(**name, lots=prices, packages=packages, discounts=discounts, **terms))
    rules = AwardRules(max_lots_per_bidder=rng.choice([None, 1, 2]), max_bidders=rng.choice([None, 1, 2]), packages_admitted=rng.random() < 0.7)
    return LotTender(lots=LOTS, bids=tuple(bids), rules=rules, places=dict.fromkeys(LOTS[:2], frozenset({"x"})))


def cheapest(tender: LotTender) -> Decimal | None:
    """Try every way to give each lot that anybody offers to one offer."""
    offers = [offer for bid in tender.bids for offer in offers_in(bid, packages=tender.rules.packages_admitted)]
    wanted = frozenset(lot for _firm, lots, _price in offers for lot in lots)
    found = [
        total
        for count in range(1, len(wanted) + 1)
        for chosen in itertools.combinations(offers, count)
        if sum(len(lots) for _firm, lots, _price in chosen) == len(wanted) and frozenset().union(*(lots for _firm, lots, _price in chosen)) == wanted
        if (total := priced(tender, chosen)) is not None
    ]
    return min(found, default=None) if wanted else D(0)


def offers_in(bid: LotBid, *, packages: bool) -> list[tuple[str, frozenset[str], Decimal]]:
    firm = bid.firm or bid.bidder
    offers = [(firm, frozenset([lot]), price) for lot, price in bid.lots.items()]
    if packages:
        offers += [(firm, package.lots, package.price) for package in bid.packages]
        offers += [(firm, one.lots, sum(bid.lots[lot] for lot in one.lots) * (100 - one.percent) / 100) for one in bid.discounts]
    return offers


def priced(tender: LotTender, chosen: tuple[tuple[str, frozenset[str], Decimal], ...]) -> Decimal | None:
    """Return what an award costs, None where it breaks a rule."""
    terms = {bid.bidder: bid for bid in tender.bids if not bid.firm}
    firms = {firm for firm, _lots, _price in chosen}
    most, bidders, total = tender.rules.max_lots_per_bidder, tender.rules.max_bidders, D(0)
    if bidders is not None and len(firms) > bidders:
        return None
    for firm in firms:
        won = [(lots, price) for one, lots, price in chosen if one == firm]
        lots = frozenset().union(*(lots for lots, _price in won))
        paid = sum(price for _lots, price in won)
        if (most is not None and len(lots) > most) or paid < (terms[firm].minimum_value or 0):
            return None
        total += paid + (terms[firm].delivery["x"] if lots & set(tender.places) else 0)
    return total
