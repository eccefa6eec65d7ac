from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cooperation import rules
from cooperation.rules import Candidate, NotRecommended, Order, Score, ScoreOutOfRange, TooFewTakePart, TrialOver
from cooperation.stages import Vote

YES, NO, ABSTAINED = Vote.YES, Vote.NO, Vote.ABSTAINED


def candidate(number: int, *scores: tuple[int, int, int]) -> Candidate:
    return Candidate(number=number, scores=tuple(Score(benefit=benefit, cost=cost, effort=effort) for benefit, cost, effort in scores))


CANDIDATES = [candidate(1, (5, 4, 4)), candidate(2, (4, 1, 2)), candidate(3, (3, 1, 1)), candidate(4, (5, 2, 2)), candidate(5)]


@pytest.mark.parametrize(
    ("order", "numbers"),
    [(Order.BALANCE, [4, 2, 3, 1]), (Order.BENEFIT, [4, 1, 2, 3]), (Order.COST, [2, 3, 4, 1]), (Order.EFFORT, [3, 4, 2, 1])],
    ids=["balance", "benefit", "cost", "effort"],
)
def test_rank_orders_by_what_was_asked_and_leaves_the_unrated_out(order, numbers):
    places = rules.rank(CANDIDATES, order)

    assert [place.number for place in places] == numbers


def test_rank_shares_a_place_and_leaves_the_next_one_free():
    places = rules.rank([candidate(8, (4, 1, 2)), candidate(7, (4, 1, 2)), candidate(9, (3, 1, 2))])

    assert [(place.number, place.rank) for place in places] == [(7, 1), (8, 1), (9, 3)]


def test_rank_says_how_it_counted():
    place = rules.rank([candidate(1, (5, 2, 2), (4, 2, 3))])[0]

    assert str(place.reason) == "2 × Nutzen 4,5 − Kosten 2 − Aufwand 2,5 = 4,5"


@pytest.mark.parametrize(
    ("value", "text"),
    [(Fraction(3), "3"), (Fraction(7, 2), "3,5"), (Fraction(1, 3), "0,3"), (Fraction(-5, 2), "−2,5"), (Fraction(-2), "−2"), (Fraction(1, 20), "0,1")],
)
def test_shown_writes_a_mean_as_germans_do(value, text):
    assert rules.shown(value) == text


scores = st.tuples(st.integers(1, 5), st.integers(1, 5), st.integers(1, 5))


@given(st.lists(scores, max_size=12), st.sampled_from(list(Order)))
def test_rank_keeps_every_rated_measure_once_whatever_the_order_of_the_rows(found, order):
    candidates = [candidate(number, score) for number, score in enumerate(found)]

    places = rules.rank(candidates, order)

    assert sorted(place.number for place in places) == list(range(len(found)))
    assert places == rules.rank(reversed(candidates), order)


@pytest.mark.parametrize("field", ["benefit", "cost", "effort"])
@pytest.mark.parametrize("value", [0, 6, -1])
def test_check_score_refuses_what_is_not_one_to_five(field, value):
    with pytest.raises(ScoreOutOfRange) as refusal:
        rules.check_score(Score(**({"benefit": 1, "cost": 5, "effort": 3} | {field: value})))

    assert refusal.value.field == field


@pytest.mark.parametrize("votes", [[YES], [YES, YES, NO], [YES, ABSTAINED, ABSTAINED]], ids=["one", "majority", "abstentions_do_not_count"])
def test_check_recommended_takes_a_majority_of_those_who_decided(votes):
    assert rules.check_recommended(votes) is None


@pytest.mark.parametrize("votes", [[], [ABSTAINED], [YES, NO], [NO, NO, YES]], ids=["none", "only_abstained", "tie", "minority"])
def test_check_recommended_refuses_without_a_majority(votes):
    with pytest.raises(NotRecommended) as refusal:
        rules.check_recommended(votes)

    assert (refusal.value.yes, refusal.value.no) == (votes.count(YES), votes.count(NO))


def test_check_enough_take_part_asks_for_two():
    assert rules.check_enough_take_part(2) is None

    with pytest.raises(TooFewTakePart):
        rules.check_enough_take_part(1)


@pytest.mark.parametrize("until", [date(2026, 11, 25), date(2026, 11, 24)], ids=["today", "yesterday"])
def test_check_trial_refuses_an_end_that_is_not_ahead(until):
    with pytest.raises(TrialOver):
        rules.check_trial(until, today=date(2026, 11, 25))
