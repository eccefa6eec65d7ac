"""What each bid asks for each lot on the declared basis, and the table that sets bids side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from commons.money import cents
from commons.words import Message, say
from procurement.bid_content import check_lines
from procurement.exchange.comparison import ComparedBidder, ComparedCell, ComparedLot, ComparedRow, ComparedSum, Comparison
from procurement.models import BidFinding, OpenedBid, Tender, TenderLot, TenderPosition, TenderVersion
from procurement.queries.bids import opened_bids_of
from procurement.queries.evaluation import excluded_by, findings_of
from procurement.queries.tender_documents import current_version, get_version, positions_to_check
from procurement.queries.wording import unit_name
from procurement.rules import bid_check
from procurement.rules.bid_check import Basis, CheckedBid
from procurement.tender_stages import TENDER_STAGE_NAMES


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What one bid asks for one lot by our reckoning, and why it is excluded if it is."""

    opened: OpenedBid
    lot: TenderLot
    checked: CheckedBid
    compared: Decimal
    delivery: Decimal = Decimal(0)  # net: what the municipalities of this lot pay for delivery if the lot is won alone
    excluded_by: tuple[BidFinding, ...] = ()

    @property
    def is_excluded(self) -> bool:
        """Tell whether two people excluded the bid from this lot."""
        return bool(self.excluded_by)

    @property
    def lot_name(self) -> str:
        """Return the name of the lot that rules and awards use."""
        return self.lot.name

    @property
    def factor(self) -> Fraction:
        """Return by how much the compared price stands above the net price."""
        return Fraction(self.compared) / Fraction(self.checked.net) if self.checked.net else Fraction(1)

    @property
    def ranked(self) -> Decimal:
        """Return the price by which the bids on one lot are ranked: with the delivery charges, on the declared basis."""
        return self.compared + cents(Fraction(self.delivery) * self.factor)


@dataclass(frozen=True, kw_only=True)
class Field:
    """All bids of a tender, lot by lot, with what was found about them."""

    tender: Tender
    version: TenderVersion
    bids: list[OpenedBid]
    findings: list[BidFinding]
    offers: list[Offer] = field(default_factory=list)

    def of_lot(self, lot: TenderLot) -> list[Offer]:
        """Return the offers on one lot, by the bidders' names."""
        return [offer for offer in self.offers if offer.lot.id == lot.id]

    def of_bid(self, opened: OpenedBid) -> list[Offer]:
        """Return the offers of one bid."""
        return [offer for offer in self.offers if offer.opened.id == opened.id]

    def speaker_of(self, opened: OpenedBid) -> OpenedBid:
        """Return the bid that says what its firm charges for delivery and the least that it takes: the main bid also for its variants."""
        return speaker_of(opened, self.bids)

    def is_excluded(self, opened: OpenedBid) -> bool:
        """Tell whether nothing of a bid counts any more."""
        offers = self.of_bid(opened)
        return all(offer.is_excluded for offer in offers) if offers else bool(excluded_by(self.findings, opened))


def field_of(tender: Tender) -> Field:
    """Return all bids of a tender that the caller has already loaded for its actor."""
    version, bids, findings = current_version(tender), opened_bids_of(tender), findings_of(tender)
    offers = [
        _offer(opened, lot, lines, version, findings, charges=speaker_of(opened, bids).delivery)
        for opened in bids
        for lot, lines in _lines_by_lot(opened, tender).items()
    ]  # fmt: skip
    return Field(tender=tender, version=version, bids=bids, findings=findings, offers=sorted(offers, key=lambda offer: (offer.lot.number, offer.opened.bidder)))


def speaker_of(opened: OpenedBid, bids: Sequence[OpenedBid]) -> OpenedBid:
    """Return the main bid of a firm; where none was opened, its first variant."""
    return min((one for one in bids if one.bid.invitation_id == opened.bid.invitation_id), key=lambda one: one.bid.variant, default=opened)


def lines_to_check(opened: OpenedBid) -> list[bid_check.BidLine]:
    """Return the lines of a bid as rules/bid_check reads them."""
    names = ("number", "text", "quantity", "unit", "unit_price", "stated_total", "vat_percent", "fingerprint")
    return [bid_check.BidLine(**{name: getattr(line, name) for name in names}) for line in opened.lines]


def _lines_by_lot(opened: OpenedBid, tender: Tender) -> dict[TenderLot, list[bid_check.BidLine]]:
    """Return the lines of each lot that is bid for; a lot without any price is not bid for."""
    lot_of = {position.number: position.lot for position in positions_to_check(get_version(tender, opened.bid.version))}
    of_lot: dict[TenderLot, list[bid_check.BidLine]] = {}
    for lot in tender.lots:
        lines = [line for line in lines_to_check(opened) if lot_of.get(line.number) == lot.name]
        if any(line.unit_price is not None for line in lines):
            of_lot[lot] = lines
    return of_lot


def _offer(
    opened: OpenedBid,
    lot: TenderLot,
    lines: list[bid_check.BidLine],
    version: TenderVersion,
    findings: Sequence[BidFinding],
    *,
    charges: Mapping[str, str],
) -> Offer:
    checked = check_lines(get_version(opened.bid.tender, opened.bid.version), lines, opened)
    return Offer(
        opened=opened,
        lot=lot,
        checked=checked,
        compared=checked.compared(version.compared_on),
        delivery=sum((Decimal(charge) for key, charge in charges.items() if key in reached_by(version, lot)), Decimal(0)),
        excluded_by=tuple(excluded_by(findings, opened, lot)),
    )


def reached_by(version: TenderVersion, lot: TenderLot) -> set[str]:
    """Return the ids of the municipalities that a lot is delivered to."""
    still_in = {str(buyer.municipality_id) for buyer in version.tender.buyers if buyer.withdrawn_at is None}
    needed = {key for position in version.positions if position.tender_lot_id == lot.id for key, share in position.shares.items() if Decimal(share) > 0}
    return needed & still_in


