"""What the positions and lots of a bundle are worth, net and over the whole term, each part with its source."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import select

from commons.database import db
from commons.errors import RuleBroken
from commons.money import cents
from commons.words import Message
from procurement.models import ASKED, Bundle, BundleLine, BundlePosition, Lot, PositionEstimate, PurchaseRequestLine
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


def worth_of(bundle: Bundle) -> BundleWorth:
    """Return what a bundle is worth; what is asked for is the demand of a year, and the whole term counts (§ 3 VgV)."""
    months = months_between(bundle.term_from, bundle.term_until)
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


def _by_position(bundle: Bundle, months: int) -> dict[int, Worth]:
    query = (
        select(BundleLine.position_id, ASKED, PurchaseRequestLine.quantity_sent, PurchaseRequestLine.price_net)
        .join(PurchaseRequestLine, PurchaseRequestLine.id == BundleLine.line_id)
        .where(BundleLine.bundle_id == bundle.id)
    )
    lines: dict[int, list[tuple[Fraction, Fraction | None]]] = {}
    for position_id, asked, sent, price in db.session.execute(query.order_by(BundleLine.position_id, BundleLine.line_id)):
        lines.setdefault(position_id, []).append((Fraction(asked), None if price is None else Fraction(sent) * Fraction(price)))
    typed = {row.position_id: Fraction(row.price_net) for row in estimates_in(bundle).values()}
    return {position_id: _worth(held, typed.get(position_id), Fraction(months, 12)) for position_id, held in lines.items()}


def _worth(lines: list[tuple[Fraction, Fraction | None]], typed: Fraction | None, years: Fraction) -> Worth:
    """A line without a price takes what a person estimated, else the mean price of the other lists for the same article."""
    priced = [(asked, cost) for asked, cost in lines if cost is not None]
    own, amount = sum((cost for _, cost in priced), Fraction(0)), sum((asked for asked, _ in priced), Fraction(0))
    rest = [asked for asked, cost in lines if cost is None]
    missing = sum(rest, Fraction(0))
    if typed is not None:
        return Worth(own=cents(own * years), typed=cents(missing * typed * years))
    if amount:
        return Worth(own=cents(own * years), others=cents(missing * own / amount * years))
    return Worth(unpriced=len(rest))


def estimates_in(bundle: Bundle) -> Mapping[int, PositionEstimate]:
    """Return the prices that people estimated for the positions of a bundle."""
    query = select(PositionEstimate).join(BundlePosition, BundlePosition.id == PositionEstimate.position_id)
    return {row.position_id: row for row in db.session.scalars(query.where(BundlePosition.bundle_id == bundle.id))}
