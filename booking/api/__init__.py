"""The JSON interface of booking under /api/v1, with its own description at /api/v1/openapi.json."""

from flask import Flask
from flask_smorest import Api

from booking.api import bookings, resources, series

SETTINGS = {
    "API_TITLE": "Verbund",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": "/api/v1",
    "OPENAPI_JSON_PATH": "openapi.json",
}
SPEC = {
    "info": {"description": "Geräte suchen und buchen. Zeiten nach ISO 8601 mit Abstand zu UTC, oder als Ortszeit mit „timezone“."},
    "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
    "security": [{"bearer": []}],
}


def install(app: Flask) -> None:
    """Give the application the routes of the interface; a token, not a cookie, opens them, so they need no CSRF token."""
    app.config.update(SETTINGS)
    api = Api(app, spec_kwargs=SPEC)
    api.DEFAULT_ERROR_RESPONSE_NAME = None  # each route names its refusals itself, as problem+json
    for blueprint in (resources.blueprint, bookings.blueprint, series.blueprint):
        app.extensions["csrf"].exempt(blueprint)
        api.register_blueprint(blueprint)
