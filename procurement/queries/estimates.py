"""What the positions and lots of a bundle are worth, net and over the whole term, each part with its source."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from fractions import Fraction

from sqlalchemy import select

from commons.database import db
from commons.errors import RuleBroken
from commons.money import cents
from commons.words import Message
from procurement.models import ASKED, Bundle, BundleLine, BundlePosition, Lot, PositionEstimate, PurchaseRequest, PurchaseRequestLine
from procurement.queries.tender_values import rule_rows
from procurement.rules.procedure import Kind, propose


@dataclass(frozen=True, kw_only=True)
class Worth:
    """Hold a net value by its sources: the senders' own last prices, the price on another list, a person's estimate."""

    own: Decimal = Decimal(0)
    others: Decimal = Decimal(0)
    typed: Decimal = Decimal(0)
    unpriced: int = 0

    @property
    def net(self) -> Decimal:
        """Return the whole."""
        return self.own + self.others + self.typed

    def plus(self, other: "Worth") -> "Worth":
        """Add another value, source by source."""
        return Worth(own=self.own + other.own, others=self.others + other.others, typed=self.typed + other.typed, unpriced=self.unpriced + other.unpriced)


@dataclass(frozen=True, kw_only=True)
class BundleWorth:
    """Hold the value of a bundle by lot and in total, for the whole term, and the procedure that it leads to."""

    months: int
    by_lot: tuple[tuple[Lot | None, Worth], ...]
    total: Worth
    procedure: Message | None
    reasons: tuple[Message, ...]


def months_between(first: date, last: date) -> int:
    """Count the months of a term, a begun one in full."""
    return max(1, (last.year - first.year) * 12 + last.month - first.month + (last.day >= first.day))


def worth_of(bundle: Bundle, months: int | None = None) -> BundleWorth:
    """Return what a bundle is worth; what is asked for is the demand of a year, and the whole term counts (§ 3 VgV).

    `months` asks what it would be worth over another term.
    """
    months = months or months_between(bundle.term_from, bundle.term_until)
    positions = _by_position(bundle, months)
    held = {row[0]: row[1] for row in db.session.execute(select(BundlePosition.id, BundlePosition.lot_id).where(BundlePosition.bundle_id == bundle.id))}
    lots: tuple[Lot | None, ...] = (*bundle.lots, None)
    by_lot = [(lot, _sum(worth for number, worth in positions.items() if held[number] == (lot.id if lot else None))) for lot in lots]
    total = _sum(positions.values())
    name, reasons = _procedure(total.net, bundle.term_from)
    return BundleWorth(months=months, by_lot=tuple(pair for pair in by_lot if pair[1] != Worth()), total=total, procedure=name, reasons=reasons)


def _sum(parts: Iterable[Worth]) -> Worth:
    total = Worth()
    for part in parts:
        total = total.plus(part)
    return total


def _procedure(net: Decimal, begins: date) -> tuple[Message | None, tuple[Message, ...]]:
    """Return the procedure as a hint, by the rules of the day the term begins; none where a value is missing, and why."""
    try:
        found = propose(net, kind=Kind.SUPPLIES, day=begins, rows=rule_rows())
    except RuleBroken as broken:
        return None, (broken.message,)
    return found.name, found.reasons


EXACT = Context(prec=60)  # more digits than a quantity times a price can have


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """Hold what one line asks for in the unit of its position, and what it cost last."""

    municipality_id: int
    amount: Decimal
    cost: Decimal | None


def _lines(bundle: Bundle) -> dict[int, list[_Asked]]:
    query = (
        select(BundleLine.position_id, PurchaseRequest.municipality_id, ASKED, PurchaseRequestLine.quantity_sent, PurchaseRequestLine.price_net)
        .join(PurchaseRequestLine, PurchaseRequestLine.id == BundleLine.line_id)
        .join(PurchaseRequest, PurchaseRequest.id == PurchaseRequestLine.request_id)
        .where(BundleLine.bundle_id == bundle.id)
    )
    lines: dict[int, list[_Asked]] = {}
    for position_id, town, asked, sent, price in db.session.execute(query.order_by(BundleLine.position_id, BundleLine.line_id)):
        cost = None if price is None else EXACT.multiply(sent, price)
        lines.setdefault(position_id, []).append(_Asked(municipality_id=town, amount=asked, cost=cost))
    return lines


def _by_position(bundle: Bundle, months: int) -> dict[int, Worth]:
    typed = {row.position_id: Fraction(row.price_net) for row in estimates_in(bundle).values()}
    return {position_id: _worth(held, typed.get(position_id), Fraction(months, 12)) for position_id, held in _lines(bundle).items()}


def _mean_of(lines: list[_Asked]) -> Fraction | None:
    """Return the mean price of the lines that know one."""
    amount = _exact(line.amount for line in lines if line.cost is not None)
    return _exact(line.cost for line in lines if line.cost is not None) / amount if amount else None


def _exact(values: Iterable[Decimal]) -> Fraction:
    """Sum without rounding; one fraction at the end, for thousands of them take their time."""
    total = Decimal(0)
    for value in values:
        total = EXACT.add(total, value)
    return Fraction(total)


def _worth(lines: list[_Asked], typed: Fraction | None, years: Fraction) -> Worth:
    """A line without a price takes what a person estimated, else the mean price of the other lists for the same article."""
    own = _exact(line.cost for line in lines if line.cost is not None)
    rest = [line.amount for line in lines if line.cost is None]
    if not rest:
        return Worth(own=cents(own * years))
    missing, mean = _exact(rest), _mean_of(lines)
    if typed is not None:
        return Worth(own=cents(own * years), typed=cents(missing * typed * years))
    if mean is not None:
        return Worth(own=cents(own * years), others=cents(missing * mean * years))
    return Worth(unpriced=len(rest))


def shares_of(bundle: Bundle) -> dict[int, Decimal]:
    """Return what each buyer's part is worth, net and over the whole term, by the same prices as the whole."""
    typed = {row.position_id: Fraction(row.price_net) for row in estimates_in(bundle).values()}
    years = Fraction(months_between(bundle.term_from, bundle.term_until), 12)
    sums: dict[int, Fraction] = {}
    for position_id, lines in _lines(bundle).items():
        price = typed.get(position_id, _mean_of(lines) or Fraction(0))
        for line in lines:
            cost = Fraction(line.amount) * price if line.cost is None else Fraction(line.cost)
            sums[line.municipality_id] = sums.get(line.municipality_id, Fraction(0)) + cost
    return {town: cents(value * years) for town, value in sums.items()}


def estimates_in(bundle: Bundle) -> Mapping[int, PositionEstimate]:
    """Return the prices that people estimated for the positions of a bundle."""
    query = select(PositionEstimate).join(BundlePosition, BundlePosition.id == PositionEstimate.position_id)
    return {row.position_id: row for row in db.session.scalars(query.where(BundlePosition.bundle_id == bundle.id))}
