"""Read what bidders type besides prices: figures, combinations of lots, delivery charges; and what a filled price sheet says."""

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from commons.errors import RuleBroken
from commons.numbers import read_number
from commons.words import Message, say
from procurement.exchange.bid_file import BidContent, Combination
from procurement.exchange.price_sheet import FilledSheet
from procurement.models import TenderVersion

_COMBINATION = re.compile(r"\s*(?P<lots>\d+(?:\s*\+\s*\d+)+)\s*[:=]\s*(?P<figure>[\d.,]+)\s*(?P<unit>%|€)\s*")
_EURO = Decimal("0.01")


class CombinationNotAdmitted(RuleBroken):
    """Only announced combinations of lots are taken."""

    def __init__(self) -> None:
        super().__init__(say("Diese Kombination von Losen ist in den Unterlagen nicht zugelassen."), field="combinations")


def read_price(text: str, place: Message, faults: list[Message]) -> Decimal | None:
    """Read a price with up to four places; what cannot be read is named with its place."""
    if not text.strip():
        return None
    try:
        value = read_number(text.replace("€", "").replace("%", ""))
    except RuleBroken as broken:
        faults.append(say("%(place)s: %(why)s", place=place, why=broken.message))
        return None
    if value < 0 or max(0, -int(value.normalize().as_tuple().exponent)) > 4:
        faults.append(say("%(place)s: Ein Preis ist nicht negativ und hat höchstens vier Nachkommastellen.", place=place))
        return None
    return value


def read_percent(text: str, place: Message, faults: list[Message]) -> Decimal:
    """Read a rate up to a hundred percent; empty is zero."""
    value = read_price(text, place, faults)
    if value is not None and value > 100:
        faults.append(say("%(place)s: Mehr als 100 %% ist nicht möglich.", place=place))
        return Decimal(0)
    return value or Decimal(0)


def read_amount(text: str, place: Message, faults: list[Message]) -> Decimal | None:
    """Read an amount in whole cents."""
    value = read_price(text, place, faults)
    if value is not None and value != value.quantize(_EURO):
        faults.append(say("%(place)s: Bitte geben Sie den Betrag in ganzen Cent an.", place=place))
        return None
    return value


def read_combinations(text: str, version: TenderVersion, faults: list[Message]) -> tuple[Combination, ...]:
    """Read one combination a line: „1+2: 5 %“ is a discount, „1+2: 180000 €“ a price."""
    found = []
    for line in filter(str.strip, text.split("\n")):
        parts = _COMBINATION.fullmatch(line)
        if parts is None:
            faults.append(say("„%(line)s“ ist keine Kombination. Bitte schreiben Sie zum Beispiel 1+2: 5 %%.", line=line.strip()))
            continue
        place = say("Kombination %(lots)s", lots=parts["lots"])
        figure = read_amount(parts["figure"], place, faults) or Decimal(0)
        lots = tuple(sorted({int(part) for part in parts["lots"].split("+")}))
        check_combination(lots, version)
        found.append(Combination(lots=lots, discount_percent=figure) if parts["unit"] == "%" else Combination(lots=lots, price=figure))
    return tuple(found)


def check_combination(lots: tuple[int, ...], version: TenderVersion) -> None:
    """Refuse a combination that was not announced."""
    known = {position.tender_lot.number for position in version.positions}
    announced = {tuple(sorted(group)) for group in version.combinations}
    if not version.packages_admitted or not set(lots) <= known or (announced and lots not in announced):
        raise CombinationNotAdmitted


def read_charges(typed: Mapping[str, str], version: TenderVersion, faults: list[Message]) -> dict[str, Decimal]:
    """Read the delivery charges by the id of the municipality; an empty field is free delivery."""
    found: dict[str, Decimal] = {}
    for municipality_id, name in places_of(version).items():
        amount = read_amount(typed.get(municipality_id, ""), say("Lieferkosten %(name)s", name=name), faults)
        if amount:
            found[municipality_id] = amount
    return found


def places_of(version: TenderVersion) -> dict[str, str]:
    """Return the municipalities that are delivered to, id as text → name, by name."""
    buyers = [buyer.municipality for buyer in version.tender.buyers if buyer.withdrawn_at is None]
    return {str(one.id): one.name for one in sorted(buyers, key=lambda one: one.name)}


def with_sheet(before: BidContent, filled: FilledSheet, version: TenderVersion, faults: list[Message]) -> BidContent:
    """Put prices and terms of a filled price sheet into a bid; what a sheet of an older kind does not ask for stays."""
    ids = {name: key for key, name in places_of(version).items()}
    typed = {ids[name]: text for name, text in (filled.delivery or {}).items() if name in ids}
    return replace(
        before,
        lines=filled.lines,
        stated_sum=filled.stated_sum,
        discount_percent=filled.discount_percent,
        skonto_percent=filled.skonto_percent,
        skonto_days=filled.skonto_days,
        minimum_value=before.minimum_value if filled.minimum_value is None else read_amount(filled.minimum_value, say("Mindestauftragswert"), faults),
        delivery=before.delivery if filled.delivery is None else read_charges(typed, version, faults),
        combinations=before.combinations if filled.combinations is None else read_combinations("\n".join(filled.combinations), version, faults),
    )
