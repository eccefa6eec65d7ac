"""Barriers and faults that readers report, carried to the administrators."""

from datetime import timedelta
from typing import ClassVar

from sqlalchemy import func, select

from commons import clock
from commons.database import db
from commons.errors import RuleBroken
from commons.letters import Letter, post
from commons.municipalities import Organisation
from commons.people import Actor, Person, people_with
from commons.permissions import Permission
from commons.words import say

MOST_AN_HOUR = 30


class TooMuchFeedback(RuleBroken):
    """Nobody may flood the administrators through a form that needs no sign-in."""

    status: ClassVar[int] = 429

    def __init__(self) -> None:
        super().__init__(say("In der letzten Stunde sind sehr viele Meldungen eingegangen. Bitte versuchen Sie es in einer Stunde noch einmal."))


def send_feedback(text: str, *, page: str, reply_to: str, by: Actor | None) -> int:
    """Write to the administrators what a reader reports; returns how many of them were told."""
    _check_not_flooded()
    sender = say("%(name)s, %(organisation)s", name=by.person_name, organisation=by.organisation_name) if by else say("ohne Anmeldung")
    body = [say("%(text)s", text=text), say("Seite: %(page)s", page=page), say("Absender: %(sender)s", sender=sender)]
    if reply_to:
        body.append(say("Antwort erbeten an: %(mail)s", mail=reply_to))
    administrators = _administrators(by)
    for person in administrators:
        post(person.id, say("Meldung zu einer Barriere oder einem Fehler"), body, link=page, about=("feedback", 0))
    return len(administrators)


def _check_not_flooded() -> None:
    recent = select(func.count(func.distinct(Letter.created_at))).where(Letter.about_kind == "feedback", Letter.created_at > clock.now() - timedelta(hours=1))
    if (db.session.scalar(recent) or 0) >= MOST_AN_HOUR:
        raise TooMuchFeedback


def _administrators(by: Actor | None) -> list[Person]:
    """Return those of the reader's municipality; of all members where the reader is unknown or has none."""
    own = people_with(Permission.PERSON_MANAGE, _organisations(by.municipality_id)) if by else []
    return own or people_with(Permission.PERSON_MANAGE, _organisations(None))


def _organisations(municipality_id: int | None) -> list[int]:
    query = select(Organisation.id)
    return list(db.session.scalars(query if municipality_id is None else query.where(Organisation.municipality_id == municipality_id)))
