from dataclasses import replace
from decimal import Decimal

from hypothesis import assume, given, settings

from procurement.rules.winners import award_lots
from procurement.rules.winners_explained import explain
from procurement.rules.winners_tender import AwardRules, LotBid, LotTender, Outcome, Package, Status
from tests.procurement.rules import brute_force
from tests.procurement.rules.test_winners_brute_force import tenders

E = Decimal


def make_tender(**rules) -> LotTender:
    a = LotBid(bidder="A", lots={"L1": E("100.00"), "L2": E("100.00")})
    b = LotBid(bidder="B", lots={"L1": E("110.00"), "L2": E("120.00")}, minimum_value=E("115.00"))
    c = LotBid(bidder="C", packages=(Package(lots=frozenset({"L1", "L2"}), price=E("190.00")),))
    return LotTender(lots=("L1", "L2"), bids=(a, b, c), rules=AwardRules(**rules))


def explained(tender):
    return {(explanation.kind, explanation.about): explanation for explanation in explain(tender, award_lots(tender))}


def test_each_condition_says_what_it_costs():
    answers = explained(make_tender(max_lots_per_bidder=1, packages_admitted=False))

    assert answers["condition", "max_lots_per_bidder"].difference == E("-20.00")
    assert str(answers["condition", "max_lots_per_bidder"].text) == "Die Begrenzung der Lose je Bieter auf höchstens 1 kostet 20,00 €."
    assert answers["condition", "minimum_value B"].difference == E("-10.00")
    assert answers["condition", "packages_admitted"].difference == E("0.00")


def test_second_best_award_is_named_with_its_distance():
    second = explained(make_tender(packages_admitted=True))["second_best", ""]

    assert (second.total, second.difference, second.awards) == (E("200.00"), E("10.00"), (("A", ("L1",)), ("A", ("L2",))))


def test_loser_learns_by_how_much():
    answers = explained(make_tender(packages_admitted=True))

    assert answers["bidder", "B"].difference == E("30.00")
    assert str(answers["bidder", "B"].text) == "Bieter „B“ erhält kein Los: Die günstigste zulässige Vergabe mit ihm kostet 30,00 € mehr."


def test_loser_without_admitted_offer_learns_that():
    assert str(explained(make_tender(packages_admitted=False))["bidder", "C"].text) == "Bieter „C“ erhält kein Los: Er hat kein zugelassenes Angebot abgegeben."


def test_only_award_has_no_second():
    tender = LotTender(lots=("L1",), bids=(LotBid(bidder="A", lots={"L1": E("1.00")}),))

    assert str(explained(tender)["second_best", ""].text) == "Es gibt keine andere zulässige Vergabe."


def test_unproven_award_only_states_its_distance():
    outcome = Outcome(status=Status.FEASIBLE, total=E("210.00"), bound=E("200.00"))

    (answer,) = explain(make_tender(), outcome)

    assert (answer.kind, answer.difference, answer.proven) == ("unproven", E("10.00"), False)


def cheapest(tender, *, but=frozenset(), with_bidder=None):
    """Return by brute force the least total of an award whose lots do not all go to the same bidders, and that a bidder takes part in."""
    totals = [
        brute_force.cost(tender, taken)
        for taken in brute_force.every_award(tender)
        if frozenset((lot, bidder) for bidder, lots, _price in taken for lot in lots) != but and with_bidder in {None, *(offer[0] for offer in taken)}
    ]
    return min(totals, default=None)


def loosened(tender, about):
    match about.split():
        case ["max_lots_per_bidder"]:
            return replace(tender, rules=replace(tender.rules, max_lots_per_bidder=None))
        case ["max_bidders"]:
            return replace(tender, rules=replace(tender.rules, max_bidders=None))
        case ["minimum_value", name]:
            return replace(tender, bids=tuple(replace(bid, minimum_value=None) if bid.bidder == name else bid for bid in tender.bids))


@settings(max_examples=40, deadline=None)
@given(tenders())
def test_explanations_equal_brute_force(tender):
    outcome = award_lots(tender)
    assume(outcome.status is Status.OPTIMAL and outcome.awards)
    given_to = frozenset((lot, award.bidder) for award in outcome.awards for lot in award.lots)

    for answer in explain(tender, outcome):
        match answer.kind, answer.about:
            case "second_best", _:
                assert answer.total == cheapest(tender, but=given_to)
            case "bidder", name:
                assert answer.total == cheapest(tender, with_bidder=name)
            case "condition", about if about != "packages_admitted":
                assert answer.total == cheapest(loosened(tender, about))
