"""The JSON file of lots, bids and rules, read strictly and raw, and the answer written; pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from typing import Any, NoReturn

from commons.errors import RuleBroken
from commons.words import Message, say

AMOUNT = re.compile(r"-?\d{1,15}(\.\d{1,10})?")
KEYS = {
    "file": ("lots", "bids", "rules", "places"),
    "bids": ("bidder", "firm", "lots", "packages", "discounts", "minimum_value", "delivery"),
    "packages": ("lots", "price"),
    "discounts": ("lots", "percent"),
    "rules": ("max_lots_per_bidder", "max_bidders", "packages_admitted", "seed"),
}


class AwardFileFaulty(RuleBroken):
    """A file that can be read in two ways, or not at all, is refused with the place of the fault."""

    def __init__(self, place: str, fault: Message) -> None:
        super().__init__(say("%(place)s: %(fault)s", place=place or say("Die Datei"), fault=fault))
        self.place = place


@dataclass(frozen=True, kw_only=True)
class RawPackage:
    """Lots and one amount: a price, or the percent of a discount."""

    lots: tuple[str, ...]
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class RawBid:
    """One bid as it stands in the file."""

    bidder: str
    lots: Mapping[str, Decimal]
    packages: tuple[RawPackage, ...]
    discounts: tuple[RawPackage, ...]
    minimum_value: Decimal | None
    delivery: Mapping[str, Decimal]
    firm: str


@dataclass(frozen=True, kw_only=True)
class RawAwardFile:
    """The whole file; `notes` are sentences about what was read but plays no part."""

    lots: tuple[str, ...]
    bids: tuple[RawBid, ...]
    max_lots_per_bidder: int | None
    max_bidders: int | None
    packages_admitted: bool
    seed: str
    places: Mapping[str, tuple[str, ...]]
    notes: tuple[str, ...] = field(default=())


def read(content: bytes) -> RawAwardFile:
    """Read lots, bids and rules; numbers are decimal strings or JSON numbers, kept exactly."""
    try:
        data = json.loads(content, parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise AwardFileFaulty("", say("Sie ist kein lesbares JSON.")) from error
    whole = _object(data, "")
    notes: list[str] = []
    _check_keys(whole, "file", "", notes)
    rules = _object(_given(whole, "rules", {}), "rules")
    _check_keys(rules, "rules", "rules", None)
    lots = _texts(_required(whole, "lots", ""), "lots")
    places = _places(whole, lots)
    return RawAwardFile(
        lots=lots,
        bids=tuple(_bid(bid, f"bids[{index}]", places, notes) for index, bid in enumerate(_list(_required(whole, "bids", ""), "bids"))),
        max_lots_per_bidder=_count(rules.get("max_lots_per_bidder"), "rules.max_lots_per_bidder"),
        max_bidders=_count(rules.get("max_bidders"), "rules.max_bidders"),
        packages_admitted=_switch(rules.get("packages_admitted"), "rules.packages_admitted"),
        seed=_text(_given(rules, "seed", ""), "rules.seed"),
        places=places,
        notes=tuple(notes),
    )


def write(answer: Mapping[str, object]) -> str:
    """Write an answer as JSON."""
    return json.dumps(answer, ensure_ascii=False, indent=1)


def _places(whole: Mapping[str, Any], lots: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    places = {lot: _texts(names, f"places.{lot}") for lot, names in _object(_given(whole, "places", {}), "places").items()}
    for lot in places:
        if lot not in lots:
            raise AwardFileFaulty(f"places.{lot}", say("Dieses Los gibt es nicht."))
    return places


def _bid(data: object, place: str, places: Mapping[str, tuple[str, ...]], notes: list[str]) -> RawBid:
    bid = _object(data, place)
    _check_keys(bid, "bids", place, notes)
    least = bid.get("minimum_value")
    delivery = _amounts(_given(bid, "delivery", {}), f"{place}.delivery")
    notes += [
        f"{place}.delivery.{name} wird nicht ausgewertet: Dorthin wird kein Los geliefert." for name in delivery if name not in {*chain(*places.values())}
    ]
    return RawBid(
        bidder=_name(_required(bid, "bidder", place), f"{place}.bidder"),
        lots=_amounts(_given(bid, "lots", {}), f"{place}.lots"),
        packages=_packages(_given(bid, "packages", []), "packages", "price", f"{place}.packages", notes),
        discounts=_packages(_given(bid, "discounts", []), "discounts", "percent", f"{place}.discounts", notes),
        minimum_value=None if least is None else _amount(least, f"{place}.minimum_value"),
        delivery=delivery,
        firm=_text(_given(bid, "firm", ""), f"{place}.firm"),
    )


def _packages(data: object, kind: str, amount: str, place: str, notes: list[str]) -> tuple[RawPackage, ...]:
    packages = []
    for index, item in enumerate(_list(data, place)):
        here = f"{place}[{index}]"
        package = _object(item, here)
        _check_keys(package, kind, here, notes)
        lots = _texts(_required(package, "lots", here), f"{here}.lots")
        packages.append(RawPackage(lots=lots, amount=_amount(_required(package, amount, here), f"{here}.{amount}")))
    return tuple(packages)


def _check_keys(data: Mapping[str, Any], kind: str, place: str, notes: list[str] | None) -> None:
    """Note what is not known; among the rules it is refused, for a rule that is overlooked would change the award."""
    for key in data:
        if key not in KEYS[kind]:
            if notes is None and data[key] is not None:
                raise AwardFileFaulty(f"{place}.{key}", say("Diese Regel ist nicht bekannt."))
            if notes is not None:
                notes.append(f"{place}.{key}".lstrip(".") + " wird nicht ausgewertet.")


def _required(data: Mapping[str, Any], key: str, place: str) -> object:
    if key not in data:
        raise AwardFileFaulty(place, say("Die Angabe „%(key)s“ fehlt.", key=key))
    return data[key]


def _given(data: Mapping[str, Any], key: str, otherwise: object) -> object:
    """Return what stands under a key; null is the same as nothing, while 0, false or an empty text are looked at."""
    return otherwise if data.get(key) is None else data[key]


def _object(data: object, place: str) -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise AwardFileFaulty(place, say("Hier wird ein Objekt { … } erwartet."))
    return data


def _list(data: object, place: str) -> list[Any]:
    if not isinstance(data, list):
        raise AwardFileFaulty(place, say("Hier wird eine Liste [ … ] erwartet."))
    return data


def _text(data: object, place: str) -> str:
    if not isinstance(data, str):
        raise AwardFileFaulty(place, say("Hier wird ein Text erwartet."))
    if not data.isprintable():
        raise AwardFileFaulty(place, say("Der Text enthält Zeichen, die sich nicht schreiben lassen."))
    return data


def _name(data: object, place: str) -> str:
    if not _text(data, place).strip():
        raise AwardFileFaulty(place, say("Der Name ist leer."))
    return str(data)


def _texts(data: object, place: str) -> tuple[str, ...]:
    texts = tuple(_name(item, f"{place}[{index}]") for index, item in enumerate(_list(data, place)))
    if len(set(texts)) != len(texts):
        raise AwardFileFaulty(place, say("Ein Name steht zweimal in der Liste."))
    return texts


def _amounts(data: object, place: str) -> dict[str, Decimal]:
    return {key: _amount(value, f"{place}.{key}") for key, value in _object(data, place).items()}


def _amount(data: object, place: str) -> Decimal:
    text = str(data) if isinstance(data, (str, int, Decimal)) and not isinstance(data, bool) else ""
    if not AMOUNT.fullmatch(text):
        shown = text or json.dumps(data, ensure_ascii=False, default=str)
        raise AwardFileFaulty(place, say("„%(text)s“ ist kein Betrag. Erwartet wird eine Zahl mit Punkt wie „180000.00“.", text=shown))
    return Decimal(text)


def _count(data: object, place: str) -> int | None:
    if data is None:
        return None
    text = str(data) if isinstance(data, (str, int)) and not isinstance(data, bool) else ""
    if not re.fullmatch(r"\d{1,9}", text):
        raise AwardFileFaulty(place, say("„%(text)s“ ist keine Anzahl.", text=text or json.dumps(data, ensure_ascii=False, default=str)))
    return int(text)


def _switch(data: object, place: str) -> bool:
    if data is not None and not isinstance(data, bool):
        raise AwardFileFaulty(place, say("Hier wird true oder false erwartet."))
    return bool(data)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    keys = [key for key, _value in pairs]
    if len(set(keys)) != len(keys):
        twice = next(key for key in keys if keys.count(key) > 1)
        raise AwardFileFaulty(twice, say("Dieser Schlüssel steht zweimal im selben Objekt."))
    return dict(pairs)


def _no_number(text: str) -> NoReturn:
    raise AwardFileFaulty(text, say("Das ist keine Zahl."))
