"""Many people ask for the same hour at the same time, through the running server with several workers."""

import http.client
import json
import re
import secrets
import shutil
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from booking.models import Booking, Occupancy, Resource
from booking.periods import Period
from booking.stages import Stage
from commons import clock
from commons.database import db, write
from commons.permissions import Role
from commons.tokens import create_token
from tests import template
from tests.booking.builders import approved_by, book, make_kit, make_pool, make_resource
from tests.servers.product import served
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


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def arena(request, tmp_path_factory):
    """Serve a copy of the template by two processes."""
    if request.param == "sqlite":
        file = tmp_path_factory.mktemp("race") / "race.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        url = f"sqlite:///{file}"
    else:
        server = request.getfixturevalue("postgres_server")
        url = server.create(f"race_{secrets.token_hex(4)}", template=request.getfixturevalue("postgres_template"))
    app = template.make_app(url)
    with app.app_context(), served(url) as port:
        yield Arena(app, port)
        db.session.remove()
        db.engine.dispose()


def answers_of(rivals: list[Rival]) -> Counter[int]:
    db.session.rollback()  # look at what is there now
    return Counter(status for rival in rivals for status in rival.answers)


def held(keys: list[str]) -> int:
    query = select(func.count()).select_from(Occupancy).join(Resource, Resource.id == Occupancy.resource_id)
    return db.session.scalar(query.where(Resource.key.in_(keys))) or 0


def test_case_65_eight_people_on_fifty_devices(arena):
    devices = [(device.key, f"/buchung/geraete/{device.id}/buchen") for device in (make_resource() for _ in range(50))]
    rivals = arena.rivals(devices[0][1])

    race(rivals, [lambda rival, key=key, page=page: rival.ask([(key, 1)], page) for key, page in devices])

    answers = answers_of(rivals)
    assert [fault for rival in rivals for fault in rival.faults] == []
    assert answers[201] + answers[302] == 50
    assert answers[409] == 350
    assert held([key for key, _ in devices]) == 50
    assert overlaps() == 0


def test_case_62_double_click_is_one_booking(arena):
    page = f"/buchung/geraete/{make_resource().id}/buchen"
    rivals = [Rival(arena.app, World().actor("neukirch", Role.CLERK), by_page=True) for _ in range(2)]
    for rival in rivals:
        rival.prepare(arena.port, page)
    start = START + timedelta(days=7)
    typed = {"start_time": f"{start:%H:%M}", "end_time": f"{start + timedelta(hours=1):%H:%M}", "purpose": "Doppelklick"}

    def click(rival: Rival, number: int) -> None:
        day = f"{start + timedelta(days=number):%Y-%m-%d}"
        rival.press(page, start_day=day, end_day=day, key=f"click-{number}", **typed)

    race(rivals, [lambda rival, number=number: click(rival, number) for number in range(6)])

    assert answers_of(rivals) == {302: 12}
    assert db.session.scalar(select(func.count()).select_from(Booking).where(Booking.purpose == "Doppelklick")) == 6


def test_case_66_pools_give_exactly_what_they_have(arena):
    ones, twos = make_pool(5).key, make_pool(5).key
    rivals = arena.rivals()

    race(rivals, [lambda rival, key=key, number=number: rival.ask([(key, number)], "") for number, key in ((1, ones), (2, twos)) for _ in range(3)])

    answers_of(rivals)
    accepted = [[answer for rival in rivals for answer in rival.answers[part]].count(201) for part in (slice(0, 3), slice(3, 6))]
    assert accepted == [5, 2]
    assert [held([key]) for key in (ones, twos)] == [5, 2]
    assert {status for rival in rivals for status in rival.answers} == {201, 409}


def test_case_69_opposite_order_and_kits_have_one_winner(arena):
    first, second = make_resource(), make_resource()
    orders = [[(first.key, 1), (second.key, 1)], [(second.key, 1), (first.key, 1)], [(make_kit(first, second).key, 1)]]
    rivals = arena.rivals()

    race(rivals, [lambda rival, n=number: rival.ask(orders[rivals.index(rival) % 3], "", START + timedelta(days=n)) for number in range(10)])

    assert answers_of(rivals) == {201: 10, 409: 70}
    assert overlaps() == 0


def test_race_leaves_every_booking_whole(arena):
    device, pool = make_resource().key, make_pool(3).key
    rivals = arena.rivals()

    race(rivals, [lambda rival: rival.ask([(device, 1), (pool, 2)], "")])

    assert answers_of(rivals) == {201: 1, 409: 7}
    assert held([device, pool]) == 2


def requested(arena: Arena, rounds: int) -> list[tuple[int, int]]:
    """Ask twice for the same hour of a device whose open requests do not block, once a round."""
    clerks = [World().actor(town, Role.CLERK) for town in ("ossling", "neukirch")]
    device = approved_by(request_blocks=False)
    pairs = []
    for number in range(rounds):
        start = START + timedelta(days=number)
        period = Period(start.astimezone(UTC), (start + timedelta(hours=2)).astimezone(UTC))
        pairs.append(tuple(book(device, period, by=clerk).id for clerk in clerks))
    return pairs


def heads(arena: Arena, *actors) -> list[Rival]:
    found = [Rival(arena.app, actor, by_page=True) for actor in actors]
    for rival in found:
        rival.prepare(arena.port, "/buchung/")
    return found


def test_case_68_approve_against_approve_has_one_winner(arena):
    pairs = requested(arena, 8)
    head = World().actor("bernsdorf", Role.BUILDING_YARD_HEAD)
    rivals = heads(arena, head, head)

    race(rivals, [lambda rival, pair=pair: rival.press(f"/buchung/{pair[rivals.index(rival)]}/bestaetigen") for pair in pairs])

    assert answers_of(rivals) == {302: 8, 409: 8}
    assert [fault for rival in rivals for fault in rival.faults] == []
    stages = [sorted(db.session.get_one(Booking, id_).stage for id_ in pair) for pair in pairs]
    assert stages == [["confirmed", "requested"]] * 8


def test_case_68_approve_against_cancel_ends_in_one_of_both_orders(arena):
    pairs = requested(arena, 8)
    rivals = heads(arena, World().actor("bernsdorf", Role.BUILDING_YARD_HEAD), World().actor("ossling", Role.CLERK))
    act = (("bestaetigen", {}), ("stornieren", {"reason": "", "version": ""}))

    def press(rival: Rival, booking_id: int) -> None:
        word, data = act[rivals.index(rival)]
        rival.press(f"/buchung/{booking_id}/{word}", **data)

    race(rivals, [lambda rival, pair=pair: press(rival, pair[0]) for pair in pairs])

    answers_of(rivals)
    assert [fault for rival in rivals for fault in rival.faults] == []
    assert {db.session.get_one(Booking, pair[0]).stage for pair in pairs} == {Stage.CANCELLED}
    assert overlaps() == 0
