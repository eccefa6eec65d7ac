"""All the routes of the house, wing by wing."""

from flask import Blueprint, Flask

import booking.api
import booking.views
import cooperation.views
import procurement.views
from verbund import account, administration, home

PLACES = (home, account, administration, cooperation.views, procurement.views, booking.views)


def all_blueprints() -> list[Blueprint]:
    """Return the blueprints of every floor."""
    return [blueprint for place in PLACES for blueprint in place.BLUEPRINTS]


def register_blueprints(app: Flask) -> None:
    """Give the application its routes."""
    for blueprint in all_blueprints():
        app.register_blueprint(blueprint)
    booking.api.install(app)
