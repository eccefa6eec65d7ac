"""Find the lines that ask for the same article: what may be joined at once, and what a person should look at."""

import gc
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal

from commons.words import Message
from procurement.rules import reasons
from procurement.rules.article_text import fold
from procurement.rules.candidates import pairs
from procurement.rules.clusters import Edge, Joining, with_rivals
from procurement.rules.demand import DemandLine, RowRef
from procurement.rules.features import Reader
from procurement.rules.identity import EAN
from procurement.rules.known_words import vocabulary
from procurement.rules.settled_readings import Settled, settled_readings, usual_unit
from procurement.rules.similarity import Likeness, as_score, likeness, likeness_from

Progress = Callable[[int, int], None]
JOIN, REVIEW, REVIEW_MEAN = 0.64, 0.33, 0.18
AHEAD, MOST_AHEAD, MOST_BEHIND = 0.5, 0.12, 0.14
LEAST_ALIKE = 0.3
TWICE_IN_LIST = 0.93
TELL_EVERY = 2000


@dataclass(frozen=True, kw_only=True)
class Remembered:
    """What the association knows from earlier rounds: pairs of article keys a person confirmed or refused, and its own synonyms."""

    same: frozenset[frozenset[str]] = frozenset()
    different: frozenset[frozenset[str]] = frozenset()
    synonyms: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Two lines of different clusters that may ask for the same article, with what speaks for and against it."""

    a: RowRef
    b: RowRef
    score: Decimal
    reasons: tuple[Message, ...]
    against: tuple[Message, ...]


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """Lines that ask for the same article, with the reasons a clerk can read."""

    members: tuple[RowRef, ...]
    base_unit: str
    settled: tuple[Settled, ...] = ()
    reasons: tuple[Message, ...] = field(default=())


@dataclass(frozen=True, kw_only=True)
class Matched:
    """Every line in exactly one cluster, and the proposals between clusters."""

    clusters: tuple[Cluster, ...]
    review: tuple[Proposal, ...]


def article_key(line: DemandLine) -> str:
    """Return the folded text under which decisions on an article are remembered."""
    return " ".join(fold(line.full_text).text.split())


def match(lines: Sequence[DemandLine], *, remembered: Remembered | None = None, progress: Progress | None = None, language: str = "de") -> Matched:
    """Put every line into exactly one cluster and propose what is doubtful; `progress` may raise to cancel."""
    with _all_kept():
        return _Matcher(lines, remembered or Remembered(), progress, language).matched()


@contextmanager
def _all_kept() -> Iterator[None]:
    """Let nobody look for rubbish meanwhile: all that is made here is needed to the end, and the search takes a third of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Matcher:
    """Compare distinct texts of lists, and give the answer for all lines that carry them."""

    def __init__(self, lines: Sequence[DemandLine], remembered: Remembered, progress: Progress | None, language: str) -> None:
        self._remembered, self._progress = remembered, progress
        self._groups: dict[tuple[str, str, str], list[DemandLine]] = defaultdict(list)
        for line in lines:
            self._groups[line.ref.list, article_key(line), line.base_unit].append(line)
        self._lines = list(self._groups.values())
        self._keys = [key for _, key, _ in self._groups]
        lists: dict[str, int] = {}
        for line in lines:
            lists.setdefault(line.ref.list, len(lists))
        reader = Reader(vocabulary(language, remembered.synonyms), language)
        self._items = reader.items([group[0] for group in self._lines], lists)
        self._known: dict[tuple[int, int], Likeness] = {}

    def matched(self) -> Matched:
        """Return clusters and proposals."""
        found = self._compared()
        joining = Joining(self._items, self._may_join, self._score)
        edges = self._edges(found)
        joining.join(edges, JOIN)
        clusters = tuple(self._cluster(members) for members in joining.members.values())
        return Matched(clusters=clusters, review=tuple(self._proposals(edges, joining)))

    def _compared(self) -> dict[tuple[int, int], Likeness]:
        found = {}
        for count, (first, second) in enumerate(pairs(self._items)):
            like = likeness_from(self._items[first], self._items[second], REVIEW - MOST_AHEAD)
            if like and like.score >= REVIEW - MOST_AHEAD:
                self._known[first, second] = like
                if like.conflict is None:
                    found[first, second] = like
            if self._progress and count % TELL_EVERY == 0:
                self._progress(first, len(self._items))
        return found

    def _likeness(self, first: int, second: int) -> Likeness:
        pair = (first, second) if first < second else (second, first)
        like = self._known.get(pair)
        if like is None:
            like = self._known[pair] = likeness(self._items[pair[0]], self._items[pair[1]])
        return like

    def _edges(self, found: Mapping[tuple[int, int], Likeness]) -> list[Edge]:
        scores = {pair: like.score for pair, like in found.items() if self._items[pair[0]].list_number != self._items[pair[1]].list_number}
        ahead = with_rivals(self._items, scores)
        edges = [self._edge(pair, like, ahead) for pair, like in found.items()]
        return [edge for edge in edges if edge.score >= REVIEW and self._may_propose(edge.first, edge.second)]

    def _edge(self, pair: tuple[int, int], like: Likeness, ahead: Mapping[tuple[int, int], float]) -> Edge:
        if like.identity == EAN:
            return Edge(*pair, like.score, is_certain=True)
        return Edge(*pair, min(1.0, like.score + self._shift(like, ahead.get(pair)) + self._memory(*pair)), is_certain=like.identity is not None)

    def _shift(self, like: Likeness, ahead: float | None) -> float:
        """Raise what is far ahead of its rivals; to be the least unlike of a list is no likeness yet."""
        if ahead is None or (ahead > 0 and like.score < LEAST_ALIKE):
            return 0.0
        return max(-MOST_BEHIND, min(MOST_AHEAD, AHEAD * ahead))

    def _memory(self, first: int, second: int) -> float:
        same = self._remembered.same
        return 1.0 if same and frozenset({self._keys[first], self._keys[second]}) in same else 0.0

    def _may_propose(self, first: int, second: int) -> bool:
        refused = self._remembered.different
        if refused and frozenset({self._keys[first], self._keys[second]}) in refused:
            return False
        like = self._likeness(first, second)
        if like.conflict is not None:
            return False
        return self._items[first].list_number != self._items[second].list_number or like.score >= TWICE_IN_LIST

    def _may_join(self, first: int, second: int) -> bool:
        like = self._likeness(first, second)
        return like.doubt is None and like.same_unit and self._may_propose(first, second)

    def _score(self, first: int, second: int) -> float:
        return max(self._likeness(first, second).score, self._memory(first, second))

    def _cluster(self, members: Sequence[int]) -> Cluster:
        refs = sorted((line.ref for member in members for line in self._lines[member]), key=lambda ref: (ref.list, ref.sheet or "", ref.row, ref.part or 0))
        lines = [line for member in members for line in self._lines[member]]
        settled = settled_readings(lines)
        said = (*reasons.for_cluster([self._items[member] for member in members]), *(one.reason for one in settled))
        return Cluster(members=tuple(refs), base_unit=usual_unit(lines), settled=settled, reasons=said)

    def _proposals(self, edges: Sequence[Edge], joining: Joining) -> list[Proposal]:
        """Propose the best pair between two clusters that were not joined."""
        best: dict[tuple[int, int], Edge] = {}
        for edge in sorted(edges, key=lambda edge: -edge.score):
            first, second = sorted((joining.cluster_of[edge.first], joining.cluster_of[edge.second]))
            if first != second and joining.agree(first, second, self._may_propose, REVIEW_MEAN):
                best.setdefault((first, second), edge)
        return [self._proposal(edge, joining) for edge in best.values()]

    def _proposal(self, edge: Edge, joining: Joining) -> Proposal:
        first, second = self._items[edge.first], self._items[edge.second]
        like = self._likeness(edge.first, edge.second)
        return Proposal(
            a=self._lines[edge.first][0].ref,
            b=self._lines[edge.second][0].ref,
            score=as_score(edge.score),
            reasons=reasons.for_pair(first, second, like),
            against=(*reasons.against_pair(first, second, like), *self._between(edge, joining)),
        )

    def _between(self, edge: Edge, joining: Joining) -> Iterator[Message]:
        """Say which other lines of two groups keep them apart, where the pair itself is alike enough."""
        if edge.score < JOIN or self._likeness(edge.first, edge.second).doubt is not None:
            return
        groups = (joining.members[joining.cluster_of[number]] for number in (edge.first, edge.second))
        for one, other in itertools.product(*groups):
            if not self._may_join(one, other):
                yield self._why_apart(one, other)
                return

    def _why_apart(self, one: int, other: int) -> Message:
        first, second, like = self._items[one], self._items[other], self._likeness(one, other)
        found = like.conflict or like.doubt
        return reasons.parted_by(first, second, found) if found else reasons.apart_in_list(first, second)
