"""A period: half-open, aware, UTC; the one value that booking counts time with."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from commons.errors import RuleBroken
from commons.words import BERLIN, WEEKDAYS, Message, say


class PeriodEmpty(RuleBroken):
    """A booking ends after it starts."""

    def __init__(self) -> None:
        super().__init__(say("Das Ende muss nach dem Beginn liegen."), field="end")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Say from when (included) until when (excluded)."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise PeriodEmpty
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a period needs aware times")

    @property
    def length(self) -> timedelta:
        """Tell the elapsed time, which over a clock change is not the wall time."""
        return self.end.astimezone(UTC) - self.start.astimezone(UTC)

    def overlaps(self, other: "Period") -> bool:
        """Say whether both share a moment; touching ends share none."""
        return self.start < other.end and other.start < self.end

    def contains(self, moment: datetime) -> bool:
        """Say whether the moment lies inside; the end does not."""
        return self.start <= moment < self.end

    def covers(self, other: "Period") -> bool:
        """Say whether the other lies wholly inside."""
        return self.start <= other.start and other.end <= self.end

    def buffered(self, *, before: int, after: int) -> "Period":
        """Add minutes for transport, cleaning or drying."""
        if not before and not after:
            return self
        return Period(self.start - timedelta(minutes=before), self.end + timedelta(minutes=after))

    def shifted(self, by: timedelta) -> "Period":
        """Move both ends by the same elapsed time."""
        return Period(self.start + by, self.end + by)

    def starting(self, start: datetime) -> "Period":
        """Keep the length and start elsewhere."""
        return Period(start, start + self.length)

    def within(self, other: "Period") -> "Period | None":
        """Cut off what lies outside the other."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start < end else None


def in_words(start: datetime, end: datetime) -> Message:
    """Say from when until when, the day once where both times lie on it."""
    first, last = start.astimezone(BERLIN), end.astimezone(BERLIN)
    if first.date() == last.date():
        clocks = {"start": f"{first:%H:%M}", "end": f"{last:%H:%M}"}
        return say("%(weekday)s, %(day)s, %(start)s bis %(end)s Uhr", weekday=WEEKDAYS[first.weekday()], day=first.date(), **clocks)
    return say("%(first)s, %(start)s bis %(last)s, %(end)s", first=WEEKDAYS[first.weekday()], start=start, last=WEEKDAYS[last.weekday()], end=end)


def merged(periods: Iterable[Period]) -> list[Period]:
    """Join what overlaps or touches, in order of time."""
    joined: list[Period] = []
    for period in sorted(periods):
        if joined and period.start <= joined[-1].end:
            joined[-1] = Period(joined[-1].start, max(joined[-1].end, period.end))
        else:
            joined.append(period)
    return joined


def gaps(taken: Iterable[Period], *, within: Period) -> list[Period]:
    """List what the taken periods leave of a window."""
    inside = [piece for period in merged(taken) if (piece := period.within(within))]
    edges = [within.start, *(moment for piece in inside for moment in (piece.start, piece.end)), within.end]
    return [Period(start, end) for index, (start, end) in enumerate(pairwise(edges)) if index % 2 == 0 and start < end]
