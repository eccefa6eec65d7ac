"""The pages of booking."""

from flask import Blueprint

from booking.views import (
    belongings,
    calendar,
    charging,
    closing,
    displaced_open,
    equivalents,
    fleet,
    handover,
    importing,
    incidents,
    inspections,
    planning,
    readiness,
    releases,
    reserving,
    searching,
    series,
    several,
    using,
    waiting,
)

BLUEPRINTS: list[Blueprint] = [
    reserving.blueprint,
    fleet.blueprint,
    calendar.blueprint,
    handover.blueprint,
    incidents.blueprint,
    incidents.displaced,
    readiness.blueprint,
]

__all__ = [
    "BLUEPRINTS",
    "belongings",
    "charging",
    "closing",
    "displaced_open",
    "equivalents",
    "importing",
    "inspections",
    "planning",
    "releases",
    "searching",
    "series",
    "several",
    "using",
    "waiting",
]
