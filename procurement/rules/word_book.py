"""The words of all lists together: abbreviations are completed, typos joined and compounds split by the words that others wrote out."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from rapidfuzz.distance import Levenshtein

from procurement.rules.known_words import Vocabulary
from procurement.rules.word_forms import stem

PIECE_START = 3
LINKS = ("", "s", "n", "en", "es", "er", "e", "ns")
SHORTEST_KNOWN, SHORTEST_HEAD = 4, 4
SHORTEST_CUT = 6
ONE_TYPO, SUBSTITUTED, TWO_TYPOS = 7, 8, 11


class WordBook:
    """Learn from every written word, then tell the stems of any."""

    def __init__(self, written: Iterable[tuple[str, int]], vocabulary: Vocabulary, language: str = "de") -> None:
        self._vocabulary, self._language = vocabulary, language
        self._counts: Counter[str] = Counter()
        self._lists: dict[str, set[int]] = defaultdict(set)
        for word, number in written:
            if "." not in word:
                self._counts[word] += 1
                self._lists[word].add(number)
        self._by_start: dict[str, list[str]] = defaultdict(list)
        for word in {*self._counts, *vocabulary.words}:
            if len(word) > PIECE_START:
                self._by_start[word[:2]].append(word)
        self._written_out = {word for words in self._by_start.values() for word in words}
        self._known = {stem(word, language) for word in self._counts if len(word) >= SHORTEST_KNOWN and word.isalpha()}
        self._heads = {own for own in self._known if len(own) >= SHORTEST_HEAD}
        self._shipped = {stem(word, language) for word in vocabulary.words if len(word) >= SHORTEST_HEAD - 1}
        self._usual_heads = {own for own in self._shipped if len(own) >= SHORTEST_HEAD}
        self._starts = {word[:3] for word in self._counts} | {word[:3] for word in vocabulary.words}
        self._completed: dict[str, str] = {}
        self._cut_off: dict[str, bool] = {}
        self._split: dict[str, tuple[str, ...]] = {}
        self._written = {stem(word, language): word for word in sorted(vocabulary.words, reverse=True)}
        self._known_splits: dict[str, tuple[str, ...] | None] = {}
        self._typos = self._corrections() if language == "de" else {}
        self._same_in_pieces = self._synonyms_in_pieces()

    def _synonyms_in_pieces(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        """Return the synonyms that are composed of several words, cut into them."""
        found: dict[tuple[str, ...], tuple[str, ...]] = {}
        for phrase, meaning in self._vocabulary.same.items():
            pieces = tuple(piece for own in phrase for piece in self.split(own))
            if len(pieces) > 1 and pieces != phrase:
                found[pieces] = meaning
        return found

    def meaning_of(self, pieces: Sequence[str]) -> tuple[str, ...] | None:
        """Return what these pieces mean, or the last of them with what goes before: „Sofortkältekompresse“ and „Sofortkühlkompresse“."""
        for at in range(len(pieces) - 1):
            meaning = self._same_in_pieces.get(tuple(pieces[at:]))
            if meaning:
                return (*pieces[:at], *meaning)
        return None

    def stem_of(self, word: str) -> str:
        """Return the stem of a word, completed and corrected."""
        full = self.complete(word) if "." in word else self.complete(f"{word}.") if self._is_cut_off(word) else word
        own = stem(full, self._language)
        right = self._typos.get(own, own)
        if right == own:
            self._written.setdefault(own, full)
        return right

    def _is_cut_off(self, word: str) -> bool:
        """Tell whether a word without its dot is the beginning of another, such as TORFRED; Papier is none of Papierkorb."""
        if word not in self._cut_off:
            self._cut_off[word] = (
                self._language == "de"
                and len(word) >= SHORTEST_CUT
                and word.isalpha()
                and word not in self._vocabulary.words
                and len(self._lists[word]) < 2
                and any(self._goes_on(word, known) for known in self._by_start.get(word[:2], ()))
            )
        return self._cut_off[word]

    def _goes_on(self, word: str, known: str) -> bool:
        rest = known[len(word) :]
        after_link = rest[1:4] if rest[:1] in LINKS else ""
        return known.startswith(word) and len(rest) >= PIECE_START and rest[:3] not in self._starts and after_link not in self._starts

    def complete(self, word: str) -> str:
        """Complete an abbreviation such as „Kop.papier“ or „Schnellh.“ by the most frequent word that fits."""
        if word not in self._completed:
            self._completed[word] = self._best_completion(word)
        return self._completed[word]

    def _best_completion(self, word: str) -> str:
        pieces = [piece for piece in word.split(".") if piece]
        pattern = re.compile("".join(map(_loosely, pieces)) if word.endswith(".") else "".join(map(_loosely, pieces[:-1])) + pieces[-1] + "[a-z]{0,2}")
        fitting = [known for known in self._by_start.get(word[:2], ()) if pattern.fullmatch(known) and len(known) > len(word.replace(".", ""))]
        if not fitting:
            return self._by_pieces(pieces) if word.endswith(".") else "".join(pieces)
        tight = [known for known in fitting if known.startswith(pieces[0])] or fitting
        return max(tight, key=lambda known: (self._counts[known] + 0.5 * (known in self._vocabulary.words), -len(known), known))

    def _by_pieces(self, pieces: Sequence[str]) -> str:
        """Complete each piece for itself; a piece may be a whole word with the beginning of another."""
        if len(pieces) > 1:
            return "".join(self.complete(f"{piece}.") for piece in pieces)
        (piece,) = pieces
        for at in range(len(piece) - PIECE_START - 1, SHORTEST_KNOWN - 1, -1):
            if piece[:at] in self._written_out and (rest := self.complete(f"{piece[at:]}.")) != piece[at:]:
                return piece[:at] + rest
        return piece

    def _corrections(self) -> dict[str, str]:
        """Map a rare stem to a frequent one that differs by a slip, unless one sender writes both."""
        counts: Counter[str] = Counter()
        lists: dict[str, set[int]] = defaultdict(set)
        for word, count in self._counts.items():
            own = stem(word, self._language)
            if own.isalpha() and len(own) >= ONE_TYPO - 1:
                counts[own] += count
                lists[own] |= self._lists[word]
        for own in self._shipped:
            if own.isalpha() and len(own) >= ONE_TYPO - 1:
                counts[own] += 3
        corrections: dict[str, str] = {}
        for first, second in _close(counts):
            rare, usual = sorted((first, second), key=lambda item: (counts[item], item))
            if rare in self._shipped or lists[rare] & lists[usual] or counts[usual] <= counts[rare] or self._into_known(rare):
                continue
            corrections.setdefault(rare, corrections.get(usual, usual))
        return corrections

    def split(self, own: str) -> tuple[str, ...]:
        """Split a stem into the stems it is composed of, as far as others use them alone."""
        if own not in self._split:
            self._split[own] = self._best_split(own)
        return self._split[own]

    def _best_split(self, own: str) -> tuple[str, ...]:
        if len(own) < SHORTEST_KNOWN + PIECE_START - 1 or not own.isalpha() or own in self._vocabulary.whole or self._language != "de":
            return (own,)
        written = self._written.get(own, own)
        parts = self._into_known(written) or self._before_known_head(written) or (own,)
        corrected = [self._typos.get(part, part) for part in parts]
        return tuple(piece for part in corrected for piece in (self.split(part) if len(part) < len(own) else (part,)))

    def _into_known(self, word: str) -> tuple[str, ...] | None:
        """Split a written word into words that all are known, as few as possible; a head is not always stemmed like the compound."""
        if word not in self._known_splits:
            self._known_splits[word] = None  # while it is sought, it is not found
            ends = [(at, stem(word[at:], self._language)) for at in range(PIECE_START, len(word) - 2) if word[at : at + 3] in self._starts]
            found = [parts for at, end in ends if self._is_known(end) and (parts := self._left(word[:at], end))]
            self._known_splits[word] = min(found, key=lambda parts: (len(parts), -len(parts[-1])), default=None)
        return self._known_splits[word]

    def _left(self, text: str, right: str) -> tuple[str, ...] | None:
        for link in LINKS:
            bare = text.removesuffix(link)
            own = stem(bare, self._language)
            if text.endswith(link) and len(bare) >= PIECE_START and self._is_known(own):
                return (*(self._into_known(own) or (own,)), right)
        deeper = self._into_known(text)
        return (*deeper, right) if deeper else None

    def _before_known_head(self, word: str) -> tuple[str, ...] | None:
        """Split off a known head from a beginning that nobody writes alone."""
        for at in range(SHORTEST_KNOWN, len(word) - SHORTEST_HEAD + 1):
            if word[at : at + 3] not in self._starts:
                continue
            end = stem(word[at:], self._language)
            if end in self._heads or end in self._usual_heads:
                return (stem(word[:at], self._language), end)
        return None

    def _is_known(self, own: str) -> bool:
        return (len(own) >= SHORTEST_KNOWN - 1 and own in self._shipped) or (len(own) >= SHORTEST_KNOWN and own in self._known)


def _loosely(piece: str) -> str:
    """Match a piece of an abbreviation: its first letters as they are, the others in their order."""
    return re.escape(piece[:PIECE_START]) + "".join(f"[a-z]*?{letter}" for letter in piece[PIECE_START:]) + "[a-z]*"


def _close(counts: Counter[str]) -> Iterable[tuple[str, str]]:
    """Yield pairs of stems that differ by one slip (two in long words); both begin alike or end alike."""
    buckets: dict[tuple[str, int], list[str]] = defaultdict(list)
    for word in counts:
        buckets[word[:3], 0].append(word)
        buckets[word[-4:], 1].append(word)
    seen: set[tuple[str, str]] = set()
    for bucket in buckets.values():
        bucket.sort(key=len)
        for index, first in enumerate(bucket):
            for second in bucket[index + 1 :]:
                if len(second) - len(first) > 2:
                    break
                alike_ends = first[:4] == second[:4] and first[-4:] == second[-4:]
                most = 2 if alike_ends and min(len(first), len(second)) >= TWO_TYPOS else 1
                if min(len(first), len(second)) < ONE_TYPO - 1 or (first, second) in seen:
                    continue
                if len(first) == len(second) < SUBSTITUTED and sorted(first) != sorted(second):
                    continue  # Fliese and Fliege: another letter in a short word is another word
                if Levenshtein.distance(first, second, score_cutoff=most) <= most:
                    seen.add((first, second))
                    yield first, second
