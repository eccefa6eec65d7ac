"""The arithmetic check of a bid: the unit price rules, both totals are shown, nothing of the bidder's is overwritten; pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from commons.money import cents, gross_of, line_total
from commons.words import Message, german_number, say

MOST_PLACES = 4


class Weight(StrEnum):
    """What a finding leads to; a person decides, the finding only says what the law provides."""

    EXCLUDE = "exclude"
    ASK = "ask"
    NOTE = "note"


class Basis(StrEnum):
    """On which declared basis bids are compared."""

    NET = "net"
    GROSS = "gross"


@dataclass(frozen=True, kw_only=True)
class Position:
    """One published position; without a price in an essential one a bid is excluded."""

    number: str
    text: str
    quantity: Decimal
    unit: str
    lot: str = ""
    is_essential: bool = True

    @property
    def fingerprint(self) -> str:
        """Return the print that the price sheet carries, so that a change of text, quantity or unit is seen."""
        return fingerprint(self.number, self.text, self.quantity, self.unit)


@dataclass(frozen=True, kw_only=True)
class BidLine:
    """One position as it came back, with the print that its row carried and the bidder's own figures."""

    number: str
    text: str
    quantity: Decimal
    unit: str
    unit_price: Decimal | None
    stated_total: Decimal | None = None
    vat_percent: Decimal = Decimal(19)
    fingerprint: str = ""


@dataclass(frozen=True, kw_only=True)
class BidTerms:
    """Discounts of a bid: one without condition counts if it stands in the set place; Skonto is a condition."""

    discount_percent: Decimal = Decimal(0)
    is_discount_in_place: bool = True
    skonto_percent: Decimal = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What the check found at a position ("" for the whole bid), with the paragraph."""

    weight: Weight
    position: str
    text: Message
    law: str


@dataclass(frozen=True, kw_only=True)
class CheckedLine:
    """A line with the total by its unit price beside the bidder's own."""

    line: BidLine
    computed_total: Decimal | None


@dataclass(frozen=True, kw_only=True)
class CheckedBid:
    """All lines and findings of one bid, its evaluated net per tax rate and the sum the bidder wrote."""

    lines: tuple[CheckedLine, ...]
    findings: tuple[Finding, ...]
    net_by_rate: Mapping[Decimal, Decimal] = field(default_factory=dict)
    stated_sum: Decimal | None = None

    @property
    def net(self) -> Decimal:
        """Return the evaluated net total."""
        return sum(self.net_by_rate.values(), Decimal(0))

    @property
    def is_excluded(self) -> bool:
        """Tell whether any finding excludes the bid."""
        return any(finding.weight is Weight.EXCLUDE for finding in self.findings)

    def compared(self, basis: Basis) -> Decimal:
        """Return the total on the declared basis; tax is rounded once per rate."""
        if basis is Basis.NET:
            return self.net
        return sum((cents(gross_of(net, rate)) for rate, net in self.net_by_rate.items()), Decimal(0))


def fingerprint(number: str, text: str, quantity: Decimal, unit: str) -> str:
    """Hash what a bidder must not change."""
    parts = (number, " ".join(text.split()), f"{quantity.normalize():f}", unit)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def check_bid(
    positions: Sequence[Position], lines: Sequence[BidLine], *, stated_sum: Decimal | None = None, terms: BidTerms | None = None, skonto_counts: bool = False
) -> CheckedBid:
    """Check every published position of a bid; the result shows the bidder's figures and ours side by side."""
    of_number = {line.number: line for line in lines}
    findings = [finding for position in positions for finding in _check_position(position, of_number.get(position.number))]
    known = {position.number for position in positions}
    findings += [
        _changed(line.number, say("Die Position %(number)s steht nicht in den Unterlagen.", number=line.number)) for line in lines if line.number not in known
    ]
    findings += _twice(lines)
    checked = tuple(CheckedLine(line=line, computed_total=_computed(line)) for line in lines if line.number in known)
    terms = terms or BidTerms()
    findings += _check_terms(terms, skonto_counts=skonto_counts)
    net = _net_by_rate(checked, terms, skonto_counts=skonto_counts)
    findings += _check_sum(checked, stated_sum)
    return CheckedBid(lines=checked, findings=tuple(findings), net_by_rate=net, stated_sum=stated_sum)


def _computed(line: BidLine) -> Decimal | None:
    return None if line.unit_price is None else line_total(line.unit_price, line.quantity)


def _check_position(position: Position, line: BidLine | None) -> list[Finding]:
    if line is None:
        return [_without_price(position)]
    if (line.fingerprint and line.fingerprint != position.fingerprint) or fingerprint(line.number, line.text, line.quantity, line.unit) != position.fingerprint:
        return [_changed(position.number, say("Position %(number)s: Text, Menge oder Einheit wurde geändert.", number=position.number))]
    if line.unit_price is None:
        return [_without_price(position)]
    return [*_check_price(line, line.unit_price), *_check_total(line)]


