"""Ask for any device of a kind."""

import uuid
from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField
from wtforms.validators import NumberRange, Optional

from booking.forms.booking import DetailsForm
from booking.forms.least import LeastForm
from booking.forms.times import TimesForm
from booking.periods import Period


class AnyForm(TimesForm, DetailsForm, LeastForm):
    """Ask for any device of a kind; a repeated click is one booking."""

    quantity = IntegerField(_l("Stückzahl"), [Optional(), NumberRange(min=1, max=100000, message=_l("Bitte geben Sie eine Zahl ab 1 an."))], default=1)
    key = HiddenField(default=lambda: uuid.uuid4().hex)

    def begin(self, period: Period, arguments: Mapping[str, str]) -> None:
        """Take time, number and feature from the address that led here."""
        self.fill(period)
        number = arguments.get("quantity", "1")
        self.quantity.data = int(number) if number.isdecimal() and len(number) < 10 else 1
        self.feature.data, self.least.data = arguments.get("feature", ""), arguments.get("least", "")
