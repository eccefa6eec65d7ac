"""How alike two lines are: shared words by their rarity, shared statements, unit and price as evidence."""

import math
from dataclasses import dataclass
from decimal import Decimal

from commons.units import standard_units
from procurement.rules.conflicts import Conflict, conflicts
from procurement.rules.features import Item

CONTAINED, BALANCED = 0.62, 0.38
AGREEMENT, MOST_AGREEMENT = 0.045, 0.16
OTHER_UNIT = 0.22
PRICE_FREE, PRICE_STEP, MOST_PRICE = 1.7, 0.16, 0.3
STRONG = {
    "norm",
    "viscosity",
    "mixture",
    "hose",
    "mask class",
    "shoe class",
    "format",
    "mass",
    "size",
    "inch",
    "links",
    "pair",
    "battery",
    "storage",
    "length",
    "plies",
    "type",
}


@dataclass(frozen=True, slots=True)
class Likeness:
    """The score of a pair and what it is made of."""

    score: float
    shared: tuple[str, ...]
    agreed: tuple[str, ...]
    conflict: Conflict | None
    same_unit: bool


def likeness(first: Item, second: Item) -> Likeness:
    """Compare two items; a conflict is a veto."""
    conflict = next(conflicts(first, second), None)
    shared = first.words.keys() & second.words.keys()
    common = sum(min(first.words[word], second.words[word]) for word in shared)
    smaller, larger = sorted((_heard(first, second), _heard(second, first)))
    contained, balanced = _share(common, smaller), _share(2 * common, smaller + larger)
    agreed = [kind for kind, values in first.statements.items() if values & second.statements.get(kind, frozenset())]
    score = CONTAINED * contained + BALANCED * balanced
    score += min(MOST_AGREEMENT, sum(AGREEMENT if kind in STRONG else AGREEMENT / 2 for kind in agreed))
    same_unit = units_fit(first, second)
    score -= 0 if same_unit else OTHER_UNIT
    score -= _price_gap(first, second)
    return Likeness(max(0.0, min(1.0, score)), tuple(sorted(shared)), tuple(agreed), conflict, same_unit)


def _heard(item: Item, other: Item) -> float:
    """Weigh the words of an item; what was said in more detail than usual counts less where the other is silent."""
    return sum(weight for word, weight in item.words.items() if word in other.words or ":" not in word) or item.weight


def _share(part: float, whole: float) -> float:
    return min(1.0, part / whole) if whole else 0.0


COUNTED = {"C62", "LEF"}


def units_fit(first: Item, second: Item) -> bool:
    """Tell whether the quantities of two items can be added, as read or in another reading of one."""
    mine, others = {first.base, *first.other_bases}, {second.base, *second.other_bases}
    return any(_one_dimension(a, b) for a in mine for b in others)


def _one_dimension(first: str, second: str) -> bool:
    if first == second or {first, second} <= COUNTED:
        return True
    table = standard_units()
    return table.of_code(first).base == table.of_code(second).base and "C62" not in {first, second}


def _price_gap(first: Item, second: Item) -> float:
    """Return a small deduction where the prices per base unit lie far apart."""
    if not first.price or not second.price or first.base != second.base:
        return 0.0
    gap = abs(math.log(first.price / second.price)) - math.log(PRICE_FREE)
    return min(MOST_PRICE, PRICE_STEP * gap) if gap > 0 else 0.0


def as_score(value: float) -> Decimal:
    """Return a score with three places."""
    return Decimal(f"{max(0.0, min(1.0, value)):.3f}")
