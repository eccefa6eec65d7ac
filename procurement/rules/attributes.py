"""What an article says of itself: format, weight, colour, size, norm, model. Two articles that say it differently are never the same."""

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from commons.shipped import parts, rows
from procurement.rules.article_text import Folded, word_pattern
from procurement.rules.measures import COMPILED
from procurement.rules.word_forms import stem


@dataclass(frozen=True, slots=True)
class Attribute:
    """A statement of a kind with its value, and where the folded text makes it."""

    kind: str
    value: str
    start: int
    end: int
    is_word: bool = False  # the words say it within a compound that is compared as a word too


WITH = re.compile(r"(?<![a-z0-9])(mit|ohne|with|without) +([a-z]{3,})")


def attributes_of(folded: Folded, *, without: Sequence[tuple[int, int]] = ()) -> list[Attribute]:
    """Return the statements of a folded text; parts of the original in `without` tell the pack and are left out."""
    found: list[Attribute] = []
    text = _masked(folded, without)
    for needs, pattern, make in COMPILED:
        if not any(need in text for need in needs):
            continue
        for match in list(pattern.finditer(text)):
            found.extend(Attribute(kind, value, match.start(), match.end()) for kind, value in make(match))
            text = text[: match.start()] + "~" * (match.end() - match.start()) + text[match.end() :]
    found.extend(_words(folded.text))
    found.extend(_with_or_without(folded.text))
    found.extend(_letter_sizes(folded, text))
    return found


def _masked(folded: Folded, without: Sequence[tuple[int, int]]) -> str:
    if not without:
        return folded.text
    return "".join("~" if any(start <= origin < end for start, end in without) else letter for letter, origin in zip(folded.text, folded.origin, strict=True))


@functools.cache
def _word_table() -> tuple[dict[str, tuple[str, str]], re.Pattern[str]]:
    table = {word: (row["kind"], row["value"]) for row in rows("attribute_words.csv") for word in parts(row["words"])}
    table.update({word[1:]: table.pop(word) for word in list(table) if word.startswith("+")})
    return table, word_pattern(table)


@functools.cache
def _compounds() -> frozenset[str]:
    return frozenset(word[1:] for row in rows("attribute_words.csv") for word in parts(row["words"]) if word.startswith("+"))


@functools.cache
def stating_stems() -> frozenset[str]:
    """Return the stems of the single words that state something, such as Konzentrat or Granulat."""
    return frozenset(stem(word) for word in _word_table()[0] if word.isalpha() and word not in _compounds())


def _words(text: str) -> Iterator[Attribute]:
    table, pattern = _word_table()
    plain = re.sub(r"[^a-z0-9]", " ", text)
    for found in pattern.finditer(plain):
        kind, value = table[" ".join(found[0].split())]
        if not ABBREVIATED.search(text, 0, found.start()):
            yield Attribute(kind, value, found.start(), found.end(), found[0] in _compounds())


ABBREVIATED = re.compile(r"[a-z]\.$")  # the rest of an abbreviated compound, „Spülm.tabs“


def _with_or_without(text: str) -> Iterator[Attribute]:
    for found in WITH.finditer(text):
        yield Attribute(f"with {found[2][:5]}", "yes" if found[1] in {"mit", "with"} else "no", found.start(), found.end())


LETTER_SIZE = re.compile(r"(?<![a-z0-9.~])(xxs|xs|s|m|l|xl|xxl|xxxl|[2-6]xl)(?![a-z0-9.~])")
LETTER = re.compile(r"(?<![a-z0-9.~/])([abcdefk])(?![a-z0-9.~/]|-[a-z])")


def _letter_sizes(folded: Folded, text: str) -> Iterator[Attribute]:
    for found in LETTER_SIZE.finditer(text):
        if folded.is_capital(found.start(), found.end()) and not text[: found.start()].rstrip().endswith(tuple("0123456789~")):
            yield Attribute("size", found[0], found.start(), found.end())
    for found in LETTER.finditer(text):
        if folded.is_capital(found.start(), found.end()):
            yield Attribute("letter", found[0], found.start(), found.end())
