"""People who ask for the same hour at the same time, by page or by program, through the running server."""

import http.client
import json
import re
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import text

from commons import clock
from commons.database import db, write
from commons.permissions import Role
from commons.tokens import create_token
from tests.world import TOWNS, World, sign_in

BERLIN = ZoneInfo("Europe/Berlin")
START = (clock.now().astimezone(BERLIN) + timedelta(days=30)).replace(hour=9, minute=0, second=0, microsecond=0)
PEOPLE = [(town, role) for town in TOWNS[:4] for role in (Role.CLERK, Role.BUILDING_YARD_HEAD)]


class Rival:
    """Ask for devices as one person: by program, or by the page in a browser."""

    def __init__(self, app, actor, *, by_page: bool) -> None:
        self.by_page = by_page
        self.answers: list[int] = []
        self.faults: list[str] = []
        self.token = write(create_token, actor.person_id, name="Wettlauf")
        client = app.test_client()
        sign_in(client, actor)
        cookie = client.get_cookie("session")
        self.headers = {"Cookie": f"session={cookie.value}"}
        self.csrf = ""

    def prepare(self, port: int, page: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        if self.by_page:
            self.connection.request("GET", page, headers=self.headers)
            answer = self.connection.getresponse()
            found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answer.read().decode())
            cookie = (answer.getheader("Set-Cookie") or "").split(";")[0]
            assert found is not None
            self.csrf, self.headers = found[1], {"Cookie": cookie or self.headers["Cookie"]}

    def ask(self, items: list[tuple[str, int]], page: str, start: datetime = START, hours: int = 1) -> None:
        status, body = self._ask_page(page, start, hours) if self.by_page else self._ask_program(items, start, hours)
        self.answers.append(status)
        if status == 409 and not self.by_page and not json.loads(body)["alternatives"]:
            self.faults.append(body)
        if status not in (201, 302, 409):
            self.faults.append(body[:2000])

    def press(self, path: str, **data: str) -> None:
        """Press a button of a page."""
        headers = {**self.headers, "Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request("POST", path, body=urlencode({"csrf_token": self.csrf, **data}), headers=headers)
        status, body = self._answer()
        self.answers.append(status)
        if status not in (302, 409):
            self.faults.append(f"{status} {body[:2000]}")

    def _ask_program(self, items: list[tuple[str, int]], start: datetime, hours: int) -> tuple[int, str]:
        data = {"items": [{"resource": key, "quantity": number} for key, number in items], "purpose": "Wettlauf"}
        data |= {"start": start.isoformat(), "end": (start + timedelta(hours=hours)).isoformat()}
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        self.connection.request("POST", "/api/v1/bookings", body=json.dumps(data), headers=headers)
        return self._answer()

    def _ask_page(self, page: str, start: datetime, hours: int) -> tuple[int, str]:
        end = start + timedelta(hours=hours)
        data = {"start_day": f"{start:%Y-%m-%d}", "start_time": f"{start:%H:%M}", "end_day": f"{end:%Y-%m-%d}", "end_time": f"{end:%H:%M}"}
        data |= {"purpose": "Wettlauf", "quantity": "1", "csrf_token": self.csrf, "key": f"{id(self)}-{page}-{len(self.answers)}"}
        headers = {**self.headers, "Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request("POST", page, body=urlencode(data), headers=headers)
        return self._answer()

    def _answer(self) -> tuple[int, str]:
        answer = self.connection.getresponse()
        return answer.status, answer.read().decode()


def race(rivals: list[Rival], rounds: list[Callable[[Rival], None]]) -> None:
    """Let all rivals do each round at the same moment."""
    gate = threading.Barrier(len(rivals))

    def run(rival: Rival) -> None:
        try:
            for act in rounds:
                gate.wait(60)
                act(rival)
        finally:
            rival.connection.close()

    threads = [threading.Thread(target=run, args=(rival,)) for rival in rivals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def overlaps() -> int:
    """Count overlapping pairs of single devices by a sweep of its own."""
    pairs = "SELECT COUNT(*) FROM occupancy a JOIN occupancy b ON a.resource_id = b.resource_id AND a.id < b.id"
    overlap = "a.starts_at < b.ends_at AND b.starts_at < a.ends_at AND a.exclusive AND b.exclusive"
    return int(db.session.execute(text(f"{pairs} WHERE {overlap}")).scalar_one())


@dataclass(frozen=True)
class Arena:
    """Hold the running server, and the application on the same database to look at it."""

    app: Flask
    port: int

    def rivals(self, page: str = "") -> list[Rival]:
        """Return eight people; with a page every second of them uses the browser."""
        found = [Rival(self.app, World().actor(*who), by_page=bool(page) and number % 2 == 0) for number, who in enumerate(PEOPLE)]
        for rival in found:
            rival.prepare(self.port, page)
        return found


def answers_of(rivals: list[Rival]) -> Counter[int]:
    db.session.rollback()  # look at what is there now
    return Counter(status for rival in rivals for status in rival.answers)


def heads(arena: Arena, *actors) -> list[Rival]:
    found = [Rival(arena.app, actor, by_page=True) for actor in actors]
    for rival in found:
        rival.prepare(arena.port, "/buchung/")
    return found
