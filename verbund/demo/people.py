"""The people of the demo: every role in every town, one clerk who acts for three towns, and one who is nearly everything."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from commons import clock, staffing
from commons.database import db, write
from commons.people import Person
from commons.permissions import ROLE_NAMES, Role
from commons.sign_in import hashed

PASSWORD = "Gemeinsam geht es leichter"  # noqa: S105 (printed for everybody who tries the demo)
SINCE = date(2024, 1, 1)
R = Role
ON_CALL = frozenset({R.BRIGADE_CHIEF, R.MUNICIPAL_FIRE_CHIEF, R.EQUIPMENT_OFFICER, R.BUILDING_YARD_HEAD, R.CLERK})


@dataclass(frozen=True, kw_only=True)
class Member:
    """One invented person: the mail says the town, the roles say where."""

    name: str
    mail: str | None
    employer: str
    roles: tuple[tuple[str, Role], ...]


def _member(name: str, town: str, employer: str, *roles: tuple[str, Role]) -> Member:
    spelled = name.lower().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss").replace("é", "e").replace(" ", ".")
    return Member(name=name, mail=f"{spelled}@{town}.example", employer=employer, roles=roles)


def _town(town: str, brigade: str, names: tuple[str, str, str, str, str]) -> list[Member]:
    """Return those whom every town has of its own: yard and fire service."""
    yard, service = f"bauhof-{town}", f"feuerwehr-{town}"
    head, worker, chief, municipal_chief, officer = names
    return [
        _member(head, town, yard, (yard, R.BUILDING_YARD_HEAD)),
        _member(worker, town, yard, (yard, R.YARD_WORKER)),
        _member(chief, town, brigade, (brigade, R.BRIGADE_CHIEF)),
        _member(municipal_chief, town, service, (service, R.MUNICIPAL_FIRE_CHIEF)),
        _member(officer, town, service, (service, R.EQUIPMENT_OFFICER)),
    ]


BERN, KOEN, LAUS, NEUK, OSSL = (f"verwaltung-{town}" for town in ("bernsdorf", "koenigsbrueck", "laussnitz", "neukirch", "ossling"))

MEMBERS: tuple[Member, ...] = (
    _member("Anna Richter", "bernsdorf", BERN, (BERN, R.CLERK)),
    _member("Bernd Schulze", "bernsdorf", BERN, (BERN, R.BUDGET_HOLDER)),
    _member("Claudia Noack", "bernsdorf", BERN, (BERN, R.PROCUREMENT_OFFICER)),
    _member("Dirk Lehmann", "bernsdorf", BERN, (BERN, R.MAYOR)),
    _member("Elke Zschornack", "bernsdorf", BERN, (BERN, R.AUDITOR)),
    _member("Falk Hennig", "bernsdorf", BERN, (BERN, R.ADMINISTRATOR)),
    *_town("bernsdorf", "ofw-bernsdorf", ("Gerd Petschel", "Heiko Wenk", "Ingo Krahl", "Jens Opitz", "Katja Simmank")),
    # Königsbrück leads the community of administrations: its staff act for three towns, with three budgets.
    _member("Kathrin Böhme", "koenigsbrueck", KOEN, (KOEN, R.CLERK), (LAUS, R.CLERK), (NEUK, R.CLERK)),
    _member("Lutz Ziegenbalg", "koenigsbrueck", KOEN, (KOEN, R.BUDGET_HOLDER), (LAUS, R.BUDGET_HOLDER)),
    _member("Martina Grafe", "koenigsbrueck", KOEN, (KOEN, R.PROCUREMENT_OFFICER), (LAUS, R.PROCUREMENT_OFFICER), (NEUK, R.PROCUREMENT_OFFICER)),
    _member("Heike Döring", "koenigsbrueck", KOEN, (KOEN, R.MAYOR)),
    _member("Norbert Kunze", "koenigsbrueck", KOEN, (KOEN, R.AUDITOR), (LAUS, R.AUDITOR), (NEUK, R.AUDITOR)),
    _member("Olaf Schäfer", "koenigsbrueck", KOEN, (KOEN, R.ADMINISTRATOR), (LAUS, R.ADMINISTRATOR), (NEUK, R.ADMINISTRATOR)),
    *_town("koenigsbrueck", "ofw-koenigsbrueck", ("Peter Mager", "René Haufe", "Steffen Klotsche", "Thomas Gärtner", "Uwe Bürger")),
    _member("Volker Nitzsche", "laussnitz", LAUS, (LAUS, R.MAYOR)),
    *_town("laussnitz", "ofw-laussnitz", ("Wolfgang Thieme", "Mirko Jank", "Andreas Philipp", "Birgit Seifert", "Carsten Domsch")),
    # Neukirch has one part-time clerk.
    _member("Petra Hänsel", "neukirch", NEUK, (NEUK, R.CLERK), (NEUK, R.BUDGET_HOLDER)),
    _member("Dietmar Rietschel", "neukirch", NEUK, (NEUK, R.MAYOR)),
    *_town("neukirch", "ofw-neukirch", ("Egon Mißbach", "Frank Tenne", "Gunter Rasche", "Holger Freudenberg", "Ines Kaiser")),
    _member("Jana Kubitz", "ossling", OSSL, (OSSL, R.CLERK)),
    _member("Karsten Wünsche", "ossling", OSSL, (OSSL, R.BUDGET_HOLDER)),
    _member("Monika Bresan", "ossling", OSSL, (OSSL, R.PROCUREMENT_OFFICER)),
    _member("Siegfried Nuck", "ossling", OSSL, (OSSL, R.MAYOR)),
    _member("Regina Zschieschang", "ossling", OSSL, (OSSL, R.AUDITOR)),
    _member("Tobias Mickel", "ossling", OSSL, (OSSL, R.ADMINISTRATOR)),
    *_town("ossling", "ofw-ossling", ("Udo Scholze", "Veit Kobalz", "Werner Lippitsch", "Yvonne Schöne", "Rico Dutschmann")),
    # Works at the yard, has no mail address and gets letters on paper.
    Member(name="Manfred Kasper", mail=None, employer="bauhof-ossling", roles=(("bauhof-ossling", R.YARD_WORKER),)),
)


def load() -> None:
    """Enter the people of the demo who are not there yet."""
    password = hashed(PASSWORD)
    for member in MEMBERS:
        if not _is_there(member):
            write(_enter, member, password)


def _is_there(member: Member) -> bool:
    known = Person.email == member.mail if member.mail else Person.name == member.name
    return db.session.scalar(select(Person.id).where(known)) is not None


def _enter(member: Member, password: str) -> None:
    person = staffing.enter(member.name, member.mail, employer=member.employer, roles=member.roles, since=SINCE, scope=_this_year())
    person.password = password
    if any(role in ON_CALL for _, role in member.roles):
        person.phone = f"0171 39200{MEMBERS.index(member):02}"  # numbers that the Bundesnetzagentur keeps for films


def _this_year() -> tuple[date, date]:
    """Return what the auditors of the demo examine."""
    return date(clock.today().year, 1, 1), date(clock.today().year, 12, 31)


def sign_ins() -> list[tuple[str, str, str]]:
    """Return how to sign in as whom: name for the sign-in, person, roles."""
    people = db.session.scalars(select(Person).where(Person.active, Person.password.is_not(None)).order_by(Person.id).options(selectinload(Person.memberships)))
    return [(person.email or person.login_name or "", person.name, _roles_of(person)) for person in people]


def _roles_of(person: Person) -> str:
    places: dict[str, list[str]] = {}
    for membership in sorted(person.memberships, key=lambda one: one.id):
        places.setdefault(membership.organisation.name, []).append(str(ROLE_NAMES[membership.role]))
    return "; ".join(f"{', '.join(roles)} ({place})" for place, roles in places.items())
