"""Lower bounds in whole numbers: what the solver's floating duals suggest is proven without them; pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from procurement.rules.winners_model import Row

SCALE = 1 << 20  # multipliers are kept in parts of 2^-20 cents


@dataclass(frozen=True, kw_only=True)
class Bound:
    """A proven least total, and for each column what choosing it adds at least; both in parts of 2^-20 cents."""

    scaled: int
    reduced: list[int]

    @property
    def cents(self) -> int:
        """Return the least total in whole cents."""
        return -(-self.scaled // SCALE)

    def may_be_chosen(self, column: int, *, at_most: int) -> bool:
        """Tell whether an award within the given total may contain the column."""
        return self.scaled + max(self.reduced[column], 0) <= at_most * SCALE


def proven_bound(rows: Sequence[Row], costs: Sequence[int], duals: Sequence[float]) -> Bound:
    """Weigh the rows by rounded duals: for any weights of the right sign, the sum is a lower bound of every award (weak duality)."""
    reduced = [cost * SCALE for cost in costs]
    total = 0
    for row, dual in zip(rows, duals, strict=True):
        weight = round(dual * SCALE)
        side = row.lower if weight > 0 else row.upper
        if weight == 0 or side is None:
            continue
        total += weight * side
        for column, value in row.entries.items():
            reduced[column] -= weight * value
    return Bound(scaled=total + sum(value for value in reduced if value < 0), reduced=reduced)
