"""Prices that lie too far from their neighbour: asked and recorded, never excluded by themselves (§ 5 (2) SächsVergabeG); pure."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from commons.numbers import rounded
from commons.words import Message, say


@dataclass(frozen=True, kw_only=True)
class PriceGap:
    """Two neighbours by price, how far the lower is below the higher (that one is 100 %), and how far the higher is above the lower."""

    lower: str
    higher: str
    below_percent: Decimal
    above_percent: Decimal
    is_lower_doubtful: bool
    is_higher_doubtful: bool

    def shown(self) -> Message:
        """Say both percentages, for which base counts on the high side is not settled."""
        return say(
            "„%(lower)s“ liegt %(below)s %% unter „%(higher)s“, „%(higher)s“ liegt %(above)s %% über „%(lower)s“.",
            lower=self.lower,
            higher=self.higher,
            below=self.below_percent,
            above=self.above_percent,
        )


def price_gaps(prices: Sequence[tuple[str, Decimal]], *, most_percent: Decimal) -> list[PriceGap]:
    """Compare each price with the next higher one; prices of excluded bids do not belong in here."""
    ordered = sorted(prices, key=lambda pair: (pair[1], pair[0]))
    return [_gap(lower, higher, Fraction(most_percent)) for lower, higher in itertools.pairwise(ordered) if lower[1] > 0]


def to_clarify(gaps: Sequence[PriceGap]) -> list[str]:
    """Return the bidders who are asked, each once."""
    asked = [name for gap in gaps for name, doubtful in ((gap.lower, gap.is_lower_doubtful), (gap.higher, gap.is_higher_doubtful)) if doubtful]
    return list(dict.fromkeys(asked))


def _gap(lower: tuple[str, Decimal], higher: tuple[str, Decimal], most: Fraction) -> PriceGap:
    distance = Fraction(higher[1]) - Fraction(lower[1])
    below, above = 100 * distance / Fraction(higher[1]), 100 * distance / Fraction(lower[1])
    return PriceGap(
        lower=lower[0],
        higher=higher[0],
        below_percent=rounded(below, 1),
        above_percent=rounded(above, 1),
        is_lower_doubtful=below > most,
        is_higher_doubtful=above > most,
    )
