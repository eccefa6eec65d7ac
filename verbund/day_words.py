"""Moments as people say them on the start page: until tomorrow, since yesterday; pure."""

from datetime import datetime

from commons.calendar_days import berlin, today_of
from commons.words import Message, counted, say

WEEKDAYS = (say("Montag"), say("Dienstag"), say("Mittwoch"), say("Donnerstag"), say("Freitag"), say("Samstag"), say("Sonntag"))
SOON = 1
THIS_WEEK = 6


def until(due: datetime, now: datetime) -> Message:
    """Say until when something is due, the nearer the plainer."""
    days, clock = _days(now, due), f"{berlin(due):%H:%M}"
    if due < now:
        return say("war fällig am %(day)s", day=today_of(due))
    if days == 0:
        return say("bis heute, %(clock)s Uhr", clock=clock)
    if days == 1:
        return say("bis morgen, %(clock)s Uhr", clock=clock)
    weekday = WEEKDAYS[today_of(due).weekday()]
    if days <= THIS_WEEK:
        return say("bis %(weekday)s, %(clock)s Uhr", weekday=weekday, clock=clock)
    return say("bis %(weekday)s, %(day)s", weekday=weekday, day=today_of(due))


def since(moment: datetime, now: datetime) -> Message:
    """Say since when something waits."""
    days = _days(moment, now)
    if days <= 0:
        return say("seit heute")
    return counted(days, say("seit gestern"), say("seit %(count)s Tagen"))


def urgency(due: datetime, now: datetime) -> str:
    """Return the kind of badge: danger once it is late, warning from the day before, information until then."""
    if due < now:
        return "danger"
    return "warning" if _days(now, due) <= SOON else "info"


def _days(first: datetime, last: datetime) -> int:
    return (today_of(last) - today_of(first)).days
