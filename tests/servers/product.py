"""The product as it is served: gunicorn with several workers, on a port of its own."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.ports import free_port

ROOT = Path(__file__).parent.parent.parent
SECRET = "s" * 40
PATIENCE = 60.0


@contextmanager
def served(database_url: str, *, workers: int = 2, threads: int = 8) -> Iterator[int]:
    """Run `verbund serve` on a database and return its port; stop it afterwards."""
    with running(database_url, workers=workers, threads=threads) as (port, _):
        yield port


@contextmanager
def running(
    database_url: str, *, module: str = "verbund.commands", arguments: tuple[str, ...] = ("serve",), workers: int, threads: int = 8
) -> Iterator[tuple[int, int]]:
    """Run the product, or another module that takes the same options, on a database; return its port and the id of its process."""
    port = free_port()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("VERBUND_")}
    environment |= {"VERBUND_DATABASE_URL": database_url, "VERBUND_SECRET_KEY": SECRET, "VERBUND_BASE_URL": f"http://127.0.0.1:{port}"}
    options = ("--port", str(port), "--workers", str(workers), "--threads", str(threads))
    command = [sys.executable, "-m", module, *arguments, *options]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        _wait_for(port, process)
        yield port, process.pid
    finally:
        _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:  # a machine that is too busy ends nothing gently
        process.kill()
        process.communicate()


def _wait_for(port: int, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(process.stdout.read() if process.stdout else "the server ended")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/openapi.json", timeout=5).close()
        except urllib.error.HTTPError:
            return  # it answers
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the server does not answer")
