"""Where devices are kept: address and opening hours."""

from collections.abc import Mapping
from datetime import time

from booking.fleet.keeping import check_keeper
from booking.models import Site
from booking.queries.numbers import check_number
from booking.rules.terms import WEEKDAYS
from commons import journal
from commons.database import db
from commons.errors import NotFound, RuleBroken
from commons.people import Actor
from commons.words import say

Week = Mapping[int, tuple[time, time]]  # Monday is 0; a day that is not named is closed


class HoursReversed(RuleBroken):
    """A site closes after it opened."""

    def __init__(self, weekday: int) -> None:
        super().__init__(say("Das Ende liegt vor dem Beginn: %(weekday)s.", weekday=WEEKDAYS[weekday]), field=f"closes_{weekday}")


def set_hours(site_id: int, *, address: str, opening: Week | None, by: Actor) -> Site:
    """Say when devices are fetched and brought back; without opening hours that is at any time. What is booked already stays."""
    check_number(site_id)
    site = db.session.get(Site, site_id)
    if site is None:
        raise NotFound
    check_keeper(site.organisation, by)
    for weekday, (opens, closes) in (opening or {}).items():
        if closes <= opens:
            raise HoursReversed(weekday)
    before = {"address": site.address, "opening": site.opening}
    site.address = address.strip()
    site.opening = None if opening is None else {str(day): [f"{opens:%H:%M}", f"{closes:%H:%M}"] for day, (opens, closes) in sorted(opening.items())}
    db.session.flush()
    after = {"address": site.address, "opening": site.opening}
    municipality_id = site.organisation.municipality_id
    journal.record("site.changed", subject=("site", site.id), by=by, before=before, after=after, municipalities=[municipality_id])
    return site
