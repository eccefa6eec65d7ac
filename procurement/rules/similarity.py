"""How alike two lines are: shared words by their rarity, shared statements, unit and price as evidence."""

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from commons.units import standard_units
from procurement.rules.conflicts import Conflict, conflicts, says_colour_in_code, share_model
from procurement.rules.features import Item
from procurement.rules.identity import BARE, EAN, NUMBER

CONTAINED, BALANCED = 0.62, 0.38
AGREEMENT, MOST_AGREEMENT = 0.045, 0.16
OTHER_UNIT, ONE_WORD, LESSER_CODE = 0.3, 0.6, 0.25
OTHER_HEAD, OTHER_KIND = 0.12, 0.55
SAME_MODEL = 0.3
SAME_NUMBER, OTHER_EAN = 1.0, 0.06
PRICE_FREE, PRICE_STEP, MOST_PRICE = 1.7, 0.16, 0.3
MEASURED = {"length", "sides", "pair", "power", "inch", "degree", "light", "thickness", "mass", "voltage", "charge", "percent"}
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
    doubt: Conflict | None
    same_unit: bool
    identity: str | None = None


def likeness(first: Item, second: Item) -> Likeness:
    """Compare two items; a conflict is a veto."""
    return _judged(first, second, *_by_words(first, second))


def likeness_from(first: Item, second: Item, least: float) -> Likeness | None:
    """Compare two items, but stop at once where they cannot be as alike as that."""
    score, shared = _by_words(first, second)
    most = score + MOST_AGREEMENT + (SAME_MODEL + LESSER_CODE if first.codes and second.codes else 0.0)
    return None if most < least and _identity(first, second) is None else _judged(first, second, score, shared)


def _judged(first: Item, second: Item, score: float, shared: list[str]) -> Likeness:
    identity = _identity(first, second)
    conflict, doubts = _weighed(first, second)
    if conflict is not None and identity is None:
        return Likeness(max(0.0, min(1.0, score)), tuple(shared), (), conflict, doubt=None, same_unit=True)
    theirs = second.statements
    agreed = [kind for kind, values in first.statements.items() if kind in theirs and values & theirs[kind]]
    score += min(MOST_AGREEMENT, sum([AGREEMENT if kind in STRONG else AGREEMENT / 2 for kind in agreed])) + _by_codes(first, second, doubts)
    if any(one.kind == "head" for one in doubts):
        score -= OTHER_HEAD  # a mask, and what masks are cleaned with
    elif _are_two_kinds(first, second, shared):
        score = min(score, OTHER_KIND)
    if not agreed and len(shared) <= len(first.words) != len(second.words) and len([word for word in shared if ":" not in word]) == 1:
        score = min(score, ONE_WORD)  # one common word alone is a hint, no proof
    same_unit = units_fit(first, second)
    score -= _price_gap(first, second) + (0.0 if same_unit else OTHER_UNIT)
    doubt = doubts[0] if doubts else None
    if identity is None:
        score -= OTHER_EAN if first.identities and second.identities and _eans_differ(first, second) else 0.0
    elif identity != BARE or shared or agreed:
        score = SAME_NUMBER
        # the same number for what is stated differently: somebody must look
        doubt = replace(conflict, is_doubt=True) if conflict else None
        conflict = None
    return Likeness(max(0.0, min(1.0, score)), tuple(shared), tuple(agreed), conflict, doubt, same_unit, identity)


def _weighed(first: Item, second: Item) -> tuple[Conflict | None, list[Conflict]]:
    """Return the first hard difference, or all doubts; what a description measures only leaves a doubt on one and the same model."""
    doubts: list[Conflict] = []
    one_model = None
    for found in conflicts(first, second):
        if found.is_doubt:
            doubts.append(found)
            continue
        one_model = share_model(first, second) if one_model is None else one_model
        if not (one_model and found.kind in MEASURED):
            return found, []
        doubts.append(replace(found, is_doubt=True))
    return None, doubts


def _by_codes(first: Item, second: Item, doubts: Sequence[Conflict]) -> float:
    """Return what shared codes add; TK-5240 and TK-5240K are kin, though no words of both."""
    if not first.codes or not second.codes:
        return 0.0
    added = SAME_MODEL if share_model(first, second) else 0.0
    if says_colour_in_code(first, second):
        return added + SAME_MODEL + LESSER_CODE
    return added + (LESSER_CODE if any(one.kind == "code" for one in doubts) else 0.0)


def _are_two_kinds(first: Item, second: Item, shared: Sequence[str]) -> bool:
    """Tell whether two lines share no more than what a thing is at last, and say differently of which kind: Beton- and Wabenpflaster."""
    if not (first.modifiers and second.modifiers) or any(":" not in word and word not in first.heads for word in shared):
        return False
    return bool(first.modifiers - second.words.keys() and second.modifiers - first.words.keys())


def _identity(first: Item, second: Item) -> str | None:
    """Return by which kind of number both name the same article; bare digits may be counted by each house for itself."""
    if not first.identities and not second.identities:
        return None
    named = first.identities & second.identities
    named |= {(NUMBER, number) for number in first.numbers & set(second.codes) | second.numbers & set(first.codes)}
    kinds = {BARE if kind == NUMBER and number.isdecimal() else kind for kind, number in named}
    return next((kind for kind in (EAN, NUMBER, BARE) if kind in kinds), None)


def _eans_differ(first: Item, second: Item) -> bool:
    return all(any(kind == EAN for kind, _ in item.identities) for item in (first, second))


def _by_words(first: Item, second: Item) -> tuple[float, list[str]]:
    """Weigh the shared words; what was stated in more detail than usual does not count where the other is silent."""
    mine, others = first.words, second.words
    shared = [word for word in mine if word in others]
    common = 0.0
    for word in shared:
        own, other = mine[word], others[word]
        common += min(own, other)
    heard = first.weight - sum([weight for word, weight in first.stated.items() if word not in others]) or first.weight
    other_heard = second.weight - sum([weight for word, weight in second.stated.items() if word not in mine]) or second.weight
    return CONTAINED * _share(common, min(heard, other_heard)) + BALANCED * _share(2 * common, heard + other_heard), shared


def _share(part: float, whole: float) -> float:
    return min(1.0, part / whole) if whole else 0.0


COUNTED = {"C62", "LEF"}


def units_fit(first: Item, second: Item) -> bool:
    """Tell whether the quantities of two items can be added, as read or in another reading of one."""
    if first.base == second.base:
        return True
    mine, others = {first.base, *first.other_bases}, {second.base, *second.other_bases}
    return any(_one_dimension(a, b) for a in mine for b in others)


@functools.cache
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
