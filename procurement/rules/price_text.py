"""Read what was paid: a number, or a text with currency and the unit that the price refers to."""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from commons.errors import RuleBroken
from commons.money import net_of
from commons.numbers import NumberLanguage, read_number
from commons.units import standard_units
from commons.words import say
from procurement.rules.amounts import Amount
from procurement.rules.contents import content_of
from procurement.rules.pack_phrases import PackPhrase, phrase_at
from procurement.rules.phrase_tokens import Kind, Token, article_tokens, tokens

NO_PRICE = re.compile(
    r"(k\.? ?a\.?|keine angaben?|(preis )?(auf|nach) anfrage|a\. ?a\.?|n\.? ?n\.?|n\.? ?a\.?|n/a"
    r"|\?+|-+|–|—|unbekannt|offen|tbd|noch nie gekauft|neu|entf(ä|ae)llt|kein preis|none|\.+"
    r"|(siehe|s\.|lt\.|laut|gem(ä|ae)(ß|ss)|nach) ?(angebot|rechnung|(rahmen)?vertrag|liste|preisliste|katalog|anlage|aufwand)"
    r"|rahmenvertrag|lagerware|vorhanden|tagespreis|marktpreis|variabel|wechselnd)",
    re.IGNORECASE,
)
FOREIGN = re.compile(r"£|\$|\b(?:USD|GBP|CHF|PLN|CZK)\b", re.IGNORECASE)
CURRENCY = re.compile(r"€|\bEUR(?:O|os)?\b|£|\$|\bUSD\b|\bGBP\b|\bCHF\b", re.IGNORECASE)
LEADING = re.compile(r"^\s*(?:ca\.?|circa|rund|etwa|je|à|ab|zuletzt|ungef(?:ä|ae)hr)\s+", re.IGNORECASE)
PRICE = re.compile(r"(?P<number>[-−–+]? ?(?:\d[\d.,' \u00a0]*|[.,]\d+)(?:[-—]{1,2})?)\s*(?P<rest>.*)", re.DOTALL)
VAT = re.compile(
    r"(\d{1,2}(?:[.,]\d)?) ?% ?(?:ige ?)?(?:mwst|ust|mehrwertsteuer|umsatzsteuer|vat)|(?:mwst|ust|vat)\.?:? ?(\d{1,2}(?:[.,]\d)?) ?%", re.IGNORECASE
)
REFERENCE = re.compile(r"^\s*(?:/|je|pro|per|p\.|für|fuer|à|a)\s*", re.IGNORECASE)


class PriceNegative(RuleBroken):
    """A negative price is refused and its sign is kept."""

    def __init__(self, price: Decimal) -> None:
        super().__init__(say("Der Preis %(price)s ist negativ. Bitte berichtigen Sie ihn oder lassen Sie ihn weg.", price=price), field="price")
        self.price = price


class PriceUnclear(RuleBroken):
    """A price whose number or unit nobody can tell is asked about."""

    def __init__(self, written: str) -> None:
        super().__init__(
            say("Bei „%(written)s“ ist nicht klar, welcher Preis für welche Einheit gilt. Bitte ergänzen Sie ihn oder lassen Sie ihn weg.", written=written),
            field="price",
        )
        self.written = written


class PriceForeign(RuleBroken):
    """A price in another currency is not taken for euros."""

    def __init__(self, written: str) -> None:
        message = say("Der Preis „%(written)s“ ist nicht in Euro. Bitte nennen Sie ihn in Euro oder lassen Sie ihn weg.", written=written)
        super().__init__(message, field="price")
        self.written = written


@dataclass(frozen=True, kw_only=True, slots=True)
class PriceTerms:
    """How prices of a list are meant: with or without tax, at which rate, in which number language."""

    gross: bool
    vat_percent: Decimal
    language: NumberLanguage = NumberLanguage.GERMAN


@dataclass(frozen=True, kw_only=True, slots=True)
class Price:
    """A net price per unit as sent and per base unit, exact, and how it was said."""

    net: Fraction
    net_per_base_unit: Fraction
    gross: bool
    vat_percent: Decimal


