"""What a line is compared by: its words with their weight, its statements, its codes, its unit and its price."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from procurement.rules.article_text import Folded, fold, unglued
from procurement.rules.attributes import Attribute, attributes_of, stating_stems
from procurement.rules.demand import DemandLine
from procurement.rules.identity import NUMBER, Identity, identities_of
from procurement.rules.known_words import Stems, Vocabulary
from procurement.rules.model_codes import WHERE_IT_FITS, WORD, codes_of, hyphened_codes, plain_code, readable_as_codes
from procurement.rules.word_book import WordBook

SERIES = re.compile(r"(?<![a-z0-9])([a-z]{1,4})[ -](\d{2,5}[a-z]{0,4}|\d[a-z]{0,2}(?!\d|[,.]\d))(?: ([a-z])(?=$|[ ,;(/]))?(?![a-z0-9]|,\d)")
PART_NUMBER = re.compile(r"(?<![a-z0-9-])([a-z]{1,4})-([a-z]{0,3}\d[a-z0-9]{0,9})(?![a-z0-9])")
MAIN, IN_BRACKETS, IN_SPECIFICATION, WHAT_IT_FITS, PURPOSE, BRAND, STATEMENT, CODE = 1.0, 0.6, 0.45, 0.12, 0.7, 0.12, 0.5, 1.6
MOST_DESCRIBED, SHORT_DESCRIPTION = 0.5, 10
BEFORE_HYPHEN = re.compile(r"-[a-z]{3,}")
NAMED_BY_ITSELF = {"origin", "gender", "season", "farming", "duration", "readiness", "roast"}  # a description says „compatible with“ of any device
COMPARED_AS_WORD = {
    "colour",
    "glove",
    "material",
    "film",
    "ruling",
    "battery",
    "format",
    "size",
    "norm",
    "mixture",
    "hose",
    "viscosity",
    "shoe class",
    "mask class",
    "type",
    "supply",
    "ral",
    "nominal",
    "kelvin",
    "protection",
    "mounting",
    "pair",
    "inch",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A distinct article text of one list, ready to be compared."""

    number: int
    list_number: int
    text: str
    words: Mapping[str, float]
    statements: Mapping[str, frozenset[str]]
    codes: tuple[str, ...]
    may_be_codes: frozenset[str]
    base: str
    other_bases: frozenset[str]
    price: float | None
    weight: float = field(default=0.0)
    stated: Mapping[str, float] = field(default_factory=dict)
    heads: frozenset[str] = frozenset()
    modifiers: frozenset[str] = frozenset()
    identities: frozenset[Identity] = frozenset()
    numbers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Raw:
    """A line cut into written words, before the words of all lists are known."""

    words: tuple[tuple[str, float], ...]
    before_hyphen: frozenset[str]
    statements: tuple[Attribute, ...]
    codes: tuple[str, ...]
    may_be_codes: frozenset[str]
    border: int


@dataclass(frozen=True, slots=True)
class _Cut:
    """The words of a line with their weight, and which of them name the thing or only describe it within a compound."""

    words: dict[str, float]
    heads: frozenset[str]
    modifiers: frozenset[str]


