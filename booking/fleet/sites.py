"""Where devices are kept: address and opening hours."""

from collections.abc import Mapping
from datetime import time

from sqlalchemy import select

from booking import occupying
from booking.fleet.keeping import check_keeper, check_known
from booking.models import Resource, Site
from booking.occupying import Wish
from booking.queries.numbers import check_number
from booking.queries.tightening import hit_by, reopened
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


def hours_of(opening: Week | None) -> dict[str, list[str]] | None:
    """Return the hours as a site keeps them."""
    return None if opening is None else {str(day): [f"{opens:%H:%M}", f"{closes:%H:%M}"] for day, (opens, closes) in sorted(opening.items())}


def devices_at(site_id: int) -> list[Resource]:
    """Return the devices in service that are kept at a site."""
    query = select(Resource).where(Resource.site_id == site_id, Resource.retired_at.is_(None)).order_by(Resource.id)
    return list(db.session.scalars(query).unique())


def set_hours(site_id: int, *, address: str, opening: Week | None, by: Actor, knowing: frozenset[int] = frozenset()) -> Site:
    """Say when devices are fetched and brought back; without opening hours that is at any time.

    Refused with the bookings that begin or end while it will be closed, unless the actor has seen them: they stay.
    """
    check_number(site_id)
    site = db.session.get(Site, site_id)
    if site is None:
        raise NotFound
    check_keeper(site.organisation, by)
    for weekday, (opens, closes) in (opening or {}).items():
        if closes <= opens:
            raise HoursReversed(weekday)
    before, hours = {"address": site.address, "opening": site.opening}, hours_of(opening)
    occupying.lock([Wish(resource_id=device.id) for device in devices_at(site_id)])
    check_known({id_ for device in devices_at(site_id) for id_ in hit_by(device, reopened(device, hours))}, knowing)
    site.address, site.opening = address.strip(), hours
    db.session.flush()
    after = {"address": site.address, "opening": site.opening}
    municipality_id = site.organisation.municipality_id
    journal.record("site.changed", subject=("site", site.id), by=by, before=before, after=after, municipalities=[municipality_id])
    return site