def price_of(written: Decimal | str, amount: Amount, article: str, terms: PriceTerms, *, per: Decimal | None = None) -> Price | None:
    """Read a price of a line, None where the clerk says that there is none."""
    if isinstance(written, Decimal):
        number, reference = written, ""
    else:
        said = _number_and_reference(written, terms.language)
        if said is None:
            return None
        number, reference = said
    if number < 0:
        raise PriceNegative(number)
    if number == 0:  # a list that knows no last price writes 0; only a bid of 0 needs an explanation
        return None
    net = net_of(number, terms.vat_percent) if terms.gross else Fraction(number)
    base = _referred_to(reference, amount, article, str(written), terms.language) * Fraction(per or 1)
    per_base = net / base
    return Price(net=per_base * Fraction(amount.content.factor), net_per_base_unit=per_base, gross=terms.gross, vat_percent=terms.vat_percent)


def vat_said(*texts: str) -> Decimal | None:
    """Return the rate of value added tax that a note states."""
    for text in texts:
        found = VAT.search(text)
        if found:
            return Decimal((found[1] or found[2]).replace(",", "."))
    return None


def _number_and_reference(written: str, language: NumberLanguage) -> tuple[Decimal, str] | None:
    if language is NumberLanguage.GERMAN and FOREIGN.search(written):
        raise PriceForeign(written.strip())
    text = LEADING.sub("", CURRENCY.sub(" ", written).strip())
    bare = text.strip(" .()")
    if not bare or NO_PRICE.fullmatch(bare):
        return None
    found = PRICE.fullmatch(text)
    if not found:
        raise PriceUnclear(written.strip())
    rest = VAT.sub("", re.sub(r"\b(netto|brutto|net|gross|zzgl\.?.*|inkl\.?.*|exkl\.?.*)\b", "", found["rest"], flags=re.IGNORECASE))
    return read_number(found["number"].strip(), language=language), rest.strip(" ,;")


def _referred_to(reference: str, amount: Amount, article: str, written: str, language: NumberLanguage) -> Fraction:
    """Return how many base units the price pays for."""
    text = REFERENCE.sub("", reference).strip(" .()")
    if not text:
        return Fraction(amount.content.factor)
    found = tokens(text, language)
    count = found[0].number if found and found[0].kind is Kind.NUMBER and not _each(found) else None
    read = phrase_at(found, 1 if count is not None else 0)
    if read is None:
        if count is not None and len(found) == 1:
            return Fraction(count) * Fraction(amount.content.factor)
        raise PriceUnclear(written.strip())
    return Fraction(count if count is not None else 1) * _content(read[0], amount, article, written, language)


def _each(found: tuple[Token, ...]) -> bool:
    return found[0].kind is Kind.EACH


def _content(phrase: PackPhrase, amount: Amount, article: str, written: str, language: NumberLanguage) -> Fraction:
    """Return the base units in the unit named: said there, known from the line, or fixed."""
    known = dict(amount.content.packs)
    code = phrase.units[0].code
    if not phrase.levels:
        for unit in phrase.units:
            if unit.code in known:
                return Fraction(known[unit.code])
        if phrase.units[0].is_pack and _is_as_sent(phrase, amount):
            return Fraction(amount.content.factor)
    if not phrase.levels and not phrase.units[0].is_pack and _fits(code, amount.content.base):
        return Fraction(phrase.units[0].factor or 1)
    try:
        content = content_of(phrase.units, phrase.levels, article_tokens(article, language), article)
    except RuleBroken as broken:
        raise PriceUnclear(written.strip()) from broken
    if not _fits(content.base, amount.content.base):
        raise PriceUnclear(written.strip())
    return Fraction(content.factor)


def _is_as_sent(phrase: PackPhrase, amount: Amount) -> bool:
    sent = article_tokens(amount.unit)
    return any(token.kind is Kind.UNIT and set(token.units) & set(phrase.units) for token in sent[:2])


def _fits(code: str, base: str) -> bool:
    if code == base:
        return True
    countable = {"C62", "H87", "LEF"}
    unit = standard_units().of_code(code)
    return unit.base == base or ({unit.base, base} <= countable)
