"""The figures of booking: the gate that nothing is taken twice, and how far the product is from the least that gives the same answer."""

import functools
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import text

from benchmarks import Row, attempted, booking_http, compare, doing, shown, statements
from benchmarks.booking_by_hand import ByHand, Pattern, by_hand
from benchmarks.booking_race import gate
from benchmarks.booking_week import week
from benchmarks.fleet_data import Ground, first_start, ground, grow, register, tokens
from booking import reserving, series
from booking.occupying import Wish
from booking.periods import Period
from booking.queries.availability import all_free_in
from booking.queries.listed import id_of_key
from booking.reserving import Details
from booking.rules.recurrence import Rhythm, Rule
from commons.calendar_days import berlin
from commons.database import db, write

ENGINES = ("sqlite", "postgresql")
DETAILS = Details(purpose="Wegebau")


def rows(quick: bool) -> list[Row]:  # noqa: FBT001 (the one switch of every benchmark)
    """Measure on both engines."""
    found = []
    for engine in ENGINES:
        found += attempted(f"booking on {engine}", functools.partial(_on, engine, quick=quick))
        found += attempted(f"week page, {engine}", functools.partial(week, engine, few=1_000, times=10 if quick else 100))
    return found


def _on(engine: str, *, quick: bool) -> list[Row]:
    stored = 10_000 if quick else 100_000
    doing(f"…    enters {stored:,} bookings, {engine}")
    with ground(engine, devices=200, bookings=stored) as place:
        with by_hand(place.url) as floor:
            pattern = _pattern(place, floor)
            found = attempted(f"booking at the verb, {engine}", lambda: [_verb(place, floor, pattern, engine, batch=10 if quick else 30)])
        found += attempted(f"free of 200, {engine}", lambda: _free(place, engine))
        found += attempted(f"series, {engine}", lambda: [_series(place, engine)])
        found += attempted(f"growth, {engine}", lambda: [_growth(place, engine, stored)])
        found += attempted(f"through the server, {engine}", lambda: _served(place, pattern, engine, quick=quick))  # the races register more devices
    return found


def _served(place: Ground, pattern: Pattern, engine: str, *, quick: bool) -> list[Row]:
    """Measure through the running server with four processes."""
    people = tokens(place, 32)
    with booking_http.servers(place, pattern) as both:
        found = booking_http.free(both, people[0], engine, _periods(), each=10 if quick else 40)  # of the 200, before the races register more
        found += attempted(f"races, {engine}", lambda: gate(place, both.product[0], people, engine, rounds=20 if quick else 200))
        return [*found, *booking_http.book(place, both, people[0], engine, each=5 if quick else 20)]


def _periods() -> dict[str, tuple[datetime, datetime]]:
    start = first_start() + timedelta(days=3)
    return {"one slot": (start + timedelta(hours=1), start + timedelta(hours=5)), "28 days": (start, start + timedelta(days=28))}


def _pattern(place: Ground, floor: ByHand) -> Pattern:
    device, period = _slot(place, 0)
    return floor.pattern(lambda: _book(place, 0), device, period.start, period.end)


def _verb(place: Ground, floor: ByHand, pattern: Pattern, engine: str, *, batch: int) -> Row:
    """Compare a booking, with its rules, letter and journal rows, to hand-written SQL that writes the same rows."""
    slots = iter(range(1, 1_000_000))

    def product() -> None:
        for _ in range(batch):
            _book(place, next(slots))

    def replay() -> None:
        for _ in range(batch):
            device, period = _slot(place, next(slots))
            floor.book(pattern, key=f"bench-{place.device_ids.index(device)}", start=period.start, end=period.end)

    return compare(f"booking: verb / same rows by hand, {engine}", product=product, floor=replay, at_most=2.5)


def _book(place: Ground, slot: int) -> None:
    device, period = _slot(place, slot)
    write(reserving.request_booking, [Wish(resource_id=device)], period, details=DETAILS, by=place.actor)


def _slot(place: Ground, slot: int) -> tuple[int, Period]:
    """Return a free afternoon of one of the actor's own devices."""
    own = place.device_ids[5::10]
    start = first_start() + timedelta(days=1 + slot // len(own), hours=6)
    return own[slot % len(own)], Period(start, start + timedelta(hours=1))


def _free(place: Ground, engine: str) -> list[Row]:
    """Compare which of 200 devices are free with the best single statement, after comparing the answers."""
    found = []
    for name, (start, end) in _periods().items():
        period, floor = Period(start, end), _single_statement(place, start, end)
        free = {id_ for id_, free in all_free_in(period).items() if free.left}
        if free != set(floor()) or not 0 < len(free) < len(place.device_ids):
            raise AssertionError("the answers differ, or there is nothing to tell apart")
        product = functools.partial(all_free_in, period)
        found.append(compare(f"free of 200: verb / one statement, {name}, {engine}", product=_often(product), floor=_often(floor), at_most=2))
        db.session.rollback()
    return found


def _often(run: Callable[[], object], times: int = 20) -> Callable[[], None]:
    """Repeat what is over before a clock has noticed."""

    def runs() -> None:
        for _ in range(times):
            run()

    return runs


def _single_statement(place: Ground, start: datetime, end: datetime) -> Callable[[], list[int]]:
    statement = text(
        "SELECT r.id FROM resource r WHERE COALESCE((SELECT o.ends_at FROM occupancy o WHERE o.resource_id = r.id AND o.starts_at < :end"
        " ORDER BY o.starts_at DESC LIMIT 1) <= :start, TRUE)"
    )
    values = {"start": ByHand(place.url).stored(start), "end": ByHand(place.url).stored(end)}
    return lambda: [row[0] for row in db.session.execute(statement, values)]


def _growth(small: Ground, engine: str, stored: int) -> Row:
    """Compare the same question at ten times as many bookings with itself."""
    start, end = _periods()["28 days"]

    def asking(place: Ground) -> Callable[[], None]:
        def run() -> None:
            with place.app.app_context():
                _often(lambda: all_free_in(Period(start, end)))()

        return run

    with ground(engine, devices=200, bookings=stored) as large:
        doing(f"…    copies them to {stored * 10:,} bookings, {engine}")
        grow(large, 10)
        return compare(f"free of 200: {stored * 10:,} / {stored:,} bookings, {engine}", product=asking(large), floor=asking(small), at_most=1.6)


def _series(place: Ground, engine: str) -> Row:
    """Count the statements of the preview of a year of Mondays, five of which are taken."""
    device_id = id_of_key(register(place, "series-device"), place.actor)
    first = berlin(first_start() + timedelta(days=10, hours=4))
    for week_ in (3, 11, 20, 33, 47):
        start = first + timedelta(weeks=week_)
        write(reserving.request_booking, [Wish(resource_id=device_id)], Period(start, start + timedelta(hours=1)), details=DETAILS, by=place.actor)
    rule = Rule(first=first.date(), rhythm=Rhythm.WEEKLY, count=52)
    plan = series.Plan(rule=rule, start=first.time(), end=(first + timedelta(hours=2)).time())
    with statements.noted() as said:
        preview = series.preview([Wish(resource_id=device_id)], plan, by=place.actor)
    db.session.rollback()
    if (len(preview.dates), len(preview.conflicts)) != (52, 5) or not said:
        raise AssertionError((len(preview.dates), len(preview.conflicts), len(said)))
    name = f"series of 52, 5 taken: statements of the preview, {engine}"
    return shown(Row(name=name, value=str(len(said)), goal="≤ 5", met=len(said) <= 5, detail="all that reached the driver, but for BEGIN and ROLLBACK"))
