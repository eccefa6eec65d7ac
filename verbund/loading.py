"""An empty association from rows: members, organisations, rule values, working groups and measures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NoReturn, TypeVar

from sqlalchemy import func, select

from booking.fleet import category_named
from booking.models import Category
from commons import clock, invitations, journal
from commons.calendar_days import today_of
from commons.database import db
from commons.errors import RuleBroken
from commons.municipalities import Municipality, Organisation, OrganisationKind, find_municipality, find_organisation
from commons.people import Membership, Person, actors_of, find_person
from commons.permissions import Role
from commons.rule_values import RuleValue
from commons.shipped import FOLDER, rows
from commons.words import say
from cooperation.models import Measure, Rating, WorkingGroup
from cooperation.queries import find_measure
from cooperation.stages import Horizon, Origin, Stage

T = TypeVar("T")
MEMBERS = ("municipalities.csv", "organisations.csv")
COMMON = ("rule_values.csv", "categories.csv")


class RowFault(RuleBroken):
    """A row that cannot be understood stops the loading and is named with its cell."""

    def __init__(self, file: str, line: int, column: str, cell: str) -> None:
        super().__init__(
            say("%(file)s, Zeile %(line)s, Spalte „%(column)s“: „%(cell)s“ ist hier nicht zulässig.", file=file, line=line, column=column, cell=cell)
        )
        self.file, self.line, self.column, self.cell = file, line, column, cell


class FileMissing(RuleBroken):
    """Another association brings at least its members and their organisations."""

    def __init__(self, file: str) -> None:
        super().__init__(say("Im Ordner fehlt die Datei „%(file)s“.", file=file))
        self.file = file


@dataclass(frozen=True, kw_only=True)
class Row:
    """Hold one line of a table, and say where a cell cannot be read."""

    file: str
    line: int
    cells: Mapping[str, str]

    def text(self, column: str) -> str | None:
        """Return a cell, None where it is empty or missing: not known."""
        return (self.cells.get(column) or "").strip() or None

    def needed(self, column: str) -> str:
        """Return a cell that must not be empty."""
        return self.text(column) or self._refuse(column)

    def read(self, column: str, reader: Callable[[str], T]) -> T | None:
        """Return a cell as a number, a day or a kind."""
        cell = self.text(column)
        try:
            return None if cell is None else reader(cell)
        except (ValueError, InvalidOperation):
            return self._refuse(column)

    def known(self, column: str, reader: Callable[[str], T]) -> T:
        """Return a cell that must be there and readable."""
        self.needed(column)
        found = self.read(column, reader)
        return self._refuse(column) if found is None else found

    def yes(self, column: str) -> bool:
        """Tell whether a cell says yes; anything but yes and no is a fault."""
        cell = self.text(column) or "no"
        return {"yes": True, "no": False}[cell] if cell in {"yes", "no"} else self._refuse(column)

    def _refuse(self, column: str) -> NoReturn:
        raise RowFault(self.file, self.line, column, self.cells.get(column) or "")


def begin(folder: Path | None = None) -> dict[str, int]:
    """Load the shipped association, or the one of another folder; what is there already stays as it is. Return what was added."""
    for file in MEMBERS:
        if folder is not None and not (folder / file).is_file():
            raise FileMissing(file)
    before = _counts()
    for load, file in LOADERS.items():
        for row in _table(file, folder):
            load(row)
        db.session.flush()
    added = {name: count - before[name] for name, count in _counts().items()}
    if any(added.values()):
        journal.record("association.begun", subject=("association", None), by=None, after=added)
    return added


def _counts() -> dict[str, int]:
    return {table.__tablename__: db.session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES}


def _table(file: str, folder: Path | None) -> list[Row]:
    place = folder or FOLDER
    if not (place / file).is_file():
        # Law and kinds of device are the same for all; working groups and measures belong to one association.
        place = FOLDER
        if file not in COMMON:
            return []
    return [Row(file=file, line=line, cells=cells) for line, cells in enumerate(rows(file, place), start=2)]


def _load_municipality(row: Row) -> None:
    key = row.needed("key")
    if find_municipality(key) is None:
        municipality = Municipality(key=key, name=row.needed("name"), kind=row.needed("kind"))
        for column in ("ags", "sorbian_name", "postcode", "street", "community", "community_role", "districts", "source"):
            setattr(municipality, column, row.text(column))
        municipality.inhabitants, municipality.inhabitants_as_of = row.read("inhabitants", int), row.read("inhabitants_as_of", date.fromisoformat)
        municipality.member_from, municipality.verified = row.read("member_from", date.fromisoformat) or clock.now().date(), row.yes("confirmed")
        db.session.add(municipality)


def _load_organisation(row: Row) -> None:
    key = row.needed("key")
    if find_organisation(key) is None:
        organisation = Organisation(key=key, name=row.needed("name_de"), kind=row.known("kind", OrganisationKind))
        organisation.municipality = row.known("municipality", _found(find_municipality))
        organisation.district, organisation.source, organisation.note = row.text("district"), row.text("source"), row.text("note_de")
        organisation.verified = row.yes("verified")
        db.session.add(organisation)


def _set_parent(row: Row) -> None:
    parent = row.read("parent", _found(find_organisation))
    organisation = row.known("key", _found(find_organisation))
    if parent is not None and organisation.parent is None:
        organisation.parent = parent


def _found(find: Callable[[str], T | None]) -> Callable[[str], T]:
    def reader(key: str) -> T:
        row = find(key)
        if row is None:
            raise ValueError(key)
        return row

    return reader


def _load_rule_value(row: Row) -> None:
    regime, key, applies_to = row.needed("regime"), row.needed("key"), row.text("applies_to")
    valid_from = row.read("valid_from", date.fromisoformat)
    same = select(RuleValue.id).where(RuleValue.regime == regime, RuleValue.key == key)
    same = same.where(RuleValue.applies_to.is_not_distinct_from(applies_to), RuleValue.valid_from.is_not_distinct_from(valid_from))
    if db.session.scalar(same) is not None:
        return
    value = RuleValue(regime=regime, key=key, applies_to=applies_to, valid_from=valid_from, valid_to=row.read("valid_to", date.fromisoformat))
    money = row.text("unit") == "EUR_net"
    value.amount, value.value = (row.read("value", Decimal), None) if money else (None, row.text("value"))
    for column in ("unit", "comparison", "legal_basis", "source", "note"):
        setattr(value, column, row.text(column))
    value.confirmed = row.yes("confirmed")
    db.session.add(value)


def _load_working_group(row: Row) -> None:
    key = row.needed("key")
    if _find_group(key) is None:
        group = WorkingGroup(key=key, name=row.needed("name_de"), name_en=row.text("name_en") or row.needed("name_de"), source=row.text("source"))
        group.position, group.confirmed = row.read("position", int) or 0, row.yes("confirmed")
        db.session.add(group)


def _find_group(key: str) -> WorkingGroup | None:
    return db.session.scalar(select(WorkingGroup).where(WorkingGroup.key == key))


def _load_measure(row: Row) -> None:
    number = row.known("number", int)
    if find_measure(number) is not None:
        return
    measure = Measure(number=number, title=row.needed("title_de"), title_en=row.text("title_en"), wing=row.text("wing"), source=row.text("source"))
    measure.working_group = row.known("working_group", _found(_find_group))
    measure.horizon, measure.stage, measure.origin = row.known("horizon", Horizon), row.known("stage", Stage), row.known("origin", Origin)
    measure.described, measure.confirmed = row.yes("described"), row.yes("confirmed")
    if row.text("benefit"):
        measure.ratings = [_rating(row, measure.working_group)]
    db.session.add(measure)


def _rating(row: Row, group: WorkingGroup) -> Rating:
    benefit, cost, effort = (row.known(column, int) for column in ("benefit", "cost", "effort"))
    return Rating(working_group=group, benefit=benefit, cost=cost, effort=effort, invented=row.text("ratings") == "invented", rated_at=clock.now())


def _load_category(row: Row) -> None:
    category_named(row.needed("key"), row.needed("name_de"), row.read("position", int) or 0)


class OrganisationUnknown(RuleBroken):
    """The first administrator works in an organisation of the association."""

    def __init__(self, key: str) -> None:
        super().__init__(say("Die Organisation „%(key)s“ gibt es nicht.", key=key))
        self.key = key


def add_first_administrator(email: str, name: str, organisation_key: str) -> str | None:
    """Give an association its first administrator and return the secret of the link that sets the password; None when the account is there already."""
    place = find_organisation(organisation_key)
    if place is None:
        raise OrganisationUnknown(organisation_key)
    if find_person(email) is not None:
        return None
    person = Person(name=name, email=email.strip().lower(), employer=place)
    db.session.add(person)
    db.session.add(Membership(person=person, organisation=place, role=Role.ADMINISTRATOR, from_day=today_of(clock.now())))
    db.session.flush()
    journal.record(
        "person.added", subject=("person", person.id), by=None, after={"name": name, "role": Role.ADMINISTRATOR}, municipalities=[place.municipality_id]
    )
    return invitations.print_invitation(person.id, by=actors_of(person.id)[0])


TABLES = (Municipality, Organisation, RuleValue, WorkingGroup, Measure, Category)
LOADERS: dict[Callable[[Row], None], str] = {
    _load_municipality: "municipalities.csv",
    _load_organisation: "organisations.csv",
    _set_parent: "organisations.csv",
    _load_rule_value: "rule_values.csv",
    _load_working_group: "working_groups.csv",
    _load_measure: "measures.csv",
    _load_category: "categories.csv",
}
