"""The estimated value of a procurement from its summands: net, over all members, lots, options and the full term (§ 3 VgV); pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from commons.errors import RuleBroken
from commons.money import cents, gross_of, net_of
from commons.words import Message, german_number, say

UNLIMITED_MONTHS = 48  # § 3 (11) VgV; the caller passes the dated value `unlimited_term_factor`


class Source(StrEnum):
    """Where a summand comes from."""

    HISTORY = "history"
    QUOTE = "quote"
    GUESS = "guess"


class Basis(StrEnum):
    """Whether an amount was entered net or gross."""

    NET = "net"
    GROSS = "gross"


class Per(StrEnum):
    """For which time an amount stands."""

    TOTAL = "total"
    YEAR = "year"
    MONTH = "month"


class SummandFaulty(RuleBroken):
    """A summand must say all that its net value needs."""


@dataclass(frozen=True, kw_only=True)
class Summand:
    """One part of the estimate as it was entered; `months` None is an unlimited term."""

    municipality: str
    amount: Decimal
    source: Source
    basis: Basis = Basis.NET
    vat_percent: Decimal | None = None
    per: Per = Per.TOTAL
    months: int | None = 12
    extension_months: int = 0
    is_framework: bool = False  # of a framework all call-offs of the whole term count
    option_amount: Decimal = Decimal(0)
    surcharge_percent: Decimal = Decimal(0)
    lot: str = ""
    goods: str = ""
    remark: str = ""


@dataclass(frozen=True, kw_only=True)
class CountedSummand:
    """A summand with its net value in whole cents, its gross value where the tax is known, and how it was counted."""

    summand: Summand
    net: Decimal
    gross: Decimal | None
    reckoning: Message


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """The estimated value with every summand."""

    summands: tuple[CountedSummand, ...] = field(default=())

    @property
    def net(self) -> Decimal:
        """Return the value that counts."""
        return sum((counted.net for counted in self.summands), Decimal(0))

    def by_lot(self) -> dict[str, Decimal]:
        """Return the value of each lot."""
        return _summed((counted.summand.lot, counted.net) for counted in self.summands)

    def by_municipality(self) -> dict[str, Decimal]:
        """Return the value of each buyer."""
        return _summed((counted.summand.municipality, counted.net) for counted in self.summands)


def estimate(summands: Sequence[Summand], *, unlimited_months: int = UNLIMITED_MONTHS) -> Estimate:
    """Add up the summands: every buyer, every lot, options and extensions, the whole term."""
    return Estimate(summands=tuple(_counted(summand, unlimited_months) for summand in summands))


def _counted(summand: Summand, unlimited_months: int) -> CountedSummand:
    _check(summand)
    months = _months(summand, unlimited_months)
    entered = _over_term(summand, months) + Fraction(summand.option_amount)
    entered *= 1 + Fraction(summand.surcharge_percent) / 100
    rate = summand.vat_percent
    net = net_of(entered, rate) if summand.basis is Basis.GROSS and rate is not None else entered
    return CountedSummand(summand=summand, net=cents(net), gross=None if rate is None else cents(gross_of(net, rate)), reckoning=_reckoning(summand, months))


def _check(summand: Summand) -> None:
    if summand.basis is Basis.GROSS and summand.vat_percent is None:
        raise SummandFaulty(say("Zu einem Bruttobetrag gehört der Steuersatz, denn es zählt der Nettowert."), field="vat_percent")
    if min(summand.amount, summand.option_amount) < 0:
        raise SummandFaulty(say("Ein geschätzter Wert darf nicht negativ sein."), field="amount")
    if (summand.months is not None and summand.months < 1) or summand.extension_months < 0:
        raise SummandFaulty(say("Die Laufzeit muss mindestens einen Monat betragen."), field="months")


def _months(summand: Summand, unlimited_months: int) -> int:
    """Count the term with extensions; without a total price an unlimited or longer term counts as 48 monthly values."""
    if summand.months is None:
        return unlimited_months
    term = summand.months + summand.extension_months
    return term if summand.is_framework else min(term, unlimited_months)


def _over_term(summand: Summand, months: int) -> Fraction:
    amount = Fraction(summand.amount)
    match summand.per:
        case Per.TOTAL:
            return amount
        case Per.YEAR:
            return amount * months / 12
        case Per.MONTH:
            return amount * months


def _reckoning(summand: Summand, months: int) -> Message:
    amount = german_number(summand.amount, 2)
    match summand.per:
        case Per.TOTAL:
            return say("%(amount)s € gesamt", amount=amount)
        case Per.YEAR:
            return say("%(amount)s € im Jahr × %(months)s Monate ÷ 12", amount=amount, months=months)
        case Per.MONTH:
            return say("%(amount)s € im Monat × %(months)s Monate", amount=amount, months=months)


def _summed(pairs: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for key, value in pairs:
        sums[key] = sums.get(key, Decimal(0)) + value
    return sums
