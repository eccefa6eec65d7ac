"""Which municipality pays a line of a list: read from a column, checked against the sender's memberships and last list."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from commons import clock
from commons.calendar_days import today_of
from commons.database import db
from commons.municipalities import Municipality
from commons.people import Actor, actors_of
from commons.units import folded
from commons.words import Message, say
from procurement import catalogue
from procurement.cells import Sheet, shown
from procurement.models import PurchaseRequest, PurchaseRequestLine
from procurement.reading import Reading
from procurement.rules.columns import Column
from procurement.rules.demand import Answers, DemandLine, Fault, FaultKind, RowRef
from procurement.stages import RequestStage

FIELD = "payer"
HEADINGS = frozenset(
    folded(text)
    for text in (
        "Zahlende Kommune",
        "Kommune",
        "Gemeinde",
        "Stadt",
        "Es zahlt",
        "Zahler",
        "Mandant",
        "Auftraggeber",
        "Rechnung an",
        "Für Kommune",
    )
)
TITLES = ("stadtverwaltung", "gemeindeverwaltung", "stadt", "gemeinde")
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


def with_payers(reading: Reading, answers: Answers, named: Mapping[str, int], *, year: int, by: Actor) -> tuple[Reading, Payers]:
    """Add to a reading who pays each line; what is not clear is a fault like any other. `named` is the column that a person named, by layout."""
    found, columns = Payers(), dict(_columns(reading, named))
    if columns:
        _Checked(reading, answers, columns, found, by=by, year=year).check()
    return replace(reading, faults=(*reading.faults, *found.faults)), found


def _columns(reading: Reading, named: Mapping[str, int]) -> Iterator[tuple[str | None, int]]:
    for mapping in reading.mappings:
        found = next((column.number for column in mapping.table.columns if _names_payer(column)), None)
        number = named.get(mapping.table.signature, found)
        if number is not None:
            yield mapping.sheet, number


def _names_payer(column: Column) -> bool:
    return column.field is None and folded(column.heading) in HEADINGS


class _Checked:
    """Go through the lines once; every doubtful name is asked for once, and its answer holds for all rows that say the same."""

    def __init__(self, reading: Reading, answers: Answers, columns: Mapping[str | None, int], found: Payers, *, by: Actor, year: int) -> None:
        self.reading, self.answers, self.columns, self.found = reading, answers, columns, found
        self.sheets = {sheet.name: sheet for sheet in reading.sheets}
        self.by_name = {folded(town.name): town for town in towns()}
        self.by_key = {town.key: town for town in self.by_name.values()}
        self.own = next((town.key for town in self.by_name.values() if town.id == by.municipality_id), "")
        own_places = {actor.municipality_id for actor in actors_of(by.person_id)}
        self.before = {catalogue.key_of(line): line.request.municipality.key for line in last_list(by, before=year)}
        self.trusted = {town.key for town in self.by_name.values() if town.id in own_places} | set(self.before.values())
        self.said = {self._text(sheet, row): key for (sheet, row, name), value in answers.items() if name == FIELD and (key := self._key(value))}
        self.asked: set[str] = set()

    def check(self) -> None:
        """Find who pays each line, or ask."""
        self.found.columns.update(self.columns)
        for line in self.reading.lines:
            if line.ref.sheet in self.columns:
                self._check(line)

    def _check(self, line: DemandLine) -> None:
        place, text = (line.ref.sheet, line.ref.row), self._text(line.ref.sheet, line.ref.row)
        answered = self._key(self.answers.get((*place, FIELD), ""))
        key = answered or self.said.get(text) or (self._key(text) if text else self.own)
        if answered is None:
            self._doubt(line, text, key)
        if key is not None:
            self.found.of_row[place] = key

    def _doubt(self, line: DemandLine, text: str, key: str | None) -> None:
        """Ask where the name is unknown, strange to the sender, or another than last time."""
        before = self.before.get(catalogue.text_key(line.text, line.specification))
        if key is None:
            self._ask(line, text, say("„%(text)s“ ist keine Kommune des Verbunds. Welche Kommune zahlt diese und alle gleichen Zeilen?", text=text))
        elif key not in self.trusted and text not in self.said:
            message = say("Für %(town)s handeln Sie nicht, und auf Ihrer letzten Liste stand sie nicht. Wer zahlt?", town=self.by_key[key].name)
            self._ask(line, text, message, first=key)
        elif before is not None and before != key:
            message = say("Zuletzt zahlte %(before)s diesen Artikel, jetzt steht hier %(now)s. Wer zahlt?", before=self._name(before), now=self._name(key))
            self._ask(line, f"{line.ref.row}", message, first=key)

    def _ask(self, line: DemandLine, about: str, message: Message, *, first: str | None = None) -> None:
        if about in self.asked:
            return
        self.asked.add(about)
        ref = RowRef(list=line.ref.list, sheet=line.ref.sheet, row=line.ref.row)
        self.found.faults.append(Fault(ref=ref, column=self.columns[line.ref.sheet], kind=FaultKind.ASK, field=FIELD, message=message, text=line.text))
        order = sorted(self.by_key.values(), key=lambda town: (town.key != first, town.key != self.own, town.name))
        self.found.choices[line.ref.sheet, line.ref.row] = [town.name for town in order]

    def _name(self, key: str) -> str:
        return self.by_key[key].name if key in self.by_key else key

    def _text(self, sheet: str | None, row: int) -> str:
        return shown_payer(self.sheets[sheet], row, self.columns[sheet]) if sheet in self.columns else ""

    def _key(self, name: str) -> str | None:
        """Return the key of a member by its name, with or without its title."""
        plain = folded(name)
        for title in ("", *TITLES):
            if title and not plain.startswith(title):
                continue
            found = self.by_name.get(plain.removeprefix(title))
            if found is not None:
                return found.key
        return None


def shown_payer(sheet: Sheet, row: int, column: int) -> str:
    """Return what stands in the column of payers."""
    return " ".join(shown(sheet.cell(row, column)).split())
