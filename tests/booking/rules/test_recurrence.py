"""Series: every date, none silently dropped."""

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from booking.rules.recurrence import Rhythm, Rule, SeriesEndless, SeriesOverlapsItself, SeriesTooLong, SeriesTooShort, occurrences

BERLIN = ZoneInfo("Europe/Berlin")


def days(rule: Rule, **times) -> list[str]:
    values = {"start": time(7), "end": time(9), "most": 200} | times
    return [f"{one.day.isoformat()}{'-' + one.skipped if one.skipped else ''}" for one in occurrences(rule, **values)]


@pytest.mark.parametrize(
    ("rhythm", "first", "expected"),
    [
        (Rhythm.DAILY, date(2027, 1, 30), ["2027-01-30", "2027-01-31", "2027-02-01"]),
        (Rhythm.WEEKDAYS, date(2027, 1, 7), ["2027-01-07", "2027-01-08", "2027-01-11"]),
        (Rhythm.WEEKLY, date(2027, 12, 27), ["2027-12-27", "2028-01-03", "2028-01-10"]),
        (Rhythm.MONTHLY_DAY, date(2027, 1, 31), ["2027-01-31", "2027-02-28-no_such_day", "2027-03-31", "2027-04-30-no_such_day", "2027-05-31"]),
        (
            Rhythm.MONTHLY_WEEKDAY,
            date(2027, 1, 29),
            [
                "2027-01-29",
                "2027-02-28-no_such_weekday",
                "2027-03-31-no_such_weekday",
                "2027-04-30",
                "2027-05-31-no_such_weekday",
                "2027-06-30-no_such_weekday",
                "2027-07-30",
            ],
        ),
    ],
    ids=["daily", "weekdays", "weekly", "day_31", "fifth_friday"],
)
def test_occurrences_of_each_rhythm(rhythm, first, expected):
    assert days(Rule(first=first, rhythm=rhythm, count=3)) == expected


def test_case_16_leap_day_every_month():
    assert days(Rule(first=date(2028, 1, 29), rhythm=Rhythm.MONTHLY_DAY, count=2)) == ["2028-01-29", "2028-02-29"]


def test_case_19_weekly_keeps_seven_oclock_over_both_changes():
    rule = Rule(first=date(2027, 3, 1), rhythm=Rhythm.WEEKLY, until=date(2027, 11, 29))

    found = occurrences(rule, start=time(7), end=time(9), most=200)

    assert len(found) == 40
    assert {one.period.start.astimezone(BERLIN).time() for one in found} == {time(7)}
    assert {one.period.start.hour for one in found} == {5, 6}


def test_occurrences_without_the_missing_hour_say_so():
    rule = Rule(first=date(2027, 3, 27), rhythm=Rhythm.DAILY, until=date(2027, 3, 29))

    assert days(rule, start=time(2, 30), end=time(5)) == ["2027-03-27", "2027-03-28-missing_hour", "2027-03-29"]


def test_case_26_overlapping_dates_are_refused():
    with pytest.raises(SeriesOverlapsItself) as refusal:
        days(Rule(first=date(2027, 1, 11), rhythm=Rhythm.DAILY, count=5), days=3)

    assert refusal.value.day == date(2027, 1, 12)


def test_case_31_end_before_the_second_date():
    with pytest.raises(SeriesTooShort):
        days(Rule(first=date(2027, 1, 11), rhythm=Rhythm.WEEKLY, until=date(2027, 1, 17)))


def test_occurrences_need_an_end_and_a_limit():
    with pytest.raises(SeriesEndless):
        days(Rule(first=date(2027, 1, 11), rhythm=Rhythm.WEEKLY))
    with pytest.raises(SeriesTooLong):
        days(Rule(first=date(2027, 1, 11), rhythm=Rhythm.WEEKLY, count=107), most=106)
