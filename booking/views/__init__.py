"""The pages of booking."""

from flask import Blueprint

from booking.views import calendar, closing, fleet, reserving, searching

BLUEPRINTS: list[Blueprint] = [reserving.blueprint, fleet.blueprint, calendar.blueprint]

__all__ = ["BLUEPRINTS", "closing", "searching"]
