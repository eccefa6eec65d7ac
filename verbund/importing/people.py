"""People from Excel: accounts and dated roles."""

from collections.abc import Sequence

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


def people_template(by: Actor) -> bytes:
    """Return the workbook to fill in with people; its drop-downs hold the own organisations."""
    names = tuple(place.name for place in organisations_of(by.municipality_id))
    columns = [Column(key=c.key, title=c.title, needed=c.needed, choices=names, width=c.width) if c.key == "organisation" else c for c in PEOPLE]
    return sheets.template("Personen", columns)


def import_people(content: bytes, *, by: Sequence[Actor]) -> Imported:
    """Add the people of a sheet with their roles; who is there already keeps the account and gets what is new."""
    work = import_by(by, Permission.PERSON_MANAGE)
    seen: dict[str, Person] = {}
    added, roles, known = 0, 0, []
    for row in sheets.read(content, PEOPLE):
        new, role = _import_person(row, work, seen)
        added, roles = added + new, roles + (role == "given")
        if role == "held":
            known.append(row.text("name"))
    work.refuse_if_faulty()
    return Imported(added=added, roles=roles, known=tuple(known))


def _import_person(row: SheetRow, work: Import, seen: dict[str, Person]) -> tuple[bool, str]:
    if not work.needed(row, PEOPLE):
        return False, "faulty"
    before = len(work.faults)
    place, role = work.place(row, "organisation"), work.one_of(row, "role", ROLES, UNKNOWN_ROLE)
    from_day, until_day = work.day(row, "from_day"), work.day(row, "until_day")
    scope = work.day(row, "scope_from"), work.day(row, "scope_until")
    email = row.text("email").lower()
    if email and ("@" not in email.strip("@") or " " in email):
        work.note(row, "email", NO_MAIL)
    if len(work.faults) > before or place is None or role is None:
        return False, "faulty"
    person = seen.get(email or row.text("name")) or _find(row, place[0])
    new = person is None
    try:
        person = person or _add_person(row, place[0], by=place[1])
        seen[email or row.text("name")] = person
        first = from_day or clock.today()
        appointing.give_role(person.id, place[0].id, role, from_day=first, until_day=until_day, scope=scope, by=place[1])
    except RoleHeldAlready:
        return new, "held"
    except RuleBroken as broken:
        work.refused(row, broken, "name")
        return False, "faulty"
    return new, "given"


def _find(row: SheetRow, employer: Organisation) -> Person | None:
    """Return who has an account already: by mail address, or by name among those of the organisation who have none."""
    if row.text("email"):
        return find_person(row.text("email"))
    return db.session.scalar(select(Person).where(Person.name == row.text("name"), Person.email.is_(None), Person.employer_id == employer.id))


def _add_person(row: SheetRow, employer: Organisation, *, by: Actor) -> Person:
    details = Details(name=row.text("name"), email=row.text("email") or None, phone=row.text("phone") or None, employer_id=employer.id)
    return staffing.add_person(details, by=by)
