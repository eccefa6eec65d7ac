"""A plain model of who holds what: hour by hour, nothing is clever here."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.booking.builders import MONDAY

BLOCKED = timedelta(hours=12)  # the shipped rule value of an incident's stretch
CAPACITY = {"plain": 1, "buffered": 1, "pool": 3, "kit": 1, "hall": 1, "left": 1, "right": 1}
BUFFER = {"plain": 0, "buffered": 1, "pool": 0, "kit": 1, "hall": 0, "left": 0, "right": 0}
PARTS = {"kit": {"plain": 1, "pool": 2}, "hall": {"left": 1, "right": 1}}

Claim = tuple[str, int]
Span = tuple[int, int]


@dataclass
class Row:
    """Hold what one resource gives to one claim."""

    claim: Claim
    name: str
    start: int
    end: int
    quantity: int
    expires: datetime | None = None

    def overlaps(self, other: "Row") -> bool:
        """Say whether both hold the same resource at the same hour."""
        return self.name == other.name and self.start < other.end and other.start < self.end


class Model:
    """Say what fits, and keep what was taken."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.pool = CAPACITY["pool"]

    def rows_for(self, claim: Claim, wishes: dict[str, int], span: Span, expires: datetime | None = None) -> list[Row]:
        """Expand wishes to parts; a part waits as long as the whole that it travels with."""
        numbers: dict[str, int] = {}
        buffers: dict[str, int] = {}
        for name, number in wishes.items():
            for taken, each in ({name: 1} | PARTS.get(name, {})).items():
                numbers[taken] = numbers.get(taken, 0) + number * each
                buffers[taken] = max(buffers.get(taken, 0), BUFFER[taken], BUFFER[name])
        return [Row(claim, name, span[0] - buffers[name], span[1] + buffers[name], number, expires) for name, number in numbers.items()]

    def fits(self, wanted: list[Row], at: datetime) -> bool:
        """Say whether all is free at every hour."""
        return all(self._fits(row, at) for row in wanted)

    def _fits(self, row: Row, at: datetime) -> bool:
        if row.name != "pool" and row.quantity > 1:  # wished by name and as a part of a kit
            return False
        for hour in range(row.start, row.end):
            there = [other.quantity for other in self.taken(row.name, at) if other.start <= hour < other.end]
            if (sum(there) + row.quantity > self.pool) if row.name == "pool" else there:
                return False
        return True

    def taken(self, name: str, at: datetime) -> list[Row]:
        """List what holds a resource; an expired hold holds nothing."""
        return [row for row in self.rows if row.name == name and (row.expires is None or row.expires > at)]

    def is_crowded(self, number: int, at: datetime, *, by: str = "booking") -> bool:
        """Say whether a booking, or a hold, could not stay if the pool had only so many."""
        rows = self.taken("pool", at)
        booked = [row for row in rows if row.claim[0] == by]
        hours = [hour for row in booked for hour in range(row.start, row.end)]
        return any(sum(row.quantity for row in rows if row.start <= hour < row.end) > number for hour in hours)

    def block(self, claim: Claim, name: str, number: int, at: datetime) -> list[Row]:
        """Say what an incident takes from now on: the thing and all its parts, without buffers."""
        since = next((row.start for row in self.rows if row.claim == claim), math.floor((at - MONDAY) / timedelta(hours=1)))
        until = math.ceil((at + BLOCKED - MONDAY) / timedelta(hours=1))
        taken = {name: number} | {part: number * each for part, each in PARTS.get(name, {}).items()}
        return [Row(claim, part, since, until, each) for part, each in taken.items()]

    def drop(self, claim: Claim) -> None:
        """Give back what a claim holds."""
        self.rows = [row for row in self.rows if row.claim != claim]

    def moved(self, claim: Claim, wanted: list[Row]) -> None:
        """Give back what a claim holds and take something else instead."""
        self.drop(claim)
        self.rows += wanted
