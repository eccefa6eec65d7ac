"""People from Excel: accounts and dated roles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select

from commons import appointing, clock, sheets, staffing
from commons.appointing import RoleHeldAlready
from commons.database import db
from commons.errors import RuleBroken
from commons.municipalities import Organisation, organisations_of
from commons.people import Actor, Person, find_person
from commons.permissions import ROLE_NAMES, Permission, Role
from commons.sheets import Column, SheetRow
from commons.staffing import Details
from commons.words import say
from verbund.importing.work import Import, Imported, import_by

UNKNOWN_ROLE = say("Diese Rolle ist unbekannt. Die Vorlage enthält alle Rollen.")
NO_MAIL = say("Das ist keine E-Mail-Adresse.")
ROLES = {**{str(name).casefold(): role for role, name in ROLE_NAMES.items()}, **{role.value: role for role in Role}}
PEOPLE = (
    Column(key="name", title="Name", needed=True, width=26),
    Column(key="email", title="E-Mail", width=32),
    Column(key="phone", title="Telefon"),
    Column(key="organisation", title="Organisation", needed=True, width=32),
    Column(key="role", title="Rolle", needed=True, choices=tuple(str(name) for name in ROLE_NAMES.values()), width=24),
    Column(key="from_day", title="von"),
    Column(key="until_day", title="bis"),
    Column(key="scope_from", title="prüft ab"),
    Column(key="scope_until", title="prüft bis"),
)


class Outcome(StrEnum):
    """Say what became of a row."""

    FAULTY = "faulty"
    GIVEN = "given"
    HELD = "held"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Hold what a row asks for: who is to get which role where, and who of the importing people may give it."""

    who: str
    place: Organisation
    by: Actor
    role: Role
    from_day: date
    until_day: date | None
    scope: tuple[date | None, date | None]


def people_template(by: Actor) -> bytes:
    """Return the workbook to fill in with people; its drop-downs hold the own organisations."""
    names = tuple(place.name for place in organisations_of(by.municipality_id))
    columns = [Column(key=c.key, title=c.title, needed=c.needed, choices=names, width=c.width) if c.key == "organisation" else c for c in PEOPLE]
    return sheets.template("Personen", columns)


def import_people(content: bytes, *, by: Sequence[Actor]) -> Imported:
    """Add the people of a sheet with their roles; who is there already keeps the account and gets what is new."""
    work = import_by(by, Permission.PERSON_MANAGE)
    seen: dict[str, Person] = {}
    added, outcomes = 0, []
    for row in sheets.read(content, PEOPLE):
        new, outcome = _import_person(row, work, seen)
        added += new
        outcomes.append((row.text("name"), outcome))
    work.refuse_if_faulty()
    given = sum(outcome is Outcome.GIVEN for _, outcome in outcomes)
    return Imported(added=added, roles=given, known=tuple(name for name, outcome in outcomes if outcome is Outcome.HELD))


def _import_person(row: SheetRow, work: Import, seen: dict[str, Person]) -> tuple[bool, Outcome]:
    wanted = _read(row, work)
    if wanted is None:
        return False, Outcome.FAULTY
    known = seen.get(wanted.who) or _find(row, wanted.place)
    try:
        seen[wanted.who] = known or _add_person(row, wanted.place, by=wanted.by)
        _give(seen[wanted.who], wanted)
    except RoleHeldAlready:
        return known is None, Outcome.HELD
    except RuleBroken as broken:
        work.refused(row, broken, "name")
        return False, Outcome.FAULTY
    return known is None, Outcome.GIVEN


def _read(row: SheetRow, work: Import) -> Wanted | None:
    """Return what a row asks for; None where it has a fault, which is noted."""
    if not work.needed(row, PEOPLE):
        return None
    before = len(work.faults)
    place, role = work.place(row, "organisation"), work.one_of(row, "role", ROLES, UNKNOWN_ROLE)
    from_day, until_day = work.day(row, "from_day"), work.day(row, "until_day")
    scope = work.day(row, "scope_from"), work.day(row, "scope_until")
    email = row.text("email").lower()
    if email and ("@" not in email.strip("@") or " " in email):
        work.note(row, "email", NO_MAIL)
    if len(work.faults) > before or place is None or role is None:
        return None
    first = from_day or clock.today()
    return Wanted(who=email or row.text("name"), place=place[0], by=place[1], role=role, from_day=first, until_day=until_day, scope=scope)


def _give(person: Person, wanted: Wanted) -> None:
    appointing.give_role(person.id, wanted.place.id, wanted.role, from_day=wanted.from_day, until_day=wanted.until_day, scope=wanted.scope, by=wanted.by)


def _find(row: SheetRow, employer: Organisation) -> Person | None:
    """Return who has an account already: by mail address, or by name among those of the organisation who have none."""
    if row.text("email"):
        return find_person(row.text("email"))
    return db.session.scalar(select(Person).where(Person.name == row.text("name"), Person.email.is_(None), Person.employer_id == employer.id))


def _add_person(row: SheetRow, employer: Organisation, *, by: Actor) -> Person:
    details = Details(name=row.text("name"), email=row.text("email") or None, phone=row.text("phone") or None, employer_id=employer.id)
    return staffing.add_person(details, by=by)
