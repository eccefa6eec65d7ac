"""The demo association as a browser meets it: real sockets, real cookies, CSRF on."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, BrowserContext
from werkzeug.serving import WSGIRequestHandler, make_server

from commons.database import db, write
from commons.people import Actor, actors_of, find_person
from tests.world import sign_in
from verbund import create_app, demo, loading, schema
from verbund.config import Settings

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS = (1280, 360)
THEMES = ("light", "dark")


@dataclass(frozen=True)
class Server:
    """Hold a running application and its address."""

    app: Flask
    url: str

    def visit(
        self, browser: Browser, mail: str | None = None, *, width: int = 1280, theme: str = "light", java_script: bool = True, scale: float = 1
    ) -> BrowserContext:
        """Open a browser as somebody who has signed in, or as nobody."""
        context = browser.new_context(
            base_url=self.url,
            viewport={"width": width, "height": 900},
            device_scale_factor=scale,
            color_scheme=theme,
            locale="de-DE",
            reduced_motion="reduce",
            java_script_enabled=java_script,
        )
        context.set_default_timeout(15_000)
        if mail is not None:
            context.add_cookies([{"name": "session", "value": self._session_of(mail), "url": self.url}])
        return context

    def _session_of(self, mail: str) -> str:
        client = self.app.test_client()
        with self.app.app_context():
            sign_in(client, actor_of(mail))
        cookie = client.get_cookie("session")
        assert cookie is not None
        return cookie.value


def actor_of(mail: str) -> Actor:
    """Return a person of the demo, acting for the own employer."""
    person = find_person(mail)
    assert person is not None
    return actors_of(person.id)[0]


def make_demo(file: Path) -> Flask:
    """Make the application with a fresh demo association."""
    app = create_app(Settings(database_url=f"sqlite:///{file}", secret_key="s" * 40, secure_cookies=False, demo=True))
    with app.app_context():
        schema.migrate()
        write(loading.begin)
        demo.load()
        db.session.remove()
    return app


class QuietHandler(WSGIRequestHandler):
    """Answer without a line in the log for each file."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@contextmanager
def running(app: Flask) -> Iterator[Server]:
    """Serve the application in a thread, on a port that the system chooses."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Server(app, f"http://127.0.0.1:{server.port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
