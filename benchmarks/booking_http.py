"""A booking and a look at what is free through the running server, against a bare Flask application on the same database."""

import json
import pickle
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from benchmarks import Row, compare_seconds, shown
from benchmarks.booking_by_hand import Pattern
from benchmarks.booking_clients import Answer, Played, play, request_of
from benchmarks.fleet_data import Ground, first_start, register
from tests.servers.product import running

WORKERS = 4
CLIENTS = 8
SLOT = timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True)
class Servers:
    """Hold the ports and processes of the product and of the bare application."""

    product: tuple[int, int]
    bare: tuple[int, int]


@contextmanager
def servers(place: Ground, pattern: Pattern) -> Iterator[Servers]:
    """Serve both on the same database, with the same number of processes and threads."""
    file = place.folder / "pattern.pickle"
    file.write_bytes(pickle.dumps(pattern))
    bare = running(place.url, module="benchmarks.booking_bare", arguments=(str(file),), workers=WORKERS)
    with running(place.url, workers=WORKERS) as product, bare as other:
        yield Servers(product=product, bare=other)


def cpu_seconds(pid: int) -> float:
    """Return how long the children of a process have kept a core busy in their own code."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        if int(fields[1]) == pid:
            ticks += int(fields[11])
    return ticks / 100


@dataclass
class Side:
    """One of the two servers: what it answered and what that cost."""

    port: int
    pid: int
    answers: list[Answer] = field(default_factory=list)
    cpu: float = 0.0
    requests: int = 0

    def play(self, scripts: list[list[bytes]], *, bodies: bool = False) -> Played:
        """Let clients ask one after the other, all at once."""
        before = cpu_seconds(self.pid)
        played = play(self.port, scripts, together=False, bodies=bodies)
        self.cpu += cpu_seconds(self.pid) - before
        found = [answer for client in played.answers for answer in client]
        self.answers += found
        self.requests += len(found)
        return played

    def forget(self) -> None:
        """Begin anew after the warm-up."""
        self.answers, self.cpu, self.requests = [], 0.0, 0

    @property
    def cpu_ms(self) -> float:
        """Return the cost of a request on a core."""
        return 1000 * self.cpu / max(1, self.requests)


def book(place: Ground, both: Servers, token: str, engine: str, *, each: int) -> list[Row]:
    """Compare bookings of eight clients on one device with a bare POST that writes the same rows."""
    key = register(place, "http-device")
    slots = iter(range(10**6))
    product, bare = Side(*both.product), Side(*both.bare)

    def run(side: Side, path: str) -> float:
        scripts = [[_booking(path, key, next(slots), token) for _ in range(each)] for _ in range(CLIENTS)]
        return side.play(scripts).seconds

    for side, path in ((product, "/api/v1/bookings"), (bare, "/book")):
        for _ in range(3):  # every process and thread has its connection and its statements
            run(side, path)
        side.forget()
    row = compare_seconds(
        f"booking: HTTP, {CLIENTS} clients on one device / bare Flask, {engine}",
        product=lambda: run(product, "/api/v1/bookings"),
        floor=lambda: run(bare, "/book"),
        at_most=2.5,
        note=lambda: _cost(product, bare),
    )
    refused = [answer.status for answer in [*product.answers, *bare.answers] if answer.status != 201]
    if refused:
        raise AssertionError(f"not all were booked: {refused[:5]}")
    return [row, shown(_tail(product.answers, engine))]


def _booking(path: str, key: str, slot: int, token: str) -> bytes:
    start = first_start() + timedelta(days=5) + SLOT * slot
    data = {"resource": key, "start": start.isoformat(), "end": (start + SLOT).isoformat(), "purpose": "Wegebau"}
    return request_of("POST", path, token=token, body=json.dumps(data).encode())


def _tail(answers: list[Answer], engine: str) -> Row:
    times = sorted(1000 * answer.seconds for answer in answers)
    tail = times[min(len(times) - 1, int(len(times) * 0.99))]
    detail = f"median {statistics.median(times):.0f} ms, longest {times[-1]:.0f} ms, {len(times)} bookings"
    wanted = engine == "postgresql"  # SQLite lets one write after the other and waits in steps
    return Row(
        name=f"booking: HTTP p99, {engine}",
        value=f"{tail:.0f} ms",
        goal="< 250 ms" if wanted else "–",
        met=tail < 250 or not wanted,
        detail=detail,
        figures={"p99_ms": tail},
    )


def free(both: Servers, token: str, engine: str, periods: dict[str, tuple[datetime, datetime]], *, each: int) -> list[Row]:
    """Compare which devices are free over HTTP with a bare route that runs the same statement and answers the same JSON."""
    return [_free(both, token, f"free of 200: HTTP / bare Flask, {name}, {engine}", *period, each=each) for name, period in periods.items()]


def _free(both: Servers, token: str, name: str, start: datetime, end: datetime, *, each: int) -> Row:
    query = urlencode({"from": start.isoformat(), "until": end.isoformat()})
    product, bare = Side(*both.product), Side(*both.bare)
    asked = {"product": request_of("GET", f"/api/v1/availability?{query}", token=token), "bare": request_of("GET", f"/free?{query}")}
    answers = [_items(side, asked[which]) for side, which in ((product, "product"), (bare, "bare"))]
    if answers[0] != answers[1]:
        raise AssertionError("the answers differ")

    def run(side: Side, which: str) -> float:
        return side.play([[asked[which]] * each] * 2).seconds

    for side, which in ((product, "product"), (bare, "bare")):
        side.play([[asked[which]] * 5] * CLIENTS)
        side.forget()
    return compare_seconds(
        name,
        product=lambda: run(product, "product"),
        floor=lambda: run(bare, "bare"),
        at_most=2,
        note=lambda: f"{_cost(product, bare)}; {sum(fits for _, fits in answers[0])} free",
    )


def _cost(product: Side, bare: Side) -> str:
    return f"user CPU {product.cpu_ms:.2f} / {bare.cpu_ms:.2f} ms = {product.cpu_ms / max(bare.cpu_ms, 0.01):.2f} ×"


def _items(side: Side, request: bytes) -> set[tuple[str, bool]]:
    [[answer]] = side.play([[request]], bodies=True).answers
    return {(item["resource"], item["fits"]) for item in json.loads(answer.body)["items"] if item["resource"].startswith("bench-")}
