"""Which municipality pays a line of a list: named in a column, or once for the whole list; checked against the sender's memberships and last list."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from commons import clock
from commons.calendar_days import today_of
from commons.database import db
from commons.municipalities import Municipality
from commons.people import Actor, actors_of
from commons.permissions import Permission
from commons.units import folded
from procurement.cells import Sheet, shown
from procurement.models import PurchaseRequest, PurchaseRequestLine, Upload, UploadAnswer
from procurement.reading import Reading
from procurement.rules.columns import Column
from procurement.rules.demand import Fault
from procurement.stages import RequestStage, UploadStage

# What an answer names: a name in the list and all that read alike, the whole list, or single lines.
FIELD, OF_LIST, OF_LINE = "payer", "payer_list", "payer_line"
HEADINGS = frozenset(
    folded(text)
    for text in (
        "Zahlende Gemeinde",
        "Zahlende Kommune",
        "Kommune",
        "Gemeinde",
        "Stadt",
        "Es zahlt",
        "Zahler",
        "Mandant",
        "Auftraggeber",
        "Rechnung an",
        "Für Gemeinde",
        "Für Kommune",
    )
)
TITLES = ("stadtverwaltung", "gemeindeverwaltung", "stadt", "gemeinde")
SEARCHED = 20
Place = tuple[str | None, int]


@dataclass(kw_only=True)
class Payers:
    """Hold who pays each row, what must be asked, and which answers to offer."""

    of_row: dict[Place, str] = field(default_factory=dict)
    columns: dict[str | None, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    choices: dict[Place, list[str]] = field(default_factory=dict)


def towns() -> list[Municipality]:
    """Return the members of the association today, by name."""
    day = today_of(clock.now())
    in_force = (Municipality.member_from <= day) & or_(Municipality.member_until.is_(None), Municipality.member_until >= day)
    return list(db.session.scalars(select(Municipality).where(in_force).order_by(Municipality.name)))


def last_list(by: Actor, *, before: int | None = None) -> list[PurchaseRequestLine]:
    """Return the lines of the latest year for which the organisation asked for something."""
    own = (PurchaseRequest.organisation_id == by.organisation_id, PurchaseRequest.stage != RequestStage.WITHDRAWN)
    latest = select(PurchaseRequest.year).where(*own).order_by(PurchaseRequest.year.desc()).limit(1)
    year = db.session.scalar(latest if before is None else latest.where(PurchaseRequest.year < before)) or db.session.scalar(latest)
    query = select(PurchaseRequestLine).join(PurchaseRequest).where(*own, PurchaseRequest.year == year)
    return list(db.session.scalars(query.options(joinedload(PurchaseRequestLine.request)).order_by(PurchaseRequestLine.id)))


def columns_of(reading: Reading, named: Mapping[str, int]) -> Iterator[tuple[str | None, int]]:
    """Return the column of payers by sheet; `named` is the column that a person named, by layout."""
    for mapping in reading.mappings:
        found = next((column.number for column in mapping.table.columns if _names_payer(column)), None)
        number = named.get(mapping.table.signature, found)
        if number is not None:
            yield mapping.sheet, number


def _names_payer(column: Column) -> bool:
    return column.field is None and folded(column.heading) in HEADINGS


def find_town(name: str, members: Mapping[str, Municipality]) -> Municipality | None:
    """Return a member by its name, with or without its title; `members` are known by their folded names."""
    plain = folded(name)
    for title in ("", *TITLES):
        found = members.get(plain.removeprefix(title)) if plain.startswith(title) else None
        if found is not None:
            return found
    return None


def acts_for(by: Actor) -> set[int]:
    """Return the municipalities for which a person may report demand today."""
    return {actor.municipality_id for actor in actors_of(by.person_id) if actor.may(Permission.DEMAND_SUBMIT)}


def shown_payer(sheet: Sheet, row: int, column: int) -> str:
    """Return what stands in the column of payers."""
    return " ".join(shown(sheet.cell(row, column)).split())


def usual_answers(reading: Reading, *, by: Actor) -> list[UploadAnswer]:
    """Return who paid the sender's latest list with the same headings, as it was answered then."""
    layouts = {mapping.table.signature for mapping in reading.mappings}
    query = select(UploadAnswer, Upload.mapping).join(Upload, Upload.id == UploadAnswer.upload_id)
    query = query.where(Upload.organisation_id == by.organisation_id, Upload.stage == UploadStage.TAKEN_OVER, UploadAnswer.field == OF_LIST)
    found = db.session.execute(query.order_by(Upload.id.desc()).limit(SEARCHED))
    return [row[0] for row in found if layouts & {table["signature"] for table in row[1]}][:1]
