"""The days of a calendar's rule: the same as a known library finds, and never a long walk."""

import time
from datetime import date, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import vRecur

from booking.exchange.recurring_days import days_of, read_rule

FIRST, LAST = date(2024, 2, 29), date(2029, 3, 1)


def days(text: str, *, first: date = FIRST, since: date | None = None, last: date = LAST) -> list[date]:
    return list(days_of(read_rule(vRecur.from_ical(text), first), since=since or first, last=last))


def known(text: str, *, first: date = FIRST) -> list[date]:
    start = datetime.combine(first, datetime.min.time())
    found = rrulestr(f"{text};UNTIL={LAST:%Y%m%d}T000000", dtstart=start, ignoretz=True)
    return [day.date() for day in found]


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=DAILY;BYMONTH=1,7;BYDAY=MO,FR",
        "FREQ=WEEKLY;BYDAY=MO,WE,FR",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO",
        "FREQ=MONTHLY",
        "FREQ=MONTHLY;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYMONTHDAY=-1,15",
        "FREQ=MONTHLY;BYDAY=2TU,-1FR",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=MONTHLY;INTERVAL=5;BYDAY=MO;BYSETPOS=1,3",
        "FREQ=YEARLY",
        "FREQ=YEARLY;BYMONTH=3,10",
        "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
        "FREQ=YEARLY;BYDAY=20MO",
        "FREQ=YEARLY;BYYEARDAY=1,-1",
        "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
        "FREQ=YEARLY;BYMONTHDAY=13;BYDAY=FR",
    ],
)
def test_days_are_those_of_the_library(text):
    assert days(text) == known(text) != []


@settings(deadline=None)  # the library may walk long before it finds the next day
@given(
    rhythm=st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    every=st.integers(1, 5),
    months=st.lists(st.integers(1, 12), max_size=3, unique=True),
    month_days=st.lists(st.integers(1, 28) | st.integers(-28, -1), max_size=3, unique=True),
    weekdays=st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), max_size=3, unique=True),
    ahead=st.integers(0, 800),
)
def test_any_rule_names_the_same_days_and_may_be_entered_anywhere(rhythm, every, months, month_days, weekdays, ahead):
    named = {"BYMONTH": months, "BYMONTHDAY": month_days, "BYDAY": weekdays}
    text = ";".join([f"FREQ={rhythm};INTERVAL={every}", *(f"{name}={','.join(map(str, values))}" for name, values in named.items() if values)])
    since = FIRST + timedelta(days=ahead)

    assert days(text) == known(text)
    assert [day for day in days(text, since=since) if day >= since] == [day for day in days(text) if day >= since]


@pytest.mark.parametrize("text", ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYDAY=MO;BYSETPOS=99"])
def test_rule_that_never_fits_costs_nothing(text):
    began = time.perf_counter()

    assert days(text, first=date(1000, 1, 1), since=date(2027, 1, 1)) == []
    assert time.perf_counter() - began < 0.5


@pytest.mark.parametrize("text", ["FREQ=HOURLY", "FREQ=DAILY;BYHOUR=7,8", "FREQ=WEEKLY;INTERVAL=0"])
def test_rule_that_no_person_follows_is_refused(text):
    with pytest.raises(ValueError, match="no person follows"):
        days(text)
