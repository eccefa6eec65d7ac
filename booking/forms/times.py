"""A from and an until in Berlin wall time, with the two hours that need care."""

from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from booking.periods import Period
from commons.calendar_days import MissingHour, berlin, from_wall, is_double_hour
from commons.errors import RuleBroken
from commons.forms import Form

FIELDS = {"start": "start_time", "end": "end_time"}
WHICH = [SelectChoice("first", _l("die erste, noch in Sommerzeit")), SelectChoice("second", _l("die zweite, schon in Winterzeit"))]


class TimesForm(Form):
    """Ask for a period; a missing hour is refused, a double hour is asked with the first preselected."""

    start_day = DateField(_l("Beginn: Tag"), [InputRequired(_l("Bitte geben Sie den ersten Tag an."))])
    start_time = TimeField(_l("Beginn: Uhrzeit"), [InputRequired(_l("Bitte geben Sie die Uhrzeit des Beginns an."))])
    start_hour = RadioField(_l("Diese Stunde gibt es zweimal. Welche meinen Sie als Beginn?"), choices=WHICH, validate_choice=False)
    end_day = DateField(_l("Ende: Tag"), [InputRequired(_l("Bitte geben Sie den letzten Tag an."))])
    end_time = TimeField(_l("Ende: Uhrzeit"), [InputRequired(_l("Bitte geben Sie die Uhrzeit des Endes an."))])
    end_hour = RadioField(_l("Diese Stunde gibt es zweimal. Welche meinen Sie als Ende?"), choices=WHICH, validate_choice=False)

    @property
    def period(self) -> Period:
        """Return the period in UTC; raises the rule that the times break."""
        return Period(self._moment("start"), self._moment("end"))

    @property
    def times_are_fine(self) -> bool:
        """Say whether the times make a period and raise no question, so that they need not be shown as fields."""
        if any(field.errors for field in self if field.name.startswith(("start_", "end_"))) or self.asks_hour("start") or self.asks_hour("end"):
            return False
        try:
            return bool(self.period)
        except (RuleBroken, TypeError):
            return False

    def fill(self, period: Period) -> None:
        """Put a period into the fields as Berlin wall time."""
        for name, moment in (("start", period.start), ("end", period.end)):
            wall = berlin(moment)
            self[f"{name}_day"].data, self[f"{name}_time"].data = wall.date(), wall.time().replace(tzinfo=None)
            self[f"{name}_hour"].data = "second" if wall.fold else "first"

    def asks_hour(self, name: str) -> bool:
        """Say whether the start or end lies in the double hour."""
        day, wall = self[f"{name}_day"].data, self[f"{name}_time"].data
        return isinstance(day, date) and isinstance(wall, time) and is_double_hour(day, wall)

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask which of the two hours is meant before anything is stored."""
        fine = bool(super().validate(extra_validators))
        for name in ("start", "end"):
            if self.asks_hour(name) and self[f"{name}_hour"].data not in ("first", "second"):
                self[f"{name}_hour"].data = "first"
                self[f"{name}_hour"].errors = [
                    gettext("Die Uhren werden in dieser Nacht zurückgestellt. Bitte wählen Sie die Stunde und senden Sie noch einmal ab.")
                ]
                fine = False
        return fine

    def refuse(self, broken: RuleBroken) -> None:
        """Show a rule about the period at the time of its start or end."""
        if broken.field in FIELDS:
            broken.field = FIELDS[broken.field]
        super().refuse(broken)

    def _moment(self, name: str) -> datetime:
        day, wall = self[f"{name}_day"].data, self[f"{name}_time"].data
        try:
            return from_wall(day, wall, second=self[f"{name}_hour"].data == "second" and is_double_hour(day, wall))
        except MissingHour as missing:
            raise MissingHour(day, wall, field=f"{name}_time") from missing
