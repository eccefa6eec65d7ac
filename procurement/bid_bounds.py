"""What of a bid can be kept and reckoned with: figures within bounds, texts without control characters; the rest is named and does not count."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from commons.errors import RuleBroken
from commons.words import Message, say
from procurement.bid_reading import check_combination
from procurement.exchange.bid_file import BidContent, BidUnreadable, Combination, PricedLine
from procurement.models import TenderVersion

LARGEST = Decimal(10) ** 10  # what the award reckons with; a line above it is a slip or an attack
PERCENT = Decimal(100)
MOST_DAYS = 365
EXTRA_LINES = 1000  # a bidder may add lines of the own, which excludes; so many more are no bid
LENGTHS = {"address": 300, "contact": 200, "remark": 4000, "text": 4000, "number": 40, "unit": 40, "fingerprint": 64}


@dataclass
class _Bounds:
    """Name each figure that does not count."""

    faults: list[Message]

    def figure(self, value: Decimal | None, place: Message, *, places: int, most: Decimal = LARGEST) -> Decimal | None:
        """Return a figure from zero to `most` with at most so many places, else None."""
        if value is None or (0 <= value <= most and value == round(value, places)):
            return value
        self.refuse(value, place)
        return None

    def refuse(self, value: object, place: Message) -> None:
        """Name what does not count."""
        self.faults.append(say("%(place)s: „%(value)s“ ist nicht möglich und zählt nicht.", place=place, value=_plain(str(value), 30)))


def within_bounds(content: BidContent, version: TenderVersion, faults: list[Message]) -> BidContent:
    """Return a bid as it can be kept: whoever seals alone may have written anything, and no bid may keep the others from being opened."""
    bounds = _Bounds(faults)
    if len(content.lines) > len(version.positions) + EXTRA_LINES:
        raise BidUnreadable
    return replace(
        content,
        address=_plain(content.address, LENGTHS["address"]),
        contact=_plain(content.contact, LENGTHS["contact"]),
        remark=_plain(content.remark, LENGTHS["remark"]),
        lines=tuple(_line(line, bounds) for line in content.lines),
        stated_sum=bounds.figure(content.stated_sum, say("Summe"), places=2),
        discount_percent=bounds.figure(content.discount_percent, say("Nachlass"), places=4, most=PERCENT) or Decimal(0),
        skonto_percent=bounds.figure(content.skonto_percent, say("Skonto"), places=4, most=PERCENT) or Decimal(0),
        skonto_days=_days(content.skonto_days, bounds),
        minimum_value=bounds.figure(content.minimum_value, say("Mindestauftragswert"), places=2),
        subcontract_percent=bounds.figure(content.subcontract_percent, say("Unteraufträge"), places=4, most=PERCENT) or Decimal(0),
        delivery=_charges(content.delivery, version, bounds),
        combinations=tuple(one for one in content.combinations if _is_sound(one, version, bounds)),
        statements={_plain(key, LENGTHS["text"]): _plain(text, LENGTHS["remark"]) for key, text in content.statements.items()},
    )


def _line(line: PricedLine, bounds: _Bounds) -> PricedLine:
    place = say("Position %(number)s", number=_plain(line.number, LENGTHS["number"]))
    texts = {name: _plain(getattr(line, name), LENGTHS[name]) for name in ("number", "text", "unit", "fingerprint")}
    sound = replace(
        line,
        **texts,
        quantity=bounds.figure(line.quantity, say("Menge zu %(place)s", place=place), places=6) or Decimal(0),
        unit_price=bounds.figure(line.unit_price, say("Preis zu %(place)s", place=place), places=4),
        stated_total=bounds.figure(line.stated_total, say("Gesamtpreis zu %(place)s", place=place), places=2),
        vat_percent=bounds.figure(line.vat_percent, say("Steuersatz zu %(place)s", place=place), places=4, most=PERCENT) or Decimal(0),
    )
    if sound.unit_price is not None and sound.unit_price * sound.quantity > LARGEST:
        bounds.refuse(sound.unit_price, say("Preis zu %(place)s", place=place))
        return replace(sound, unit_price=None)
    return sound


def _days(days: int | None, bounds: _Bounds) -> int | None:
    if days is None or 0 < days <= MOST_DAYS:
        return days
    bounds.refuse(days, say("Skonto innerhalb von Tagen"))
    return None


def _charges(delivery: Mapping[str, Decimal], version: TenderVersion, bounds: _Bounds) -> dict[str, Decimal]:
    names = {str(buyer.municipality_id): buyer.municipality.name for buyer in version.tender.buyers}  # also of one that left since the bid
    sound: dict[str, Decimal] = {}
    for key, charge in delivery.items():
        if key not in names:
            bounds.refuse(key, say("Lieferkosten"))
        elif (amount := bounds.figure(charge, say("Lieferkosten %(name)s", name=names[key]), places=2)) is not None:
            sound[key] = amount
    return sound


def _is_sound(one: Combination, version: TenderVersion, bounds: _Bounds) -> bool:
    place = say("Kombination %(lots)s", lots="+".join(map(str, one.lots[:20])))
    try:
        check_combination(tuple(sorted(one.lots)), version)
    except RuleBroken as broken:
        bounds.faults.append(say("%(place)s: %(why)s", place=place, why=broken.message))
        return False
    if (one.price is None) == (one.discount_percent is None) or len(set(one.lots)) < 2:
        bounds.refuse(one.price, place)
        return False
    price = bounds.figure(one.price, place, places=2)
    percent = bounds.figure(one.discount_percent, place, places=4, most=PERCENT)
    return price is not None or percent is not None


def _plain(text: str, length: int) -> str:
    """Return a text that every database keeps: without control characters and halves of characters, and not endless."""
    return "".join(letter if letter.isprintable() or letter in "\n\t" else " " for letter in text[:length])
