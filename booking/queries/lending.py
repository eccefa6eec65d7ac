"""When owners lend at all, whoever holds the time: their terms and the house's, for one question about many devices and times."""

from collections.abc import Callable
from dataclasses import replace

from booking.periods import Period
from booking.queries.house import LENDING_TERMS, house_numbers
from booking.rules.terms import Limited, check_start, check_terms, terms_of
from commons import clock
from commons.calendar_days import today_of
from commons.errors import RuleBroken


class Lending:
    """Hold what time it is and what the house sets where an owner sets nothing."""

    def __init__(self) -> None:
        self._at = clock.now()
        self._house = house_numbers(*LENDING_TERMS, day=today_of(self._at))

    def refusal(self, period: Period, limits: Limited, *, told: bool = False) -> RuleBroken | None:
        """Return why a device with these limits is not lent then, none where it is; an owner who has been told needs no notice and a past start no excuse."""
        terms = terms_of(limits, self._house)
        try:
            if not told:
                check_start(period, at=self._at, grace_minutes=self._house["booking_start_grace_minutes"])
            check_terms(period, replace(terms, notice_minutes=0) if told else terms, at=self._at)
        except RuleBroken as broken:
            return broken
        return None

    def lent(self, *devices: Limited) -> Callable[[Period], bool]:
        """Return the question whether all of these devices are lent at a time."""
        return lambda period: all(self.refusal(period, limits) is None for limits in devices)
