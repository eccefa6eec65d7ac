"""One moment in Berlin wall time, now unless somebody says otherwise."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from wtforms import DateField, TimeField
from wtforms.validators import InputRequired

from commons import clock
from commons.calendar_days import berlin, from_wall
from commons.forms import Form


class MomentForm(Form):
    """Ask when something happened."""

    day = DateField(_l("Tag"), [InputRequired(_l("Bitte geben Sie den Tag an."))])
    time = TimeField(_l("Uhrzeit"), [InputRequired(_l("Bitte geben Sie die Uhrzeit an."))])

    @property
    def moment(self) -> datetime:
        """Return the moment in UTC; raises MissingHour."""
        return from_wall(self.day.data, self.time.data)

    def fill_now(self) -> None:
        """Propose this minute."""
        wall = berlin(clock.now())
        self.day.data, self.time.data = wall.date(), wall.time().replace(second=0, microsecond=0, tzinfo=None)
