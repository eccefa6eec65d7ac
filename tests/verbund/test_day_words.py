from datetime import UTC, datetime

import pytest

from verbund.day_words import since, until, urgency

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)  # a Wednesday, 10:00 in Berlin


@pytest.mark.parametrize(
    ("due", "words", "kind"),
    [
        (datetime(2026, 11, 24, 9, tzinfo=UTC), "war fällig am 24.11.2026", "danger"),
        (datetime(2026, 11, 25, 22, 59, tzinfo=UTC), "bis heute, 23:59 Uhr", "warning"),
        (datetime(2026, 11, 25, 23, 30, tzinfo=UTC), "bis morgen, 00:30 Uhr", "warning"),
        (datetime(2026, 11, 30, 6, tzinfo=UTC), "bis Montag, 07:00 Uhr", "info"),
        (datetime(2026, 12, 16, 11, tzinfo=UTC), "bis Mittwoch, 16.12.2026", "info"),
    ],
    ids=["late", "today", "tomorrow_in_berlin", "this_week", "later"],
)
def test_until_is_plainer_the_nearer_it_is(due, words, kind):
    assert str(until(due, NOW)) == words
    assert urgency(due, NOW) == kind


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 11, 25, 6, tzinfo=UTC), "seit heute"),
        (datetime(2026, 11, 24, 6, tzinfo=UTC), "seit gestern"),
        (datetime(2026, 11, 20, 6, tzinfo=UTC), "seit 5 Tagen"),
    ],
    ids=["today", "yesterday", "days_ago"],
)
def test_since_counts_days_as_people_do(moment, words):
    assert str(since(moment, NOW)) == words
