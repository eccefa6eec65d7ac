"""Firms with several bids: a main bid and its variants count as one bidder for every limit, and are won each for itself; pure."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from procurement.rules.winners import DEFAULT_SECONDS, award_lots
from procurement.rules.winners_explained import EXPLAIN_SECONDS, Explanation, explain
from procurement.rules.winners_tender import Award, LotBid, LotTender, Outcome, Package, check_tender, discounted

Stop = Callable[[], bool]


def award_firms(tender: LotTender, *, seconds: float = DEFAULT_SECONDS, stop: Stop | None = None) -> Outcome:
    """Find the cheapest admissible award; each lot is given to the bid that wins it, each limit holds for a firm with all its bids."""
    outcome = award_lots(joined(tender), seconds=seconds, stop=stop)
    return replace(outcome, awards=tuple(replace(award, bidder=_winning_bid(tender, award)) for award in outcome.awards))


def explain_firms(tender: LotTender, outcome: Outcome, *, seconds: float = EXPLAIN_SECONDS, stop: Stop | None = None) -> list[Explanation]:
    """Explain an award firm by firm."""
    firms = {bid.bidder: _firm_of(bid) for bid in tender.bids}
    of_firms = replace(outcome, awards=tuple(replace(award, bidder=firms[award.bidder]) for award in outcome.awards))
    return explain(joined(tender), of_firms, seconds=seconds, stop=stop)


def joined(tender: LotTender) -> LotTender:
    """Put the bids of a firm together; its first bid says what it charges for delivery and the least that it takes."""
    check_tender(tender)
    firms: dict[str, list[LotBid]] = {}
    for bid in tender.bids:
        firms.setdefault(_firm_of(bid), []).append(bid)
    return replace(tender, bids=tuple(_joined(firm, bids) for firm, bids in firms.items()))


def _firm_of(bid: LotBid) -> str:
    return bid.firm or bid.bidder


def _joined(firm: str, bids: Sequence[LotBid]) -> LotBid:
    first = bids[0]
    if len(bids) == 1:
        return replace(first, bidder=firm)
    return LotBid(
        bidder=firm,
        lots={lot: price for bid in reversed(bids) for lot, price in bid.lots.items()},
        others=tuple((lot, price) for bid in bids[1:] for lot, price in bid.lots.items()),
        packages=tuple(package for bid in bids for package in _packages(bid)),
        minimum_value=first.minimum_value,
        delivery=first.delivery,
    )


def _packages(bid: LotBid) -> list[Package]:
    """Return the packages of a bid; a discount is one too, at what its lots cost in this bid."""
    return [*bid.packages, *(Package(lots=discount.lots, price=discounted(bid, discount)) for discount in bid.discounts)]


def _winning_bid(tender: LotTender, award: Award) -> str:
    """Return which bid of a firm asks this price for these lots; of equal ones the first."""
    lots = frozenset(award.lots)
    bids = [bid for bid in tender.bids if _firm_of(bid) == award.bidder]
    single = [bid for bid in bids if len(lots) == 1 and bid.lots.get(award.lots[0]) == award.price]
    return next(bid.bidder for bid in (*single, *bids) if bid in single or Package(lots=lots, price=award.price) in _packages(bid))
