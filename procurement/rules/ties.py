"""Ties by a published rule only: a lot drawn from a seed that was sealed before anybody knew the bids; pure."""

import hashlib
import re
from collections.abc import Iterable, Sequence

from commons.errors import RuleBroken
from commons.words import say


class SeedDoesNotMatch(RuleBroken):
    """The seed of a draw must be the one whose hash was published before the bids were opened."""

    def __init__(self, published: str) -> None:
        super().__init__(say("Der Startwert der Auslosung passt nicht zu der vorher veröffentlichten Prüfsumme %(published)s.", published=published))
        self.published = published


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """Return the key under which „Los 2“ stands before „Los 10“; different names never share one."""
    parts = [(0, int(part), part) if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", name) if part]
    return (*parts, (2, 0, name))


def commitment(seed: str) -> str:
    """Return the hash that is published with the documents and binds the seed."""
    return hashlib.sha256(f"Verbund Auslosung Startwert\n{seed}".encode()).hexdigest()


def check_seed(seed: str, *, published: str) -> None:
    """Refuse a seed that is not the one bound by the published hash."""
    if commitment(seed) != published:
        raise SeedDoesNotMatch(published)


def ticket(seed: str, name: str) -> str:
    """Return the ticket that a name draws: anybody can compute it again from the seed."""
    return hashlib.sha256(f"{len(seed)}:{seed}\n{name}".encode()).hexdigest()


def drawn_order(names: Iterable[str], *, seed: str) -> list[str]:
    """Put names in the order of their tickets, the lowest first; the order they came in plays no part."""
    return sorted(set(names), key=lambda name: (ticket(seed, name), name))


def drawn(names: Sequence[str], *, seed: str) -> str:
    """Draw one of several equal names."""
    return drawn_order(names, seed=seed)[0]
