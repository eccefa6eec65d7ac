"""Between what a bidder writes, what the rules check and what the tables keep."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from commons.database import db
from commons.words import Message
from procurement.bid_bounds import within_bounds
from procurement.bid_reading import CombinationNotAdmitted, with_sheet
from procurement.exchange import price_sheet
from procurement.exchange.bid_file import BidContent, BidUnreadable, decode
from procurement.models import Bid, BidLine, BidPackage, OpenedBid, Tender, TenderVersion
from procurement.queries.tender_documents import get_version, positions_to_check
from procurement.rules import bid_check
from procurement.rules.bid_check import BidTerms, CheckedBid, check_bid
from procurement.rules.sealing import Label

MOST_FAULTS = 50  # so many are named in the remark of a bid


def check_content(version: TenderVersion, content: BidContent) -> CheckedBid:
    """Check a bid against the documents; lots without any price count as not bid for."""
    lines = [
        bid_check.BidLine(
            number=line.number,
            text=line.text,
            quantity=line.quantity,
            unit=line.unit,
            unit_price=line.unit_price,
            stated_total=line.stated_total,
            vat_percent=line.vat_percent,
            fingerprint=line.fingerprint,
        )
        for line in content.lines
    ]
    return check_lines(version, lines, content)


def check_opened(opened: OpenedBid) -> CheckedBid:
    """Check an opened bid against the version of the documents that it was written on."""
    version = get_version(opened.bid.tender, opened.bid.version)
    lines = [
        bid_check.BidLine(
            number=line.number,
            text=line.text,
            quantity=line.quantity,
            unit=line.unit,
            unit_price=line.unit_price,
            stated_total=line.stated_total,
            vat_percent=line.vat_percent,
            fingerprint=line.fingerprint,
        )
        for line in opened.lines
    ]
    return check_lines(version, lines, opened)


def check_lines(version: TenderVersion, lines: Sequence[bid_check.BidLine], said: BidContent | OpenedBid) -> CheckedBid:
    """Check the lines of the lots that are bid for, with the discounts of the bid."""
    positions = positions_to_check(version)
    lots = lots_bid_for(version, lines)
    wanted = {position.number for position in positions if position.lot in lots}
    known = {position.number for position in positions}
    terms = BidTerms(discount_percent=said.discount_percent, is_discount_in_place=said.is_discount_in_place, skonto_percent=said.skonto_percent)
    return check_bid(
        [position for position in positions if position.number in wanted],
        [line for line in lines if line.number in wanted or line.number not in known],
        stated_sum=said.stated_sum,
        terms=terms,
        skonto_counts=version.skonto_counts,
    )


def lots_bid_for(version: TenderVersion, lines: Sequence[bid_check.BidLine]) -> set[str]:
    """Return the names of the lots for which a bid names at least one price."""
    priced = {line.number for line in lines if line.unit_price is not None}
    return {position.lot for position in positions_to_check(version) if position.number in priced}


def keep_content(bid: Bid, content: BidContent, *, at: datetime, bidder: str) -> OpenedBid:
    """Keep what a bid says, once it may be known; nothing of it is changed afterwards."""
    opened = OpenedBid(
        bid_id=bid.id,
        tender_id=bid.tender_id,
        opened_at=at,
        bidder=bidder,
        address=content.address,
        contact=content.contact or None,
        stated_sum=content.stated_sum,
        discount_percent=content.discount_percent,
        is_discount_in_place=content.is_discount_in_place,
        skonto_percent=content.skonto_percent,
        skonto_days=content.skonto_days,
        minimum_value=content.minimum_value,
        delivery={key: f"{value:f}" for key, value in content.delivery.items()},
        declarations=dict(content.declarations),
        statements=dict(content.statements),
        subcontract_percent=content.subcontract_percent,
        remark=content.remark or None,
    )
    db.session.add(opened)
    db.session.flush()
    _keep_lines(opened, bid, content)
    db.session.add_all(
        BidPackage(opened_bid_id=opened.id, lots=list(one.lots), price=one.price, discount_percent=one.discount_percent) for one in content.combinations
    )
    db.session.flush()
    return opened


def _keep_lines(opened: OpenedBid, bid: Bid, content: BidContent) -> None:
    version = get_version(bid.tender, bid.version)
    known = {position.number: position.id for position in version.positions}
    for line in content.lines:
        kept = BidLine(opened_bid_id=opened.id, tender_position_id=known.get(line.number), **vars(line))
        db.session.add(kept)


def distinct_name(name: str, reference: str, taken: Sequence[str]) -> str:
    """Return a bidder's name that no other bid of the tender carries: rules know bidders by their names."""
    return f"{name} ({reference})" if name in taken else name


def bidder_name(bid: Bid, name: str, taken: Sequence[str]) -> str:
    """Return under which name a bid is compared and ranked: a variant stands beside the main bid of its firm."""
    return distinct_name(f"{name} (Nebenangebot {bid.variant})" if bid.variant else name, bid.reference, taken)


def content_of_envelope(raw: bytes, bid: Bid) -> BidContent:
    """Read what an envelope held: a bid of our form, or the price sheet that a bidder sealed on the own machine.

    Nobody can be asked any more: what cannot be read or kept does not count, and is seen in the remark.
    """
    version, faults = get_version(bid.tender, bid.version), list[Message]()
    content = within_bounds(_of_sheet(raw, bid, version, faults) if raw.startswith(b"PK") else decode(raw), version, faults)
    return replace(content, remark=" ".join(filter(None, (content.remark, *map(str, faults[:MOST_FAULTS])))))


def _of_sheet(raw: bytes, bid: Bid, version: TenderVersion, faults: list[Message]) -> BidContent:
    filled = price_sheet.read(raw, faults)
    if (filled.tender, filled.version) != (str(bid.tender_id), bid.version):
        raise BidUnreadable
    before = BidContent(bidder=bid.invitation.name, address="", contact=bid.invitation.address)
    try:
        return with_sheet(before, filled, version, faults)
    except CombinationNotAdmitted as broken:
        faults.append(broken.message)
        return with_sheet(before, replace(filled, combinations=()), version, faults)


def seed_label(tender: Tender) -> Label:
    """Return the label under which the seed of a possible draw is sealed."""
    return Label(tender=str(tender.id), version=0, lot="", reference="seed")


def bid_label(tender_id: int, version: int, reference: str) -> Label:
    """Return the label of a bid: it binds the envelope to its tender, to the version of the documents and to its reference."""
    return Label(tender=str(tender_id), version=version, lot="", reference=reference)
