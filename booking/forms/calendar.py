"""Choose a calendar to subscribe to."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from booking.models import FeedDetail
from commons.forms import Form


class FeedForm(Form):
    """Ask whose bookings the calendar shows, and how much of them."""

    what = SelectField(_l("Welcher Kalender?"))
    detail = RadioField(
        _l("Wie viel soll er zeigen?"),
        choices=[
            SelectChoice(FeedDetail.FULL.value, _l("alles, was ich sehen darf")),
            SelectChoice(FeedDetail.BUSY.value, _l("nur belegt, ohne Namen und Zweck")),
        ],
        default=FeedDetail.FULL.value,
    )

    def offer(self, calendars: list[tuple[str, str]]) -> None:
        """Fill the choice of calendars."""
        self.what.choices = [SelectChoice(value, label) for value, label in calendars]
