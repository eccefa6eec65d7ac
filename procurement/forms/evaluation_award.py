"""Forms of the award and its record."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from commons.forms import Form
from procurement.comparing import Offer
from procurement.forms.choosing import choices
from procurement.forms.evaluation import MOST_TEXT, reason_field
from procurement.models import TenderLot

CHANNELS = (("Brief", _l("Brief")), ("Telefax", _l("Telefax")), ("E-Mail mit fortgeschrittener Signatur", _l("E-Mail mit fortgeschrittener Signatur")))
NOBODY = 0


class ProposeForm(Form):
    """Propose the award as it was computed."""

    reason = reason_field(_l("Begründung des Zuschlags"))


class DeviateForm(ProposeForm):
    """Propose another award, lot by lot, with its own reason; the lots are added for the tender at hand."""

    deviation_reason = TextAreaField(
        _l("Warum weichen Sie von der berechneten Vergabe ab?"), validators=[InputRequired(_l("Bitte begründen Sie die Abweichung.")), Length(max=MOST_TEXT)]
    )

    def chosen(self, lots: Sequence[TenderLot]) -> dict[int, int | None]:
        """Return the chosen bid by lot, None for no award."""
        return {lot.id: self[f"lot_{lot.id}"].data or None for lot in lots}


def deviate_form(lots: Sequence[TenderLot], offers: Sequence[Offer]) -> DeviateForm:
    """Return a form with a choice for each lot."""
    fields = {}
    for lot in lots:
        names = [(offer.opened.id, offer.opened.bidder) for offer in offers if offer.lot.id == lot.id and not offer.is_excluded]
        fields[f"lot_{lot.id}"] = SelectField(f"{lot.name}: {lot.title}", coerce=int, choices=choices([*names, (NOBODY, _l("kein Zuschlag"))]))
    made: DeviateForm = type("DeviateForLotsForm", (DeviateForm,), fields)()
    return made


class ConfirmForm(Form):
    """Confirm the award as the second person; nothing to fill in."""


class SentForm(Form):
    """Note when and how a letter went out."""

    sent_on = DateField(_l("Versandt am"), validators=[InputRequired(_l("Bitte geben Sie den Tag an."))])
    channel = SelectField(_l("Auf welchem Weg"), choices=choices(CHANNELS), validators=[InputRequired(_l("Bitte wählen Sie den Weg."))])


class ComplaintForm(Form):
    """Note a complaint."""

    complainant = StringField(_l("Wer beanstandet"), validators=[InputRequired(_l("Bitte nennen Sie den Bieter.")), Length(max=300)])
    received_on = DateField(_l("Eingegangen am"), validators=[InputRequired(_l("Bitte geben Sie den Tag an."))])
    text = TextAreaField(_l("Was beanstandet wird"), validators=[InputRequired(_l("Bitte schreiben Sie die Beanstandung auf.")), Length(max=MOST_TEXT)])


class HandleForm(Form):
    """Note what became of a complaint."""

    remedied_on = DateField(_l("Abgeholfen am"), validators=[Optional()])
    authority_informed_on = DateField(
        _l("Landesdirektion unterrichtet am"), description=_l("Ab dann wartet der Zuschlag die Frist des Gesetzes ab."), validators=[Optional()]
    )
    outcome = TextAreaField(_l("Ergebnis"), validators=[Optional(), Length(max=MOST_TEXT)])


class NoteForm(Form):
    """Add to the record."""

    item = SelectField(_l("Zu welchem Punkt"), validators=[InputRequired(_l("Bitte wählen Sie den Punkt."))])
    text = TextAreaField(_l("Was in den Vermerk gehört"), validators=[InputRequired(_l("Bitte schreiben Sie den Text.")), Length(max=20_000)])
