"""How firm a ranking is: with and without the excluded bids, and without each losing one; pure."""

from collections.abc import Sequence
from dataclasses import replace

from commons.words import Message, say
from procurement.rules.scoring import POINT_METHODS, Announced, Method, Ranking, Scored, rank_bids


def both_results(bids: Sequence[Scored], announced: Announced, *, seed: str = "") -> tuple[Ranking, Ranking]:
    """Return the ranking that counts and, beside it, the one as if no bid were excluded."""
    return rank_bids(bids, announced, seed=seed), rank_bids([replace(bid, is_excluded=False) for bid in bids], announced, seed=seed)


def depends_on_the_field(announced: Announced) -> bool:
    """Tell whether the announced formula measures a bid against the others, so that a losing bid can change the order of two better ones."""
    with_others = announced.method in POINT_METHODS and bool(announced.weights)
    return with_others or announced.method in {Method.WEIGHTED_RATIO, Method.EXTENDED_RATIO}


def swap_warnings(bids: Sequence[Scored], announced: Announced, *, seed: str = "") -> list[Message]:
    """Warn of each losing bid without which the first two would change places: the published formula does that, nobody else may."""
    ranking = rank_bids(bids, announced, seed=seed)
    first_two = [place.bidder for place in ranking.places[:2]]
    warnings = []
    for place in ranking.places[2:]:
        others = rank_bids([bid for bid in bids if bid.bidder != place.bidder], announced, seed=seed)
        order = [other.bidder for other in others.places if other.bidder in first_two]
        if order != first_two:
            warnings.append(
                say(
                    "Ohne das unterlegene Angebot von „%(loser)s“ stünde „%(second)s“ vor „%(first)s“. Das liegt an der bekanntgemachten Formel.",
                    loser=place.bidder,
                    second=first_two[1],
                    first=first_two[0],
                )
            )
    return warnings
