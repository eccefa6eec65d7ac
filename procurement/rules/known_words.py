"""Words that the product knows: synonyms, brands and what they stand for, words without meaning."""

import functools
import re
from dataclasses import dataclass

from commons.shipped import parts, rows
from procurement.rules.article_text import LETTERS
from procurement.rules.word_forms import stem

Stems = tuple[str, ...]


@dataclass(frozen=True)
class Vocabulary:
    """What words mean the same, by stems; `longest` is the number of words in the longest phrase."""

    same: dict[Stems, Stems]
    brands: dict[Stems, Stems]
    inside: dict[str, Stems]
    fillers: frozenset[str]
    whole: frozenset[str]
    words: frozenset[str]
    longest: int


def words_in(text: str) -> list[str]:
    """Cut a phrase into folded words."""
    lower = "".join(LETTERS.get(character, character) for character in text.lower())
    return re.findall(r"[a-z0-9]+", lower)


def stems_of(text: str, language: str = "de") -> Stems:
    """Return the stems of a phrase."""
    return tuple(stem(word, language) for word in words_in(text))


def _bare(phrase: Stems, fillers: frozenset[str]) -> Stems:
    """Leave out words without meaning inside a phrase, as they are left out of the lines."""
    return tuple(own for own in phrase if own not in fillers) or phrase


@functools.lru_cache(maxsize=16)
def vocabulary(language: str = "de", own: tuple[tuple[str, str], ...] = ()) -> Vocabulary:
    """Return the shipped vocabulary together with the synonyms of the association."""
    same: dict[Stems, Stems] = {}
    for word, meaning in own:
        same[stems_of(word, language)] = stems_of(meaning, language)
    words: set[str] = set()
    inside: dict[str, Stems] = {}
    for row in rows("synonyms.csv"):
        canonical = stems_of(row["canonical"], language)
        words.update(words_in(row["canonical"]))
        for variant in parts(row["variants"]):
            words.update(words_in(variant))
            same.setdefault(stems_of(variant, language), same.get(canonical, canonical))
            if row["inside_compounds"] == "yes":
                inside[stem(variant, language)] = canonical
    brands = {stems_of(row["brand"], language): stems_of(row["stands_for"], language) for row in rows("brands.csv")}
    fillers = frozenset(stem(word, language) for row in rows("filler_words.csv") for word in parts(row["words"]) if " " not in word)
    words.update(word for row in rows("cpv.csv") for word in words_in(f"{row['german_label']} {row['keywords']}"))
    words.update(word for name in ("attribute_words.csv", "whole_words.csv", "goods_words.csv") for row in rows(name) for word in words_in(row["words"]))
    words.update(word for row in rows("abbreviations.csv") for word in words_in(row["long"]))
    longest = max(map(len, [*same, *brands]))
    whole = frozenset(stem(word, language) for row in rows("whole_words.csv") for word in parts(row["words"]))
    same = {_bare(key, fillers): value for key, value in same.items()}
    different = {key: value for key, value in same.items() if key != value}
    return Vocabulary(same=different, brands=brands, inside=inside, fillers=fillers, whole=whole, words=frozenset(words), longest=longest)
