"""Files with bookings, and what became of their entries."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select

from booking.exchange.entries import Entry
from booking.models import CalendarEntry, ImportedBooking
from booking.queries.members import users
from booking.queries.numbers import check_number
from commons.database import db
from commons.errors import NotFound
from commons.files import StoredFile
from commons.municipalities import OrganisationKind
from commons.people import Actor

AT_ONCE = 400
LONGEST = 400  # an index of PostgreSQL holds no name of any length


def get_import(file_id: int, actor: Actor) -> StoredFile:
    """Return a file that this person handed in for this organisation."""
    check_number(file_id)
    query = select(StoredFile).where(StoredFile.id == file_id, StoredFile.stored_by_id == actor.person_id, StoredFile.organisation_id == actor.organisation_id)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def name_of(entry: Entry, actor: Actor) -> str:
    """Return by which name an entry is kept: what one town calls 1 is not what another calls 1."""
    name = f"{actor.municipality_id}:{entry.uid}"
    return name if len(name) <= LONGEST else f"{actor.municipality_id}:sha256:{hashlib.sha256(entry.uid.encode()).hexdigest()}"


def booked_under(entries: Sequence[Entry], actor: Actor) -> Mapping[tuple[str, datetime], int]:
    """Return which entries are bookings already, by id and start: taken over before, or written by this application itself."""
    found: dict[tuple[str, datetime], int] = {}
    for place in range(0, len(entries), AT_ONCE):
        some = entries[place : place + AT_ONCE]
        names = {name_of(entry, actor): entry.uid for entry in some}
        imported = select(ImportedBooking.uid, ImportedBooking.starts_at, ImportedBooking.booking_id).where(ImportedBooking.uid.in_(list(names)))
        found |= {(names[name], starts_at): id_ for name, starts_at, id_ in db.session.execute(imported)}
        entries_of = select(CalendarEntry.uid, CalendarEntry.booking_id).where(CalendarEntry.uid.in_(list(names.values())))
        own = {uid: id_ for uid, id_ in db.session.execute(entries_of)}  # noqa: C416 (rows are no pairs to the type checker)
        found |= {(entry.uid, entry.known_as): own[entry.uid] for entry in some if entry.uid in own and entry.known_as is not None}
    return found


def taken_from(file_id: int) -> int:
    """Count the bookings that came from a file, which the caller has loaded for its actor."""
    return db.session.scalar(select(func.count()).select_from(ImportedBooking).where(ImportedBooking.file_id == file_id)) or 0


def organisations_by_name() -> dict[str, int]:
    """Return every organisation by its name and its short name, and the town hall by the name of its town."""
    places = users()
    halls = {place.municipality.name.casefold(): place.id for place in places if place.kind is OrganisationKind.ADMINISTRATION}
    return halls | {place.key.casefold(): place.id for place in places} | {place.name.casefold(): place.id for place in places}


def import_of(booking_id: int) -> ImportedBooking | None:
    """Return from which file a booking came, which the caller has loaded for its actor."""
    return db.session.get(ImportedBooking, booking_id)
