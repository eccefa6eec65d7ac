"""What of a pool with several owners is a municipality's own, and how much of that it has not booked yet."""

from sqlalchemy import func, select

from booking.models import Booking, Occupancy, StockEntry
from booking.periods import Period
from booking.rules.occupancy import Taken, peak
from commons.database import db
from commons.municipalities import Organisation


def share_left(resource_id: int, municipality_id: int, during: Period) -> int | None:
    """Return how many of its own a municipality could still take throughout a time; none where none are its own."""
    entries = select(func.sum(StockEntry.quantity)).join(Organisation, Organisation.id == StockEntry.owner_id)
    own = db.session.scalar(entries.where(StockEntry.resource_id == resource_id, Organisation.municipality_id == municipality_id))
    if not own:
        return None
    columns = (Occupancy.starts_at, Occupancy.ends_at, Occupancy.quantity)
    rows = select(*columns).join(Booking, Booking.id == Occupancy.booking_id).where(Booking.for_municipality_id == municipality_id)
    held = rows.where(Occupancy.resource_id == resource_id, Occupancy.starts_at < during.end, Occupancy.ends_at > during.start)
    taken = [Taken(period=Period(start, end), quantity=number) for start, end, number in db.session.execute(held)]
    return max(0, int(own) - peak(taken, within=during))
