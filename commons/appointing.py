"""Who holds which role: given with a day, ended with a day, and told to the mayor where it is grave."""

from datetime import date
from typing import ClassVar

from sqlalchemy import or_, select

from commons import journal, letters
from commons.database import db
from commons.errors import RuleBroken
from commons.people import Actor, Membership, Person, people_with
from commons.permissions import ROLE_NAMES, Permission, Role
from commons.staffing import GRAVE, get_membership, ids_of, own_place, role_as_kept
from commons.words import Message, say


class OwnRole(RuleBroken):
    """Nobody gives, changes or ends a role of the own."""

    def __init__(self) -> None:
        super().__init__(say("Eigene Rollen können Sie nicht selbst ändern. Das tut eine zweite Person mit dieser Berechtigung."), field="role")


class RoleHeldAlready(RuleBroken):
    """A person holds a role in an organisation once at a time."""

    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(say("Diese Rolle hat die Person dort in dieser Zeit schon."), field="role")


class DaysOutOfOrder(RuleBroken):
    """What begins must not end before."""

    def __init__(self, field: str) -> None:
        super().__init__(say("Das Ende darf nicht vor dem Beginn liegen."), field=field)


class ScopeNotAudited(RuleBroken):
    """Only an auditor reads a stated period; every other role reads what it needs for its work."""

    def __init__(self) -> None:
        super().__init__(say("Einen Prüfzeitraum hat nur die Rolle Rechnungsprüfung. Bitte lassen Sie die Felder leer."), field="scope_from")


def give_role(
    person_id: int,
    organisation_id: int,
    role: Role,
    *,
    from_day: date,
    until_day: date | None = None,
    scope: tuple[date | None, date | None] = (None, None),
    by: Actor,
) -> Membership:
    """Give a person a role in an organisation of the municipality acted for."""
    if person_id == by.person_id:
        raise OwnRole
    place = own_place(organisation_id, by=by)
    check_days(from_day, until_day, field="until_day")
    check_scope(role, scope)
    _check_not_held(person_id, place.id, role, from_day, until_day)
    person = db.session.get_one(Person, person_id)
    given = Membership(person=person, organisation=place, role=role, from_day=from_day, until_day=until_day, scope_from=scope[0], scope_until=scope[1])
    db.session.add(given)
    person.active = True
    db.session.flush()
    _tell_mayors(say("Neue Rolle: %(name)s", name=person.name), given, by=by)
    journal.record("role.given", subject=("person", person_id), by=by, after=role_as_kept(given))
    return given


def check_scope(role: Role, scope: tuple[date | None, date | None]) -> None:
    """Refuse a period for any role but the auditor's, and one that ends before it begins."""
    first, last = scope
    if role is not Role.AUDITOR and (first or last):
        raise ScopeNotAudited
    if first is not None:
        check_days(first, last, field="scope_until")


def check_days(first: date, last: date | None, *, field: str) -> None:
    """Refuse a span that ends before it begins."""
    if last is not None and last < first:
        raise DaysOutOfOrder(field)


def _check_not_held(person_id: int, organisation_id: int, role: Role, first: date, last: date | None) -> None:
    query = select(Membership.id).where(Membership.person_id == person_id, Membership.organisation_id == organisation_id, Membership.role == role)
    query = query.where(or_(Membership.until_day.is_(None), Membership.until_day >= first))
    if db.session.scalar(query.where(Membership.from_day <= last) if last else query) is not None:
        raise RoleHeldAlready


def _tell_mayors(subject: Message, membership: Membership, *, by: Actor) -> None:
    if membership.role not in GRAVE:
        return
    sentence = say(
        "%(who)s hat %(name)s ab dem %(day)s die Rolle „%(role)s“ gegeben: %(place)s.",
        who=by.person_name,
        name=membership.person.name,
        day=membership.from_day,
        role=ROLE_NAMES[membership.role],
        place=membership.organisation.name,
    )
    way = say("Ist das nicht in Ihrem Sinn, lassen Sie die Rolle bitte beenden.")
    for mayor in people_with(Permission.RULE_VALUE_CONFIRM, ids_of(by)):
        letters.post(mayor.id, subject, [sentence, way], about=("person", membership.person_id))


def end_membership(membership_id: int, last_day: date, *, by: Actor) -> None:
    """End a role with a day."""
    membership = get_membership(membership_id, by=by)
    if membership.person_id == by.person_id:
        raise OwnRole
    check_days(membership.from_day, last_day, field="last_day")
    before = role_as_kept(membership)
    membership.until_day = last_day
    journal.record("role.ended", subject=("person", membership.person_id), by=by, before=before, after=role_as_kept(membership))