class Reader:
    """Cut lines into words, learn from all of them, and give each its features."""

    def __init__(self, vocabulary: Vocabulary, language: str) -> None:
        self._vocabulary, self._language = vocabulary, language
        self._parts: set[str] = set()

    def items(self, lines: Sequence[DemandLine], lists: Mapping[str, int]) -> list[Item]:
        """Return the features of lines; `lists` numbers the lists."""
        raws = [self._raw(line) for line in lines]
        self._parts = {statement.kind.removeprefix("with ") for raw in raws for statement in raw.statements if statement.kind.startswith("with ")}
        book = WordBook(
            ((word, lists[line.ref.list]) for raw, line in zip(raws, lines, strict=True) for word, _ in raw.words), self._vocabulary, self._language
        )
        cut = [self._words(raw, book) for raw in raws]
        rarity = _rarity([own.words for own in cut])
        return [_item(number, lists[line.ref.list], line, words, raw, rarity) for number, (line, words, raw) in enumerate(zip(lines, cut, raws, strict=True))]

    def _raw(self, line: DemandLine) -> _Raw:
        folded = unglued(fold(line.full_text), self._vocabulary.words)
        border = len(line.text)
        named = [folded.span(*place) for place in hyphened_codes(folded, self._vocabulary.words)]
        statements = tuple(attributes_of(folded, without=[*line.pack_spans, *named]))
        masked = self._joined_series(folded, _without(folded, statements, line.pack_spans))
        fits = WHERE_IT_FITS.search(masked)
        words = [(plain_code(found[0]), _place(folded, found, border, fits.start() if fits else len(masked))) for found in WORD.finditer(masked)]
        if line.brand:
            words.extend((word, BRAND) for word in WORD.findall(fold(line.brand).text))
        codes = tuple(dict.fromkeys(codes_of(masked)))
        before = frozenset(found[0] for found in WORD.finditer(masked) if BEFORE_HYPHEN.match(masked, found.end()))
        return _Raw(
            tuple(words),
            before,
            statements,
            codes,
            frozenset([*codes, *readable_as_codes(folded, self._vocabulary.words)]),
            _border_of_description(folded, border),
        )

    def _joined_series(self, folded: Folded, masked: str) -> str:
        """Write „TN 2420“ as one word, TN2420, in the same number of letters."""
        if self._language == "en":
            for found in list(PART_NUMBER.finditer(masked)):
                masked = f"{masked[: found.start()]}{found[1]}{found[2]} {masked[found.end() :]}"
        for found in list(SERIES.finditer(masked)):
            if folded.is_mostly_capital(found.start(1), found.end(1)) and (found[1],) not in self._vocabulary.brands:
                whole = found[1] + found[2] + (found[3] or "")
                masked = masked[: found.start()] + whole + " " * (len(found[0]) - len(whole)) + masked[found.end() :]
        return masked

    def _words(self, raw: _Raw, book: WordBook) -> _Cut:
        stems = [(book.stem_of(word), weight) for word, weight in raw.words]
        told = [(own, weight) for own, weight in stems if own not in self._vocabulary.fillers]
        known = _replaced_in_pieces(_replaced(told, self._vocabulary), book)
        denied = {statement.kind for statement in raw.statements}
        words: dict[str, float] = {}
        written = {own for own, _ in known}
        first = {own for word in raw.before_hyphen if (own := book.stem_of(word)) in written and len(known) >= len(stems)}
        heads: set[str] = set()
        modifiers = set(first)
        for own, weight in known:
            pieces = self._pieces(own, book)
            named = _before_statement(pieces)
            if weight > IN_SPECIFICATION and named and named[-1].isalpha():
                (modifiers if weight == PURPOSE else heads).add(named[-1])
                modifiers.update(named[:-1])
            for piece in pieces:
                if piece not in self._vocabulary.fillers and (len(piece) > 1 or piece.isdecimal()):
                    kind = piece.removesuffix(":yes")
                    if kind == piece:
                        words[piece] = max(words.get(piece, 0.0), weight)
                    elif kind not in denied:
                        words[piece] = STATEMENT
        for code in raw.codes:
            words[code] = CODE
        for statement in raw.statements:
            if statement.kind in COMPARED_AS_WORD or statement.kind.startswith("with "):
                words.setdefault(f"{statement.kind}:{statement.value}", STATEMENT)
        fillers = self._vocabulary.fillers
        return _Cut(words, frozenset(heads - first - fillers), frozenset(modifiers - fillers))

    def _pieces(self, own: str, book: WordBook) -> list[str]:
        """Split a stem; an envelope „mit Fenster“ and a „Fensterbriefumschlag“ say the same."""
        parts = [piece for part in book.split(own) for piece in self._vocabulary.inside.get(part, (part,))]
        rest = [part for part in parts if part == own or part[:5] not in self._parts]
        said = [f"with {part[:5]}:yes" for part in parts if part not in rest]
        if said and len(rest) == 1:
            rest = [piece for word in self._vocabulary.same.get((rest[0],), (rest[0],)) for piece in book.split(word)]
        return [*rest, *said]


def _place(folded: Folded, found: "re.Match[str]", border: int, fits: int) -> float:
    """Weigh a word by its place: the article itself, brackets, the specification, the devices that it fits."""
    if found.start() > fits and any(map(str.isdecimal, found[0])):
        return WHAT_IT_FITS
    if folded.origin[found.start()] >= border:
        return IN_SPECIFICATION
    if found.start() > fits:
        return PURPOSE
    return IN_BRACKETS if folded.text.rfind("(", 0, found.start()) > folded.text.rfind(")", 0, found.start()) else MAIN


