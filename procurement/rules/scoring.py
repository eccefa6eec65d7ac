"""The most economical bid by the announced method, weights, rounding and tie rule; pure."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from commons.errors import RuleBroken
from commons.numbers import rounded
from commons.words import Message, say
from procurement.rules.ties import check_seed, ticket


class Method(StrEnum):
    """How price and performance become one figure."""

    LOWEST_PRICE = "lowest_price"
    SIMPLE_RATIO = "simple_ratio"
    EXTENDED_RATIO = "extended_ratio"
    WEIGHTED_RATIO = "weighted_ratio"
    LINEAR_POINTS = "linear_points"
    RATIO_POINTS = "ratio_points"


class Reference(StrEnum):
    """Against what the weighted ratio measures."""

    BEST = "best"
    MEAN = "mean"
    MEDIAN = "median"


class TieStep(StrEnum):
    """One step of the announced tie rule."""

    LOWER_PRICE = "lower_price"
    BETTER_QUALITY = "better_quality"
    DRAW = "draw"


POINT_METHODS = frozenset({Method.LINEAR_POINTS, Method.RATIO_POINTS})


class ScoringFaulty(RuleBroken):
    """A method is only applied as it was announced and where its figures exist."""


@dataclass(frozen=True, kw_only=True)
class Announced:
    """What the documents fixed before any bid arrived. With points, `price_weight` and `weights` are percents and make 100."""

    method: Method
    weights: Mapping[str, Decimal] = field(default_factory=dict)
    price_weight: Decimal = Decimal(100)
    max_points: Decimal = Decimal(10)
    constant: Decimal = Decimal(1000)
    places: int = 3
    corridor_percent: Decimal = Decimal(0)
    deciding: str = "price"  # or the name of a criterion
    performance_share: Decimal = Decimal(1)  # gL
    price_share: Decimal = Decimal(1)  # gP
    reference: Reference = Reference.BEST
    tie_rule: tuple[TieStep, ...] = (TieStep.LOWER_PRICE, TieStep.DRAW)
    seed_hash: str = ""


@dataclass(frozen=True, kw_only=True)
class Scored:
    """A bid with its evaluated price and the points of each criterion."""

    bidder: str
    price: Decimal
    points: Mapping[str, Decimal] = field(default_factory=dict)
    is_excluded: bool = False


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a bid stands: its figure as announced, and why it stands before an equal one."""

    bidder: str
    rank: int
    figure: Decimal
    price: Decimal
    performance: Decimal
    in_corridor: bool
    decided_by: TieStep | None = None


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """All bids that count, best first; `undecided` are equal ones whose lot is still to be drawn."""

    places: tuple[Place, ...]
    formula: Message
    undecided: tuple[str, ...] = ()

    @property
    def winner(self) -> str | None:
        """Return who wins; None without a bid, or while a draw is due."""
        return self.places[0].bidder if self.places and not self.undecided else None


def rank_bids(bids: Sequence[Scored], announced: Announced, *, seed: str = "") -> Ranking:
    """Rank the bids that are not excluded by the announced method; the order of rows plays no part."""
    check_announced(announced)
    if seed:
        check_seed(seed, published=announced.seed_hash)
    counted = [bid for bid in bids if not bid.is_excluded]
    _check_bids(counted, announced)
    figures = figures_of(counted, announced)
    corridor = _corridor(figures, announced)
    order = sorted(counted, key=lambda bid: (_lead(bid, figures, corridor, announced), *_tie_key(bid, announced, seed)))
    places = [_place(order, index, figures, corridor, announced, seed) for index in range(len(order))]
    return Ranking(places=tuple(places), formula=formula(announced), undecided=_undecided(order, figures, corridor, announced, seed))


def performance(bid: Scored, announced: Announced) -> Decimal:
    """Return L, the sum of weight × points."""
    return sum((weight * bid.points[criterion] for criterion, weight in announced.weights.items()), Decimal(0))


