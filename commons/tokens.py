"""Tokens that open a door without a password: for programs, and links for visitors with a scope and an expiry."""

import hashlib
import logging
import re
import secrets
from datetime import datetime
from typing import NamedTuple, cast

from sqlalchemy import ForeignKey, Table, bindparam, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from commons import clock, journal
from commons.calendar_days import today_of
from commons.database import Base, db, pk, utc_time
from commons.errors import NotFound
from commons.people import Actor, Person, actors_among, holding_roles
from commons.prepared import Prepared


class ApiToken(Base):
    """A bearer token of a person for the JSON API; only its hash is kept."""

    __tablename__ = "api_token"

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[utc_time]
    last_used_at: Mapped[utc_time | None]
    revoked_at: Mapped[utc_time | None]

    person: Mapped[Person] = relationship()


class VisitorLink(Base):
    """A link that lets somebody without an account do one thing until it expires."""

    __tablename__ = "visitor_link"

    id: Mapped[pk]
    scope: Mapped[str]
    subject_id: Mapped[int]
    address: Mapped[str | None]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[utc_time]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    expires_at: Mapped[utc_time]
    revoked_at: Mapped[utc_time | None]
    last_used_at: Mapped[utc_time | None]


def new_secret() -> str:
    """Return a fresh token of 256 bit."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """Return what is kept of a token: it is long and random, so one round of SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


class WithoutSecrets(logging.Filter):
    """Strike out of every line of a log whatever may be a token in an address."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten the tokens to their first four letters; the line itself always passes."""
        record.msg, record.args = _TOKEN.sub(r"\1…", record.getMessage()), ()
        return True


_TOKEN = re.compile(r"(?<=/)([\w-]{4})[\w.-]{28,}")


def create_token(person_id: int, *, name: str) -> str:
    """Make a bearer token and return it, for the only time."""
    secret = new_secret()
    db.session.add(ApiToken(person_id=person_id, name=name, token_hash=hash_of(secret), created_at=clock.now()))
    db.session.flush()
    _record("token.created", person_id, name)
    return secret


def _record(act: str, person_id: int, name: str) -> None:
    person = db.session.get_one(Person, person_id)
    journal.record(act, subject=("person", person_id), by=None, after={"name": name}, municipalities=[person.employer.municipality_id])


class TokenInForce(NamedTuple):
    """Say for whom its owner may act today, and when it was used before."""

    id: int
    last_used_at: datetime | None
    actors: list[Actor]


_token, _person = cast(Table, ApiToken.__table__), cast(Table, Person.__table__)
_OWNED = _token.join(_person, _person.c.id == _token.c.person_id)
# Every call of a program asks this: one statement, compiled once.
_IN_FORCE = Prepared(
    holding_roles(_OWNED).add_columns(_token.c.id, _token.c.last_used_at).where(_token.c.token_hash == bindparam("token_hash"), _token.c.revoked_at.is_(None))
)


def find_token(secret: str) -> TokenInForce | None:
    """Return a token that is in force, of a person who is active."""
    rows = _IN_FORCE.all({"token_hash": hash_of(secret), "day": today_of(clock.now())})
    return TokenInForce(rows[0][-2], rows[0][-1], actors_among(row[:-2] for row in rows)) if rows else None


def note_use(token_id: int) -> None:
    """Note that a token was just used; its owner sees it on the account page."""
    db.session.get_one(ApiToken, token_id).last_used_at = clock.now()


def revoke_token(token_id: int, *, person_id: int) -> None:
    """Revoke a token of one's own."""
    token = db.session.scalar(select(ApiToken).where(ApiToken.id == token_id, ApiToken.person_id == person_id))
    if token is None:
        raise NotFound
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        _record("token.revoked", person_id, token.name)


def revoke_all(person_id: int) -> None:
    """Revoke every token of a person who leaves."""
    db.session.execute(update(ApiToken).where(ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None)).values(revoked_at=clock.now()))


def tokens_of(person_id: int) -> list[ApiToken]:
    """Return a person's tokens in force, the newest first."""
    query = select(ApiToken).where(ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None))
    return list(db.session.scalars(query.order_by(ApiToken.id.desc())))


def invite(scope: str, subject_id: int, *, until: datetime, address: str | None = None, by: Actor | None) -> str:
    """Make a link for somebody without an account and return its secret, for the only time."""
    secret = new_secret()
    link = VisitorLink(scope=scope, subject_id=subject_id, address=address, token_hash=hash_of(secret), created_at=clock.now(), expires_at=until)
    link.created_by_id = by.person_id if by else None
    db.session.add(link)
    db.session.flush()
    return secret


def find_visitor(secret: str, scope: str) -> VisitorLink | None:
    """Return the link in force that this secret opens."""
    query = select(VisitorLink).where(VisitorLink.token_hash == hash_of(secret), VisitorLink.scope == scope)
    return db.session.scalar(query.where(VisitorLink.revoked_at.is_(None), VisitorLink.expires_at > clock.now()))
