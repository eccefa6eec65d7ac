"""The text of an article, folded so that one way of writing is like another; every folded letter knows where it came from."""

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import cast

from commons.shipped import rows

LETTERS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e", "è": "e", "á": "a", "à": "a", "ó": "o", "ł": "l", "ź": "z", "ć": "c", "ě": "e", "ê": "e"}
SIGNS = {
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\t": " ", "\n": " ", "\r": " ",
    "–": "-", "—": "-", "−": "-", "‐": "-", "×": "x", "µ": "my", "μ": "my", "ø": " durchmesser ", "⌀": " durchmesser ", "²": "2", "³": "3",
    "„": " ", "“": " ", "”": '"', "«": " ", "»": " ", "″": '"', "‘": "'", "’": "'", "®": " ", "™": " ", "½": "1/2",
}  # fmt: skip
SHORTEST = {"m.": "mit", "o.": "ohne", "f.": "fuer", "u.": "und"}
BEFORE_WORD = re.compile(r"(?<![a-z0-9.])[mofu]\.(?=[a-z]{4,})")
GLUED = re.compile(r"(?<![a-z0-9.,-])\d{1,4}([a-z]{2,})(?![a-z0-9-])")
OF_A_CODE = re.compile(r"-\d|[ ]\d{1,5}(?:[a-z](?![a-z0-9])|\s*(?:$|[;)]))")
BARE_BL = re.compile(r"\d ?$")


@dataclass(frozen=True)
class Folded:
    """A folded text, and for each of its letters the place in the original."""

    text: str
    origin: tuple[int, ...]
    original: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the part of the original that a folded part came from."""
        return self.origin[start], self.origin[end - 1] + 1

    def is_capital(self, start: int, end: int) -> bool:
        """Tell whether a part was written in capitals."""
        first, last = self.span(start, end)
        return self.original[first:last].isupper()

    def is_mostly_capital(self, start: int, end: int) -> bool:
        """Tell whether most letters of a part are capitals, as in TZe."""
        first, last = self.span(start, end)
        return 2 * sum(map(str.isupper, self.original[first:last])) > last - first


@functools.lru_cache(maxsize=50_000)
def fold(original: str) -> Folded:
    """Fold case, umlauts, signs and the usual abbreviations."""
    letters: list[str] = []
    origin: list[int] = []
    for index, character in enumerate(original):
        lower = character.lower()
        written = LETTERS.get(lower) or SIGNS.get(lower, lower)
        letters.append(written)
        origin.extend([index] * len(written))
    return _expanded(Folded("".join(letters), tuple(origin), original))


def unglued(folded: Folded, known: AbstractSet[str]) -> Folded:
    """Part a number from a word that people know, as in „3TASTEN“ and „20BTL“."""
    places = [found.start(1) for found in GLUED.finditer(folded.text) if found[1] in known or found[1] in _abbreviations()[0]]
    if not places:
        return folded
    text, origin = list(folded.text), list(folded.origin)
    for place in reversed(places):
        text.insert(place, " ")
        origin.insert(place, origin[place])
    return _expanded(Folded("".join(text), tuple(origin), folded.original))


@functools.cache
def _abbreviations() -> tuple[dict[str, str], re.Pattern[str]]:
    known = {_plain(row["short"]): row["long"] for row in rows("abbreviations.csv")}
    return known, word_pattern(known)


def word_pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that finds any of many words, letter by letter along a tree instead of one after the other."""
    tree: dict[str, dict[str, object]] = {}
    for word in words:
        branch = tree
        for letter in word:
            branch = cast(dict[str, dict[str, object]], branch.setdefault(letter, {}))
        branch[""] = {}
    return re.compile(rf"(?<![a-z0-9]){_branches(tree)}(?![a-z0-9])")


def _branches(tree: Mapping[str, Mapping[str, object]]) -> str:
    ends = "" in tree
    letters = {" ": " +"}
    found = [f"{letters.get(letter, re.escape(letter))}{_branches(cast(Mapping[str, Mapping[str, object]], rest))}" for letter, rest in tree.items() if letter]
    if not found:
        return ""
    return f"(?:{'|'.join(found)}){'?' if ends else ''}"


def _plain(text: str) -> str:
    return "".join(LETTERS.get(character, character) for character in text.lower())


def _expanded(folded: Folded) -> Folded:
    return _written_out(_written_out(folded, *_abbreviations()), SHORTEST, BEFORE_WORD)


def _written_out(folded: Folded, known: dict[str, str], pattern: re.Pattern[str]) -> Folded:
    letters: list[str] = []
    origin: list[int] = []
    last = 0
    for start, end, written in _found(pattern, folded, known):
        letters.append(folded.text[last:start])
        origin.extend(folded.origin[last:start])
        letters.append(written)
        origin.extend(folded.origin[start + min(index, end - start - 1)] for index in range(len(written)))
        last = end
    letters.append(folded.text[last:])
    origin.extend(folded.origin[last:])
    return Folded("".join(letters), tuple(origin), folded.original)


def _found(pattern: re.Pattern[str], folded: Folded, known: dict[str, str]) -> Iterator[tuple[int, int, str]]:
    text = folded.text
    for found in pattern.finditer(text):
        code = OF_A_CODE.match(text, found.end()) if found[0].isalpha() else None
        if code and folded.is_capital(found.start(), code.end()):  # NK-1A is a model, nk is an envelope's glue
            continue
        after_number = bool(BARE_BL.search(text[: found.start()]))
        if after_number and found[0] in {"bl.", "o.", "m.", "kl.", "gr.", "l."}:  # 80 Bl. are leaves, not blue
            continue
        glued = text[found.end() : found.end() + 1].isalnum()
        yield found.start(), found.end(), known[found[0]] + " " * glued
