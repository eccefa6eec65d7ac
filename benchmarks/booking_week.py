"""The week page of 60 devices against its SQL and a bare template, and against itself with many more bookings stored."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from jinja2 import Environment
from sqlalchemy import text

from benchmarks import Row, compare
from benchmarks.fleet_data import Ground, ground, grow
from commons import clock
from commons.calendar_days import BERLIN, day_bounds, week_days
from commons.database import db
from tests.world import sign_in

DEVICES = 60


def week(engine: str, *, few: int, times: int) -> list[Row]:
    """Measure with few bookings and with many times as many."""
    with ground(engine, devices=DEVICES, bookings=few) as small, ground(engine, devices=DEVICES, bookings=few) as large:
        grow(large, times)
        day = clock.now().date() + timedelta(days=7)
        shown, floor = _page(large, day), _bare(large, day)
        marks = [page().count("06:00–08:00") for page in (shown, floor, _page(small, day))]
        if len(set(marks)) != 1 or not marks[0]:
            raise AssertionError(f"the weeks differ: {marks}")
        return [
            compare(f"week page of {DEVICES}: HTTP / SQL and template, {engine}", product=shown, floor=floor, at_most=3),
            compare(f"week page: {few * times:,} / {few:,} bookings, {engine}", product=shown, floor=_page(small, day), at_most=1.3),
        ]


def _page(place: Ground, day: date) -> Callable[[], str]:
    client = place.app.test_client()
    with place.app.app_context():
        sign_in(client, place.actor)
        db.session.remove()

    def run() -> str:
        return client.get(f"/buchung/woche?art=&tag={day.isoformat()}").get_data(as_text=True)

    return run


TEMPLATE = """<table><thead><tr><th>Gerät</th>{% for day in days %}<th>{{ day }}</th>{% endfor %}</tr></thead><tbody>
{% for name, site, cells in lines %}<tr><th><a href="/x">{{ name }}</a><br>{{ site }}</th>{% for marks in cells %}<td>
{% for since, until, who, id in marks %}<p>{{ since }}–{{ until }} <a href="/buchung/{{ id }}">{{ who }}</a></p>{% else %}frei{% endfor %}
</td>{% endfor %}</tr>{% endfor %}</tbody></table>"""
WEEK = """SELECT r.id, r.name, s.name, o.booking_id, b.starts_at, b.ends_at, w.name FROM resource r JOIN site s ON s.id = r.site_id
LEFT JOIN occupancy o ON o.resource_id = r.id AND o.starts_at < :end AND o.ends_at > :start LEFT JOIN booking b ON b.id = o.booking_id
LEFT JOIN organisation w ON w.id = b.for_organisation_id ORDER BY r.name, r.id, o.starts_at"""


def _bare(place: Ground, day: date) -> Callable[[], str]:
    template = Environment(autoescape=True).from_string(TEMPLATE)
    dates = week_days(day)
    bounds = [day_bounds(each) for each in dates]
    sqlite = place.url.startswith("sqlite")
    limits = {"start": bounds[0][0], "end": bounds[-1][1]}
    values = {name: f"{moment:%Y-%m-%d %H:%M:%S.%f}" if sqlite else moment for name, moment in limits.items()}

    def run() -> str:
        lines = []
        with place.app.app_context():
            rows: Iterable[Any] = db.session.execute(text(WEEK), values).all()
        for (name, site), group in groupby(rows, key=lambda row: (row[1], row[2])):
            taken = [(_moment(row[4]), _moment(row[5]), row[6], row[3]) for row in group if row[3]]
            cells = [[(f"{s:%H:%M}", f"{e:%H:%M}", who, id_) for s, e, who, id_ in taken if s < end and e > start] for start, end in bounds]
            lines.append((name, site, cells))
        return template.render(days=dates, lines=lines)

    return run


def _moment(stored: Any) -> datetime:
    moment = datetime.fromisoformat(f"{stored}+00:00") if isinstance(stored, str) else stored
    return moment.astimezone(BERLIN)
