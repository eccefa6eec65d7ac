"""`./run search [--minutes N] [ENGINE …]`: search on each engine at once, print what was tried and any difference."""

import argparse
import itertools
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from commons.database import db
from tests import template
from tests.booking.guard_machine import Guard
from tests.booking.searching import Databases, Search
from tests.servers import postgres

ENGINES = ("sqlite", "postgresql")


def main() -> int:
    """Search; 1 where a difference was found."""
    parser = argparse.ArgumentParser(prog="./run search", description="Search for a difference between booking and its plain model.")
    parser.add_argument("--minutes", type=float, default=10, help="how long on each engine (default 10)")
    parser.add_argument("engines", nargs="*", choices=[*ENGINES, []], help="both by default, at the same time")
    asked = parser.parse_args()
    if len(asked.engines) == 1:
        return _search(asked.engines[0], asked.minutes * 60)
    command = [sys.executable, "-m", "tests.search", "--minutes", str(asked.minutes)]
    searches = [subprocess.Popen([*command, engine]) for engine in asked.engines or ENGINES]
    ended = [search.wait() for search in searches]
    return int(any(ended))


def _search(engine: str, seconds: float) -> int:
    with tempfile.TemporaryDirectory(prefix="verbund-search-") as folder:
        databases = _of_sqlite(Path(folder)) if engine == "sqlite" else _of_postgres(postgres.start())
        search = Search(name=engine, seconds=seconds).run(Guard, databases)
    print(search.result, flush=True)
    return int(bool(search.difference))


def _of_sqlite(folder: Path) -> Databases:
    file = folder / "template.sqlite"
    template.build(f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    names = itertools.count()
    return lambda: _opened(f"sqlite:///{shutil.copy(file, folder / f'{next(names)}.sqlite')}")


def _of_postgres(server: postgres.Server) -> Databases:
    template.build(server.create("template"))
    names = itertools.count()
    return lambda: _opened(server.create(f"search_{next(names)}", template="template"))


@contextmanager
def _opened(url: str) -> Iterator[None]:
    with template.make_app(url).app_context():
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()


if __name__ == "__main__":
    sys.exit(main())
