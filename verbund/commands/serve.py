"""`verbund serve`: the web server."""

import socket
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from sqlalchemy.orm import configure_mappers

from commons.database import db
from commons.tokens import WithoutSecrets
from verbund.commands.opened import assembled, check_current


class Log(Logger):
    """Gunicorn's log, without the secrets that addresses of calendars and invitations carry."""

    def setup(self, cfg: Any) -> None:
        """Let nothing through unread."""
        super().setup(cfg)
        for log in (self.access_log, self.error_log):
            log.addFilter(WithoutSecrets())


class Server(BaseApplication):
    """Gunicorn with threads, set up here and nowhere else."""

    def __init__(self, app: Flask, settings: dict[str, Any]) -> None:
        self._app = app
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Take our settings, no file and no command line."""
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Give the application that was assembled once, before the workers were forked."""
        return self._app


class PortTaken(click.ClickException):
    """Two programs cannot answer at one address; said in both languages, for it is the first thing that a newcomer may read."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        german = f"{host}:{port} ist nicht frei ({reason}). Bitte wählen Sie mit --port einen anderen Anschluss, zum Beispiel --port {port + 1}."
        super().__init__(f"{german}\nThe port cannot be used: choose another with --port.")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1), help="Processes; about one a core.")
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1), help="Requests that one process answers at a time.")
@click.option("--access-log", is_flag=True, help="Write a line a request to standard output.")
def serve(host: str, port: int, workers: int, threads: int, access_log: bool) -> None:
    """Answer requests until stopped."""
    _check_free(host, port)
    app = assembled()
    with app.app_context():
        check_current()
        configure_mappers()  # once, before the processes part: the first visitor of each need not wait for it
        db.engine.dispose()  # a connection must not be inherited by several processes
    Server(app, _settings(f"{host}:{port}", workers, threads, access_log=access_log)).run()


def _check_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            raise PortTaken(host, port, fault.strerror or "") from fault


def _settings(address: str, workers: int, threads: int, *, access_log: bool) -> dict[str, Any]:
    return {
        "bind": address,
        "workers": workers,
        "worker_class": "gthread",
        "threads": threads,
        "preload_app": True,
        "timeout": 60,
        "graceful_timeout": 20,
        "keepalive": 5,
        "forwarded_allow_ips": "",  # VERBUND_PROXIES alone says whose headers count
        "control_socket_disable": True,
        "accesslog": "-" if access_log else None,
        "access_log_format": "%(t)s %(m)s %(U)s %(s)s %(B)s %(L)s",  # no person's address, no query
        "logger_class": Log,
        "loglevel": "warning",
        "when_ready": lambda _server: click.echo(f"Verbund answers at http://{address} (Ctrl-C stops it).", err=True),
    }
