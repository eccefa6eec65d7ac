"""Forms of examination and comparison."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from decimal import Decimal

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from commons.calendar_days import from_wall
from commons.errors import RuleBroken
from commons.forms import Form
from commons.numbers import read_number
from procurement.forms.choosing import choices
from procurement.models import CriterionScore, OpenedBid, TenderCriterion
from procurement.rules.bid_check import Weight
from procurement.tender_stages import FindingOutcome, FindingStage

LAST_MOMENT = time(23, 59, 59)
MOST_TEXT = 4000


def reason_field(label: str) -> TextAreaField:
    """Return a field for a written reason."""
    return TextAreaField(label, validators=[InputRequired(_l("Bitte nennen Sie den Grund.")), Length(max=MOST_TEXT)])


class DecideForm(Form):
    """Decide on a finding as the first person."""

    outcome = RadioField(
        _l("Entscheidung"),
        choices=choices(
            [
                (FindingOutcome.CLEARED.value, _l("Der Zweifel ist ausgeräumt")),
                (FindingOutcome.NOTED.value, _l("Vermerkt, ohne Folgen")),
                (FindingOutcome.EXCLUDED.value, _l("Das Angebot wird ausgeschlossen")),
            ]
        ),
        validators=[InputRequired(_l("Bitte treffen Sie eine Entscheidung."))],
    )
    reason = reason_field(_l("Begründung"))


class ReasonForm(Form):
    """Say why something is given back, withdrawn or taken up again."""

    reason = reason_field(_l("Grund"))


class FindingForm(Form):
    """Enter a finding that the check cannot see."""

    opened_bid_id = SelectField(_l("Angebot"), coerce=int, validators=[InputRequired(_l("Bitte wählen Sie ein Angebot."))])
    lot_id = SelectField(_l("Los"), coerce=int, validators=[InputRequired(_l("Bitte wählen Sie ein Los oder alle."))])
    stage = SelectField(_l("Stufe der Wertung"), validators=[InputRequired(_l("Bitte wählen Sie die Stufe."))])
    weight = RadioField(
        _l("Was das Gesetz vorsieht"),
        choices=choices(
            [
                (Weight.ASK.value, _l("Aufklären oder nachfordern")),
                (Weight.EXCLUDE.value, _l("Ausschließen")),
                (Weight.NOTE.value, _l("Nur vermerken")),
            ]
        ),
        validators=[InputRequired(_l("Bitte wählen Sie, was vorgesehen ist."))],
    )
    text = TextAreaField(_l("Was Sie festgestellt haben"), validators=[InputRequired(_l("Bitte schreiben Sie den Befund auf.")), Length(max=MOST_TEXT)])
    law = StringField(_l("Paragraph"), validators=[Optional(), Length(max=200)])

    @property
    def chosen(self) -> tuple[FindingStage, Weight]:
        """Return stage and weight."""
        return FindingStage(self.stage.data), Weight(self.weight.data)


class AskForm(Form):
    """Ask a bidder for an explanation."""

    text = TextAreaField(
        _l("Ihre Frage an den Bieter"),
        description=_l("Der Brief geht an die Adresse des Angebots. Preise dürfen durch die Antwort nicht geändert werden."),
        validators=[InputRequired(_l("Bitte schreiben Sie Ihre Frage.")), Length(max=MOST_TEXT)],
    )
    until = DateField(_l("Antwort bis einschließlich"), validators=[InputRequired(_l("Bitte geben Sie an, bis wann der Bieter antworten soll."))])

    @property
    def moment(self) -> datetime:
        """Return the end of the last day."""
        return from_wall(self.until.data, LAST_MOMENT)


class AnswerForm(Form):
    """Enter what a bidder answered."""

    answer = TextAreaField(_l("Antwort im Wortlaut"), validators=[InputRequired(_l("Bitte geben Sie die Antwort im Wortlaut wieder.")), Length(max=20_000)])


class PointsForm(Form):
    """Give points on every criterion to every bid; the fields are made for the bids at hand."""

    def given(self, bids: Iterable[OpenedBid], criteria: Sequence[TenderCriterion]) -> dict[tuple[int, int], tuple[Decimal, str]]:
        """Return points and reason by bid and criterion, those that were filled in."""
        found = {}
        for opened in bids:
            for criterion in criteria:
                points, reason = self[f"points_{opened.id}_{criterion.id}"], self[f"reason_{opened.id}_{criterion.id}"]
                if points.data:
                    found[opened.id, criterion.id] = (_number(points.data, points.name), reason.data or "")
        return found


def _number(text: str, name: str) -> Decimal:
    try:
        return read_number(text)
    except RuleBroken as broken:
        broken.field = name
        raise


def points_form(bids: Sequence[OpenedBid], criteria: Sequence[TenderCriterion], scores: Sequence[CriterionScore]) -> PointsForm:
    """Return a form with two fields for each bid and criterion, filled with what was given before."""
    known = {(score.opened_bid_id, score.criterion_id): score for score in scores}
    fields: dict[str, object] = {}
    for opened in bids:
        for criterion in criteria:
            score = known.get((opened.id, criterion.id))
            points = f"{score.points.normalize():f}".replace(".", ",") if score else ""
            fields[f"points_{opened.id}_{criterion.id}"] = StringField(_l("Punkte"), default=points, validators=[Optional(), Length(max=20)])
            fields[f"reason_{opened.id}_{criterion.id}"] = StringField(
                _l("Begründung der Punkte"), default=score.reason if score else "", validators=[Optional(), Length(max=1000)]
            )
    made: PointsForm = type("PointsOfBidsForm", (PointsForm,), fields)()
    return made
