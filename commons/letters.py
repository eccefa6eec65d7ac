"""The outbox: one row a letter, written in the business transaction, sent by the worker."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, cast
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import ForeignKey, Index, Select, Table, bindparam, exists, func, insert, select, update
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship
from sqlalchemy.types import JSON

from commons import clock
from commons.database import Base, db, pk, stored, utc_time
from commons.errors import NotFound
from commons.municipalities import Organisation
from commons.people import Actor, Person
from commons.prepared import Prepared
from commons.words import Message, as_data, from_data

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 10  # the last one comes about 17 hours after the first


class LetterStage(StrEnum):
    """Name what has become of a letter."""

    WAITING = "waiting"
    COLLECTED = "collected"  # goes out with the daily digest
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"
    TO_PRINT = "to_print"
    PRINTED = "printed"


class Letter(Base):
    """One letter to one person or address."""

    __tablename__ = "letter"
    __table_args__ = (Index("ix_letter_stage_next_attempt_at", "stage", "next_attempt_at"), Index("ix_letter_about", "about_kind", "about_id"))

    id: Mapped[pk]
    created_at: Mapped[utc_time]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    address: Mapped[str | None]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    subject: Mapped[dict[str, object]] = mapped_column(JSON())
    body: Mapped[list[dict[str, object]]] = mapped_column(JSON())
    link: Mapped[str | None]
    calendar_method: Mapped[str | None]
    calendar: Mapped[bytes | None]
    about_kind: Mapped[str | None]
    about_id: Mapped[int | None]
    message_id: Mapped[str] = mapped_column(unique=True)
    stage: Mapped[LetterStage] = mapped_column(stored(LetterStage))
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[utc_time]
    error: Mapped[str | None]
    finished_at: Mapped[utc_time | None]
    confidential: Mapped[bool] = mapped_column(default=False)  # carries a secret link: shown to nobody, wiped once sent
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"), index=True)
    printed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    organisation: Mapped[Organisation | None] = relationship()

    @property
    def subject_line(self) -> Message:
        """Return the subject as a sentence in any language."""
        return from_data(self.subject)

    @property
    def paragraphs(self) -> list[Message]:
        """Return the body as sentences in any language."""
        return [from_data(part) for part in self.body]


@dataclass(frozen=True, kw_only=True)
class CalendarPart:
    """Carry a calendar invitation (iTIP) along with a letter."""

    method: str
    content: bytes


# Plain statements: a letter goes out with almost every act.
_SAID = ("created_at", "subject", "body", "link", "calendar_method", "calendar", "about_kind", "about_id", "message_id", "next_attempt_at")
_INSERT = Prepared(insert(cast(Table, Letter.__table__)), *_SAID, "person_id", "organisation_id", "stage", "attempts", "confidential")
_REACH = (Person.email, Person.prefers_paper, Person.wants_digest, Person.employer_id)
_HOW_TO_REACH = Prepared(select(*_REACH).where(Person.id == bindparam("person_id")))


def post(
    person_id: int,
    subject: Message,
    body: list[Message],
    *,
    link: str | None = None,
    calendar: CalendarPart | None = None,
    about: tuple[str, int] | None = None,
) -> Letter:
    """Write a letter to a person; without a mail address it becomes a letter to print."""
    _, employer_id, stage = _reached(person_id)
    letter = Letter(**_values(subject, body, link=link, calendar=calendar, about=about))
    letter.person_id, letter.organisation_id, letter.stage = person_id, employer_id, stage
    db.session.add(letter)
    return letter


def post_at_once(
    person_id: int, subject: Message, body: list[Message], *, link: str, calendar: CalendarPart | None = None, about: tuple[str, int] | None = None
) -> Letter:
    """Write a letter that cannot wait for the digest of the next day."""
    letter = post(person_id, subject, body, link=link, calendar=calendar, about=about)
    if letter.stage is LetterStage.COLLECTED:
        letter.stage = LetterStage.WAITING
    return letter


def post_plainly(
    person_id: int,
    subject: Message,
    body: list[Message],
    *,
    link: str,
    about: tuple[str, int],
    calendar: Callable[[str], CalendarPart] | None = None,
) -> None:
    """Write the same letter by a plain statement, for acts that happen often; the calendar part is made for the person's address."""
    email, employer_id, stage = _reached(person_id)
    part = calendar(email) if calendar is not None and email is not None else None
    values = _values(subject, body, link=link, calendar=part, about=about)
    _INSERT.run({**values, "person_id": person_id, "organisation_id": employer_id, "stage": stage, "attempts": 0, "confidential": False})


def post_confidential(person_id: int, subject: Message, body: list[Message], *, link: str, about: tuple[str, int] | None = None) -> Letter:
    """Write a letter with a secret link: it goes out at once, nobody else can read it, and its content is wiped once it is sent."""
    letter = post_at_once(person_id, subject, body, link=link, about=about)
    letter.confidential = True
    return letter


def post_to_address(
    mail: str, subject: Message, body: list[Message], *, organisation_id: int | None = None, link: str | None = None, about: tuple[str, int] | None = None
) -> Letter:
    """Write a letter to a firm or to somebody without an account."""
    letter = Letter(**_values(subject, body, link=link, calendar=None, about=about))
    letter.address, letter.organisation_id, letter.stage = mail, organisation_id, LetterStage.WAITING
    db.session.add(letter)
    return letter