def _without(folded: Folded, statements: Sequence[Attribute], packs: Sequence[tuple[int, int]]) -> str:
    letters = list(folded.text)
    for statement in statements:
        if statement.is_word:
            continue
        letters[statement.start : statement.end] = " " * (statement.end - statement.start)
    for index, origin in enumerate(folded.origin):
        if any(start <= origin < end for start, end in packs):
            letters[index] = " "
    return "".join(letters)


def _replaced(stems: Sequence[tuple[str, float]], vocabulary: Vocabulary) -> list[tuple[str, float]]:
    """Replace phrases by what they mean: brands by the goods they stand for, synonyms by one word."""
    found: list[tuple[str, float]] = []
    index = 0
    while index < len(stems):
        for length in range(min(vocabulary.longest, len(stems) - index), 0, -1):
            phrase: Stems = tuple(own for own, _ in stems[index : index + length])
            weight = max(weight for _, weight in stems[index : index + length])
            if phrase in vocabulary.brands:
                found.extend((own, min(weight, BRAND)) for own in phrase)
                found.extend((own, weight) for own in vocabulary.brands[phrase])
                break
            if phrase in vocabulary.same:
                found.extend((own, weight) for own in vocabulary.same[phrase])
                break
        else:
            length = 1
            found.append(stems[index])
        index += length
    return found


def _replaced_in_pieces(stems: Sequence[tuple[str, float]], book: WordBook) -> list[tuple[str, float]]:
    """Replace what means the same however it is cut: „Kältekompresse“, „Kälte-Kompresse“ and „Kältekompr.“."""
    found: list[tuple[str, float]] = []
    index = 0
    while index < len(stems):
        for length in (2, 1):
            group = stems[index : index + length]
            meaning = book.meaning_of([piece for own, _ in group for piece in book.split(own)]) if len(group) == length else None
            if meaning:
                found.extend((own, max(weight for _, weight in group)) for own in meaning)
                break
        else:
            length = 1
            found.append(stems[index])
        index += length
    return found


def _border_of_description(folded: Folded, border: int) -> int:
    """Return where in the folded text a long description begins; a short specification is part of the article."""
    start = next((index for index, origin in enumerate(folded.origin) if origin >= border), len(folded.text))
    return start if folded.text.count(" ", start) > SHORT_DESCRIPTION else len(folded.text)


def _before_statement(pieces: list[str]) -> list[str]:
    """Leave out the end of a compound that only states something: a Desinfektionskonzentrat is a disinfectant."""
    return pieces[:-1] if len(pieces) > 1 and pieces[-1] in stating_stems() else pieces


def _rarity(cut: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Weigh words by how rare they are among all lines."""
    counts: Counter[str] = Counter(word for words in cut for word in words)
    total = max(len(cut), 20)
    return {word: math.log(1 + total / count) for word, count in counts.items()}


def _with_short_description(weighted: dict[str, float], places: Mapping[str, float]) -> dict[str, float]:
    """Let a long description never outweigh the name of the article itself."""
    told = [weight for word, weight in weighted.items() if places[word] <= IN_SPECIFICATION]
    described, named = sum(told), sum(weighted.values()) - sum(told)
    if len(told) <= SHORT_DESCRIPTION or described <= MOST_DESCRIBED * named:
        return weighted
    share = MOST_DESCRIBED * named / described
    return {word: weight * share if places[word] <= IN_SPECIFICATION else weight for word, weight in weighted.items()}


def _item(number: int, list_number: int, line: DemandLine, cut: _Cut, raw: _Raw, rarity: Mapping[str, float]) -> Item:
    weighted = _with_short_description({word: weight * rarity[word] for word, weight in cut.words.items()}, cut.words)
    statements: dict[str, set[str]] = defaultdict(set)
    for statement in raw.statements:
        if statement.start < raw.border or statement.kind not in NAMED_BY_ITSELF:
            statements[statement.kind].add(statement.value)
    price = line.price_net_per_base_unit
    identities = identities_of(line)
    return Item(
        number=number,
        list_number=list_number,
        text=line.full_text,
        words=weighted,
        statements={kind: frozenset(values) for kind, values in statements.items()},
        codes=raw.codes,
        may_be_codes=raw.may_be_codes,
        base=line.base_unit,
        other_bases=frozenset(base for _, base in line.other_readings),
        price=float(price) if price else None,  # only evidence of likeness, never an amount
        weight=sum(weighted.values()),
        stated={word: weight for word, weight in weighted.items() if ":" in word},
        heads=cut.heads,
        modifiers=cut.modifiers,
        identities=identities,
        numbers=frozenset(number for kind, number in identities if kind == NUMBER and not number.isdecimal()),
    )
