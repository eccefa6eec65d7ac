"""A clock that drifts is noticed: against an NTP server, against a web server, and in what people see."""

import re
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from sqlalchemy import select

from commons import clock, clock_watch
from commons.clock_watch import Drift, beyond
from commons.database import db, write
from commons.letters import Letter
from commons.permissions import Role
from commons.time_sources import NoAnswer, offset_from
from commons.words import say
from tests.world import World, sign_in

BEHIND = timedelta(seconds=5)  # the other clock stands five seconds behind ours: ours is ahead


@contextmanager
def time_server(*, behind: timedelta = BEHIND) -> Iterator[str]:
    """Answer NTP questions on a free port with a time of our own."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(10)

        def answer() -> None:
            try:
                while True:
                    _asked, address = server.recvfrom(256)
                    told = (datetime.now(UTC) - behind).timestamp() + 2_208_988_800
                    server.sendto(bytes(40) + struct.pack("!II", int(told), int(told % 1 * 2**32)), address)
            except OSError:
                return

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield f"ntp://127.0.0.1:{server.getsockname()[1]}"


class Dated(BaseHTTPRequestHandler):
    """Say a Date that is five seconds behind."""

    zone = "GMT"

    def do_HEAD(self) -> None:
        self.send_response_only(200)
        self.send_header("Date", format_datetime(datetime.now(UTC) - BEHIND, usegmt=True).replace("GMT", self.zone))
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


def test_an_ntp_server_tells_by_how_much_the_clock_is_ahead():
    with time_server() as source:
        ahead = offset_from(source, now=clock.machine)

    assert abs(ahead - BEHIND) < timedelta(seconds=0.5)


@pytest.mark.parametrize("zone", ["GMT", "+0000", "-0000"])
def test_the_date_of_a_web_server_tells_it_to_about_a_second(monkeypatch, zone):
    monkeypatch.setattr(Dated, "zone", zone)
    server = HTTPServer(("127.0.0.1", 0), Dated)
    threading.Thread(target=server.handle_request, daemon=True).start()
    try:
        ahead = offset_from(f"http://127.0.0.1:{server.server_port}/", now=clock.machine)
    finally:
        server.server_close()

    assert abs(ahead - BEHIND) < timedelta(seconds=1.5)


def test_a_source_that_says_nothing_is_no_drift():
    with pytest.raises(NoAnswer):
        offset_from("http://127.0.0.1:9/", now=clock.machine)


@pytest.mark.parametrize(
    ("seconds", "is_warned"), [(2, False), (2.1, True), (-2, False), (-2.1, True)], ids=["ahead_within", "ahead", "behind_within", "behind"]
)
def test_only_what_is_beyond_the_tolerance_is_warned_of(seconds, is_warned):
    found = [Drift(source=say("der Uhr der Datenbank"), ahead=timedelta(seconds=seconds))]

    assert bool(beyond(found, timedelta(seconds=2))) is is_warned


def test_the_database_of_the_tests_has_the_same_clock(app):
    assert clock_watch.drifts() == []


def test_administrators_are_told_once_and_see_it(app_once, client_once):
    with time_server() as source:
        app_once.config["TIME_SOURCE"] = source
        clock_watch.read_clock()
        clock_watch.read_clock()
        sign_in(client_once, World().actor("bernsdorf", Role.ADMINISTRATOR))
        page = client_once.get("/verwaltung").get_data(as_text=True)
        app_once.config["TIME_SOURCE"] = None

    told = [letter for letter in db.session.scalars(select(Letter)) if "Uhr des Servers" in str(letter.subject_line)]
    assert re.search(r"Die Uhr des Servers geht (5|5,0|5,1) Sekunden vor", page)
    assert len({letter.person_id for letter in told}) == len(told) > 0


@pytest.mark.parametrize("years", [50, -50])
def test_a_clock_that_is_wrong_by_decades_is_kept_as_far_as_a_column_reaches_and_told(app, world, years):
    app.config["TIME_SOURCE"] = "ntp://zeit.test"

    write(clock_watch.keep_reading, "ntp://zeit.test", timedelta(days=365 * years))

    assert "zeit.test" in str(clock_watch.drifts()[0].said())
    assert db.session.scalars(select(Letter)).first() is not None
