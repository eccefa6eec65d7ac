"""The numbered cases of booking: series."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import event, func, select

from booking import fleet, reserving, series
from booking.models import Approver, Booking, Fate, SeriesDate
from booking.occupying import Wish
from booking.placing import Details
from booking.queries.series import get_series, who_holds
from booking.rules.recurrence import Rhythm, Rule, SeriesOverlapsItself, SeriesTooShort
from booking.series import Choice, Plan, Reach, SeriesChanged, SeriesTaken
from booking.stages import Stage
from commons.clock import stopped_at
from commons.database import db, write
from commons.journal import entries_about
from commons.letters import Letter
from commons.permissions import Role
from tests.booking.builders import MONDAY, approved_by, book, hours, make_pool, make_resource, occupied, wall

NOW = datetime(2027, 1, 4, 8, 0, tzinfo=UTC)
FIRST = date(2027, 1, 11)


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(NOW):
        yield


@pytest.fixture
def neighbour(world):
    return world.actor("neukirch", Role.CLERK)


def weekly(count=10, start=7, end=9, first=FIRST, **more) -> Plan:
    return Plan(rule=Rule(first=first, rhythm=Rhythm.WEEKLY, count=count), start=time(start), end=time(end), **more)


def week(number: int, start: float = 7, end: float = 9):
    return hours(start, end, day=MONDAY + timedelta(weeks=number - 1))


def make(device, plan, choice=Choice.ALL, *, by, **more):
    return write(series.book, [Wish(resource_id=device.id)], plan, choice=choice, details=Details(purpose="Wochenmarkt"), by=by, **more)


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Booking)) or 0


def test_case_24_all_or_nothing_skip_or_chosen(clerk, neighbour):
    device = make_resource()
    book(device, week(4, 8, 12), by=neighbour)

    shown = series.preview([Wish(resource_id=device.id)], weekly(), by=clerk)
    assert [planned.day for planned in shown.conflicts] == [date(2027, 2, 1)]
    assert shown.conflicts[0].alternative == week(4, 6, 8)
    with pytest.raises(SeriesTaken) as refusal:
        make(device, weekly(), by=clerk)
    assert ([planned.day for planned in refusal.value.conflicts], refusal.value.status, count()) == ([date(2027, 2, 1)], 409, 1)

    made = make(device, weekly(), Choice.FREE, by=clerk)

    assert count() == 1 + 9
    assert [one.fate for one in made.dates] == [Fate.BOOKED] * 3 + [Fate.TAKEN] + [Fate.BOOKED] * 6
    assert occupied(device) == [week(4, 8, 12) if number == 4 else week(number) for number in range(1, 11)]
    assert [entry.act for entry in entries_about("booking_series", made.id)] == ["series.booked"]
    assert len(list(db.session.scalars(select(Letter).where(Letter.person_id == clerk.person_id)))) == 1


def test_case_24_free_ones_never_loses_a_date_that_the_preview_showed_free(clerk, neighbour):
    device = make_resource()
    book(device, week(4), by=neighbour)
    seen = {date(2027, 2, 1)}
    book(device, week(7), by=neighbour)

    with pytest.raises(SeriesChanged) as refusal:
        make(device, weekly(), Choice.FREE, by=clerk, seen=seen)

    assert [planned.day for planned in refusal.value.conflicts] == [date(2027, 2, 22)]
    assert count() == 2
    chosen = make(device, weekly(), Choice.CHOSEN, by=clerk, chosen={FIRST, date(2027, 3, 1)})
    assert [one.day for one in chosen.dates if one.fate is Fate.BOOKED] == [FIRST, date(2027, 3, 1)]
    assert {one.fate for one in chosen.dates} == {Fate.BOOKED, Fate.TAKEN, Fate.LEFT_OUT}


def test_case_25_conflict_at_the_last_of_52_from_five_statements(clerk, neighbour):
    device = make_resource()
    for number in (3, 9, 20, 33, 52):
        day = FIRST + timedelta(weeks=number - 1)
        book(device, wall(f"{day} 08:00", f"{day} 10:00"), by=neighbour)
    statements: list[str] = []
    listener = lambda *arguments: statements.append(arguments[2]) if arguments[2] != "BEGIN" else None  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listener)

    shown = series.preview([Wish(resource_id=device.id)], weekly(52), by=clerk)
    who_holds([rival for planned in shown.conflicts for rival in planned.rivals], clerk)

    event.remove(db.engine, "before_cursor_execute", listener)
    assert [(FIRST - planned.day).days // -7 + 1 for planned in shown.conflicts] == [3, 9, 20, 33, 52]
    assert all(planned.alternative for planned in shown.conflicts)
    assert len(shown.free) == 47
    assert len(statements) <= 5


def test_case_26_dates_that_overlap_each_other(clerk):
    plan = Plan(rule=Rule(first=FIRST, rhythm=Rhythm.DAILY, count=5), start=time(8), end=time(8), days=3)

    with pytest.raises(SeriesOverlapsItself):
        make(make_resource(), plan, by=clerk)
    assert count() == 0


def test_case_27_one_date_cancelled_stays_cancelled(clerk, neighbour):
    device = make_resource()
    made = make(device, weekly(4), by=clerk)
    second = made.dates[1].booking_id
    write(series.cancel, made.id, second, reach=Reach.ONE, by=clerk)
    assert occupied(device) == [week(1), week(3), week(4)]
    book(device, week(2), by=neighbour)

    write(series.move, made.id, made.dates[0].booking_id, week(1, 10, 12), reach=Reach.ALL, by=clerk)

    assert occupied(device) == [week(1, 10, 12), week(2), week(3, 10, 12), week(4, 10, 12)]
    assert db.session.get_one(Booking, second).stage is Stage.CANCELLED


def test_case_28_past_dates_keep_their_time(clerk):
    device = make_resource()
    made = make(device, weekly(4), by=clerk)

    with stopped_at(NOW + timedelta(weeks=2)):
        write(series.move, made.id, made.dates[2].booking_id, week(3, 13, 15), reach=Reach.ALL, by=clerk)

    assert occupied(device) == [week(1), week(2), week(3, 13, 15), week(4, 13, 15)]


def test_case_28_this_and_following(clerk):
    device = make_resource()
    made = make(device, weekly(4), by=clerk)

    write(series.move, made.id, made.dates[2].booking_id, hours(24 + 7, 24 + 9, day=MONDAY + timedelta(weeks=2)), reach=Reach.FOLLOWING, by=clerk)
    write(series.cancel, made.id, made.dates[3].booking_id, reach=Reach.FOLLOWING, by=clerk)

    assert occupied(device) == [week(1), week(2), hours(24 + 7, 24 + 9, day=MONDAY + timedelta(weeks=2))]


def test_case_29_shift_overlaps_its_own_dates(clerk, neighbour):
    device = make_resource()
    plan = Plan(rule=Rule(first=FIRST, rhythm=Rhythm.DAILY, count=3), start=time(0), end=time(23, 45))
    made = make(device, plan, by=clerk)
    later = hours(0.5, 24.25)

    write(series.move, made.id, made.dates[0].booking_id, later, reach=Reach.ALL, by=clerk)

    assert occupied(device) == [later.shifted(timedelta(days=number)) for number in range(3)]
    book(device, hours(7, 8, day=MONDAY + timedelta(days=5)), by=neighbour)
    with pytest.raises(Exception, match="vergeben"):
        write(series.move, made.id, made.dates[0].booking_id, hours(3 * 24, 4 * 24 - 0.25), reach=Reach.ALL, by=clerk)
    assert occupied(device)[0] == later


def test_case_30_every_clash_with_a_recurring_closure_is_listed(clerk, world):
    device = make_resource()
    head = world.actor("bernsdorf", Role.BUILDING_YARD_HEAD)
    for number in (2, 4, 6):
        write(fleet.close, device.id, week(number, 8, 10), reason="Wartung", by=head)

    with pytest.raises(SeriesTaken) as refusal:
        make(device, weekly(7), by=clerk)

    assert [planned.period for planned in refusal.value.conflicts] == [week(2), week(4), week(6)]


def test_case_31_end_before_the_second_date(clerk):
    plan = Plan(rule=Rule(first=FIRST, rhythm=Rhythm.WEEKLY, until=date(2027, 1, 17)), start=time(7), end=time(9))

    with pytest.raises(SeriesTooShort):
        make(make_resource(), plan, by=clerk)
    assert count() == 0


def test_case_19_series_keeps_seven_oclock_over_both_changes(clerk):
    device = make_resource()
    plan = Plan(rule=Rule(first=date(2027, 3, 15), rhythm=Rhythm.MONTHLY_DAY, until=date(2027, 12, 15)), start=time(7), end=time(9))

    made = make(device, plan, by=clerk)
    write(series.move, made.id, made.dates[0].booking_id, wall("2027-03-15 07:30", "2027-03-15 09:00"), reach=Reach.ALL, by=clerk)

    assert occupied(device) == [wall(f"2027-{month:02}-15 07:30", f"2027-{month:02}-15 09:00") for month in range(3, 13)]


def test_case_54_limits_are_judged_per_date(clerk):
    device = make_resource(advance_days=21)

    shown = series.preview([Wish(resource_id=device.id)], weekly(4), by=clerk)

    assert [planned.is_free for planned in shown.dates] == [True, True, True, False]
    assert [planned.alternative for planned in shown.conflicts] == [None]


def test_series_in_a_pool_takes_the_peak(clerk):
    pool = make_pool(3)
    write(series.book, [Wish(resource_id=pool.id, quantity=2)], weekly(3), choice=Choice.ALL, details=Details(purpose="Fest"), by=clerk)

    with pytest.raises(SeriesTaken):
        write(series.book, [Wish(resource_id=pool.id, quantity=2)], weekly(3), choice=Choice.ALL, details=Details(purpose="Fest"), by=clerk)
    make(pool, weekly(3), by=clerk)


def test_owner_approves_and_declines_a_whole_series(clerk, world):
    device, head = approved_by(Approver.BUILDING_YARD_HEAD), world.actor("bernsdorf", Role.BUILDING_YARD_HEAD)
    made = make(device, weekly(3), by=clerk, idempotency_key="s1")
    assert make(device, weekly(3), by=clerk, idempotency_key="s1").id == made.id
    write(series.cancel, made.id, made.dates[1].booking_id, reach=Reach.ONE, by=clerk)

    write(series.approve, made.id, by=head)

    assert [one.booking.stage for one in get_series(made.id, head).dates] == [Stage.CONFIRMED, Stage.CANCELLED, Stage.CONFIRMED]
    again = make(device, weekly(2, 12, 13), by=clerk)
    write(series.decline, again.id, reason="Eigener Bedarf", by=head)
    assert {one.booking.stage for one in get_series(again.id, head).dates} == {Stage.DECLINED}
    assert db.session.scalar(select(func.count()).select_from(SeriesDate)) == 5
    write(reserving.cancel, made.dates[0].booking_id, by=clerk)
    assert occupied(device) == [week(3)]
