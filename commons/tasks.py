"""What waits for a person and what a search finds, told by the wings to the roof; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from commons.words import Message


@dataclass(frozen=True, kw_only=True)
class Task:
    """Name one thing that waits for a person, and the page where it is done."""

    title: Message
    endpoint: str
    values: Mapping[str, object] = field(default_factory=dict)
    detail: Message | None = None
    since: datetime | None = None
    due: datetime | None = None
    cannot_wait: bool = False  # stands before everything that is merely due


@dataclass(frozen=True, kw_only=True)
class Hit:
    """Name one thing that a search found, and its page."""

    kind: Message
    title: str
    endpoint: str
    values: Mapping[str, object] = field(default_factory=dict)
    detail: Message | str = ""
