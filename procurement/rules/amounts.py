"""Read how much is wanted, from a quantity cell and a unit cell, and bring it to the base unit."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from commons.errors import RuleBroken
from commons.numbers import NotANumber, NumberLanguage, read_number
from commons.units import NotComparable, Unit, standard_units
from commons.words import say
from procurement.rules.contents import Content, PackContentMissing, content_of, units_named
from procurement.rules.pack_phrases import PackPhrase, levels_at, phrase_at
from procurement.rules.phrase_tokens import Kind, Token, article_tokens, tokens

WHOLE = {"C62", "PR", "LEF"}
EACH_OF = re.compile(r"^\s*(?:je(?:weils)?|à|jeder?)\s+\d", re.IGNORECASE)
PIECE = standard_units().of_code("H87")


class QuantityNegative(RuleBroken):
    """A return is no demand: a negative quantity is refused and its sign is kept."""

    def __init__(self, quantity: Decimal) -> None:
        super().__init__(
            say("Die Menge %(quantity)s ist negativ. Eine Rückgabe ist kein Bedarf; bitte streichen Sie die Zeile.", quantity=quantity), field="quantity"
        )
        self.quantity = quantity


class FractionOfWhole(RuleBroken):
    """A thing that cannot be divided is never rounded."""

    def __init__(self, quantity: Decimal, unit: str) -> None:
        super().__init__(
            say("%(quantity)s %(unit)s gibt es nicht: Dieser Artikel ist unteilbar. Bitte geben Sie eine ganze Zahl an.", quantity=quantity, unit=unit),
            field="quantity",
        )
        self.quantity, self.unit = quantity, unit


class SeveralArticles(RuleBroken):
    """One row that asks for so many of each is split by a person, never added up."""

    def __init__(self, written: str) -> None:
        super().__init__(
            say(
                "„%(written)s“ meint mehrere Artikel in einer Zeile. Bitte teilen Sie die Zeile auf, damit jeder Artikel seine eigene Menge hat.",
                written=written,
            ),
            field="article",
        )
        self.written = written


class UnitUnknown(RuleBroken):
    """A unit that nobody knows is asked about."""

    def __init__(self, written: str) -> None:
        super().__init__(say("Die Einheit „%(written)s“ ist nicht bekannt. Bitte geben Sie an, was gemeint ist.", written=written), field="unit")
        self.written = written


class QuantityUnclear(RuleBroken):
    """A quantity that is no single number is asked about."""

    def __init__(self, written: str) -> None:
        if written.startswith("#"):
            message = say("In dieser Zelle meldet die Tabelle einen Fehler: %(written)s. Bitte tragen Sie die Menge ein.", written=written)
        else:
            message = say("„%(written)s“ ist keine eindeutige Menge. Bitte geben Sie eine Zahl an.", written=written)
        super().__init__(message, field="quantity")
        self.written = written


@dataclass(frozen=True, kw_only=True, slots=True)
class Amount:
    """How much is wanted as sent, and in the base unit."""

    quantity: Decimal
    unit: str
    content: Content

    @property
    def in_base(self) -> Decimal:
        """Return the quantity in the base unit, exactly."""
        return (self.quantity * self.content.factor).normalize() + Decimal(0)


def amount_of(quantity: Decimal | str, unit: str, article: str, *, language: NumberLanguage = NumberLanguage.GERMAN) -> Amount:
    """Read an amount; raises the rule that the cell breaks."""
    number, phrase = _number_and_phrase(quantity, language)
    try:
        return _checked(_terms(str(quantity), unit, article, language) if number is None else _single(number, phrase or unit, article, language))
    except QuantityUnclear:
        raise QuantityUnclear(str(quantity).strip()) from None  # the whole cell, not the part that could not be read


def _number_and_phrase(quantity: Decimal | str, language: NumberLanguage) -> tuple[Decimal | None, str]:
    if isinstance(quantity, Decimal):
        return quantity, ""
    if EACH_OF.match(quantity):
        raise SeveralArticles(quantity.strip())
    try:
        return read_number(quantity, language=language), ""
    except NotANumber:
        if not any(character.isdecimal() for character in quantity):
            raise QuantityUnclear(quantity.strip()) from None
        return None, ""


def _checked(amount: Amount) -> Amount:
    if amount.quantity < 0:
        raise QuantityNegative(amount.quantity)
    whole = amount.content.base in WHOLE and amount.in_base != amount.in_base.to_integral_value()
    if whole or (amount.content.others and amount.quantity != amount.quantity.to_integral_value()):
        raise FractionOfWhole(amount.quantity, amount.unit)
    return amount


def _single(number: Decimal, unit: str, article: str, language: NumberLanguage) -> Amount:
    words = article_tokens(article, language)
    if not unit.strip():
        return Amount(quantity=number, unit="", content=content_of((PIECE,), (), words, article))
    return Amount(quantity=number, unit=unit.strip(), content=_content(unit, words, article, language))


def _content(unit: str, words: Sequence[Token], article: str, language: NumberLanguage) -> Content:
    named = units_named(unit)
    if named:
        return content_of(_fitting(named, article), (), words, article)
    found = tokens(unit.strip(), language)
    bare, after = levels_at(found, 0)
    if bare and not found[after:]:  # „10 l“ as the size of the pack
        return content_of((standard_units().of_code("XPK"),), bare, words, article)
    read = phrase_at(found, 0)
    if read is None or not _only_remarks(found[read[1] :]):
        raise UnitUnknown(unit.strip())
    return content_of(_fitting(read[0].units, article), read[0].levels, words, article)


def _fitting(named: Sequence[Unit], article: str) -> tuple[Unit, ...]:
    """Put the unit first whose full name stands in the article: „Kart.“ is a carton where the article says carton."""
    if len(named) == 1:
        return tuple(named)
    lower = article.casefold()
    said = [unit for unit in named if unit.name.casefold() in lower]
    carton_first = sorted(named, key=lambda unit: unit.code != "XCT")
    return tuple(dict.fromkeys([*(unit for unit in carton_first if unit in said), *(carton_first if any(unit.code == "XCT" for unit in named) else named)]))


def _only_remarks(rest: Sequence[Token]) -> bool:
    """What follows a complete amount may only be in brackets or a word."""
    return not any(token.kind is Kind.NUMBER for token in rest) or rest[0].text == "("


def _terms(written: str, unit: str, article: str, language: NumberLanguage) -> Amount:
    """Read „3 Karton à 5 Ries à 500 Bl + 7 Ries + 1 000 Blatt“: the packs of a term may explain those of the next."""
    words = article_tokens(article, language)
    known: dict[str, Decimal] = {}
    amounts = [_term(part, unit, words, article, known) for part in _parts(tokens(written.strip(), language), written)]
    first = amounts[0]
    if len(amounts) == 1:
        return first
    for other in amounts[1:]:
        if other.content.base != first.content.base:
            raise NotComparable(first.unit, other.unit)
    total = sum((amount.in_base for amount in amounts), Decimal(0))
    base = standard_units().of_code(first.content.base)
    packs = tuple({**dict(first.content.packs), **known}.items())
    return Amount(quantity=total, unit=base.name, content=Content(factor=Decimal(1), base=first.content.base, packs=packs))


def _parts(found: Sequence[Token], written: str) -> list[list[Token]]:
    parts: list[list[Token]] = [[]]
    for token in found:
        if token.text in {"+", "&", "und"}:
            parts.append([])
        else:
            parts[-1].append(token)
    if any(not part or part[0].kind is not Kind.NUMBER for part in parts):
        raise QuantityUnclear(written.strip())
    return parts


def _term(part: Sequence[Token], unit: str, words: Sequence[Token], article: str, known: dict[str, Decimal]) -> Amount:
    number, rest = part[0].number, part[1:]
    read = phrase_at(rest, 0)
    if read is None or not _only_remarks(rest[read[1] :]):
        raise QuantityUnclear(" ".join(token.text for token in part))
    phrase = read[0]
    written = _written(rest, phrase) or unit
    content = _known(phrase, known) or content_of(_fitting(phrase.units, article), phrase.levels, words, article)
    content = _with_brackets(content, rest[read[1] :], words, article)
    known.update({code: factor for code, factor in content.packs if code not in known})
    return Amount(quantity=number, unit=written, content=content)


def _known(phrase: PackPhrase, known: dict[str, Decimal]) -> Content | None:
    code = phrase.units[0].code
    if phrase.levels or code not in known:
        return None
    base = "LEF" if "LEF" in known or code in {"RM", "LEF"} else "C62"
    return Content(factor=known[code], base=base, packs=((code, known[code]),))


def _with_brackets(content: Content, rest: Sequence[Token], words: Sequence[Token], article: str) -> Content:
    """Keep the packs that stand in brackets behind a measure, such as „500 kg (Eimer 25 kg)“, for the price may refer to them."""
    inner = [token for token in rest if token.text not in {"(", ")"}]
    start = 1 if inner and inner[0].kind is Kind.NUMBER else 0
    read = phrase_at(inner, start)
    if read is None or not read[0].levels:
        return content
    try:
        said = content_of(read[0].units, read[0].levels, words, article)
    except PackContentMissing:
        return content
    if said.base != content.base:
        return content
    return Content(factor=content.factor, base=content.base, packs=(*content.packs, *said.packs), spans=content.spans, others=content.others)


def _written(found: Sequence[Token], phrase: PackPhrase) -> str:
    return " ".join(token.text for token in found if phrase.start <= token.start < phrase.end)
