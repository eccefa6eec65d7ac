"""The hard gate: many at once through the running server, exactly one winner a round, and a table without overlaps."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from benchmarks import Row, shown
from benchmarks.booking_clients import Answer, play, request_of
from benchmarks.fleet_data import Ground, first_start, register
from booking.models import Kind
from commons.database import db

CLIENTS = (2, 8, 32)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Say what the clients of a round ask for, and how many of them can win."""

    name: str
    ask: Callable[[int, int, datetime], bytes]  # which client of how many, and when the round plays
    winners: int = 1
    days_a_block: int = 10**6  # a series reaches into the weeks to come: after a week of rounds they are skipped


def gate(place: Ground, port: int, tokens: list[str], engine: str, *, rounds: int) -> list[Row]:
    """Play every scene with every number of clients."""
    found = []
    for number in CLIENTS:
        for scene in _scenes(place, tokens, number):
            moments = [_moment(turn, scene.days_a_block) for turn in range(rounds)]
            scripts = [[scene.ask(client, number, moment) for moment in moments] for client in range(number)]
            played = play(port, scripts, together=True)
            found.append(shown(_judged(f"race: {number} × {scene.name}, {engine}", played.answers, scene.winners, played.seconds)))
    return [*found, shown(_swept(engine))]


def _moment(turn: int, days_a_block: int) -> datetime:
    """Return when a round plays: every second hour by day, in wall time."""
    blocks, day = divmod(turn // 8, days_a_block)
    return first_start() + timedelta(days=7 + 28 * blocks + day, hours=2 * (turn % 8))


def _scenes(place: Ground, tokens: list[str], number: int) -> Iterable[Scene]:
    single, shifted, weekly, first, second = (register(place, f"race-{number}-{name}") for name in ("same", "partial", "series", "first", "second"))
    share = max(1, number // 4)
    pool = register(place, f"race-{number}-pool", kind=Kind.POOL, quantity=share)

    def ask(client: int, items: list[str], start: datetime, length: timedelta = HOUR, path: str = "bookings", **more: Any) -> bytes:
        times = {"start": start.isoformat(), "end": (start + length).isoformat()}
        data = {"items": [{"resource": key} for key in items], "purpose": "Wettlauf", **times, **more}
        return request_of("POST", f"/api/v1/{path}", token=tokens[client], body=json.dumps(data).encode())

    def against_series(client: int, _number: int, start: datetime) -> bytes:
        if client % 2:
            return ask(client, [weekly], start + timedelta(days=14))
        return ask(client, [weekly], start, path="series", rrule="FREQ=WEEKLY;COUNT=3")

    yield Scene(name="same hour", ask=lambda client, _, start: ask(client, [single], start))
    yield Scene(name="partial overlap", ask=lambda client, _, start: ask(client, [shifted], start + timedelta(minutes=client), length=HOUR))
    yield Scene(name="series against single", ask=against_series, days_a_block=7)
    yield Scene(name=f"pool of {share}", ask=lambda client, _, start: ask(client, [pool], start), winners=share)
    yield Scene(name="opposite order", ask=lambda client, _, start: ask(client, [first, second] if client % 2 else [second, first], start))


def _judged(name: str, answers: list[list[Answer]], winners: int, seconds: float) -> Row:
    rounds = [Counter(answer.status for answer in answers_of_round) for answers_of_round in zip(*answers, strict=True)]
    expected = Counter({201: winners, 409: len(answers) - winners})
    wrong = [dict(found) for found in rounds if found != +expected]
    faults = sum(count for found in rounds for status, count in found.items() if status >= 500)
    times = sorted(answer.seconds for client in answers for answer in client)
    pace = f"p99 {1000 * times[int(len(times) * 0.99)]:.0f} ms; {len(times) / seconds:.0f} answers/s"
    return Row(
        name=name,
        value=f"{len(rounds) - len(wrong)} of {len(rounds)}",
        goal=f"{winners} winner{'s' if winners > 1 else ''}",
        met=not wrong,
        hard=True,
        detail="; ".join(filter(None, [f"{faults} answers ≥ 500", pace, str(wrong[:3] or "")])),
        figures={"rounds": len(rounds), "wrong": len(wrong), "faults": faults},
    )


OVERLAPS = """SELECT COUNT(*) FROM occupancy a JOIN occupancy b ON b.resource_id = a.resource_id AND b.id <> a.id
AND b.starts_at < a.ends_at AND b.ends_at > a.starts_at AND b.starts_at >= a.starts_at WHERE a.exclusive AND b.exclusive"""
TOO_MANY = """SELECT COUNT(*) FROM occupancy a JOIN resource r ON r.id = a.resource_id WHERE NOT a.exclusive AND r.quantity < (
SELECT SUM(b.quantity) FROM occupancy b WHERE b.resource_id = a.resource_id AND b.starts_at <= a.starts_at AND b.ends_at > a.starts_at)"""


def _swept(engine: str) -> Row:
    """Sweep the table by statements of its own: no pair of a single device overlaps, no pool lends more than it has."""
    db.session.rollback()
    singles, pools = (db.session.execute(text(statement)).scalar_one() for statement in (OVERLAPS, TOO_MANY))
    rows = db.session.execute(text("SELECT COUNT(*) FROM occupancy")).scalar_one()
    db.session.rollback()
    return Row(
        name=f"race: overlaps in the table, {engine}",
        value=str(singles + pools),
        goal="0",
        met=singles + pools == 0,
        hard=True,
        detail=f"{singles} of single devices, {pools} of pools; {rows} rows",
    )
