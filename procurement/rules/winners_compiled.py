"""A tender in whole cents and fixed orders, so that the order of the input plays no part; pure."""

from decimal import Decimal

from procurement.rules.ties import drawn_order, natural
from procurement.rules.winners_model import Choice, Model
from procurement.rules.winners_tender import LotTender, offers_of


def compiled(tender: LotTender) -> Model:
    """Put a tender into whole cents and fixed orders, so that the order of the input plays no part."""
    offers = offers_of(tender)
    lots = tuple(sorted({lot for _bidder, lots, _price in offers for lot in lots}, key=natural))
    bidders = tuple(sorted({bid.bidder for bid in tender.bids}, key=natural))
    lot_index, bidder_index = {lot: index for index, lot in enumerate(lots)}, {bidder: index for index, bidder in enumerate(bidders)}
    choices = {(bidder_index[bidder], tuple(sorted([lot_index[lot] for lot in covers])), _cents(price)) for bidder, covers, price in offers}
    rules = tender.rules
    return Model(
        lots=lots,
        bidders=bidders,
        choices=tuple(Choice(bidder=bidder, lots=covers, cents=cents) for bidder, covers, cents in sorted(choices)),
        required=frozenset(range(len(lots))),
        lot_limits={} if rules.max_lots_per_bidder is None else dict.fromkeys(range(len(bidders)), rules.max_lots_per_bidder),
        bidder_limit=rules.max_bidders,
        minimums={bidder_index[bid.bidder]: _cents(bid.minimum_value) for bid in tender.bids if bid.minimum_value},
        delivery={(bidder_index[bid.bidder], place): _cents(charge) for bid in tender.bids for place, charge in bid.delivery.items() if charge},
        places=tuple(tender.places.get(lot, frozenset()) for lot in lots),
        packages_refused=not rules.packages_admitted and any(bid.packages or bid.discounts for bid in tender.bids),
    )


def bidder_ranks(tender: LotTender, model: Model) -> list[int]:
    """Return the rank that each bidder drew; the lowest comes first."""
    order = drawn_order(model.bidders, seed=tender.rules.seed)
    return [order.index(bidder) for bidder in model.bidders]


def _cents(amount: Decimal) -> int:
    return int(amount.scaleb(2))