def compare(tender: Tender) -> Comparison:
    """Set all bids of a tender side by side: per lot and over all lots, the lowest counted price marked."""
    field_ = field_of(tender)
    bidders = [_column(opened.bidder, is_excluded=field_.is_excluded(opened)) for opened in field_.bids]
    return Comparison(
        title=tender.title,
        basis=say("brutto") if field_.version.compared_on is Basis.GROSS else say("netto"),
        state=TENDER_STAGE_NAMES[tender.stage],
        lots=tuple(_lot(field_, lot) for lot in tender.lots),
        bidders=tuple(bidders),
        sums=_over_all(field_, bidders),
    )


def _column(name: str, *, is_excluded: bool) -> ComparedBidder:
    return ComparedBidder(name=name, is_excluded=is_excluded, remark=say("ausgeschlossen") if is_excluded else None)


def _lot(field_: Field, lot: TenderLot) -> ComparedLot:
    offers = field_.of_lot(lot)
    bidders = tuple(_column(offer.opened.bidder, is_excluded=offer.is_excluded) for offer in offers)
    positions = [position for position in field_.version.positions if position.tender_lot_id == lot.id]
    lines = [{checked.line.number: checked for checked in offer.checked.lines} for offer in offers]
    rows = tuple(_row(position, offers, lines) for position in positions)
    net = [offer.checked.net for offer in offers]
    sums = [_sum(say("Summe netto nach Nachlass"), net, offers)]
    if any(offer.delivery for offer in offers):
        sums.append(ComparedSum(title=say("Lieferkosten netto"), amounts=tuple(offer.delivery for offer in offers)))
    sums.append(_sum(_compared_title(field_), [offer.ranked for offer in offers], offers))
    return ComparedLot(name=lot.name, title=lot.title, bidders=bidders, rows=rows, sums=tuple(sums) if offers else ())


def _compared_title(field_: Field) -> Message:
    return say("Wertungspreis brutto") if field_.version.compared_on is Basis.GROSS else say("Wertungspreis netto")


def _row(position: TenderPosition, offers: Sequence[Offer], lines: Sequence[Mapping[str, bid_check.CheckedLine]]) -> ComparedRow:
    found = [of_bid.get(position.number) for of_bid in lines]
    prices = [None if checked is None else checked.line.unit_price for checked in found]
    best = _best(prices, [offer.is_excluded for offer in offers])
    cells = tuple(_cell(checked, is_best=place in best) for place, checked in enumerate(found))
    return ComparedRow(
        number=position.number, text=position.text, quantity=position.quantity, unit=unit_name(position.unit), unit_code=position.unit, cells=cells
    )


def _cell(checked: bid_check.CheckedLine | None, *, is_best: bool) -> ComparedCell:
    if checked is None:
        return ComparedCell()
    stated = checked.line.stated_total if checked.line.stated_total != checked.computed_total else None
    return ComparedCell(unit_price=checked.line.unit_price, total=checked.computed_total, stated_total=stated, is_best=is_best)


def _best(amounts: Sequence[Decimal | None], excluded: Sequence[bool]) -> frozenset[int]:
    """Return the places of the lowest counted amount, several where they are equal; a price of zero is asked about, not praised."""
    counted = {place: amount for place, amount in enumerate(amounts) if amount and not excluded[place]}
    lowest = min(counted.values(), default=None)
    return frozenset(place for place, amount in counted.items() if amount == lowest)


def _sum(title: Message, amounts: Sequence[Decimal | None], offers: Sequence[Offer]) -> ComparedSum:
    return ComparedSum(title=title, amounts=tuple(amounts), best=_best(amounts, [offer.is_excluded for offer in offers]))


def _over_all(field_: Field, bidders: Sequence[ComparedBidder]) -> tuple[ComparedSum, ...]:
    excluded = [bidder.is_excluded for bidder in bidders]
    sums = []
    for lot in field_.tender.lots:
        of_bid = {offer.opened.id: offer for offer in field_.of_lot(lot)}
        amounts = [of_bid[opened.id].ranked if opened.id in of_bid else None for opened in field_.bids]
        out = [opened.id not in of_bid or of_bid[opened.id].is_excluded for opened in field_.bids]
        sums.append(ComparedSum(title=say("%(lot)s: %(title)s", lot=lot.name, title=lot.title), amounts=tuple(amounts), best=_best(amounts, out)))
    totals = [_total(field_, opened) for opened in field_.bids]
    whole = [out or len(field_.of_bid(opened)) < len(field_.tender.lots) for opened, out in zip(field_.bids, excluded, strict=True)]
    stated = tuple(opened.stated_sum for opened in field_.bids)
    return (
        *sums,
        ComparedSum(title=say("%(sum)s, alle gebotenen Lose", sum=_compared_title(field_)), amounts=tuple(totals), best=_best(totals, whole)),
        ComparedSum(title=say("Vom Bieter angegebene Summe netto"), amounts=stated),
    )


def _total(field_: Field, opened: OpenedBid) -> Decimal:
    """Return what a bid asks for all its lots together; each municipality pays for delivery once."""
    offers = field_.of_bid(opened)
    compared, net = sum((offer.compared for offer in offers), Decimal(0)), sum((offer.checked.net for offer in offers), Decimal(0))
    reached = {key for offer in offers for key in reached_by(field_.version, offer.lot)}
    delivery = sum((Fraction(charge) for key, charge in field_.speaker_of(opened).delivery.items() if key in reached), Fraction(0))
    return compared + cents(delivery * Fraction(compared) / Fraction(net) if net else delivery)