def _reached(person_id: int) -> tuple[str | None, int, LetterStage]:
    """Return a person's address, employer, and in which way a letter reaches the person."""
    found = _HOW_TO_REACH.first({"person_id": person_id})
    if found is None:
        raise NotFound
    email, prefers_paper, wants_digest, employer_id = found
    by_mail = email is not None and not prefers_paper
    return email, employer_id, LetterStage.TO_PRINT if not by_mail else LetterStage.COLLECTED if wants_digest else LetterStage.WAITING


def _values(subject: Message, body: list[Message], *, link: str | None, calendar: CalendarPart | None, about: tuple[str, int] | None) -> dict[str, Any]:
    moment = clock.now()
    return {
        "created_at": moment,
        "subject": as_data(subject),
        "body": [as_data(part) for part in body],
        "link": link,
        "calendar_method": calendar.method if calendar else None,
        "calendar": calendar.content if calendar else None,
        "about_kind": about[0] if about else None,
        "about_id": about[1] if about else None,
        "message_id": f"<{uuid.uuid4().hex}@{urlsplit(current_app.config['BASE_URL']).hostname}>",
        "next_attempt_at": moment,
    }


def is_any_due() -> bool:
    """Tell whether a letter waits to be sent; asked before anything is locked."""
    return bool(db.session.scalar(select(exists().where(Letter.stage == LetterStage.WAITING, Letter.next_attempt_at <= clock.now()))))


def claim(most: int = 20) -> list[int]:
    """Take some due letters for this worker alone: the lease keeps others away until it runs out."""
    moment = clock.now()
    due = select(Letter.id).where(Letter.stage == LetterStage.WAITING, Letter.next_attempt_at <= moment).order_by(Letter.id).limit(most)
    take = update(Letter).where(Letter.id.in_(due.with_for_update(skip_locked=True).scalar_subquery()))
    taken = db.session.execute(take.values(next_attempt_at=moment + LEASE, attempts=Letter.attempts + 1).returning(Letter.id))
    return sorted(taken.scalars())


def calendars_within(letter: Letter) -> list[CalendarPart]:
    """Return the calendar parts of the letters that a digest gathers: of each thing written about only the last."""
    query = select(Letter).where(Letter.digest_id == letter.id, Letter.calendar.is_not(None)).order_by(Letter.id)
    last = {(one.about_kind, one.about_id): one for one in db.session.scalars(query)}
    return [CalendarPart(method=one.calendar_method or "REQUEST", content=one.calendar or b"") for one in last.values()]


def mark_sent(letter_id: int) -> None:
    """Note that the mail server took the letter."""
    letter = db.session.get_one(Letter, letter_id)
    letter.stage, letter.finished_at, letter.error = LetterStage.SENT, clock.now(), None
    if letter.confidential:
        letter.body, letter.link = [], None


def mark_failed(letter_id: int, error: str, *, final: bool) -> None:
    """Note why a letter did not go out, and when to try again, or that somebody must be told."""
    letter = db.session.get_one(Letter, letter_id)
    letter.error = error[:500]
    if final or letter.attempts >= MOST_ATTEMPTS:
        letter.stage, letter.finished_at = LetterStage.FAILED, clock.now()
    else:
        letter.next_attempt_at = clock.now() + timedelta(minutes=2**letter.attempts)


def mark_to_print(letter_id: int) -> None:
    """Let a letter be printed whose person has no mail address any more."""
    db.session.get_one(Letter, letter_id).stage = LetterStage.TO_PRINT


def mark_bounced(message_id: str, reason: str) -> Letter | None:
    """Note that a letter came back, None when no letter has this Message-ID."""
    letter = db.session.scalar(select(Letter).where(Letter.message_id == message_id.strip()))
    if letter is not None:
        letter.stage, letter.error, letter.finished_at = LetterStage.BOUNCED, reason[:500], clock.now()
    return letter


def mark_printed(letter_ids: Iterable[int], *, by_person_id: int) -> None:
    """Note that letters were printed and by whom."""
    printed = update(Letter).where(Letter.id.in_(list(letter_ids)), Letter.stage == LetterStage.TO_PRINT)
    db.session.execute(printed.values(stage=LetterStage.PRINTED, finished_at=clock.now(), printed_by_id=by_person_id))


def send_again(letter: Letter) -> None:
    """Put a letter that failed or came back into the outbox once more."""
    letter.stage, letter.attempts, letter.next_attempt_at, letter.error, letter.finished_at = LetterStage.WAITING, 0, clock.now(), None, None


TO_SEE = (LetterStage.FAILED, LetterStage.BOUNCED, LetterStage.TO_PRINT)


def letters_of(actor: Actor, stages: Iterable[LetterStage], *, most: int = 200) -> list[Letter]:
    """Return the letters of the municipality acted for in some stages, the newest first."""
    query = _letters_of(actor).where(Letter.stage.in_(list(stages))).order_by(Letter.id.desc()).limit(most)
    return list(db.session.scalars(query.options(joinedload(Letter.person))))


def count_of(actor: Actor, stage: LetterStage) -> int:
    """Count the letters of the municipality acted for in a stage."""
    return db.session.scalar(select(func.count()).select_from(_letters_of(actor).where(Letter.stage == stage).subquery())) or 0


def get_letter(letter_id: int, *, by: Actor) -> Letter:
    """Return a letter of the municipality acted for."""
    found = db.session.scalar(_letters_of(by).where(Letter.id == letter_id))
    if found is None:
        raise NotFound
    return found


def _letters_of(actor: Actor) -> Select[Letter]:
    return select(Letter).join(Letter.organisation).where(Organisation.municipality_id == actor.municipality_id)