def _without_price(position: Position) -> Finding:
    if position.is_essential:
        text = say("Position %(number)s: Der Preis fehlt; er darf nicht nachgefordert werden.", number=position.number)
        return Finding(weight=Weight.EXCLUDE, position=position.number, text=text, law="§ 57 Abs. 1 Nr. 5 VgV, § 42 Abs. 1 Nr. 5 UVgO")
    text = say("Position %(number)s: Der Preis einer unwesentlichen Position fehlt.", number=position.number)
    return Finding(weight=Weight.ASK, position=position.number, text=text, law="§ 56 Abs. 3 VgV")


def _changed(number: str, text: Message) -> Finding:
    return Finding(weight=Weight.EXCLUDE, position=number, text=text, law="§ 57 Abs. 1 Nr. 4 VgV, § 42 Abs. 1 Nr. 4 UVgO")


def _twice(lines: Sequence[BidLine]) -> list[Finding]:
    numbers = [line.number for line in lines]
    twice = sorted({number for number in numbers if numbers.count(number) > 1})
    return [_changed(number, say("Die Position %(number)s steht zweimal im Preisblatt.", number=number)) for number in twice]


def _check_price(line: BidLine, unit_price: Decimal) -> list[Finding]:
    found = []
    if unit_price <= 0:
        text = say("Position %(number)s: Der Preis %(price)s € ist zu erklären.", number=line.number, price=german_number(unit_price))
        found.append(Finding(weight=Weight.ASK, position=line.number, text=text, law="§ 60 VgV, § 5 Abs. 2 SächsVergabeG"))
    exponent = unit_price.normalize().as_tuple().exponent
    if isinstance(exponent, int) and exponent < -MOST_PLACES:
        text = say("Position %(number)s: Der Preis hat mehr als vier Nachkommastellen.", number=line.number)
        found.append(Finding(weight=Weight.ASK, position=line.number, text=text, law="§ 56 Abs. 1 VgV"))
    return found


def _check_total(line: BidLine) -> list[Finding]:
    computed = _computed(line)
    if line.stated_total is None or computed is None or line.stated_total == computed:
        return []
    text = say(
        "Position %(number)s: Angegeben sind %(stated)s €, Einheitspreis mal Menge ergibt %(computed)s €. Es gilt der Einheitspreis.",
        number=line.number,
        stated=german_number(line.stated_total, 2),
        computed=german_number(computed, 2),
    )
    return [Finding(weight=Weight.NOTE, position=line.number, text=text, law="§ 56 Abs. 1 VgV, Anlage 1 SächsVergabeG")]


def _check_terms(terms: BidTerms, *, skonto_counts: bool) -> list[Finding]:
    found = []
    if terms.skonto_percent and not skonto_counts:
        text = say(
            "Skonto von %(percent)s %% ist an eine Bedingung geknüpft und wird nicht gewertet; es wird Vertragsbestandteil.", percent=terms.skonto_percent
        )
        found.append(Finding(weight=Weight.NOTE, position="", text=text, law="OLG Frankfurt 27.07.2012, 11 Verg 6/12"))
    if terms.discount_percent and not terms.is_discount_in_place:
        text = say("Der Nachlass von %(percent)s %% steht nicht an der vorgesehenen Stelle und wird nicht gewertet.", percent=terms.discount_percent)
        found.append(Finding(weight=Weight.NOTE, position="", text=text, law="Vergabeunterlagen"))
    return found


def _net_by_rate(lines: Sequence[CheckedLine], terms: BidTerms, *, skonto_counts: bool) -> dict[Decimal, Decimal]:
    factor = Fraction(1)
    if terms.is_discount_in_place:
        factor *= 1 - Fraction(terms.discount_percent) / 100
    if skonto_counts:
        factor *= 1 - Fraction(terms.skonto_percent) / 100
    sums: dict[Decimal, Decimal] = {}
    for checked in lines:
        if checked.computed_total is not None:
            sums[checked.line.vat_percent] = sums.get(checked.line.vat_percent, Decimal(0)) + checked.computed_total
    return {rate: cents(Fraction(total) * factor) for rate, total in sums.items()}


def _check_sum(lines: Sequence[CheckedLine], stated_sum: Decimal | None) -> list[Finding]:
    computed = sum((checked.computed_total or Decimal(0) for checked in lines), Decimal(0))
    if stated_sum is None or stated_sum == computed:
        return []
    text = say(
        "Als Summe sind %(stated)s € angegeben, die Nachrechnung ergibt %(computed)s €.",
        stated=german_number(stated_sum, 2),
        computed=german_number(computed, 2),
    )
    return [Finding(weight=Weight.NOTE, position="", text=text, law="§ 56 Abs. 1 VgV, Anlage 1 SächsVergabeG")]
