"""The database that every test begins with: five towns, their organisations and people, and a stranger."""

from datetime import date

from flask import Flask

from commons.database import db
from commons.municipalities import Municipality, Organisation, OrganisationKind
from commons.people import Membership, Person
from commons.permissions import Role
from tests.builders import make_membership, make_person
from verbund import create_app, loading, schema
from verbund.config import Settings

FROM = date(2020, 1, 1)
PLACES = {
    OrganisationKind.ADMINISTRATION: (Role.CLERK, Role.BUDGET_HOLDER, Role.PROCUREMENT_OFFICER, Role.MAYOR, Role.AUDITOR, Role.ADMINISTRATOR),
    OrganisationKind.BUILDING_YARD: (Role.BUILDING_YARD_HEAD, Role.YARD_WORKER),
    OrganisationKind.BRIGADE: (Role.BRIGADE_CHIEF, Role.MUNICIPAL_FIRE_CHIEF, Role.EQUIPMENT_OFFICER),
}


def make_app(database_url: str) -> Flask:
    """Make the application as tests want it."""
    app = create_app(Settings(database_url=database_url, secret_key="s" * 40, secure_cookies=False, testing=True))
    app.config["WTF_CSRF_ENABLED"] = False
    app.config["SECURITY_EMAIL_VALIDATOR_ARGS"] = {"check_deliverability": False}
    return app


def build(database_url: str) -> None:
    """Fill an empty database."""
    app = make_app(database_url)
    with app.app_context():
        schema.migrate()
        loading.begin()
        _add_people()
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


def _add_people() -> None:
    stranger_town = Municipality(key="schwepnitz", name="Schwepnitz", kind="municipality")
    stranger_place = Organisation(key="verwaltung-schwepnitz", municipality=stranger_town, kind=OrganisationKind.ADMINISTRATION, name="Gemeinde Schwepnitz")
    db.session.add_all([stranger_town, stranger_place])
    db.session.flush()
    for key, place in home_places().items():
        for role in PLACES[place.kind]:
            _add_member(key[0], place, role)
    _add_member("schwepnitz", stranger_place, Role.CLERK)


def _add_member(municipality: str, place: Organisation, role: Role) -> Membership:
    person: Person = make_person(name=f"{role.value} {municipality}", email=f"{role.value}@{municipality}.example", employer=place)
    scope = {"scope_from": FROM} if role is Role.AUDITOR else {}
    return make_membership(person=person, organisation=place, role=role, from_day=FROM, **scope)


def home_places() -> dict[tuple[str, OrganisationKind], Organisation]:
    """Return one organisation of each kind a municipality: the brigade is the whole fire service."""
    places: dict[tuple[str, OrganisationKind], Organisation] = {}
    for place in db.session.query(Organisation).order_by(Organisation.id):
        if place.municipality.key != "schwepnitz" and place.kind in PLACES:
            places.setdefault((place.municipality.key, place.kind), place)
    return places
