"""The application as a browser meets it: real sockets, real cookies, CSRF on."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from playwright.sync_api import Browser, BrowserContext
from werkzeug.serving import WSGIRequestHandler, make_server

from commons.people import Actor
from tests.world import sign_in

WIDTHS = (1280, 360)
THEMES = ("light", "dark")


@dataclass(frozen=True)
class Server:
    """Hold a running application and its address."""

    app: Flask
    url: str

    def visit(self, browser: Browser, actor: Actor | None = None, *, width: int = 1280, theme: str = "light", java_script: bool = True) -> BrowserContext:
        """Open a browser as somebody who has signed in, or as nobody."""
        context = browser.new_context(base_url=self.url, viewport={"width": width, "height": 900}, color_scheme=theme, locale="de-DE", reduced_motion="reduce")
        context.set_default_timeout(15_000)
        if actor is not None:
            context.add_cookies([{"name": "session", "value": self._session_of(actor), "url": self.url}])
        return context

    def _session_of(self, actor: Actor) -> str:
        client = self.app.test_client()
        with self.app.app_context():
            sign_in(client, actor)
        cookie = client.get_cookie("session")
        assert cookie is not None
        return cookie.value


class QuietHandler(WSGIRequestHandler):
    """Answer without a line in the log for each file."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@contextmanager
def running(app: Flask) -> Iterator[Server]:
    """Serve the application in a thread, on a port that the system chooses."""
    app.config["WTF_CSRF_ENABLED"] = True
    app.config["TESTING"] = app.testing = False
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Server(app, f"http://127.0.0.1:{server.port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
