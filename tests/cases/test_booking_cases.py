"""The numbered cases of booking: intervals, midnight, clock change, editing, quantities, buffers, life cycle."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import func, select

from booking import fleet, reserving
from booking.models import Booking, Inspection, Occupancy
from booking.occupying import Wish
from booking.periods import Period, PeriodEmpty
from booking.queries.availability import free_stretches
from booking.queries.bookings import get_booking
from booking.reserving import Details
from booking.rules.lending import Retired
from booking.rules.occupancy import Occupied, PeriodTaken, PoolExhausted, QuantityRefused
from booking.rules.terms import Closed, Due, NoticeShort, StartPast, TooFarAhead, expiring
from booking.stages import Stage, StepRefused
from commons.calendar_days import MissingHour, from_wall, is_double_hour
from commons.clock import stopped_at
from commons.database import db, write
from commons.errors import ChangedMeanwhile
from commons.permissions import Role
from commons.tokens import create_token
from tests.booking.builders import approved_by, at, book, hours, make_kit, make_pool, make_resource, occupied, wall


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(datetime(2027, 1, 4, 8, 0, tzinfo=UTC)):
        yield


@pytest.fixture
def clerk(world):
    return world.actor("ossling", Role.CLERK)


@pytest.fixture
def head(world):
    return world.actor("bernsdorf", Role.BUILDING_YARD_HEAD)


def stored() -> int:
    return db.session.scalar(select(func.count()).select_from(Booking)) or 0


def test_case_01_touching_after(clerk):
    device = make_resource()
    book(device, hours(9, 10), by=clerk)

    assert book(device, hours(10, 11), by=clerk).stage is Stage.CONFIRMED


def test_case_02_touching_before(clerk):
    device = make_resource()
    book(device, hours(9, 10), by=clerk)

    assert book(device, hours(8, 9), by=clerk).stage is Stage.CONFIRMED


@pytest.mark.parametrize(("start", "end"), [(10, 12), (8, 10), (9.5, 10.5), (8, 12), (9, 11)], ids=["over_end", "into_start", "inside", "around", "same"])
def test_case_03_five_refusals(clerk, start, end):
    device = make_resource()
    book(device, hours(9, 11), by=clerk)

    with pytest.raises(PeriodTaken) as refusal:
        book(device, hours(start, end), by=clerk)

    assert refusal.value.existing == hours(9, 11)
    assert refusal.value.status == 409
    assert stored() == 1


@pytest.mark.parametrize(("start", "end"), [(9, 9), (10, 9)], ids=["same", "before"])
def test_case_04_end_not_after_start(app, start, end):
    with pytest.raises(PeriodEmpty):
        hours(start, end)

    assert stored() == 0


def test_case_05_two_devices_same_hours(clerk):
    for device in (make_resource(), make_resource()):
        assert book(device, hours(9, 11), by=clerk).stage is Stage.CONFIRMED


def test_case_07_cancelled_and_declined_do_not_block(clerk, head):
    device = approved_by()
    first = book(device, hours(9, 11), by=clerk)
    write(reserving.cancel, first.id, by=clerk)
    second = book(device, hours(9, 11), by=clerk)
    write(reserving.decline, second.id, reason="Eigener Bedarf", by=head)

    assert occupied(device) == []
    assert book(device, hours(9, 11), by=clerk).stage is Stage.REQUESTED


def test_case_07_refused_request_leaves_nothing(clerk):
    device, other = make_resource(), make_resource()
    book(device, hours(9, 11), by=clerk)

    with pytest.raises(PeriodTaken):
        write(
            reserving.request_booking,
            [Wish(resource_id=other.id), Wish(resource_id=device.id)],
            hours(9, 10),
            details=Details(purpose="Fest"),
            by=clerk,
        )

    assert occupied(other) == []
    assert stored() == 1


def test_case_08_pending_request_blocks_by_rule(clerk, world):
    device = approved_by(request_blocks=True)
    book(device, hours(9, 11), by=clerk)

    with pytest.raises(PeriodTaken):
        book(device, hours(10, 12), by=world.actor("neukirch", Role.CLERK))


def test_case_08_second_of_two_pending_is_refused(clerk, head, world):
    device = approved_by(request_blocks=False)
    first = book(device, hours(9, 11), by=clerk)
    second = book(device, hours(10, 12), by=world.actor("neukirch", Role.CLERK))
    write(reserving.approve, first.id, by=head)

    with pytest.raises(Occupied) as refusal:
        write(reserving.approve, second.id, by=head)

    assert refusal.value.status == 409
    assert get_booking(second.id, head).stage is Stage.REQUESTED
    assert occupied(device) == [hours(9, 11)]


def test_case_09_friday_to_monday(clerk):
    device = make_resource()

    book(device, wall("2027-01-15 16:00", "2027-01-18 07:00"), by=clerk)

    assert occupied(device) == [wall("2027-01-15 16:00", "2027-01-18 07:00")]


def test_case_10_over_midnight(clerk):
    device = make_resource()
    book(device, wall("2027-01-15 23:00", "2027-01-16 01:00"), by=clerk)

    with pytest.raises(PeriodTaken):
        book(device, wall("2027-01-15 22:00", "2027-01-16 02:00"), by=clerk)
    book(device, wall("2027-01-16 01:00", "2027-01-16 02:00"), by=clerk)


def test_case_11_clash_exactly_at_midnight(clerk):
    device = make_resource()
    book(device, wall("2027-01-16 00:00", "2027-01-16 01:00"), by=clerk)

    with pytest.raises(PeriodTaken):
        book(device, wall("2027-01-15 23:00", "2027-01-16 03:00"), by=clerk)


def test_case_13_full_days_touch(clerk):
    device = make_resource()
    book(device, hours(0, 24), by=clerk)
    book(device, hours(24, 48), by=clerk)

    assert occupied(device) == [hours(0, 24), hours(24, 48)]
    for period in (Period(at(24) - timedelta(seconds=1), at(24)), Period(at(24), at(24) + timedelta(seconds=1))):
        with pytest.raises(PeriodTaken):
            book(device, period, by=clerk)


def test_case_14_same_day_turnaround(clerk):
    device = make_resource()
    book(device, wall("2027-01-15 16:00", "2027-01-18 10:00"), by=clerk)

    assert book(device, wall("2027-01-18 13:00", "2027-01-18 17:00"), by=clerk).stage is Stage.CONFIRMED


def test_case_15_one_day_blocks_longer_query(clerk):
    device = make_resource()
    book(device, hours(0, 24), by=clerk)

    assert [free for _, free in free_stretches(device.id, hours(-48, 72))] == [1, 0, 1]


@pytest.mark.parametrize(("start", "end"), [("2027-12-31 20:00", "2028-01-01 04:00"), ("2028-02-28 20:00", "2028-03-01 04:00")], ids=["new_year", "leap_day"])
def test_case_16_new_year_and_leap_day(clerk, start, end):
    device = make_resource()

    book(device, wall(start, end), by=clerk)

    assert occupied(device) == [wall(start, end)]


def test_case_17_missing_hour(app_once):
    with pytest.raises(MissingHour) as refusal:
        from_wall(date(2027, 3, 28), time(2, 30))

    assert "2 auf 3 Uhr" in str(refusal.value)
    assert refusal.value.status == 422


def test_case_18_double_hour_both_instants(clerk):
    device = make_resource()
    day = date(2027, 10, 31)
    first = Period(from_wall(day, time(2, 0)), from_wall(day, time(2, 0), second=True))
    second = Period(from_wall(day, time(2, 0), second=True), from_wall(day, time(3, 0)))

    assert is_double_hour(day, time(2, 0))
    assert first.start == datetime(2027, 10, 31, 0, 0, tzinfo=UTC)
    book(device, first, by=clerk)
    book(device, second, by=clerk)
    assert occupied(device) == [first, second]


def test_case_23_instants_do_not_depend_on_the_server_zone(clerk, monkeypatch):
    import time as clock_time

    device = make_resource()
    for zone in ("Europe/Berlin", "UTC", "America/New_York"):
        monkeypatch.setenv("TZ", zone)
        clock_time.tzset()
        book(device, Period(at(9) + timedelta(days=stored()), at(10) + timedelta(days=stored())), by=clerk)
        db.session.expire_all()
        assert occupied(device)[0] == hours(9, 10)
    monkeypatch.undo()
    clock_time.tzset()


def test_case_33_shorten_keeps_approval(clerk, head):
    device = approved_by()
    placed = book(device, hours(9, 15), by=clerk)
    write(reserving.approve, placed.id, by=head)

    booking = write(reserving.move, placed.id, hours(10, 12), by=clerk)

    assert booking.stage is Stage.CONFIRMED
    assert occupied(device) == [hours(10, 12)]


@pytest.mark.parametrize("who", ["booker", "owner"])
def test_case_34_extend_into_the_next_is_refused(clerk, head, who):
    device = make_resource(approval_by="building_yard_head")
    placed = book(device, hours(9, 11), by=clerk)
    write(reserving.approve, placed.id, by=head)
    write(reserving.approve, book(device, hours(12, 14), by=clerk).id, by=head)
    actor = clerk if who == "booker" else head

    with pytest.raises(PeriodTaken):
        write(reserving.move, placed.id, hours(9, 13), by=actor)
    assert occupied(device) == [hours(9, 11), hours(12, 14)]
    write(reserving.move, placed.id, hours(9, 12), by=actor)
    assert occupied(device) == [hours(9, 12), hours(12, 14)]


def test_case_34_longer_asks_the_owner_again(clerk, head):
    device = approved_by()
    placed = book(device, hours(9, 11), by=clerk)
    write(reserving.approve, placed.id, by=head)

    assert write(reserving.move, placed.id, hours(9, 12), by=clerk).stage is Stage.REQUESTED


def test_case_36_note_changes_whatever_a_newer_rule_says(clerk):
    device = make_resource()
    placed = book(device, hours(9, 15), by=clerk)
    device.longest_minutes, device.notice_minutes = 60, 60 * 24 * 365
    db.session.commit()

    booking = write(reserving.amend, placed.id, details=Details(purpose="Wegebau", note="Schlüssel beim Pförtner"), by=clerk)

    assert booking.note == "Schlüssel beim Pförtner"
    assert booking.stage is Stage.CONFIRMED


def test_case_37_second_editor_is_told(clerk):
    placed = book(make_resource(), hours(9, 11), by=clerk)
    version = get_booking(placed.id, clerk).version
    write(reserving.move, placed.id, hours(9, 12), by=clerk, version=version)

    with pytest.raises(ChangedMeanwhile) as refusal:
        write(reserving.move, placed.id, hours(8, 11), by=clerk, version=version)

    assert refusal.value.status == 409
    assert get_booking(placed.id, clerk).period == hours(9, 12)


def test_case_38_siblings_keep_their_time(clerk):
    device = make_resource()
    first, _second = (book(device, hours(start, start + 1), by=clerk) for start in (9, 10))

    write(reserving.cancel, first.id, by=clerk)

    assert occupied(device) == [hours(10, 11)]
    with pytest.raises(StepRefused):
        write(reserving.cancel, first.id, by=clerk)


def test_case_39_free_per_stretch(clerk):
    pool = make_pool(7)
    for start, end, quantity in [("2027-03-21", "2027-04-01", 3), ("2027-03-10", "2027-03-25", 2), ("2027-03-23", "2027-04-06", 2)]:
        book(pool, wall(f"{start} 00:00", f"{end} 00:00"), by=clerk, quantity=quantity)

    found = free_stretches(pool.id, wall("2027-03-01 00:00", "2027-04-10 00:00"))

    assert [free for _, free in found] == [7, 5, 2, 0, 2, 5, 7]


def test_case_40_peak_not_sum(clerk):
    pool = make_pool(10)
    book(pool, hours(10, 11), by=clerk, quantity=5)
    book(pool, hours(11, 12), by=clerk, quantity=5)

    assert book(pool, hours(10, 12), by=clerk, quantity=5).stage is Stage.CONFIRMED


@pytest.mark.parametrize(("total", "fits"), [(3, True), (2, False)], ids=["41", "42"])
def test_case_41_and_42_peak_of_three(clerk, total, fits):
    pool = make_pool(total)
    for start, end in [(10, 11), (11, 12), (10, 12)]:
        book(pool, hours(start, end), by=clerk)

    if fits:
        book(pool, hours(9, 12), by=clerk)
    else:
        with pytest.raises(PoolExhausted) as refusal:
            book(pool, hours(9, 12), by=clerk)
        assert refusal.value.left == 0


@pytest.mark.parametrize("quantity", [0, -1, 6])
def test_case_44_quantity_out_of_bounds(clerk, quantity):
    pool = make_pool(5)

    with pytest.raises(QuantityRefused) as refusal:
        book(pool, hours(9, 10), by=clerk, quantity=quantity)

    assert (refusal.value.status, stored()) == (422, 0)


def test_case_44_none_left_names_the_number(clerk):
    pool = make_pool(5)
    book(pool, hours(9, 10), by=clerk, quantity=5)

    with pytest.raises(PoolExhausted, match="noch 0 Stück frei") as refusal:
        book(pool, hours(9, 10), by=clerk, quantity=1)

    assert (refusal.value.status, refusal.value.left) == (409, 0)


def test_case_45_one_taken_refuses_all(clerk):
    single, pool = make_resource(), make_pool(3)
    book(single, hours(9, 11), by=clerk)

    with pytest.raises(PeriodTaken) as refusal:
        write(
            reserving.request_booking,
            [Wish(resource_id=single.id), Wish(resource_id=pool.id, quantity=2)],
            hours(10, 12),
            details=Details(purpose="Fest"),
            by=clerk,
        )

    assert [rival.resource_id for rival in refusal.value.rivals] == [single.id]
    assert occupied(pool) == []


def test_case_46_kit_and_its_parts(clerk):
    sweeper, trailer, cones = make_resource(), make_resource(), make_pool(10)
    kit = make_kit(sweeper, trailer)
    bulk = make_kit(cones, quantities=(2,))
    book(trailer, hours(9, 11), by=clerk)

    with pytest.raises(PeriodTaken):
        book(kit, hours(10, 12), by=clerk)
    book(kit, hours(11, 13), by=clerk)
    with pytest.raises(PeriodTaken):
        book(trailer, hours(12, 14), by=clerk)
    book(bulk, hours(9, 11), by=clerk)
    with pytest.raises(PeriodTaken):
        book(bulk, hours(10, 12), by=clerk)
    assert [free for _, free in free_stretches(cones.id, hours(8, 12))] == [10, 8, 10]


def test_case_48_hall_and_its_halves(clerk):
    left, right = make_resource(), make_resource()
    hall = make_kit(left, right)
    book(left, hours(9, 10), by=clerk)

    book(right, hours(9, 10), by=clerk)
    with pytest.raises(PeriodTaken):
        book(hall, hours(9, 10), by=clerk)
    book(hall, hours(10, 11), by=clerk)
    with pytest.raises(PeriodTaken):
        book(right, hours(10, 11), by=clerk)


@pytest.mark.parametrize(("before", "after", "gap"), [(0, 30, 0.5), (30, 0, 0.5), (30, 30, 1), (0, 0, 0)], ids=["after", "before", "both", "none"])
def test_case_50_buffers_of_both_add(clerk, before, after, gap):
    device = make_resource(buffer_before_min=before, buffer_after_min=after)
    book(device, hours(9, 10), by=clerk)

    if gap:
        with pytest.raises(PeriodTaken):
            book(device, hours(10 + gap - 0.25, 11 + gap), by=clerk)
        with pytest.raises(PeriodTaken):
            book(device, hours(7, 9 - gap + 0.25), by=clerk)
    book(device, hours(10 + gap, 11 + gap), by=clerk)
    book(device, hours(7, 9 - gap), by=clerk)


def test_case_51_request_sent_directly_into_a_buffer(client, clerk):
    device = make_resource(buffer_after_min=30)
    book(device, hours(9, 10), by=clerk)
    headers = {"Authorization": f"Bearer {write(create_token, clerk.person_id, name='Test')}"}
    asked = {"resource": device.key, "start": "2027-01-11T10:15:00+01:00", "end": "2027-01-11T11:00:00+01:00", "purpose": "Markt"}

    refused = client.post("/api/v1/bookings", json=asked, headers=headers)
    accepted = client.post("/api/v1/bookings", json=asked | {"start": "2027-01-11T10:30:00+01:00"}, headers=headers)

    assert (refused.status_code, accepted.status_code) == (409, 201)
    assert refused.get_json()["rivals"][0]["end"] == "2027-01-11T10:30:00+01:00"
    assert refused.get_json()["alternatives"] != []


def test_case_52_closed_at_pick_up_or_return(clerk):
    device = make_resource()
    device.site.opening = {"0": ["07:00", "15:30"], "2": ["07:00", "15:30"]}
    db.session.commit()

    for period in (hours(6, 10), hours(10, 16), hours(10, 24 + 10)):
        with pytest.raises(Closed):
            book(device, period, by=clerk)
    assert book(device, hours(8, 48 + 15), by=clerk).stage is Stage.CONFIRMED


def test_case_54_notice_and_advance_at_the_limit(clerk):
    device = make_resource(notice_minutes=60 * 24, advance_days=30)
    limit, latest = datetime(2027, 1, 5, 8, 0, tzinfo=UTC), datetime(2027, 2, 3, 8, 0, tzinfo=UTC)
    minute, hour = timedelta(minutes=1), timedelta(hours=1)

    with pytest.raises(NoticeShort):
        book(device, Period(limit - minute, limit + hour), by=clerk)
    with pytest.raises(TooFarAhead):
        book(device, Period(latest + minute, latest + hour), by=clerk)
    book(device, Period(limit, limit + hour), by=clerk)
    book(device, Period(latest, latest + hour), by=clerk)


def test_case_55_start_past_within_the_grace_only(clerk):
    device = make_resource()
    now = datetime(2027, 1, 4, 8, 0, tzinfo=UTC)

    with pytest.raises(StartPast) as refusal:
        book(device, Period(now - timedelta(minutes=16), now + timedelta(hours=1)), by=clerk)
    assert refusal.value.status == 422
    assert book(device, Period(now - timedelta(minutes=15), now + timedelta(hours=1)), by=clerk).stage is Stage.CONFIRMED


def test_case_56_inspection_ends_inside(app_once):
    due = Due(name="UVV-Prüfung", valid_until=date(2027, 1, 13))

    assert expiring(hours(8, 5 * 24), [due]) == [due]
    assert expiring(hours(8, 72), [due]) == []  # ends at midnight after the 13th
    assert Inspection.__tablename__ == "inspection"


def test_case_57_retire_with_bookings_is_blocked(clerk, head):
    device = make_resource()
    placed = book(device, hours(9, 11), by=clerk)

    with pytest.raises(fleet.keeping.BookingsAffected) as refusal:
        write(fleet.retire, device.id, by=head)
    assert refusal.value.bookings == [placed.id]
    write(reserving.cancel, placed.id, by=clerk)
    write(fleet.retire, device.id, by=head)
    with pytest.raises(Retired):
        book(device, hours(9, 11), by=clerk)


def test_case_62_same_key_is_one_booking(clerk):
    device = make_resource()

    first = book(device, hours(9, 11), by=clerk, idempotency_key="abc")
    again = book(device, hours(9, 11), by=clerk, idempotency_key="abc")

    assert (again.id, again.repeated, first.repeated) == (first.id, True, False)
    assert stored() == 1
    with pytest.raises(reserving.KeyUsedOtherwise):
        book(device, hours(12, 13), by=clerk, idempotency_key="abc")


def test_occupancy_rows_name_one_claim(clerk):
    book(make_resource(), hours(9, 11), by=clerk)

    row = db.session.scalars(select(Occupancy)).one()

    assert (row.closure_id, row.hold_id, row.exclusive) == (None, None, True)
