"""All the routes of the house, wing by wing."""

from importlib import import_module
from importlib.util import find_spec

from flask import Blueprint, Flask

PLACES = ("verbund.home", "verbund.account", "verbund.administration", "cooperation.views", "procurement.views", "booking.views")


def all_blueprints() -> list[Blueprint]:
    """Return the blueprints of every floor."""
    found: list[Blueprint] = []
    for place in PLACES:
        if find_spec(place) is not None:
            found.extend(getattr(import_module(place), "BLUEPRINTS", []))
    return found


def register_blueprints(app: Flask) -> None:
    """Give the application its routes."""
    for blueprint in all_blueprints():
        app.register_blueprint(blueprint)
    if find_spec("booking.api") is not None:
        import_module("booking.api").install(app)
