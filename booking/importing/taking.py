"""Take over what is free, in one transaction and through the one guard."""

from collections.abc import Sequence
from datetime import datetime

from booking import occupying, telling
from booking.importing.looking import Fate, Row, look_at, wishes_for
from booking.importing.reading import Choices, meant
from booking.importing.repeating import keep_together
from booking.models import ImportedBooking
from booking.occupying import Locked
from booking.periods import Period
from booking.placing import Details, place
from booking.queries.approval import deciders
from booking.queries.imported import get_import, name_of, taken_from
from booking.stages import Stage
from booking.telling import News
from commons import letters
from commons.database import db
from commons.errors import RuleBroken
from commons.people import Actor
from commons.words import Message, say

UNNAMED = say("Aus einem Kalender übernommen")


class ImportChanged(RuleBroken):
    """What was free in the preview may be taken meanwhile; nobody loses an entry without having seen it."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Seit der Vorschau hat sich etwas geändert. Es wurde nichts übernommen. Bitte prüfen Sie die neue Vorschau."))


class NothingFree(RuleBroken):
    """Without a free entry there is nothing to take over."""

    def __init__(self) -> None:
        super().__init__(say("In dieser Datei ist kein Termin, der übernommen werden kann."))


def take_over(file_id: int, choices: Choices, *, seen: str, by: Actor) -> int:
    """Book every free entry of a file, those and no others that the preview showed; return how many."""
    found = meant(get_import(file_id, by).content, choices, by=by)
    locked = occupying.lock(wishes_for(found), holder=by.person_id)
    shown = look_at(found, locked, by=by)
    rows = shown.of(Fate.FREE)
    if not rows and (before := taken_from(file_id)):
        return before  # the same button pressed twice
    if shown.fingerprint != seen:
        raise ImportChanged
    if not rows:
        raise NothingFree
    at = telling.now()
    news = [_placed(row, row.period, locked, by=by, at=at) for row in rows if row.period is not None]
    telling.enter_calendar(news, at=at)
    db.session.add_all(_note(row, each, file_id, at, by) for row, each in zip(rows, news, strict=True))
    db.session.flush()
    keep_together(shown, zip(rows, news, strict=True), by=by, at=at)
    _tell(news, by=by)
    return len(rows)


def _placed(row: Row, period: Period, locked: Locked, *, by: Actor, at: datetime) -> News:
    entry = row.meant.entry
    purpose, name, phone = (entry.title or str(UNNAMED))[:200], entry.contact_name[:120], entry.contact_phone[:60]
    details = Details(purpose=purpose, note=entry.note, contact_name=name, contact_phone=phone)
    return place(locked.narrowed(row.wishes), period, details=details, by=by, at=at, lent_to=row.lent_to)


def _note(row: Row, news: News, file_id: int, at: datetime, by: Actor) -> ImportedBooking:
    entry = row.meant.entry
    return ImportedBooking(booking_id=news.booking_id, uid=name_of(entry, by), starts_at=entry.known_as or news.period.start, file_id=file_id, imported_at=at)


def _tell(news: Sequence[News], *, by: Actor) -> None:
    """Write one letter about all to each person who decides, and record each booking."""
    asked: dict[int, list[News]] = {}
    for each in news:
        people = {person_id for device in each.devices for person_id in deciders(device.owner_id, device.approval_by)}
        for person_id in people - {by.person_id} if each.stage is Stage.REQUESTED else ():
            asked.setdefault(person_id, []).append(each)
    for person_id, some in sorted(asked.items()):
        letters.post(person_id, say("Neue Anfragen aus einer Datei: %(count)s", count=len(some)), _body(some), link="/buchung/anfragen")
    for each in news:
        telling.write_down("imported", each, by=by)


def _body(news: Sequence[News]) -> list[Message]:
    first = say("%(organisation)s hat bestehende Termine übernommen. Bitte entscheiden Sie über diese Anfragen:", organisation=news[0].for_organisation)
    lines = [say("%(device)s: %(start)s bis %(end)s", device=each.title, start=each.period.start, end=each.period.end) for each in news]
    return [first, *lines]
