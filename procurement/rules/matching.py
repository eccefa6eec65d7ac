"""Find the lines that ask for the same article: what may be joined at once, and what a person should look at."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from commons.words import Message
from procurement.rules.article_text import fold
from procurement.rules.demand import DemandLine, RowRef

Progress = Callable[[int, int], None]


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
    reasons: tuple[Message, ...] = field(default=())


@dataclass(frozen=True, kw_only=True)
class Matched:
    """Every line in exactly one cluster, and the proposals between clusters."""

    clusters: tuple[Cluster, ...]
    review: tuple[Proposal, ...]


def article_key(line: DemandLine) -> str:
    """Return the folded text under which decisions on an article are remembered."""
    return " ".join(fold(line.full_text).text.split())


def match(lines: Sequence[DemandLine], *, remembered: Remembered | None = None, progress: Progress | None = None) -> Matched:  # noqa: ARG001
    """Put every line into exactly one cluster and propose what is doubtful."""
    groups: dict[tuple[str, str], list[DemandLine]] = {}
    for line in lines:
        groups.setdefault((article_key(line), line.base_unit), []).append(line)
    clusters = tuple(Cluster(members=tuple(line.ref for line in group), base_unit=group[0].base_unit) for group in groups.values())
    return Matched(clusters=clusters, review=())
