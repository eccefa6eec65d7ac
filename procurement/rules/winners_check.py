"""The award checked again on exact decimals, by other code than that which found it; pure."""

from collections import Counter
from decimal import Decimal

from commons.words import Message, say
from procurement.rules.winners_tender import Award, LotBid, LotTender, Outcome, TenderFaulty, discounted


class AwardWrong(TenderFaulty):
    """An award that breaks a rule is never shown, whoever computed it."""

    def __init__(self, what: Message) -> None:
        super().__init__(say("Die Nachrechnung der Vergabe stimmt nicht: %(what)s. Bitte verwenden Sie dieses Ergebnis nicht.", what=what))
        self.what = what


def check_award(tender: LotTender, outcome: Outcome) -> None:
    """Refuse an award that breaks any announced rule or does not add up to its total."""
    bids = {bid.bidder: bid for bid in tender.bids}
    for award in outcome.awards:
        offered = award.bidder in bids and _offers(bids[award.bidder], award, packages_admitted=tender.rules.packages_admitted)
        _must(offered, say("%(bidder)s hat %(lots)s nicht zu %(price)s angeboten", bidder=award.bidder, lots=", ".join(award.lots), price=award.price))
    given = Counter(lot for award in outcome.awards for lot in award.lots)
    _must(all(given[lot] == 1 for lot in set(tender.lots) - set(outcome.unawarded)), say("ein Los ist nicht genau einmal vergeben"))
    _must(not set(given) & set(outcome.unawarded), say("ein Los ohne Angebot ist vergeben"))
    _check_limits(tender, outcome)
    delivery = delivery_of(tender, outcome)
    _must(delivery == dict(outcome.delivery), say("die Lieferkosten stimmen nicht"))
    prices = sum((award.price for award in outcome.awards), Decimal(0))
    _must(outcome.total == prices + sum(delivery.values(), Decimal(0)), say("die Summe der Preise ist eine andere"))


def _offers(bid: LotBid, award: Award, *, packages_admitted: bool) -> bool:
    """Tell whether a bid asks this price for these lots."""
    lots = frozenset(award.lots)
    if len(lots) == 1 and (award.lots[0], award.price) in (*bid.lots.items(), *bid.others):
        return True
    packages = [package.price for package in bid.packages if package.lots == lots]
    discounts = [discounted(bid, discount) for discount in bid.discounts if discount.lots == lots]
    return packages_admitted and award.price in [*packages, *discounts]


def _check_limits(tender: LotTender, outcome: Outcome) -> None:
    won = Counter({award.bidder: 0 for award in outcome.awards})
    for award in outcome.awards:
        won[award.bidder] += len(award.lots)
    limit, most = tender.rules.max_lots_per_bidder, tender.rules.max_bidders
    _must(limit is None or all(count <= limit for count in won.values()), say("ein Bieter erhält zu viele Lose"))
    _must(most is None or len(won) <= most, say("es sind zu viele Bieter"))
    for bid in tender.bids:
        total = sum((award.price for award in outcome.awards if award.bidder == bid.bidder), Decimal(0))
        _must(bid.bidder not in won or total >= (bid.minimum_value or 0), say("%(bidder)s erhält weniger als den Mindestwert", bidder=bid.bidder))


def delivery_of(tender: LotTender, outcome: Outcome) -> dict[tuple[str, str], Decimal]:
    """Return what each winner charges for delivery, once per municipality."""
    reached = {(award.bidder, place) for award in outcome.awards for lot in award.lots for place in tender.places.get(lot, ())}
    return {(bid.bidder, place): charge for bid in tender.bids for place, charge in bid.delivery.items() if charge and (bid.bidder, place) in reached}


def _must(holds: bool, what: Message) -> None:  # noqa: FBT001
    if not holds:
        raise AwardWrong(what)