def figures_of(bids: Sequence[Scored], announced: Announced) -> dict[str, Decimal]:
    """Return the figure of each bid, exact until it is rounded half up as announced."""
    if not bids:
        return {}
    figure = _figure(bids, announced)
    return {bid.bidder: rounded(figure(bid), announced.places) for bid in bids}


def _figure(bids: Sequence[Scored], announced: Announced) -> Callable[[Scored], Fraction]:
    lowest = Fraction(min(bid.price for bid in bids))

    def score(bid: Scored) -> Fraction:
        return Fraction(performance(bid, announced))

    def price(bid: Scored) -> Fraction:
        return Fraction(bid.price)

    def with_quality(points: Fraction, bid: Scored) -> Fraction:
        return (Fraction(announced.price_weight) * points + score(bid)) / 100

    match announced.method:
        case Method.LOWEST_PRICE:
            return price
        case Method.SIMPLE_RATIO | Method.EXTENDED_RATIO:
            return lambda bid: Fraction(announced.constant) * score(bid) / price(bid)
        case Method.WEIGHTED_RATIO:
            best_score, best_price = _references([score(bid) for bid in bids], [price(bid) for bid in bids], announced.reference)
            shares = Fraction(announced.performance_share), Fraction(announced.price_share)
            return lambda bid: shares[0] * score(bid) / best_score - shares[1] * price(bid) / best_price
        case Method.LINEAR_POINTS:
            return lambda bid: with_quality(max(Fraction(announced.max_points) * (2 * lowest - price(bid)) / lowest, Fraction(0)), bid)
        case Method.RATIO_POINTS:
            return lambda bid: with_quality(Fraction(announced.max_points) * lowest / price(bid), bid)


def _references(scores: Sequence[Fraction], prices: Sequence[Fraction], reference: Reference) -> tuple[Fraction, Fraction]:
    match reference:
        case Reference.BEST:
            return max(scores), min(prices)
        case Reference.MEAN:
            return sum(scores, Fraction(0)) / len(scores), sum(prices, Fraction(0)) / len(prices)
        case Reference.MEDIAN:
            return statistics.median(scores), statistics.median(prices)


def _corridor(figures: Mapping[str, Decimal], announced: Announced) -> Decimal | None:
    """Return the least figure that stays; None where the method knows no corridor."""
    if announced.method is not Method.EXTENDED_RATIO or not figures:
        return None
    return max(figures.values()) * (100 - announced.corridor_percent) / 100


def _lead(bid: Scored, figures: Mapping[str, Decimal], corridor: Decimal | None, announced: Announced) -> tuple[bool, Decimal]:
    """Return what ranks first: within the corridor the deciding criterion, otherwise the figure."""
    figure = figures[bid.bidder]
    if announced.method is Method.LOWEST_PRICE:
        return False, figure
    if corridor is None or figure < corridor:
        return corridor is not None, -figure
    return False, bid.price if announced.deciding == "price" else -bid.points[announced.deciding]


def _tie_key(bid: Scored, announced: Announced, seed: str) -> tuple[Decimal | str, ...]:
    steps: dict[TieStep, Decimal | str] = {
        TieStep.LOWER_PRICE: bid.price,
        TieStep.BETTER_QUALITY: -performance(bid, announced),
        TieStep.DRAW: ticket(seed, bid.bidder) if seed else "",
    }
    return (*(steps[step] for step in announced.tie_rule), bid.bidder)


def _place(order: Sequence[Scored], index: int, figures: Mapping[str, Decimal], corridor: Decimal | None, announced: Announced, seed: str) -> Place:
    bid = order[index]
    decided = _decided_by(order, index, figures, corridor, announced, seed)
    return Place(
        bidder=bid.bidder,
        rank=index + 1,
        figure=figures[bid.bidder],
        price=bid.price,
        performance=performance(bid, announced),
        in_corridor=corridor is None or figures[bid.bidder] >= corridor,
        decided_by=decided,
    )


