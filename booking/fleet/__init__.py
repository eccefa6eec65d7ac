"""Register, edit and retire resources; load a sample fleet from rows."""

from booking.fleet.keeping import KeyTaken, NotOwner, Registration, category_named, change, put_together, register, retire
from booking.fleet.sample import load_inspections, load_kits, load_sample

__all__ = [
    "KeyTaken",
    "NotOwner",
    "Registration",
    "category_named",
    "change",
    "load_inspections",
    "load_kits",
    "load_sample",
    "put_together",
    "register",
    "retire",
]
