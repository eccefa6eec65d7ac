from datetime import UTC, date, datetime, timedelta

import pytest

from procurement.rules.deadlines import (
    DeadlineTooEarly,
    MustMoveDeadline,
    bid_period,
    binding_period,
    check_bid_period,
    check_moved,
    is_answer_late,
    is_late,
    waiting,
    waiting_days,
)
from procurement.rules.procedure import Procedure
from tests.procurement.rules.shipped_rows import ROWS

NOON = datetime(2026, 11, 27, 11, 0, 0, tzinfo=UTC)
SENT = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("received", "late"), [(NOON, False), (NOON + timedelta(milliseconds=999), False), (NOON + timedelta(seconds=1), True)], ids=["second", "within", "next"]
)
def test_bid_is_on_time_up_to_the_second(received, late):
    assert is_late(received, deadline=NOON) is late


@pytest.mark.parametrize(
    ("options", "earliest"),
    [({"electronic": False}, date(2026, 12, 7)), ({}, date(2026, 12, 2)), ({"urgent": True}, date(2026, 11, 17))],
    ids=["paper_35", "electronic_30", "urgent_15"],
)
def test_bid_period_of_the_eu_is_not_additive(options, earliest):
    assert bid_period(Procedure.EU, sent_on=SENT, rows=ROWS, **options).earliest == earliest


def test_bid_period_skips_a_saxon_holiday():
    period = bid_period(Procedure.EU, sent_on=date(2026, 10, 19), rows=ROWS)

    assert (period.earliest, period.proposed) == (date(2026, 11, 18), date(2026, 11, 19))
    assert "Buß- und Bettag" in str(period.reasons[-1])


def test_national_bid_period_needs_a_reason_instead_of_a_number():
    period = bid_period(Procedure.OPEN, sent_on=SENT, rows=ROWS)

    assert (period.proposed, period.needs_reason) == (date(2026, 11, 23), True)
    check_bid_period(period, deadline=date(2026, 11, 16), reason="Handelsübliche Ware, zwei Wochen genügen.")
    with pytest.raises(DeadlineTooEarly):
        check_bid_period(period, deadline=date(2026, 11, 16))
    with pytest.raises(DeadlineTooEarly):
        check_bid_period(period, deadline=SENT, reason="Handelsübliche Ware, zwei Wochen genügen.")


@pytest.mark.parametrize(("answered", "late"), [(date(2026, 11, 21), False), (date(2026, 11, 22), True)])
def test_answer_shortly_before_the_deadline_moves_it(answered, late):
    assert is_answer_late(answered, deadline=date(2026, 11, 27)) is late


def test_essential_change_must_move_the_deadline():
    check_moved(old=NOON, new=NOON, is_essential=False)
    check_moved(old=NOON, new=NOON + timedelta(days=1), is_essential=True)
    with pytest.raises(MustMoveDeadline):
        check_moved(old=NOON, new=NOON, is_essential=True)


def test_waiting_counts_from_the_next_day_and_lets_a_holiday_pass_for_the_cautious():
    found = waiting(date(2026, 12, 16), days=10)

    assert (found.first_day, found.last_day, found.earliest_contract, found.cautious) == (
        date(2026, 12, 17),
        date(2026, 12, 26),
        date(2026, 12, 27),
        date(2026, 12, 29),
    )


@pytest.mark.parametrize(
    ("procedure", "electronic", "days"), [(Procedure.OPEN, True, 10), (Procedure.EU, True, 10), (Procedure.EU, False, 15)], ids=["saxony", "eu", "eu_by_post"]
)
def test_waiting_days_come_from_the_rows(procedure, electronic, days):
    assert waiting_days(procedure, day=SENT, rows=ROWS, electronic=electronic).number == days


def test_binding_period_covers_the_slowest_council():
    sessions = {"ossling": date(2026, 12, 10), "bernsdorf": date(2026, 12, 17)}

    found = binding_period(date(2026, 11, 27), sessions=sessions, wait_days=10)

    assert (found.slowest, found.until) == ("bernsdorf", date(2027, 1, 4))


def test_binding_period_without_a_council_starts_at_the_opening():
    assert binding_period(date(2026, 11, 27), sessions={}, wait_days=10).until == date(2026, 12, 15)
