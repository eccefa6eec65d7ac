"""Ask for the owner's terms of lending."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange, Optional

from booking.models import Bookers, Resource
from booking.queries.qualifications import keys_of, names_of
from commons.forms import Form

_BOOKERS = [
    SelectChoice(Bookers.MEMBERS.value, _l("alle Gemeinden des Verbunds")),
    SelectChoice(Bookers.OWN.value, _l("nur die eigene Gemeinde")),
    SelectChoice(Bookers.BRIGADES.value, _l("nur Feuerwehren und die eigene Gemeinde")),
    SelectChoice(Bookers.YARDS.value, _l("nur Bauhöfe und die eigene Gemeinde")),
]
_METERS = [SelectChoice("none", _l("keiner")), SelectChoice("h", _l("Betriebsstunden")), SelectChoice("km", _l("Kilometer"))]
_HOUSE = _l("Leer: wie im Verbund festgelegt.")
_ORDER = _l("Eine je Zeile. Ist eine genannt, wird bei der Ausgabe der Auftrag des Arbeitgebers bestätigt.")


class TermsForm(Form):
    """Ask who may book, how early, how late and how long; what goes along, and what an operator needs."""

    bookers = SelectField(_l("Wer darf buchen?"), choices=_BOOKERS, default=Bookers.MEMBERS.value)
    notice_hours = IntegerField(_l("Vorlauf in Stunden"), [Optional(), NumberRange(min=0, max=8760)], description=_HOUSE)
    advance_days = IntegerField(_l("Höchstens so viele Tage im Voraus"), [Optional(), NumberRange(min=1, max=3650)], description=_HOUSE)
    longest_hours = IntegerField(_l("Längste Ausleihe in Stunden"), [Optional(), NumberRange(min=1, max=87600)], description=_HOUSE)
    equivalence = StringField(
        _l("Gleichwertig mit"), [Optional(), Length(max=60)], description=_l("Ein Wort wie „Hubarbeitsbühne“: Geräte mit demselben Wort vertreten einander.")
    )
    accessories = TextAreaField(_l("Zubehör"), [Optional(), Length(max=2000)], description=_l("Eines je Zeile. Bei Ausgabe und Rücknahme wird es abgehakt."))
    qualifications = TextAreaField(_l("Nötige Befähigungen"), [Optional(), Length(max=2000)], description=_ORDER)
    meter = SelectField(_l("Zähler"), choices=_METERS, default="none")
    min_standby = IntegerField(_l("Mindestbestand der Wehr"), [Optional(), NumberRange(min=0, max=100000)], description=_l("So viele bleiben einsatzbereit."))

    def fill_terms(self, resource: Resource) -> None:
        """Put a device's terms into the fields; broken hours are rounded up."""
        self.bookers.data, self.meter.data, self.min_standby.data = resource.bookers.value, resource.meter, resource.min_standby
        self.notice_hours.data = -(-resource.notice_minutes // 60) or None
        self.advance_days.data, self.equivalence.data = resource.advance_days, resource.equivalence
        self.longest_hours.data = None if resource.longest_minutes is None else -(-resource.longest_minutes // 60)
        self.accessories.data, self.qualifications.data = "\n".join(resource.accessories), "\n".join(names_of(resource.required_qualifications))

    def terms(self) -> dict[str, Any]:
        """Return what was entered."""
        return {
            "bookers": Bookers(self.bookers.data),
            "notice_minutes": (self.notice_hours.data or 0) * 60,
            "advance_days": self.advance_days.data,
            "longest_minutes": None if self.longest_hours.data is None else self.longest_hours.data * 60,
            "equivalence": (self.equivalence.data or "").strip(),
            "accessories": _lines(self.accessories.data),
            "required_qualifications": keys_of(_lines(self.qualifications.data)),
            "meter": self.meter.data,
            "min_standby": self.min_standby.data or 0,
        }


def _lines(text: str | None) -> tuple[str, ...]:
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())
