"""Suggest the product group (CPV) of an article from the words for its goods: first the groups that municipalities buy, then all official ones."""

import functools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from commons.shipped import parts, rows
from procurement.rules.article_text import fold, unglued
from procurement.rules.attributes import stating_stems
from procurement.rules.known_words import vocabulary, words_in
from procurement.rules.model_codes import WORD
from procurement.rules.word_book import WordBook

BOUNDARIES = re.compile(r",|;|\(|\)|\bund\b|\boder\b")
USUAL, OFFICIAL = 2.0, 1.0
SHORTEST = 4  # „Gr.M“ is no word
LEAST_TELLING, NAMED_FIRST = 3.0, 1.5


@dataclass(frozen=True, slots=True)
class _Goods:
    """Goods of a group: the pieces of their name, and how much the name tells."""

    code: str
    pieces: frozenset[str]
    weight: float


class _Groups:
    """All groups by the pieces of the words for their goods."""

    def __init__(self) -> None:
        self._known = vocabulary()
        self._book = WordBook([], self._known)
        named = [(code, self._pieces(phrase), factor) for code, phrase, factor in _phrases() if self._is_heard_whole(phrase)]
        counts = Counter(piece for _, pieces, _ in named for piece in pieces)
        self._by_piece: dict[str, list[_Goods]] = defaultdict(list)
        for code, pieces, factor in named:
            if pieces:
                weight = factor * sum(math.log(len(named) / counts[piece]) for piece in pieces)
                rarest = min(pieces, key=lambda piece: (counts[piece], piece))
                self._by_piece[rarest].append(_Goods(code, pieces, weight))

    def _is_heard_whole(self, phrase: str) -> bool:
        """Tell whether no word of a phrase is passed over: of „Post it“ only the mail would be left."""
        return len(self._words(phrase)) >= len([word for word in words_in(phrase) if word not in self._known.fillers])

    def _pieces(self, text: str) -> frozenset[str]:
        """Cut a text into the pieces of its words."""
        return frozenset(piece for word in self._words(text) for piece in word)

    def _words(self, text: str) -> list[list[str]]:
        """Cut every word of a text into its pieces, with the same synonyms that the matching knows; what only states something says nothing here."""
        folded = unglued(fold(text), self._known.words).text
        stems = [
            self._book.stem_of(found[0])
            for found in WORD.finditer(folded)
            if len(found[0]) > SHORTEST - ("." not in found[0]) * 2 and found[0].replace(".", "").isalpha()
        ]
        unsaid = self._known.fillers | stating_stems()
        cut = [
            [piece for word in self._known.same.get((own,), (own,)) for piece in self._book.split(word) if len(piece) > 1] for own in stems if own not in unsaid
        ]
        return [pieces for pieces in cut if pieces]

    def of(self, text: str) -> _Goods | None:
        """Return the goods whose name tells most of those that a text holds wholly and that name what its words are at last."""
        words = self._words(text.partition(" für ")[0])
        heads = {word[-1] for word in words}
        first = words[0][-1] if words else ""
        pieces = self._pieces(text)
        held = (goods for piece in pieces for goods in self._by_piece.get(piece, ()) if goods.pieces <= pieces and goods.pieces & heads)
        return max(held, key=lambda goods: (goods.weight * (NAMED_FIRST if first in goods.pieces else 1.0), goods.code), default=None)


def _phrases() -> Iterator[tuple[str, str, float]]:
    for row in rows("cpv.csv"):
        for phrase in (row["german_label"], *parts(row["keywords"])):
            yield row["code"], phrase, USUAL
    for row in rows("cpv_goods.csv"):
        for phrase in BOUNDARIES.split(row["german_label"]):
            if words_in(phrase):
                yield row["code"], phrase, OFFICIAL


@functools.cache
def _groups() -> _Groups:
    return _Groups()


def suggest_group(texts: Iterable[str]) -> str | None:
    """Return the code of the group that most of the texts of an article name; of equal ones the one they name in more telling words."""
    votes: Counter[str] = Counter()
    telling: dict[str, float] = defaultdict(float)
    for text in texts:
        goods = _groups().of(text)
        if goods is not None and goods.weight >= LEAST_TELLING:
            votes[goods.code] += 1
            telling[goods.code] += goods.weight
    return max(sorted(votes), key=lambda code: (votes[code], telling[code])) if votes else None


@functools.cache
def group_names() -> dict[str, str]:
    """Return the German name of every product group of goods."""
    return {row["code"]: row["german_label"] for row in (*rows("cpv_goods.csv"), *rows("cpv.csv"))}
