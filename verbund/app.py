"""Assemble the application; the only place that knows every wing."""

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

import verbund.web as web
from commons import sign_in
from commons.database import db, listen_to
from verbund import config
from verbund.blueprints import register_blueprints
from verbund.config import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """Assemble the application from its settings, by default those of the environment."""
    settings = settings or config.from_environment()
    app = Flask("verbund", template_folder=str(config.shipped("templates")), static_folder=str(config.shipped("static")))
    app.config.update(_flask_settings(settings))
    app.jinja_env.undefined = StrictUndefined
    _connect_database(app)
    web.install(app)
    sign_in.install(app)
    register_blueprints(app)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies)  # type: ignore[method-assign]
    return app


def _flask_settings(settings: Settings) -> dict[str, object]:
    return {
        "SETTINGS": settings,
        "DEMO": settings.demo,
        "TESTING": settings.testing,
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(settings.database_url),
        "BASE_URL": settings.base_url,
        "MAIL_SERVER_URL": settings.mail_server,
        "MAIL_SENDER": settings.mail_sender,
        "TIME_SOURCE": settings.time_source,
        "MAX_CONTENT_LENGTH": 25 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 5 * 1024 * 1024,
        "MAX_FORM_PARTS": 20_000,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "WTF_CSRF_TIME_LIMIT": 12 * 60 * 60,
        "BABEL_DEFAULT_LOCALE": "de",
        "BABEL_DEFAULT_TIMEZONE": "Europe/Berlin",
        "BABEL_TRANSLATION_DIRECTORIES": str(config.shipped("translations")),
    }


def _engine_options(url: str) -> dict[str, object]:
    """Return how to connect; the report of a database error never repeats what somebody wrote."""
    return {"hide_parameters": True} | ({} if url.startswith("sqlite") else {"pool_size": 8, "max_overflow": 8})


def _connect_database(app: Flask) -> None:
    db.init_app(app)
    with app.app_context():
        listen_to(db.engine)
