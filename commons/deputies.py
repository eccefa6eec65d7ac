"""Deputies: whoever is away names somebody to whom the undecided tasks pass."""

from datetime import date

from sqlalchemy import ColumnElement, or_, select

from commons import journal, letters
from commons.appointing import check_days
from commons.clock import today
from commons.database import db
from commons.errors import RuleBroken
from commons.people import Actor, Membership, Person
from commons.staffing import ids_of
from commons.words import say


class DeputyUnfit(RuleBroken):
    """A deputy is another active person who works for the same municipality."""

    def __init__(self) -> None:
        super().__init__(say("Die Vertretung muss eine andere Person sein, die in derselben Gemeinde eine Rolle hat."), field="deputy_id")


def possible_deputies(actor: Actor) -> list[Person]:
    """Return who could stand in for the actor: active people with a role in the same municipality."""
    day = today()
    query = select(Membership).where(Membership.organisation_id.in_(ids_of(actor)), Membership.from_day <= day)
    holders = db.session.scalars(query.where(or_(Membership.until_day.is_(None), Membership.until_day >= day)))
    found = {membership.person_id: membership.person for membership in holders if membership.person.active and membership.person_id != actor.person_id}
    return sorted(found.values(), key=lambda person: person.name)


def name_deputy(deputy_id: int, first_day: date, last_day: date, *, by: Actor) -> None:
    """Let a deputy act in all one's roles in the organisation acted for while one is away; the deputy and, for grave roles, the mayor are told."""
    check_days(first_day, last_day, field="last_day")
    deputy = next((person for person in possible_deputies(by) if person.id == deputy_id), None)
    if deputy is None:
        raise DeputyUnfit
    for membership in _own_memberships(by):
        membership.deputy, membership.absent_from, membership.absent_until = deputy, first_day, last_day
    away = say("%(name)s ist vom %(first)s bis zum %(last)s abwesend.", name=by.person_name, first=first_day, last=last_day)
    task = say("Sie vertreten in dieser Zeit: %(place)s. Wählen Sie dazu oben auf der Seite, für wen Sie handeln.", place=by.organisation_name)
    letters.post(deputy.id, say("Sie vertreten %(name)s", name=by.person_name), [away, task], link="/", about=("person", by.person_id))
    after = {"deputy_id": deputy_id, "from": first_day.isoformat(), "until": last_day.isoformat()}
    journal.record("deputy.named", subject=("person", by.person_id), by=by, after=after)


def end_absence(*, by: Actor) -> None:
    """Take one's tasks back from the deputy."""
    for membership in _own_memberships(by):
        membership.absent_from = membership.absent_until = None
    journal.record("deputy.ended", subject=("person", by.person_id), by=by)


def _own_memberships(actor: Actor) -> list[Membership]:
    query = select(Membership).where(Membership.person_id == actor.person_id, Membership.organisation_id == actor.organisation_id)
    return list(db.session.scalars(query.where(or_(Membership.until_day.is_(None), Membership.until_day >= today()))))


def standing_in_for(person_id: int, organisation_id: int) -> list[int]:
    """Return who acts today for an absent person in an organisation."""
    return list(db.session.scalars(select(Membership.deputy_id).where(Membership.person_id == person_id, *_away(organisation_id)).distinct()))


def absent_behind(actor: Actor) -> list[int]:
    """Return for which absent people of the organisation an actor stands in today."""
    return list(db.session.scalars(select(Membership.person_id).where(Membership.deputy_id == actor.person_id, *_away(actor.organisation_id)).distinct()))


def _away(organisation_id: int) -> tuple[ColumnElement[bool], ...]:
    day = today()
    named = Membership.deputy_id.is_not(None)
    return Membership.organisation_id == organisation_id, Membership.absent_from <= day, Membership.absent_until >= day, named
