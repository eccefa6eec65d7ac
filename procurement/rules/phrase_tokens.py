"""Cut what a clerk writes about amounts into numbers, units and marks."""

import functools
import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto

from commons.errors import RuleBroken
from commons.numbers import NumberLanguage, read_number
from commons.units import Unit, standard_units

CONNECTING = {
    "à",
    "a",
    "á",
    "zu",
    "mit",
    "je",
    "x",
    "×",
    "*",
    "=",
    ":",
    "von",
    "inhalt",
    "enthält",
    "ca",
    "ca.",
    "mal",
    "mit je",
    "zu je",
    "of",
    "with",
    "-",
    "–",
    "(",
}
PER = {"/", "je", "pro", "per", "a", "im", "in"}
TOKEN = re.compile(
    r"(?P<each>\d+(?=-?er\b)-?er\b)"
    r"|(?P<number>\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?![\d.,]|-?er\b)|\d+(?:[.,]\d+)*|(?<![\w.,])[.,]\d+)"
    r"|(?P<code>(?<!\d)(?!x\d)[^\W\d_]+\d[\w]*)"
    r"|(?P<word>[^\W\d_]+[²³]?\.?|µm?|%)"
    r"|(?P<mark>[^\s\w]|[²³])",
    re.IGNORECASE,
)


class Kind(Enum):
    """What a token is."""

    NUMBER = auto()
    EACH = auto()
    UNIT = auto()
    WORD = auto()
    MARK = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A number, a unit or a word, and where it stands."""

    kind: Kind
    text: str
    start: int
    end: int
    number: Decimal = Decimal(0)
    units: tuple[Unit, ...] = ()

    @property
    def unit(self) -> Unit:
        """Return the most likely unit."""
        return self.units[0]

    def connects(self) -> bool:
        """Tell whether the token only ties a pack to its content."""
        return self.text.lower() in CONNECTING


@functools.lru_cache(maxsize=20_000)
def tokens(text: str, language: NumberLanguage = NumberLanguage.GERMAN) -> tuple[Token, ...]:
    """Cut a text about an amount; raises where a number in it is ambiguous or foreign."""
    return tuple(_joined([_token(found, language) for found in TOKEN.finditer(text)], text))


@functools.lru_cache(maxsize=50_000)
def article_tokens(text: str, language: NumberLanguage = NumberLanguage.GERMAN) -> tuple[Token, ...]:
    """Cut the text of an article; what is no clear number in it, such as RSM 7.1.1, is a word."""
    return tuple(_joined([_lenient_token(found, language) for found in TOKEN.finditer(text)], text))


def _lenient_token(found: "re.Match[str]", language: NumberLanguage) -> Token:
    try:
        return _token(found, language)
    except RuleBroken:
        return Token(Kind.WORD, found[0], found.start(), found.end())


def _token(found: "re.Match[str]", language: NumberLanguage) -> Token:
    text, start, end = found[0], found.start(), found.end()
    if found["each"]:
        return Token(Kind.EACH, text, start, end, Decimal(re.sub(r"\D", "", text)))
    if found["number"]:
        return Token(Kind.NUMBER, text, start, end, read_number(text, language=language))
    units = _units(text) if found["word"] or found["code"] in {"m2", "m3", "dm3"} else ()
    if units:
        return Token(Kind.UNIT, text, start, end, Decimal(0), units)
    return Token(Kind.WORD if found["word"] or found["code"] else Kind.MARK, text, start, end)


def _units(word: str) -> tuple[Unit, ...]:
    if word in {"a", "à", "je", "X", "x", "s", "h", "d", "AT", "in", "%"}:
        return ()
    exact = standard_units().find(word)
    others = tuple(unit for unit in standard_units().candidates(word) if unit != exact)
    return (exact, *others) if exact else others


def _joined(found: list[Token], text: str) -> list[Token]:
    """Join two words that name one unit, such as Big Bag."""
    joined: list[Token] = []
    for token in found:
        last = joined[-1] if joined else None
        if last and last.kind in {Kind.WORD, Kind.UNIT} and token.kind in {Kind.WORD, Kind.UNIT} and last.text[0].isalpha() and token.text[0].isalpha():
            both = text[last.start : token.end]
            unit = standard_units().find(both) if " " in both or "-" in both else None
            if unit:
                joined[-1] = Token(Kind.UNIT, both, last.start, token.end, Decimal(0), (unit,))
                continue
        joined.append(token)
    return joined
