"""Leaving: roles end, a successor takes over, and doors that would stay open are closed."""

from datetime import date, timedelta

from sqlalchemy import func, select

from commons import devices, journal, tokens
from commons.appointing import DaysOutOfOrder, OwnRole, RoleHeldAlready, end_membership, give_role
from commons.clock import today
from commons.database import db
from commons.people import Actor, Membership, Person
from commons.staffing import get_person, memberships_of


def leave(person_id: int, last_day: date, *, successor_id: int | None, by: Actor) -> None:
    """End all that a person is in the municipality acted for, hand the roles to a successor, and close doors that stay open otherwise."""
    person = get_person(person_id, by=by)
    if person.id == by.person_id:
        raise OwnRole
    for membership in memberships_of(person_id, by=by):
        if membership.until_day is None or membership.until_day > last_day:
            _hand_over(membership, last_day, successor_id=successor_id, by=by)
    if last_day < today():
        close_accounts()
    journal.record("person.left", subject=("person", person_id), by=by, after={"last_day": last_day.isoformat(), "successor_id": successor_id})


def _hand_over(membership: Membership, last_day: date, *, successor_id: int | None, by: Actor) -> None:
    if membership.from_day > last_day:
        raise DaysOutOfOrder("last_day")
    end_membership(membership.id, last_day, by=by)
    if successor_id is not None and successor_id != by.person_id:
        try:
            _give_on(membership, get_person(successor_id, by=by).id, from_day=last_day + timedelta(days=1), by=by)
        except RoleHeldAlready:
            return


def _give_on(membership: Membership, successor_id: int, *, from_day: date, by: Actor) -> None:
    """Give the same role with the same scope."""
    scope = (membership.scope_from, membership.scope_until)
    give_role(successor_id, membership.organisation_id, membership.role, from_day=from_day, scope=scope, by=by)


def close_accounts() -> list[int]:
    """Close the account of everybody whose last role is over: tokens and devices are revoked; return their numbers."""
    last_days = select(Membership.person_id).group_by(Membership.person_id)
    over = last_days.having(func.max(func.coalesce(Membership.until_day, date.max)) < today())
    gone = db.session.scalars(select(Person).where(Person.active, Person.id.in_(over))).all()
    for person in gone:
        person.active = False
        tokens.revoke_all(person.id)
        devices.revoke_all(person.id)
        journal.record("person.closed", subject=("person", person.id), by=None, municipalities=[person.employer.municipality_id])
    return [person.id for person in gone]
