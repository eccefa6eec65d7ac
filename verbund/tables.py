"""Every table of the house, so that migrations and backups miss none."""

from importlib import import_module

from commons.database import Base

PLACES = (
    "commons.municipalities",
    "commons.people",
    "commons.journal",
    "commons.letters",
    "commons.jobs",
    "commons.files",
    "commons.rule_values",
    "commons.tokens",
    "commons.throttle",
    "commons.devices",
    "commons.clock_watch",
    "cooperation.models",
    "procurement.models",
    "booking.models",
)
for place in PLACES:
    import_module(place)

TABLES = Base.metadata.sorted_tables
