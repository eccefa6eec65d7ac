"""Take devices for an incident; report a status."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, RadioField, StringField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from booking.forms.handover import DefectForm
from booking.models import Resource
from booking.occupying import Wish
from commons import clock
from commons.calendar_days import from_wall, today_of
from commons.errors import RuleBroken
from commons.forms import Form
from commons.words import say


class StartHalf(RuleBroken):
    """A day says little without a time."""

    def __init__(self) -> None:
        super().__init__(say("Bitte geben Sie zum Tag auch die Uhrzeit des Beginns an."), field="started")


class IncidentForm(Form):
    """Tick devices and send: the rest may stay empty."""

    key = HiddenField(default=lambda: uuid.uuid4().hex)
    started_day = DateField(_l("Beginn: Tag"), [Optional()])
    started_time = TimeField(_l("Beginn: Uhrzeit"), [Optional()], description=_l("War es heute oder in der letzten Nacht, genügt die Uhrzeit."))
    reference = StringField(_l("Einsatznummer"), [Optional(), Length(max=60)], description=_l("Nur für die eigene Gemeinde sichtbar."))
    phoned_with = StringField(
        _l("Telefonisch freigegeben von"),
        [Optional(), Length(max=120)],
        description=_l(
            "Mit Namen wird das Gerät sofort genommen. Ohne Namen wird die Wehrleitung der anderen Gemeinde gefragt; Sie sehen dann, wen Sie anrufen."
        ),
    )

    @property
    def started_at(self) -> datetime | None:
        """Return the true start, none for now; a time alone is the last one that the clock showed."""
        day, clock_time, at = self.started_day.data, self.started_time.data, clock.now()
        if clock_time is None:
            if day is not None:
                raise StartHalf
            return None
        today = today_of(at)
        return from_wall(day or (today if from_wall(today, clock_time) <= at else today - timedelta(days=1)), clock_time)

    def details(self) -> dict[str, Any]:
        """Return what was said besides the devices."""
        return {
            "started_at": self.started_at,
            "phoned_with": self.phoned_with.data or "",
            "reference": self.reference.data or "",
            "key": self.key.data or None,
        }

    def wishes(self, typed: Mapping[str, str], devices: Iterable[Resource]) -> list[Wish]:
        """Return the ticked devices with their numbers, and the one whose own button was tapped."""
        tapped = typed.get("take", "")
        ticked = [device for device in devices if typed.get(f"take_{device.id}") or tapped == str(device.id)]
        return [Wish(resource_id=device.id, quantity=_number(typed.get(f"number_{device.id}", "1"))) for device in ticked]

    def refuse(self, broken: RuleBroken) -> None:
        """Show a rule about the start at its time."""
        if broken.field == "started":
            broken.field = "started_time"
        super().refuse(broken)


class StatusForm(DefectForm):
    """Say how a device is."""

    state = RadioField(
        _l("Stand"),
        choices=[
            SelectChoice("confirmed", _l("Stand stimmt, nachgesehen")),
            SelectChoice("limited", _l("eingeschränkt einsatzbereit")),
            SelectChoice("test", _l("in Prüfung, Reinigung oder Wartung")),
            SelectChoice("defect", _l("außer Dienst")),
        ],
        default="confirmed",
    )
    reason = StringField(_l("Grund"), [Optional(), Length(max=200)], description=_l("In wenigen Worten, ohne Namen von Personen."))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 16 else 0
