"""Register, edit and retire resources; load a sample fleet from rows."""

from booking.fleet.closing import close, lift
from booking.fleet.keeping import BookingsAffected, KeyTaken, MeasureUnknown, NotOwner, Registration, category_named, change, put_together, register, retire
from booking.fleet.sample import load_inspections, load_kits, load_sample

__all__ = [
    "BookingsAffected",
    "KeyTaken",
    "MeasureUnknown",
    "NotOwner",
    "Registration",
    "category_named",
    "change",
    "close",
    "lift",
    "load_inspections",
    "load_kits",
    "load_sample",
    "put_together",
    "register",
    "retire",
]
