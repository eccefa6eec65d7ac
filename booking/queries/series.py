"""Series as the actor may see them: as the bookings in them."""

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload, selectinload

from booking.models import Booking, BookingItem, Series, SeriesDate
from booking.queries.bookings import visible_to
from booking.queries.numbers import check_number
from booking.rules.occupancy import Rival
from commons.database import db
from commons.errors import NotFound
from commons.municipalities import Organisation
from commons.people import Actor, Person


def get_series(series_id: int, actor: Actor) -> Series:
    """Return a series with its dates when the actor may see its bookings."""
    check_number(series_id)
    seen = exists().where(SeriesDate.series_id == Series.id, SeriesDate.booking_id == Booking.id, visible_to(actor))
    query = select(Series).where(Series.id == series_id, seen).execution_options(populate_existing=True)
    dates = selectinload(Series.dates).joinedload(SeriesDate.booking)
    found = db.session.scalar(
        query.options(
            dates.selectinload(Booking.items).joinedload(BookingItem.resource),
            dates.joinedload(Booking.for_organisation),
            dates.joinedload(Booking.created_by),
            joinedload(Series.for_organisation),
            joinedload(Series.created_by),
        )
    )
    if found is None:
        raise NotFound
    return found


def series_of(booking_id: int) -> int | None:
    """Return the series of a booking, which the caller has loaded for its actor."""
    return db.session.scalar(select(SeriesDate.series_id).where(SeriesDate.booking_id == booking_id))


def find_series(booking_id: int) -> Series | None:
    """Return the series of a booking, which the caller has loaded for its actor."""
    return db.session.scalar(select(Series).join(SeriesDate, SeriesDate.series_id == Series.id).where(SeriesDate.booking_id == booking_id))


def who_holds(rivals: list[Rival], actor: Actor) -> dict[int, str]:
    """Return who made the bookings in the way, where the actor may know it, in one statement."""
    ids = {rival.booking_id for rival in rivals if rival.booking_id is not None}
    if not ids:
        return {}
    columns = (Booking.id, Organisation.name, Person.name)
    query = select(*columns).join(Organisation, Organisation.id == Booking.for_organisation_id).join(Person, Person.id == Booking.created_by_id)
    return {id_: f"{place}, {person}" for id_, place, person in db.session.execute(query.where(Booking.id.in_(ids), visible_to(actor)))}
