"""Repeat a booking: rhythm, end, and which of the previewed dates."""

from collections.abc import Iterable, Mapping
from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import DateField, HiddenField, IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional

from booking.forms.booking import BookingForm, MoveForm, ReasonForm
from booking.periods import Period
from booking.rules.recurrence import Rhythm, Rule
from booking.series import Choice, Plan, Planned, Reach
from commons.calendar_days import today_of

RHYTHMS = [
    SelectChoice(Rhythm.WEEKLY.value, _l("wöchentlich am gleichen Wochentag")),
    SelectChoice(Rhythm.DAILY.value, _l("täglich")),
    SelectChoice(Rhythm.WEEKDAYS.value, _l("montags bis freitags")),
    SelectChoice(Rhythm.MONTHLY_DAY.value, _l("monatlich am gleichen Tag, zum Beispiel am 15.")),
    SelectChoice(Rhythm.MONTHLY_WEEKDAY.value, _l("monatlich am gleichen Wochentag, zum Beispiel am zweiten Dienstag")),
]
CHOICES = [
    SelectChoice(Choice.ALL.value, _l("alle Termine, oder keinen")),
    SelectChoice(Choice.FREE.value, _l("alle freien Termine; die anderen entfallen")),
    SelectChoice(Choice.CHOSEN.value, _l("nur die angekreuzten Termine")),
]


class SeriesForm(BookingForm):
    """Ask for a series; the first press shows the preview, the second books."""

    rhythm = SelectField(_l("Wie oft?"), choices=RHYTHMS, default=Rhythm.WEEKLY.value)
    every = IntegerField(
        _l("Abstand"),
        [Optional(), NumberRange(min=1, max=52, message=_l("Bitte geben Sie eine Zahl von 1 bis 52 an."))],
        default=1,
        description=_l("1 heißt jedes Mal, 2 jedes zweite Mal."),
    )
    count = IntegerField(_l("Anzahl der Termine"), [Optional(), NumberRange(min=1, max=1000, message=_l("Bitte geben Sie eine Zahl ab 1 an."))])
    until = DateField(_l("oder letzter möglicher Tag"), [Optional()])
    choice = RadioField(_l("Welche Termine buchen Sie?"), choices=CHOICES, default=Choice.ALL.value)
    seen = HiddenField()
    days: frozenset[date] = frozenset()

    def begin(self, period: Period, arguments: Mapping[str, str]) -> None:
        """Show what the booking form knows already, without faults for what it does not ask."""
        if not self.start_day.data:
            super().begin(period, arguments)
        for field in (self.rhythm, self.every, self.choice):
            field.data = field.default

    @property
    def plan(self) -> Plan:
        """Return the rule with its wall times."""
        period = self.period
        first = today_of(period.start)
        rule = Rule(first=first, rhythm=Rhythm(self.rhythm.data), every=self.every.data or 1, until=self.until.data, count=self.count.data)
        return Plan(rule=rule, start=self.start_time.data, end=self.end_time.data, days=(today_of(period.end) - first).days)

    @property
    def seen_days(self) -> frozenset[date]:
        """Return the conflicts that the page showed."""
        return _days((self.seen.data or "").split(","))

    def chosen(self, typed: MultiDict[str, str]) -> frozenset[date]:
        """Return the ticked dates."""
        self.days = _days(typed.getlist("days"))
        return self.days

    def show(self, conflicts: Iterable[Planned]) -> None:
        """Remember which conflicts the page shows."""
        self.seen.data = ",".join(planned.day.isoformat() for planned in conflicts)


class _ReachForm:
    """Ask for which dates a change is."""

    reach = RadioField(
        _l("Für welche Termine?"),
        choices=[
            SelectChoice(Reach.ONE.value, _l("nur diesen Termin")),
            SelectChoice(Reach.FOLLOWING.value, _l("diesen und alle folgenden")),
            SelectChoice(Reach.ALL.value, _l("alle Termine, die noch kommen")),
        ],
        default=Reach.ONE.value,
    )

    def mean(self, reach: str | None) -> None:
        """Take from the address which dates are meant, until somebody chooses."""
        if reach in set(Reach):
            self.reach.data = reach


class MoveSeriesForm(_ReachForm, MoveForm):
    """Ask for another time of one date and of those that go with it."""


class CancelSeriesForm(_ReachForm, ReasonForm):
    """Give up one date or several."""


def why(planned: Planned) -> str:
    """Say in words why the calendar has no such date."""
    words: dict[str, str] = {
        "no_such_day": gettext("Diesen Tag gibt es in dem Monat nicht; der Termin entfällt."),
        "no_such_weekday": gettext("Diesen Wochentag gibt es in dem Monat nicht so oft; der Termin entfällt."),
        "missing_hour": gettext("In dieser Nacht gibt es die Stunde nicht; der Termin entfällt."),
    }
    return words.get(planned.skipped, "")


def _days(texts: Iterable[str]) -> frozenset[date]:
    found = set()
    for text in texts:
        try:
            found.add(date.fromisoformat(text))
        except ValueError:
            continue
    return frozenset(found)
