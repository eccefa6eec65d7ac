"""Exact money: cents, prices with four decimals, shares that sum again; pure."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from commons.numbers import rounded

CENT = Decimal("0.01")


def cents(amount: Decimal | Fraction) -> Decimal:
    """Round an amount half up to whole cents."""
    return rounded(amount, 2)


def price(amount: Decimal | Fraction) -> Decimal:
    """Round a quoted unit price half up to four decimals."""
    return rounded(amount, 4)


def line_total(unit_price: Decimal, quantity: Decimal) -> Decimal:
    """Multiply the full unit price by the quantity and round the line once."""
    return cents(Fraction(unit_price) * Fraction(quantity))


def net_of(gross: Decimal | Fraction, vat_percent: Decimal) -> Fraction:
    """Take the value added tax out of a gross amount, exactly."""
    return Fraction(gross) / (1 + Fraction(vat_percent) / 100)


def gross_of(net: Decimal | Fraction, vat_percent: Decimal) -> Fraction:
    """Add the value added tax to a net amount, exactly."""
    return Fraction(net) * (1 + Fraction(vat_percent) / 100)


def split(amount: Decimal, weights: Sequence[Decimal | Fraction | int]) -> list[Decimal]:
    """Divide an amount by weights so that the cents sum again; equal remainders go to the earlier share."""
    whole = cents(amount)
    if whole != amount:
        raise ValueError(f"{amount} is no whole number of cents")
    sign = -1 if whole < 0 else 1
    dealt = deal_out(int(abs(whole) / CENT), weights)
    return [sign * share * CENT for share in dealt]


def deal_out(units: int, weights: Sequence[Decimal | Fraction | int]) -> list[int]:
    """Deal out indivisible units by weight with the largest remainder; equal remainders go to the earlier share."""
    exact = [Fraction(weight) for weight in weights]
    total = sum(exact, Fraction(0))
    if total <= 0 or min(exact) < 0 or units < 0:
        raise ValueError("weights must be positive in sum, and nothing may be negative")
    quotas = [units * weight / total for weight in exact]
    shares = [quota.numerator // quota.denominator for quota in quotas]
    order = sorted(range(len(quotas)), key=lambda index: (shares[index] - quotas[index], index))
    for index in order[: units - sum(shares)]:
        shares[index] += 1
    return shares
