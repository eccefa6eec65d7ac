"""Register, edit and retire resources; load a sample fleet from rows."""

from booking.fleet.belongings import Items, add_file, count_stock, remove_file, set_parts
from booking.fleet.closing import close, lift
from booking.fleet.keeping import (
    Registration,
    bookings_ahead,
    bookings_around,
    category_named,
    change,
    conditions_in,
    put_together,
    register,
    retire,
)
from booking.fleet.refusing import BookingsAffected, KeyTaken, MeasureUnknown, NotOwner
from booking.fleet.sample import load_inspections, load_kits, load_sample
from booking.fleet.seasons import close_yearly, lift_season
from booking.fleet.sites import devices_at, hours_of, set_hours

__all__ = [
    "BookingsAffected",
    "Items",
    "KeyTaken",
    "MeasureUnknown",
    "NotOwner",
    "Registration",
    "add_file",
    "bookings_ahead",
    "bookings_around",
    "category_named",
    "change",
    "close",
    "close_yearly",
    "conditions_in",
    "count_stock",
    "devices_at",
    "hours_of",
    "lift",
    "lift_season",
    "load_inspections",
    "load_kits",
    "load_sample",
    "put_together",
    "register",
    "remove_file",
    "retire",
    "set_hours",
    "set_parts",
]
