"""Every date of a series with what stands in its way and what would be free instead, from five statements however many dates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from booking import occupying
from booking.occupying import Locked, Need, Wish
from booking.periods import Period
from booking.placing.planning import AROUND, blocked_for, find_refusal, nearest_free
from booking.placing.terms import house_terms
from booking.queries.availability import taken_in
from booking.rules.occupancy import Occupied, Rival, Taken
from booking.rules.recurrence import Occurrence, Rule, occurrences
from commons import clock
from commons.errors import RuleBroken
from commons.people import Actor


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Say by which rule and at which wall times; `days` is how many days later a date ends."""

    rule: Rule
    start: time
    end: time
    days: int = 0

    def dates(self, *, most: int) -> list[Occurrence]:
        """Return every date, those that the calendar has not with the reason."""
        return occurrences(self.rule, start=self.start, end=self.end, days=self.days, most=most)


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """One date: when, or why the calendar has none; what refuses it, and what would be free instead."""

    day: date
    period: Period | None
    skipped: str = ""
    refusal: RuleBroken | None = None
    alternative: Period | None = None

    @property
    def is_free(self) -> bool:
        """Say whether the date can be booked."""
        return self.period is not None and self.refusal is None

    @property
    def rivals(self) -> tuple[Rival, ...]:
        """Return what stands in the way."""
        return self.refusal.rivals if isinstance(self.refusal, Occupied) else ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """All dates of a series, in order."""

    dates: Sequence[Planned]

    @property
    def free(self) -> list[Planned]:
        """Return what can be booked."""
        return [planned for planned in self.dates if planned.is_free]

    @property
    def conflicts(self) -> list[Planned]:
        """Return what cannot."""
        return [planned for planned in self.dates if planned.refusal is not None]


def preview(wishes: Sequence[Wish], plan: Plan, *, by: Actor) -> Preview:
    """Look at every date of a series; nothing is locked or written."""
    return look_at(occupying.look(wishes, holder=by.person_id), plan, by=by)


def look_at(locked: Locked, plan: Plan, *, by: Actor) -> Preview:
    """Say of every date whether it can be booked."""
    house = house_terms("series_max_dates")
    found = plan.dates(most=house["series_max_dates"])
    periods = [one.period for one in found if one.period is not None]
    window = Period(min(periods[0].start - AROUND, clock.now() - AROUND), periods[-1].end + AROUND)
    needs = locked.needs()
    taken = taken_in({need.device.id: need.device.exclusive for need in needs}, window, holder=locked.holder)
    refusals = {period: find_refusal(locked, needs, period, taken, house, by) for period in periods}
    instead = _alternatives(locked, needs, refusals, taken, window, house, by)
    return Preview(
        dates=[
            Planned(
                day=one.day,
                period=one.period,
                skipped=one.skipped,
                refusal=refusals[one.period] if one.period else None,
                alternative=instead.get(one.period) if one.period else None,
            )
            for one in found
        ]
    )


def _alternatives(
    locked: Locked,
    needs: Sequence[Need],
    refusals: Mapping[Period, RuleBroken | None],
    taken: Mapping[int, list[Taken]],
    window: Period,
    house: Mapping[str, int],
    by: Actor,
) -> dict[Period, Period]:
    """Find for each refused date the nearest time at which it could be; the other dates of the series stay free."""
    refused = [period for period, refusal in refusals.items() if refusal is not None and refusal.status == 409]
    if not refused:
        return {}
    blocked = [piece for need in needs for piece in blocked_for(need, taken[need.device.id], window)] + [period for period in refusals if period not in refused]
    found: dict[Period, Period] = {}
    for wish in refused:
        instead = nearest_free(wish, [*blocked, *found.values()])
        if instead and find_refusal(locked, needs, instead, taken, house, by) is None:
            found[wish] = instead
    return found