def _decided_by(
    order: Sequence[Scored], index: int, figures: Mapping[str, Decimal], corridor: Decimal | None, announced: Announced, seed: str
) -> TieStep | None:
    """Return the step of the tie rule that put a bid before the next one, None where the figures differ."""
    if index + 1 >= len(order):
        return None
    first, second = order[index], order[index + 1]
    if _lead(first, figures, corridor, announced) != _lead(second, figures, corridor, announced):
        return None
    keys = zip(announced.tie_rule, _tie_key(first, announced, seed), _tie_key(second, announced, seed), strict=False)
    return next((step for step, mine, other in keys if mine != other), None)


def _undecided(order: Sequence[Scored], figures: Mapping[str, Decimal], corridor: Decimal | None, announced: Announced, seed: str) -> tuple[str, ...]:
    """Return the bids that share the first place when neither the figures nor the tie rule tell them apart."""

    def standing(bid: Scored) -> tuple[object, ...]:
        return _lead(bid, figures, corridor, announced), _tie_key(bid, announced, seed)[:-1]

    first = [bid.bidder for bid in order if standing(bid) == standing(order[0])]
    return tuple(first) if len(first) > 1 else ()


def check_announced(announced: Announced) -> None:
    """Refuse weights that do not make 100 and a corridor that nobody announced."""
    if announced.method in POINT_METHODS and announced.price_weight + sum(announced.weights.values(), Decimal(0)) != 100:
        raise ScoringFaulty(say("Die Gewichte von Preis und Kriterien müssen zusammen 100 %% ergeben."), field="weights")
    if announced.method is Method.EXTENDED_RATIO and not 0 < announced.corridor_percent <= 10:
        raise ScoringFaulty(say("Der Schwankungsbereich ist bekanntzumachen und darf höchstens 10 %% betragen."), field="corridor_percent")


def _check_bids(bids: Sequence[Scored], announced: Announced) -> None:
    if len({bid.bidder for bid in bids}) != len(bids):
        raise ScoringFaulty(say("Ein Bieter steht zweimal in der Wertung."))
    for bid in bids:
        if bid.price <= 0:
            raise ScoringFaulty(say("Der Wertungspreis von „%(bidder)s“ ist nicht größer als null. Bitte klären Sie ihn zuerst auf.", bidder=bid.bidder))
        missing = [criterion for criterion in announced.weights if criterion not in bid.points]
        if missing:
            raise ScoringFaulty(say("Für „%(bidder)s“ fehlen die Punkte zu „%(criterion)s“.", bidder=bid.bidder, criterion=missing[0]))


def formula(announced: Announced) -> Message:
    """Write the announced formula for the documents and the record."""
    texts = {
        Method.LOWEST_PRICE: say("Es gewinnt der niedrigste Wertungspreis P."),
        Method.SIMPLE_RATIO: say("Z = L ÷ P × %(constant)s; die höchste Kennzahl gewinnt.", constant=announced.constant),
        Method.EXTENDED_RATIO: say(
            "Z = L ÷ P × %(constant)s; Angebote mit Z ≥ Zmax × (1 − %(corridor)s %%) bleiben, unter ihnen entscheidet %(deciding)s.",
            constant=announced.constant,
            corridor=announced.corridor_percent,
            deciding=say("der niedrigste Preis") if announced.deciding == "price" else announced.deciding,
        ),
        Method.WEIGHTED_RATIO: say(
            "Z = %(gl)s × L ÷ Lref − %(gp)s × P ÷ Pref; Bezug: %(reference)s.",
            gl=announced.performance_share,
            gp=announced.price_share,
            reference=announced.reference.value,
        ),
        Method.LINEAR_POINTS: say(
            "Preispunkte = %(top)s × (2 × Pmin − P) ÷ Pmin, mindestens 0; Preis zählt %(weight)s %%.", top=announced.max_points, weight=announced.price_weight
        ),
        Method.RATIO_POINTS: say("Preispunkte = %(top)s × Pmin ÷ P; Preis zählt %(weight)s %%.", top=announced.max_points, weight=announced.price_weight),
    }
    return say("%(formula)s Gerundet wird kaufmännisch auf %(places)s Nachkommastellen.", formula=texts[announced.method], places=announced.places)
