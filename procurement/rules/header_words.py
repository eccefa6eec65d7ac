"""What a heading of a column means."""

import functools
import re
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import Levenshtein

from commons.shipped import parts, rows

FUZZY_FROM = 6
FOLD = {ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("#"): " nr "}
MOST_TYPOS = 0.82


class Field(StrEnum):
    """What a column of a demand list holds."""

    POSITION = "position"
    ARTICLE = "article"
    SPECIFICATION = "specification"
    QUANTITY = "quantity"
    UNIT = "unit"
    CONTENT = "content"
    TOTAL = "total"
    TOTAL_UNIT = "total_unit"
    PRICE = "price"
    AMOUNT = "amount"
    VAT = "vat"
    PRICE_UNIT = "price_unit"
    PLACE = "place"
    NOTE = "note"
    ACCOUNT = "account"
    DEPARTMENT = "department"
    GROUP = "group"
    ARTICLE_NUMBER = "article_number"
    EAN = "ean"
    BRAND = "brand"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class Meaning:
    """A field that a heading may mean, and how strongly the words say so."""

    field: Field
    strength: float


@dataclass(frozen=True, slots=True)
class _Phrase:
    field: Field
    words: tuple[str, ...]
    weight: int


def words_of(heading: str) -> tuple[str, ...]:
    """Cut a heading into folded words."""
    text = heading.casefold().translate(FOLD)
    return tuple(word for word in re.split(r"[^a-z0-9]+", text) if word)


@functools.cache
def _phrases() -> tuple[_Phrase, ...]:
    return tuple(_Phrase(Field(row["field"]), words_of(phrase), int(row["weight"])) for row in rows("header_words.csv") for phrase in parts(row["phrases"]))


@functools.lru_cache(maxsize=4096)
def meanings(heading: str) -> tuple[Meaning, ...]:
    """Return what a heading may mean, the strongest first."""
    words = words_of(heading)
    best: dict[Field, float] = {}
    for phrase in _phrases():
        strength = _strength(phrase, words)
        if strength > best.get(phrase.field, 0):
            best[phrase.field] = strength
    return tuple(sorted((Meaning(field, strength) for field, strength in best.items()), key=lambda meaning: -meaning.strength))


def _strength(phrase: _Phrase, words: tuple[str, ...]) -> float:
    if not words or len(phrase.words) > len(words) or not all(any(_same(word, given) for given in words) for word in phrase.words):
        return 0.0
    share = len(phrase.words) / len([word for word in words if not word.isdecimal()] or words)
    place = 0.02 * (len(words) - min(index for index, given in enumerate(words) if any(_same(word, given) for word in phrase.words)))
    return (len(phrase.words) + min(share, 1.0)) * phrase.weight / 10 + place


def _same(word: str, given: str) -> bool:
    if word == given:
        return True
    return len(word) >= FUZZY_FROM and abs(len(word) - len(given)) <= 2 and Levenshtein.normalized_similarity(word, given) >= MOST_TYPOS
