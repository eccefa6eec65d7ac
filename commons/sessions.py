"""The signed cookie that remembers who is signed in. Programs bring a token with every call and have no session."""

import functools

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer


def is_call(asked: Request) -> bool:
    """Tell whether a program calls the interface: its token says who calls, a cookie never does."""
    return asked.path.startswith("/api/")


class Sessions(SecureCookieSessionInterface):
    """Keep sessions as Flask does, but none for programs, and make what signs them once."""

    @functools.cache  # noqa: B019 (one application, as long as it lives)
    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs and reads the cookie."""
        return super().get_signing_serializer(app)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Read the cookie of a person."""
        return self.session_class() if is_call(request) else super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Hand a person the cookie anew where it changed."""
        if not is_call(request):
            super().save_session(app, session, response)
