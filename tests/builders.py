"""Builders of the ground: make_x(**overrides) puts one row into the session and flushes it."""

from datetime import date
from typing import Any

from commons.database import db
from commons.municipalities import Municipality, Organisation, OrganisationKind
from commons.people import Membership, Person
from commons.permissions import Role


def make_municipality(**overrides: Any) -> Municipality:
    values: dict[str, Any] = {"key": "musterstadt", "name": "Musterstadt", "kind": "town"} | overrides
    return _added(Municipality(**values))


def make_organisation(**overrides: Any) -> Organisation:
    values: dict[str, Any] = {"key": "verwaltung-musterstadt", "kind": OrganisationKind.ADMINISTRATION, "name": "Stadtverwaltung Musterstadt"} | overrides
    if "municipality" not in values and "municipality_id" not in values:
        values["municipality"] = make_municipality()
    return _added(Organisation(**values))


def make_person(**overrides: Any) -> Person:
    values: dict[str, Any] = {"name": "Erika Muster", "email": "erika.muster@example.org"} | overrides
    if "employer" not in values and "employer_id" not in values:
        values["employer"] = make_organisation()
    return _added(Person(**values))


def make_membership(**overrides: Any) -> Membership:
    values: dict[str, Any] = {"role": Role.CLERK, "from_day": date(2020, 1, 1)} | overrides
    if "person" not in values and "person_id" not in values:
        values["person"] = make_person()
    if "organisation" not in values and "organisation_id" not in values:
        values["organisation"] = values["person"].employer
    return _added(Membership(**values))


def _added(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()
    return row
