"""Who works where: people come, and what is known of them is put right."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from sqlalchemy import or_, select

from commons import clock, devices, journal, letters
from commons.database import db
from commons.errors import NotFound, RuleBroken
from commons.municipalities import Organisation, find_organisation, get_organisation, organisations_of
from commons.people import Actor, Membership, Person, find_person, people_with
from commons.permissions import Permission, Role
from commons.words import say

# Roles that decide on money, bids or people: giving one is told to the mayor.
GRAVE = frozenset({Role.ADMINISTRATOR, Role.AUDITOR, Role.BUDGET_HOLDER, Role.MAYOR, Role.PROCUREMENT_OFFICER})


class MailTaken(RuleBroken):
    """A mail address signs in one person only."""

    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(
            say("Zu dieser E-Mail-Adresse gibt es schon ein Konto. Geben Sie dieser Person stattdessen eine Rolle in Ihrer Gemeinde."), field="email"
        )


@dataclass(frozen=True, kw_only=True)
class Details:
    """Hold what is known of a person beside the roles."""

    name: str
    email: str | None
    phone: str | None
    employer_id: int
    language: str = "de"
    prefers_paper: bool = False


def ids_of(actor: Actor) -> list[int]:
    """Return the organisations of the municipality acted for."""
    return [place.id for place in organisations_of(actor.municipality_id)]


def people_of(actor: Actor) -> list[Person]:
    """Return everybody who is employed or holds a role in the municipality acted for, by name."""
    places = ids_of(actor)
    holders = select(Membership.person_id).where(Membership.organisation_id.in_(places))
    query = select(Person).where(or_(Person.employer_id.in_(places), Person.id.in_(holders)))
    return list(db.session.scalars(query.order_by(Person.name, Person.id)))


def get_person(person_id: int, *, by: Actor) -> Person:
    """Return a person of the municipality acted for; anybody else does not exist."""
    found = next((person for person in people_of(by) if person.id == person_id), None)
    if found is None:
        raise NotFound
    return found


def is_ours(person: Person, *, by: Actor) -> bool:
    """Tell whether the municipality acted for is the employer."""
    return person.employer.municipality_id == by.municipality_id


def get_membership(membership_id: int, *, by: Actor) -> Membership:
    """Return a membership in an organisation of the municipality acted for."""
    query = select(Membership).where(Membership.id == membership_id, Membership.organisation_id.in_(ids_of(by)))
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def memberships_of(person_id: int, *, by: Actor) -> list[Membership]:
    """Return what a person was, is and will be in the municipality acted for, the newest first."""
    query = select(Membership).where(Membership.person_id == person_id, Membership.organisation_id.in_(ids_of(by)))
    return list(db.session.scalars(query.order_by(Membership.from_day.desc(), Membership.id.desc())))


def current_memberships_of(person_id: int, *, by: Actor) -> list[Membership]:
    """Return what a person is or will be in the municipality acted for."""
    return [membership for membership in memberships_of(person_id, by=by) if membership.until_day is None or membership.until_day >= clock.today()]


def add_person(details: Details, *, by: Actor) -> Person:
    """Enter a new person of the municipality acted for; somebody without mail gets a name to sign in with."""
    place = own_place(details.employer_id, by=by)
    email = _free_mail(details.email, person_id=None)
    person = Person(
        name=details.name,
        email=email,
        phone=details.phone,
        employer=place,
        language=details.language,
        prefers_paper=details.prefers_paper or email is None,
        login_name=None if email else _free_login_name(details.name),
    )
    db.session.add(person)
    db.session.flush()
    journal.record("person.added", subject=("person", person.id), by=by, after=_kept(person))
    return person


def enter(
    name: str, email: str | None, *, employer: str, roles: Iterable[tuple[str, Role]], since: date, scope: tuple[date | None, date | None] = (None, None)
) -> Person:
    """Enter a person on behalf of the operator, who alone can make the first administrator; organisations are named by their keys.

    `scope` is what the person examines as an auditor.
    """
    place = _place_of(employer)
    mail = _free_mail(email, person_id=None)
    person = Person(name=name, email=mail, employer=place, prefers_paper=mail is None, login_name=None if mail else _free_login_name(name))
    held = [Membership(person=person, organisation=_place_of(key), role=role, from_day=since) for key, role in roles]
    for membership in held:
        if membership.role is Role.AUDITOR:
            membership.scope_from, membership.scope_until = scope
    db.session.add_all([person, *held])
    db.session.flush()
    concerned = {place.municipality_id, *(membership.organisation.municipality_id for membership in held)}
    after = _kept(person) | {"roles": [role_as_kept(membership) for membership in held]}
    journal.record("person.entered", subject=("person", person.id), by=None, after=after, municipalities=concerned)
    return person


def _place_of(key: str) -> Organisation:
    place = find_organisation(key)
    if place is None:
        raise NotFound
    return place


def change_person(person_id: int, details: Details, *, by: Actor) -> None:
    """Correct what is known of a person whose employer is the municipality acted for."""
    person = get_person(person_id, by=by)
    if not is_ours(person, by=by):
        raise NotFound
    before = _kept(person)
    email = _free_mail(details.email, person_id=person.id)
    if person.email != email:  # whoever holds the new address must prove it with a new sign-in
        devices.revoke_all(person.id)
        tell_of_new_way_in(person, by=by)
    person.name, person.email, person.phone, person.employer = details.name, email, details.phone, own_place(details.employer_id, by=by)
    person.language, person.prefers_paper = details.language, details.prefers_paper or email is None
    if email is None and person.login_name is None:
        person.login_name = _free_login_name(details.name)
    journal.record("person.changed", subject=("person", person.id), by=by, before=before, after=_kept(person))


def _kept(person: Person) -> dict[str, object]:
    return {"name": person.name, "email": person.email, "login_name": person.login_name, "phone": person.phone, "employer_id": person.employer.id}


def role_as_kept(membership: Membership) -> dict[str, object]:
    """Return a role as the journal keeps it; an auditor's with what it examines."""
    days = {"from": membership.from_day, "until": membership.until_day}
    if membership.role is Role.AUDITOR:
        days |= {"audits_from": membership.scope_from, "audits_until": membership.scope_until}
    kept = {name: day.isoformat() if day else None for name, day in days.items()}
    return {"organisation": membership.organisation.key, "role": membership.role.value, **kept}


