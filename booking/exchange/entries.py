"""What a file says of bookings that exist already, whatever kind of file it is; pure."""

from dataclasses import dataclass
from datetime import date, datetime

from commons.errors import RuleBroken
from commons.words import Message, say

MOST = 1000
YEARS = range(1000, 2200)  # outside nobody books, and reckoning with days ends at the year 9999


class FileUnreadable(RuleBroken):
    """Only calendars and tables hold bookings."""

    def __init__(self) -> None:
        super().__init__(say("Die Datei lässt sich nicht lesen. Bitte laden Sie einen Kalender (.ics) oder eine Excel- oder CSV-Tabelle hoch."), field="file")


class FileEmpty(RuleBroken):
    """A file without dates has nothing to take over."""

    def __init__(self) -> None:
        super().__init__(say("Die Datei enthält keinen Termin."), field="file")


class TooManyEntries(RuleBroken):
    """A file stays small enough to be looked through."""

    def __init__(self) -> None:
        super().__init__(say("Die Datei enthält mehr als %(most)s Termine. Bitte teilen Sie sie, zum Beispiel nach Geräten.", most=MOST), field="file")


@dataclass(frozen=True, kw_only=True, slots=True)
class Repetition:
    """By which rule the dates of a series come, in the words of the file: from which day, and until when or how often."""

    rule: str
    first: date
    until: date | None
    count: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One date of a file: when, what for, which devices it names; or why it cannot be taken over."""

    uid: str
    title: str
    place: str = ""  # the row of a sheet
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    known_as: datetime | None = None  # the start by which a series tells its dates, also of one that was moved
    devices: tuple[str, ...] = ()
    where: str = ""
    quantity: int = 1
    borrower: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    note: str = ""
    repetition: Repetition | None = None  # of a date that repeats; its `uid` names the series
    fault: Message | None = None  # it cannot be read
    left_out: Message | None = None  # it is not meant to be taken over


def check_year(day: date) -> None:
    """Refuse a day so far away that it is a mistake or a placeholder."""
    if day.year not in YEARS:
        raise ValueError("day")
