"""Throttle of sign-in attempts, kept in the database so that it counts across all server processes."""

import hashlib
from datetime import timedelta
from typing import ClassVar

from sqlalchemy import Index, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from commons import clock
from commons.calendar_days import today_of
from commons.database import Base, db, pk, utc_time
from commons.errors import RuleBroken
from commons.rule_values import find_value
from commons.words import counted, say

# A whole town hall may come from one address; a name is tried by one person, and its number is a rule of the house.
MOST = {"address": 50, "reset": 3}


class SignInAttempt(Base):
    """One failed attempt; names and addresses are kept as hashes, and only for a day."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index("ix_sign_in_attempt_key_hash_at", "key_hash", "at"),)

    id: Mapped[pk]
    key_hash: Mapped[str] = mapped_column()
    at: Mapped[utc_time]


class TooManyAttempts(RuleBroken):
    """After too many failed attempts for a name or from an address nobody signs in there for a while."""

    status: ClassVar[int] = 429

    def __init__(self, minutes: int) -> None:
        super().__init__(
            counted(
                minutes,
                say("Zu viele Anmeldeversuche. Bitte warten Sie eine Minute und versuchen Sie es dann noch einmal."),
                say("Zu viele Anmeldeversuche. Bitte warten Sie %(count)s Minuten und versuchen Sie es dann noch einmal."),
            )
        )
        self.minutes = minutes


def _key(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}:{value.strip().casefold()}".encode()).hexdigest()


def _rule(key: str, otherwise: int) -> int:
    """Return a rule of the house; signing in must be guarded even where somebody let the rule lapse."""
    value = find_value("house", key, today_of(clock.now()))
    return int(value.number) if value is not None else otherwise


def lock_minutes() -> int:
    """Return how long failed attempts count."""
    return _rule("sign_in_lock_minutes", 15)


def most(kind: str) -> int:
    """Return how many failed attempts a name or an address may have."""
    return _rule("sign_in_attempts_max", 10) if kind == "name" else MOST[kind]


def is_throttled(kind: str, value: str) -> bool:
    """Tell whether too many attempts of this kind were counted lately."""
    since = clock.now() - timedelta(minutes=lock_minutes())
    query = select(func.count()).select_from(SignInAttempt).where(SignInAttempt.key_hash == _key(kind, value), SignInAttempt.at > since)
    return (db.session.scalar(query) or 0) >= most(kind)


def check_attempts(*, name: str, address: str) -> None:
    """Refuse a further attempt, alike for names that exist and names that do not."""
    if is_throttled("name", name) or is_throttled("address", address):
        raise TooManyAttempts(lock_minutes())


def note_attempt(**values: str) -> None:
    """Count an attempt for each kind of key: name=…, address=…, reset=…."""
    db.session.add_all(SignInAttempt(key_hash=_key(kind, value), at=clock.now()) for kind, value in values.items())
    db.session.flush()


def forget_attempts(**values: str) -> None:
    """Count anew after a sign-in that succeeded."""
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.key_hash.in_([_key(kind, value) for kind, value in values.items()])))


def forget_old() -> None:
    """Forget attempts that no longer count: they are personal data."""
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.at < clock.now() - timedelta(days=1)))
