"""How far a block holds the time, lets plans go and warns ahead."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    """Say until when plans are let go, until when nothing new is booked, and until when the next are warned."""

    free_until: datetime
    hold_until: datetime
    warn_until: datetime


def of_incident(at: datetime, *, block_minutes: int, warning_minutes: int) -> Reach:
    """Hold a rolling stretch, for nobody knows when an incident ends."""
    until = at + timedelta(minutes=block_minutes)
    return Reach(free_until=until, hold_until=until, warn_until=max(until, at + timedelta(minutes=warning_minutes)))


def of_defect(at: datetime, *, release_minutes: int, warning_days: int, advance_days: int, expected_at: datetime | None) -> Reach:
    """Let go what is near, keep what is further for a repair in time, and take in nothing new; an expected return that is not over bounds all."""
    near, far, ahead = at + timedelta(minutes=release_minutes), at + timedelta(days=warning_days), at + timedelta(days=advance_days)
    if expected_at is None or expected_at <= at:
        return Reach(free_until=near, hold_until=max(near, ahead), warn_until=max(near, far))
    return Reach(free_until=min(near, expected_at), hold_until=expected_at, warn_until=min(max(near, far), expected_at))