def own_place(organisation_id: int, *, by: Actor) -> Organisation:
    """Return an organisation of the municipality acted for."""
    place = get_organisation(organisation_id)
    if place.municipality_id != by.municipality_id:
        raise NotFound
    return place


def _free_mail(email: str | None, *, person_id: int | None) -> str | None:
    if not email or not email.strip():
        return None
    holder = find_person(email)
    if holder is not None and holder.id != person_id:
        raise MailTaken
    return email.strip().lower()


def _free_login_name(name: str) -> str:
    spelled = name.lower().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    stem = ".".join(re.findall(r"[a-z0-9]+", plain)) or "person"
    taken = set(db.session.scalars(select(Person.login_name).where(Person.login_name.like(f"{stem}%"))))
    return next(candidate for number in range(1, 10_000) if (candidate := stem if number == 1 else f"{stem}{number}") not in taken)


def tell_of_new_way_in(person: Person, *, by: Actor) -> None:
    """Tell the person at the address of until now, and for a grave role the mayors, that somebody opened a new way into the account."""
    subject = say("Neuer Weg in das Konto von %(name)s", name=person.name)
    body = [
        say("%(who)s hat die E-Mail-Adresse des Kontos geändert oder einen Anmeldebrief dafür ausgestellt.", who=by.person_name),
        say("Ist das nicht in Ihrem Sinn, wenden Sie sich bitte sofort an Ihre Verwaltung."),
    ]
    if person.email is not None:
        letters.post_to_address(person.email, subject, body, organisation_id=person.employer_id, about=("person", person.id))
    held = set(db.session.scalars(select(Membership.role).where(Membership.person_id == person.id)))
    if held & GRAVE:
        for mayor in people_with(Permission.RULE_VALUE_CONFIRM, ids_of(by)):
            letters.post(mayor.id, subject, body, about=("person", person.id))
