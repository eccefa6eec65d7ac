"""The content of a bid as plain values and as the bytes that are sealed."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from commons.errors import RuleBroken
from commons.words import say

FORMAT = 1
# Plain digits only: an exponent could ask for gigabytes of zeros.
NUMBER = re.compile(r"-?\d{1,30}(\.\d{1,30})?")


class BidUnreadable(RuleBroken):
    """What an envelope holds must be a bid."""

    def __init__(self) -> None:
        super().__init__(say("Der Inhalt dieses Angebots lässt sich nicht lesen."))


@dataclass(frozen=True, kw_only=True)
class PricedLine:
    """One position as the bidder sends it back."""

    number: str
    text: str
    quantity: Decimal
    unit: str
    unit_price: Decimal | None
    stated_total: Decimal | None = None
    vat_percent: Decimal = Decimal(19)
    fingerprint: str = ""


@dataclass(frozen=True, kw_only=True)
class Combination:
    """Several lots at one price, or a discount in percent when all of them are won."""

    lots: tuple[int, ...]
    price: Decimal | None = None
    discount_percent: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class BidContent:
    """All that a bid says."""

    bidder: str
    address: str
    contact: str = ""
    lines: tuple[PricedLine, ...] = ()
    stated_sum: Decimal | None = None
    discount_percent: Decimal = Decimal(0)
    is_discount_in_place: bool = True
    skonto_percent: Decimal = Decimal(0)
    skonto_days: int | None = None
    minimum_value: Decimal | None = None
    delivery: Mapping[str, Decimal] = field(default_factory=dict)
    combinations: tuple[Combination, ...] = ()
    declarations: Mapping[str, bool] = field(default_factory=dict)
    statements: Mapping[str, str] = field(default_factory=dict)
    subcontract_percent: Decimal = Decimal(0)
    remark: str = ""


def encode(content: BidContent) -> bytes:
    """Return the bytes that are sealed."""
    data = {
        "format": FORMAT,
        **{name: getattr(content, name) for name in ("bidder", "address", "contact", "is_discount_in_place", "skonto_days", "remark")},
        **{name: _text(getattr(content, name)) for name in ("stated_sum", "discount_percent", "skonto_percent", "minimum_value", "subcontract_percent")},
        "lines": [_line(line) for line in content.lines],
        "delivery": {key: _text(value) for key, value in content.delivery.items()},
        "combinations": [{"lots": list(one.lots), "price": _text(one.price), "discount_percent": _text(one.discount_percent)} for one in content.combinations],
        "declarations": dict(content.declarations),
        "statements": dict(content.statements),
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def decode(raw: bytes) -> BidContent:
    """Read the bytes that were sealed; refuse what is no bid."""
    try:
        return _content(json.loads(raw))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BidUnreadable from error


def _content(data: Mapping[str, Any]) -> BidContent:
    if data["format"] != FORMAT:
        raise BidUnreadable
    return BidContent(
        bidder=str(data["bidder"]),
        address=str(data["address"]),
        contact=str(data.get("contact", "")),
        lines=tuple(_read_line(line) for line in data["lines"]),
        stated_sum=_number(data.get("stated_sum")),
        discount_percent=_number(data.get("discount_percent")) or Decimal(0),
        is_discount_in_place=data.get("is_discount_in_place", True) is True,
        skonto_percent=_number(data.get("skonto_percent")) or Decimal(0),
        skonto_days=int(data["skonto_days"]) if data.get("skonto_days") is not None else None,
        minimum_value=_number(data.get("minimum_value")),
        delivery={str(key): _number(value) or Decimal(0) for key, value in data.get("delivery", {}).items()},
        combinations=tuple(_combination(one) for one in data.get("combinations", [])),
        declarations={str(key): value is True for key, value in data.get("declarations", {}).items()},
        statements={str(key): str(value) for key, value in data.get("statements", {}).items()},
        subcontract_percent=_number(data.get("subcontract_percent")) or Decimal(0),
        remark=str(data.get("remark", "")),
    )


def _line(line: PricedLine) -> dict[str, object]:
    numbers = {name: _text(getattr(line, name)) for name in ("quantity", "unit_price", "stated_total", "vat_percent")}
    return {"number": line.number, "text": line.text, "unit": line.unit, "fingerprint": line.fingerprint, **numbers}


def _read_line(data: Mapping[str, Any]) -> PricedLine:
    return PricedLine(
        number=str(data["number"]),
        text=str(data["text"]),
        quantity=_number(data["quantity"]) or Decimal(0),
        unit=str(data["unit"]),
        unit_price=_number(data.get("unit_price")),
        stated_total=_number(data.get("stated_total")),
        vat_percent=_number(data.get("vat_percent")) or Decimal(0),
        fingerprint=str(data.get("fingerprint", "")),
    )


def _combination(data: Mapping[str, Any]) -> Combination:
    lots = tuple(int(lot) for lot in data["lots"])
    return Combination(lots=lots, price=_number(data.get("price")), discount_percent=_number(data.get("discount_percent")))


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _number(text: object) -> Decimal | None:
    if text is None or text == "":
        return None
    if not isinstance(text, str) or not NUMBER.fullmatch(text):
        raise BidUnreadable
    return Decimal(text)
