"""What importing people and importing devices share: who may, reading cells, gathering faults."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from commons import sheets
from commons.database import db
from commons.errors import RuleBroken
from commons.municipalities import Organisation
from commons.people import Actor
from commons.permissions import Permission
from commons.sheets import Column, SheetFault, SheetRow
from commons.words import Message, say

FILL_IN = say("Bitte füllen Sie diese Zelle aus.")
NO_DAY = say("Das ist kein Datum. Bitte schreiben Sie es so: 27.11.2026.")
NO_NUMBER = say("Das ist keine ganze Zahl ab 0.")
NOT_YOURS = say("Diese Organisation gibt es nicht, oder sie gehört nicht zu der Gemeinde, für die Sie handeln.")
UNKNOWN_CHOICE = say("Dieser Eintrag ist hier nicht vorgesehen. Die Vorlage enthält alle Möglichkeiten.")


class SheetRefused(RuleBroken):
    """A file with faults is not taken over, in no part; every fault is named."""

    def __init__(self, faults: Sequence[SheetFault]) -> None:
        super().__init__(say("Fehler in der Datei: %(count)s. Es wurde nichts übernommen.", count=len(faults)), field="file")
        self.faults = tuple(faults)


class NobodyToAct(RuleBroken):
    """An import is made by somebody who may."""

    def __init__(self) -> None:
        super().__init__(say("Für diesen Import fehlt Ihnen die Berechtigung."))


@dataclass(frozen=True, kw_only=True)
class Imported:
    """Say what an import brought: how many were new, and what was there before."""

    added: int
    roles: int = 0
    known: tuple[str, ...] = ()


@dataclass(kw_only=True)
class Import:
    """Gather the faults of a file while its rows are read."""

    actors: Sequence[Actor]
    faults: list[SheetFault] = field(default_factory=list)

    def refuse_if_faulty(self) -> None:
        """Stop when a row was at fault; the transaction is rolled back."""
        if self.faults:
            raise SheetRefused(sorted(self.faults, key=lambda fault: (fault.row, len(fault.column), fault.column)))

    def note(self, row: SheetRow, key: str, message: Message) -> None:
        """Note that a cell cannot be taken over."""
        self.faults.append(row.fault(key, message))

    def needed(self, row: SheetRow, columns: Sequence[Column]) -> bool:
        """Tell whether all cells that must be filled in are."""
        empty = [column.key for column in columns if column.needed and not row.text(column.key)]
        for key in empty:
            self.note(row, key, FILL_IN)
        return not empty

    def place(self, row: SheetRow, key: str) -> tuple[Organisation, Actor] | None:
        """Return the organisation that a cell names by key or name, and who acts for its municipality."""
        text = row.text(key)
        for actor in self.actors:
            own = Organisation.municipality_id == actor.municipality_id
            found = db.session.scalar(select(Organisation).where(own, (Organisation.key == text) | (Organisation.name == text)))
            if found is not None:
                return found, next((other for other in self.actors if other.organisation_id == found.id), actor)
        self.note(row, key, NOT_YOURS)
        return None

    def day(self, row: SheetRow, key: str) -> date | None:
        """Return a cell as a day."""
        try:
            return row.day(key)
        except ValueError:
            self.note(row, key, NO_DAY)
            return None

    def number(self, row: SheetRow, key: str, default: int) -> int:
        """Return a cell as a whole number."""
        text = row.text(key)
        if text and not (text.isascii() and text.isdecimal()):
            self.note(row, key, NO_NUMBER)
        return int(text) if text.isascii() and text.isdecimal() else default

    def one_of(self, row: SheetRow, key: str, known: dict[str, sheets.T], message: Message = UNKNOWN_CHOICE) -> sheets.T | None:
        """Return what a cell stands for."""
        text = row.text(key).casefold()
        if text not in known:
            self.note(row, key, message)
            return None
        return known[text]

    def refused(self, row: SheetRow, broken: RuleBroken, otherwise: str) -> None:
        """Note why a verb refused a row, at the field it names or else at another cell."""
        self.note(row, broken.field if broken.field is not None and broken.field in row.letters else otherwise, broken.message)


def import_by(actors: Sequence[Actor], permission: Permission) -> Import:
    """Begin an import for those of the actors who may."""
    found = [actor for actor in actors if actor.may(permission)]
    if not found:
        raise NobodyToAct
    return Import(actors=found)
