"""Invitations: a link that lets a person set the first password, by mail or on a printed letter."""

from datetime import timedelta

from sqlalchemy import select, update

from commons import clock, journal, letters, tokens
from commons.database import db
from commons.errors import NotFound
from commons.people import Actor, Person
from commons.staffing import get_person, is_ours, tell_of_new_way_in
from commons.tokens import VisitorLink
from commons.words import say

LASTS = timedelta(days=14)
SCOPE = "invitation"


def invite(person_id: int, *, by: Actor) -> None:
    """Send a person the link by mail."""
    person = _invited(person_id, by=by)
    secret = _fresh_link(person, by=by)
    body = [
        say("%(name)s hat für Sie ein Konto bei Verbund angelegt: gemeinsame Beschaffung und Gerätebuchung der Städte und Gemeinden.", name=by.person_name),
        say("Bitte setzen Sie über den folgenden Verweis Ihr Kennwort. Er gilt 14 Tage und nur einmal."),
    ]
    letters.post_confidential(person.id, say("Ihr Zugang zu Verbund"), body, link=f"/konto/einrichten/{secret}", about=("person", person.id))
    journal.record("person.invited", subject=("person", person.id), by=by, after={"way": "mail"})


def print_invitation(person_id: int, *, by: Actor) -> str:
    """Make the link for a letter that is printed at once, and return its secret for the only time."""
    person = _invited(person_id, by=by)
    secret = _fresh_link(person, by=by)
    if person.password is not None:
        tell_of_new_way_in(person, by=by)
    journal.record("person.invited", subject=("person", person.id), by=by, after={"way": "paper"})
    return secret


def _invited(person_id: int, *, by: Actor) -> Person:
    person = get_person(person_id, by=by)
    if not is_ours(person, by=by):
        raise NotFound
    return person


def _fresh_link(person: Person, *, by: Actor) -> str:
    older = update(VisitorLink).where(VisitorLink.scope == SCOPE, VisitorLink.subject_id == person.id, VisitorLink.revoked_at.is_(None))
    db.session.execute(older.values(revoked_at=clock.now()))
    return tokens.invite(SCOPE, person.id, until=clock.now() + LASTS, by=by)


def find_invited(secret: str) -> Person | None:
    """Return whom an invitation in force is for."""
    link = tokens.find_visitor(secret, SCOPE)
    return None if link is None else db.session.scalar(select(Person).where(Person.id == link.subject_id, Person.active))


def accept(secret: str, *, password_hash: str) -> Person:
    """Set the first password; the invitation is used up."""
    person, link = find_invited(secret), tokens.find_visitor(secret, SCOPE)
    if person is None or link is None:
        raise NotFound
    link.revoked_at = link.last_used_at = clock.now()
    person.password = password_hash
    journal.record("person.accepted", subject=("person", person.id), by=None, municipalities=[person.employer.municipality_id])
    return person
