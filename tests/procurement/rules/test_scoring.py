from dataclasses import replace
from decimal import Decimal

import pytest

from procurement.rules.scoring import Announced, Method, Reference, Scored, ScoringFaulty, TieStep, figures_of, rank_bids
from procurement.rules.scoring_compared import both_results, depends_on_the_field, swap_warnings
from procurement.rules.scoring_prices import price_gaps, to_clarify
from procurement.rules.ties import SeedDoesNotMatch, commitment

D = Decimal
WEIGHTS = {"Leistung": D(1)}


def make_bid(bidder, price, points, **overrides) -> Scored:
    return Scored(bidder=bidder, price=D(price), points={"Leistung": D(points)}, **overrides)


VECTOR = [make_bid("A", 100, 80), make_bid("B", 120, 100), make_bid("C", 95, 60)]


def announced(method, **overrides) -> Announced:
    weights = {} if method in {Method.LINEAR_POINTS, Method.RATIO_POINTS} else WEIGHTS
    return Announced(**{"method": method, "weights": weights, **overrides})


@pytest.mark.parametrize(
    ("method", "figures", "winner"),
    [
        (Method.LOWEST_PRICE, ("100.000", "120.000", "95.000"), "C"),
        (Method.SIMPLE_RATIO, ("800.000", "833.333", "631.579"), "B"),
        (Method.LINEAR_POINTS, ("9.474", "7.368", "10.000"), "C"),
        (Method.RATIO_POINTS, ("9.500", "7.917", "10.000"), "C"),
    ],
)
def test_methods_reach_the_figures_of_the_guide(method, figures, winner):
    rules = announced(method)

    assert tuple(str(figures_of(VECTOR, rules)[bidder]) for bidder in "ABC") == figures
    assert rank_bids(VECTOR, rules).winner == winner


def test_extended_ratio_lets_the_price_decide_inside_the_corridor():
    ranking = rank_bids(VECTOR, announced(Method.EXTENDED_RATIO, corridor_percent=D(10)))

    assert [(place.bidder, place.in_corridor) for place in ranking.places] == [("A", True), ("B", True), ("C", False)]


def test_extended_ratio_lets_a_named_criterion_decide():
    ranking = rank_bids(VECTOR, announced(Method.EXTENDED_RATIO, corridor_percent=D(10), deciding="Leistung"))

    assert ranking.winner == "B"


@pytest.mark.parametrize(
    ("reference", "figures"),
    [(Reference.BEST, ("-0.253", "-0.263", "-0.400")), (Reference.MEAN, ("0.048", "0.107", "-0.155")), (Reference.MEDIAN, ("0.000", "0.050", "-0.200"))],
)
def test_weighted_ratio_measures_against_its_reference(reference, figures):
    rules = announced(Method.WEIGHTED_RATIO, reference=reference)

    assert tuple(str(figures_of(VECTOR, rules)[bidder]) for bidder in "ABC") == figures


def test_linear_points_end_at_twice_the_minimum():
    bids = [make_bid("A", 100, 0), make_bid("B", 250, 0)]

    assert figures_of(bids, announced(Method.LINEAR_POINTS))["B"] == 0


def test_excluded_bid_does_not_count_in_the_minimum():
    bids = [*VECTOR, make_bid("D", 50, 10, is_excluded=True)]

    counted, everything = both_results(bids, announced(Method.RATIO_POINTS))

    assert counted == rank_bids(VECTOR, announced(Method.RATIO_POINTS))
    assert [place.bidder for place in everything.places] == ["D", "C", "A", "B"]
    assert everything.places[1].figure == D("5.263")


def test_points_of_price_and_quality_are_weighted_in_percent():
    rules = Announced(method=Method.LINEAR_POINTS, price_weight=D(60), weights={"Leistung": D(40)})
    bids = [make_bid("A", 100, 5), make_bid("B", 110, 10)]

    assert figures_of(bids, rules) == {"A": D("8.000"), "B": D("9.400")}


