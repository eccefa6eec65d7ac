"""Compute an award on a file: what `exchange` reads and what `rules` decide put together; needs no database."""

from collections.abc import Mapping
from decimal import Decimal

from procurement.exchange.award_file import RawAwardFile, RawBid
from procurement.rules.winners_explained import Explanation
from procurement.rules.winners_firms import award_firms, explain_firms
from procurement.rules.winners_tender import AwardRules, Discount, LotBid, LotTender, Outcome, Package


def tender_of(raw: RawAwardFile) -> LotTender:
    """Return the lots, bids and rules of a file."""
    return LotTender(
        lots=raw.lots,
        bids=tuple(_bid(bid) for bid in raw.bids),
        rules=AwardRules(max_lots_per_bidder=raw.max_lots_per_bidder, max_bidders=raw.max_bidders, packages_admitted=raw.packages_admitted, seed=raw.seed),
        places={lot: frozenset(places) for lot, places in raw.places.items()},
    )


def _bid(raw: RawBid) -> LotBid:
    return LotBid(
        bidder=raw.bidder,
        lots=raw.lots,
        packages=tuple(Package(lots=frozenset(package.lots), price=package.amount) for package in raw.packages),
        discounts=tuple(Discount(lots=frozenset(discount.lots), percent=discount.amount) for discount in raw.discounts),
        minimum_value=raw.minimum_value,
        delivery=raw.delivery,
        firm=raw.firm,
    )


def award_on_file(raw: RawAwardFile, *, seconds: float) -> tuple[LotTender, Outcome]:
    """Compute the cheapest admissible award of a file."""
    tender = tender_of(raw)
    return tender, award_firms(tender, seconds=seconds)


def explanations_of(tender: LotTender, outcome: Outcome) -> list[dict[str, object]]:
    """Explain an award as plain data."""
    return [_explained(explanation) for explanation in explain_firms(tender, outcome)]


def plain(outcome: Outcome) -> dict[str, object]:
    """Return an outcome as plain data; amounts are decimal strings with two places."""
    answer: dict[str, object] = {
        "status": outcome.status.value,
        "total": _amount(outcome.total),
        "bound": _amount(outcome.bound),
        "awards": [{"bidder": award.bidder, "lots": list(award.lots), "price": _amount(award.price)} for award in outcome.awards],
        "unawarded": list(outcome.unawarded),
        "clashes": [str(clash) for clash in outcome.clashes],
    }
    if outcome.delivery:
        answer["delivery"] = _charges(outcome.delivery)
    return answer


def _charges(delivery: Mapping[tuple[str, str], Decimal]) -> list[dict[str, object]]:
    return [{"bidder": bidder, "place": place, "price": _amount(charge)} for (bidder, place), charge in delivery.items()]


def _explained(explanation: Explanation) -> dict[str, object]:
    return {
        "kind": explanation.kind,
        "about": explanation.about,
        "text": str(explanation.text),
        "total": _amount(explanation.total),
        "difference": _amount(explanation.difference),
        "proven": explanation.proven,
        "awards": [{"bidder": bidder, "lots": list(lots)} for bidder, lots in explanation.awards],
    }


def _amount(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"
