"""Deal out what cannot be divided, fair and exact: largest remainder, with the balance carried to the next delivery."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from commons.errors import RuleBroken
from commons.words import say


class NothingWanted(RuleBroken):
    """Where nobody wants anything, nothing can be dealt out."""

    def __init__(self) -> None:
        super().__init__(say("Niemand hat für diesen Artikel eine Menge gemeldet; es gibt nichts zu verteilen."), field="quantity")


class NotInSteps(RuleBroken):
    """A quantity that is no whole number of steps cannot be dealt out in steps."""

    def __init__(self, quantity: Decimal, step: Decimal) -> None:
        super().__init__(say("%(quantity)s lässt sich nicht in Schritten von %(step)s verteilen.", quantity=quantity, step=step), field="quantity")
        self.quantity, self.step = quantity, step


@dataclass(frozen=True, kw_only=True)
class Dealt:
    """Who gets how much, and what each is still owed (or has had too much) as an exact part of a step."""

    shares: Mapping[str, Decimal]
    balances: Mapping[str, Fraction] = field(default_factory=dict)


def deal(quantity: Decimal, wanted: Mapping[str, Decimal], *, balances: Mapping[str, Fraction] | None = None, step: Decimal = Decimal(1)) -> Dealt:
    """Deal out a delivery by what each wanted; who wanted nothing gets nothing, and no order of entry matters.

    Quotas are exact. Balances of earlier deliveries are added to the quotas, so that nobody stays short twice; they sum to what they summed to before.
    """
    steps = _in_steps(quantity, step)
    weights = {key: Fraction(amount) for key, amount in wanted.items() if amount > 0}
    if not weights:
        if quantity == 0:
            return Dealt(shares=dict.fromkeys(wanted, Decimal(0)), balances=dict(balances or {}))
        raise NothingWanted
    quotas = _quotas(steps, weights, balances or {})
    whole = _largest_remainder(steps, quotas, weights)
    carried = {key: quotas[key] - whole[key] for key in quotas}
    gone = {key: balance for key, balance in (balances or {}).items() if key not in quotas}
    return Dealt(shares={key: whole.get(key, 0) * step for key in wanted}, balances={**gone, **carried})


def _in_steps(quantity: Decimal, step: Decimal) -> int:
    steps = Fraction(quantity) / Fraction(step)
    if steps.denominator != 1 or steps < 0:
        raise NotInSteps(quantity, step)
    return steps.numerator


def _quotas(steps: int, weights: Mapping[str, Fraction], balances: Mapping[str, Fraction]) -> dict[str, Fraction]:
    total = sum(weights.values(), Fraction(0))
    return {key: steps * weight / total + balances.get(key, Fraction(0)) for key, weight in weights.items()}


def _largest_remainder(steps: int, quotas: Mapping[str, Fraction], weights: Mapping[str, Fraction]) -> dict[str, int]:
    """Give each the whole part of the quota, and the rest one by one to the largest remainder; equal ones by quantity wanted, then by name."""
    shares = {key: max(0, quota.numerator // quota.denominator) for key, quota in quotas.items()}
    while sum(shares.values()) != steps:
        missing = steps - sum(shares.values())
        order = sorted(quotas, key=lambda key: (shares[key] - quotas[key], -weights[key], key))
        if missing > 0:
            for key in order[:missing]:
                shares[key] += 1
        else:  # balances reached further than this delivery
            taken = next(key for key in reversed(order) if shares[key] > 0)
            shares[taken] -= 1
    return shares