@pytest.mark.parametrize(
    "rules",
    [
        Announced(method=Method.LINEAR_POINTS, price_weight=D(60), weights={"Leistung": D(30)}),
        Announced(method=Method.EXTENDED_RATIO, weights=WEIGHTS),
        Announced(method=Method.EXTENDED_RATIO, weights=WEIGHTS, corridor_percent=D("10.1")),
    ],
    ids=["weights_not_100", "corridor_missing", "corridor_too_wide"],
)
def test_what_was_announced_must_be_whole(rules):
    with pytest.raises(ScoringFaulty):
        rank_bids(VECTOR, rules)


@pytest.mark.parametrize(
    "bid", [make_bid("D", 0, 50), Scored(bidder="D", price=D(1)), make_bid("A", 1, 1)], ids=["price_zero", "points_missing", "bidder_twice"]
)
def test_bids_without_their_figures_are_refused(bid):
    with pytest.raises(ScoringFaulty):
        rank_bids([*VECTOR, bid], announced(Method.SIMPLE_RATIO))


def test_tie_goes_to_the_lower_price_and_says_so():
    bids = [make_bid("A", 200, 100), make_bid("B", 100, 50)]

    ranking = rank_bids(bids, announced(Method.SIMPLE_RATIO))

    assert (ranking.winner, ranking.places[0].decided_by) == ("B", TieStep.LOWER_PRICE)


def test_tie_without_a_seed_waits_for_the_draw():
    ranking = rank_bids([make_bid("B", 100, 50), make_bid("A", 100, 50)], announced(Method.SIMPLE_RATIO))

    assert (ranking.winner, ranking.undecided) == (None, ("A", "B"))


def test_draw_needs_the_seed_that_was_bound_before():
    with pytest.raises(SeedDoesNotMatch):
        rank_bids(VECTOR, announced(Method.SIMPLE_RATIO, seed_hash=commitment("vorher")), seed="nachher")


def test_draw_is_the_same_for_every_order_of_rows_and_not_for_every_seed():
    bids = [make_bid(bidder, 100, 50) for bidder in "ABCD"]

    def winner(seed, order):
        return rank_bids([bids[index] for index in order], announced(Method.SIMPLE_RATIO, seed_hash=commitment(seed)), seed=seed).winner

    assert {winner("x", order) for order in ([0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1])} == {winner("x", [0, 1, 2, 3])}
    assert len({winner(str(seed), [0, 1, 2, 3]) for seed in range(30)}) == 4


def test_losing_bid_that_swaps_the_first_two_is_warned_of():
    rules = Announced(method=Method.RATIO_POINTS, price_weight=D(60), weights={"Leistung": D(40)})
    bids = [make_bid("A", 100, 7), make_bid("B", 130, 10), make_bid("C", 60, 0)]

    (warning,) = swap_warnings(bids, rules)

    assert "„C“" in str(warning)
    assert depends_on_the_field(rules)


def test_simple_ratio_never_depends_on_losing_bids():
    assert not depends_on_the_field(announced(Method.SIMPLE_RATIO))
    assert swap_warnings(VECTOR, announced(Method.SIMPLE_RATIO)) == []


def test_price_gaps_show_both_percentages():
    gaps = price_gaps([(bid.bidder, bid.price) for bid in VECTOR], most_percent=D(10))

    assert [(gap.lower, gap.higher, gap.below_percent, gap.above_percent) for gap in gaps] == [
        ("C", "A", D("5.0"), D("5.3")),
        ("A", "B", D("16.7"), D("20.0")),
    ]
    assert to_clarify(gaps) == ["A", "B"]


@pytest.mark.parametrize(("lower", "asked"), [("90.00", ["B"]), ("89.99", ["A", "B"]), ("90.91", [])], ids=["exactly_ten_below", "more", "less"])
def test_only_more_than_the_percentage_is_asked(lower, asked):
    assert to_clarify(price_gaps([("A", D(lower)), ("B", D("100.00"))], most_percent=D(10))) == asked


def test_rounding_is_half_up():
    assert figures_of([replace(VECTOR[0], price=D("1.0005"))], announced(Method.LOWEST_PRICE))["A"] == D("1.001")
