"""Warn of a clock that drifts: the server's clock decides on deadlines, so it is compared with the database's and with a third one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from flask import current_app
from sqlalchemy import select, text
from sqlalchemy.orm import Mapped, mapped_column

from commons import clock, jobs, letters
from commons.calendar_days import today_of
from commons.database import Base, db, engine_name, utc_time, write
from commons.municipalities import Organisation
from commons.people import people_with
from commons.permissions import Permission
from commons.rule_values import find_value
from commons.time_sources import NoAnswer, offset_from
from commons.words import Message, say

TOLERANCE = Decimal(2)  # seconds, where no dated value „clock_drift_seconds“ is in force
FORGOTTEN_AFTER = timedelta(days=1)
FARTHEST = 2**31 - 1  # milliseconds, over three weeks: no column keeps more, and the warning is the same


class ClockReading(Base):
    """By how much the server's clock last stood ahead of another one."""

    __tablename__ = "clock_reading"

    source: Mapped[str] = mapped_column(primary_key=True)
    ahead_milliseconds: Mapped[int]
    taken_at: Mapped[utc_time]


@dataclass(frozen=True, kw_only=True)
class Drift:
    """How far our clock stands from another one."""

    source: Message
    ahead: timedelta

    def said(self) -> Message:
        """Return the warning."""
        seconds = Decimal(round(abs(self.ahead) / timedelta(milliseconds=100))) / 10
        if self.ahead > timedelta(0):
            return say("Die Uhr des Servers geht %(seconds)s Sekunden vor gegenüber %(source)s.", seconds=seconds, source=self.source)
        return say("Die Uhr des Servers geht %(seconds)s Sekunden nach gegenüber %(source)s.", seconds=seconds, source=self.source)


def drifts() -> list[Drift]:
    """Return the clocks that ours has drifted from: the database's as it stands now, the third one as it was last read."""
    found = [Drift(source=say("der Uhr der Datenbank"), ahead=_ahead_of_database())]
    source = current_app.config.get("TIME_SOURCE")
    reading = db.session.get(ClockReading, source) if source else None
    if reading is not None and reading.taken_at > clock.machine() - FORGOTTEN_AFTER:
        found.append(Drift(source=say("%(source)s", source=reading.source), ahead=timedelta(milliseconds=reading.ahead_milliseconds)))
    return beyond(found, tolerance())


def beyond(found: Sequence[Drift], most: timedelta) -> list[Drift]:
    """Return the drifts that are more than what is tolerated."""
    return [drift for drift in found if abs(drift.ahead) > most]


def tolerance() -> timedelta:
    """Return how far clocks may stand apart without a warning."""
    row = find_value("house", "clock_drift_seconds", today_of(clock.now()))
    return timedelta(seconds=float(row.number if row is not None else TOLERANCE))


def _ahead_of_database() -> timedelta:
    """Ask PostgreSQL, which may run on another machine; SQLite has no clock of its own."""
    if engine_name() == "sqlite":
        return timedelta(0)
    before = clock.machine()
    told: datetime = db.session.execute(text("SELECT clock_timestamp()")).scalar_one()
    return before + (clock.machine() - before) / 2 - told


@jobs.periodic("commons.read_clock", every=timedelta(minutes=10))
def read_clock() -> None:
    """Read the third clock, if one is set; a clock that does not answer is no drift."""
    source = current_app.config.get("TIME_SOURCE")
    if not source:
        return
    try:
        ahead = offset_from(source, now=clock.machine)
    except NoAnswer:
        return
    write(keep_reading, source, ahead)


def keep_reading(source: str, ahead: timedelta) -> None:
    """Keep a reading, and write to the administrators when the clock begins to be wrong."""
    known = db.session.get(ClockReading, source)
    was_wrong = known is not None and abs(timedelta(milliseconds=known.ahead_milliseconds)) > tolerance()
    reading = known or ClockReading(source=source)
    reading.ahead_milliseconds, reading.taken_at = max(-FARTHEST, min(FARTHEST, round(ahead / timedelta(milliseconds=1)))), clock.machine()
    db.session.add(reading)
    db.session.flush()
    wrong = beyond([Drift(source=say("%(source)s", source=source), ahead=ahead)], tolerance())
    if wrong and not was_wrong:
        _warn(wrong[0])


def _warn(drift: Drift) -> None:
    everywhere = list(db.session.scalars(select(Organisation.id).order_by(Organisation.id)))
    body = [drift.said(), say("Sie entscheidet, ob ein Angebot rechtzeitig ist. Bitte stellen Sie die Uhr des Servers über NTP.")]
    for person in people_with(Permission.PERSON_MANAGE, everywhere):
        letters.post(person.id, say("Die Uhr des Servers geht falsch"), body, link="/verwaltung")
