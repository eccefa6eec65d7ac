"""Give back what an early return leaves of the plan."""

from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, delete, update

from booking.models import Occupancy
from booking.occupying import Locked
from commons.database import db

_occupancy = cast(Table, Occupancy.__table__)


def free_rest(booking_id: int, locked: Locked, *, at: datetime) -> None:
    """Free what a booking no longer needs once its devices are back; washing and drying time stays."""
    for need in locked.needs():
        mine = (_occupancy.c.booking_id == booking_id, _occupancy.c.resource_id == need.device.id)
        until = at + timedelta(minutes=need.after)
        db.session.execute(delete(_occupancy).where(*mine, _occupancy.c.starts_at >= until))
        db.session.execute(update(_occupancy).where(*mine, _occupancy.c.ends_at > until).values(ends_at=until))
