"""What people fill in about measures."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, RadioField, SearchField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice, enum_coerce
from wtforms.validators import InputRequired, Length, Optional

from commons.forms import AmountField, Form
from commons.words import Message
from cooperation.models import Measure, WorkingGroup
from cooperation.queries import Wish
from cooperation.rules import Score
from cooperation.stages import GROUND_NAMES, HORIZON_NAMES, STAGE_NAMES, STEPS, VOTE_NAMES, Ground, Horizon, Stage, Vote

REQUIRED = _l("Bitte füllen Sie dieses Feld aus.")
SCALE = ("1", "2", "3", "4", "5")
WING_NAMES = {"procurement": _l("mit gemeinsamer Beschaffung"), "booking": _l("mit Gerätebuchung")}


def choices_of(names: Mapping[Any, Message], only: Iterable[StrEnum] | None = None) -> list[SelectChoice]:
    """Return the members of an enumeration with their names in the reader's language."""
    return [SelectChoice(str(member), names[member].said(gettext)) for member in (names if only is None else only)]


def group_choices(groups: Iterable[WorkingGroup], language: str) -> list[SelectChoice]:
    """Return the working groups as choices."""
    return [SelectChoice(str(group.id), group.name_in(language)) for group in groups]


class ProposeForm(Form):
    """A new idea."""

    title = StringField(_l("Titel"), [InputRequired(REQUIRED), Length(max=120)], description=_l("Kurz und so, dass alle Gemeinden ihn verstehen."))
    group = SelectField(_l("Arbeitsgruppe"), coerce=int)
    horizon = RadioField(_l("Wann kann sie wirken?"), coerce=enum_coerce(Horizon), default=Horizon.SHORT)
    description = TextAreaField(_l("Worum geht es?"), [Optional(), Length(max=4000)], render_kw={"rows": 6})

    def offer(self, groups: Iterable[WorkingGroup], language: str) -> None:
        """Put the choices in."""
        self.group.choices = group_choices(groups, language)
        self.horizon.choices = choices_of(HORIZON_NAMES)


class RateForm(Form):
    """Benefit, cost and effort as one working group sees them."""

    group = SelectField(_l("Arbeitsgruppe"), coerce=int)
    benefit = RadioField(_l("Nutzen"), choices=list(SCALE), coerce=int, description=_l("1 ist gering, 5 ist hoch."), validators=[InputRequired(REQUIRED)])
    cost = RadioField(_l("Kosten"), choices=list(SCALE), coerce=int, description=_l("1 ist gering, 5 ist hoch."), validators=[InputRequired(REQUIRED)])
    effort = RadioField(_l("Aufwand"), choices=list(SCALE), coerce=int, description=_l("1 ist gering, 5 ist hoch."), validators=[InputRequired(REQUIRED)])
    reason = TextAreaField(_l("Begründung"), [InputRequired(REQUIRED), Length(max=2000)], render_kw={"rows": 4})

    def offer(self, measure: Measure, groups: Iterable[WorkingGroup], language: str) -> None:
        """Put the working groups in, the measure's own first chosen."""
        self.group.choices = group_choices(groups, language)
        if not self.is_submitted():
            self.group.data = measure.working_group_id

    @property
    def score(self) -> Score:
        """Return the three figures."""
        return Score(benefit=self.benefit.data, cost=self.cost.data, effort=self.effort.data)


class DescribeForm(Form):
    """The full description, by which councils can judge a measure."""

    description = TextAreaField(
        _l("Beschreibung"),
        [InputRequired(REQUIRED), Length(max=20000)],
        description=_l("Anlass, Ziel, wer was tut, Kosten und Nutzen, Rechtsform, nächste Schritte."),
        render_kw={"rows": 16},
    )
    seen = HiddenField()


class StageForm(Form):
    """One lawful step."""

    stage = RadioField(_l("Neuer Stand"), coerce=enum_coerce(Stage), validators=[InputRequired(REQUIRED)])
    reason = TextAreaField(_l("Begründung"), [InputRequired(REQUIRED), Length(max=2000)], render_kw={"rows": 4})
    seen = HiddenField()

    def offer(self, measure: Measure) -> None:
        """Put the lawful steps in, seen from the stage that the person saw."""
        if not self.is_submitted():
            self.seen.data = measure.stage.value
        self.stage.choices = choices_of(STAGE_NAMES, STEPS[self.seen_stage])

    @property
    def seen_stage(self) -> Stage:
        """Return the stage that stood on the page."""
        return Stage(self.seen.data) if self.seen.data in set(Stage) else Stage.IDEA


class JoinForm(Form):
    """On what ground the own municipality takes part."""

    ground = RadioField(_l("Grundlage"), coerce=enum_coerce(Ground), default=Ground.RESOLUTION)
    resolution_number = StringField(_l("Nummer des Beschlusses"), [Length(max=60)], description=_l("Nur bei einem Beschluss des Rates."))
    resolution_on = DateField(_l("Tag des Beschlusses"), [Optional()], description=_l("Nur bei einem Beschluss des Rates."))
    trial_until = DateField(_l("Ende der Erprobung"), [Optional()], description=_l("Nur bei einer Erprobung durch das Bürgermeisteramt."))
    trial_limit = AmountField(
        _l("Eigene Wertgrenze netto (€)"),
        description=_l("Bis zu diesem Betrag entscheidet das Bürgermeisteramt nach Ihrer Hauptsatzung allein. Nur bei einer Erprobung."),
    )

    def offer(self) -> None:
        """Put the grounds in; which of the other fields is needed depends on the ground, so none is called voluntary."""
        self.ground.choices = choices_of(GROUND_NAMES)
        for field in (self.resolution_on, self.trial_until):
            field.flags.optional = False

    @property
    def most(self) -> Decimal:
        """Return the amount up to which the mayor decides alone."""
        return self.trial_limit.data or Decimal(0)

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Ask for what the chosen ground needs, at the field where it is missing."""
        valid: bool = super().validate(extra_validators)
        needed = {Ground.RESOLUTION: (self.resolution_number, self.resolution_on), Ground.MAYOR_TRIAL: (self.trial_until, self.trial_limit)}
        missing = [field for field in needed.get(self.ground.data, ()) if not field.data and not field.errors]
        for field in missing:
            field.errors = [str(REQUIRED)]
        return valid and not missing


class LeaveForm(Form):
    """Why the own municipality no longer takes part."""

    reason = TextAreaField(_l("Begründung"), [InputRequired(REQUIRED), Length(max=2000)], render_kw={"rows": 4})


class VoteForm(Form):
    """How the own council voted in the assembly."""

    held_on = DateField(_l("Tag der Verbundsversammlung"), [InputRequired(REQUIRED)])
    vote = RadioField(_l("Stimme Ihres Rates"), coerce=enum_coerce(Vote), validators=[InputRequired(REQUIRED)])

    def offer(self) -> None:
        """Put the votes in."""
        self.vote.choices = choices_of(VOTE_NAMES)


class FilterForm(Form):
    """Which measures to show; sent in the address, so that a list can be bookmarked."""

    class Meta(Form.Meta):
        """Read only: no token is needed."""

        csrf = False

    q = SearchField(_l("Stichwort oder Nummer"))
    group = SelectField(_l("Arbeitsgruppe"), default="")
    stage = SelectField(_l("Stand"), default="")
    described = SelectField(_l("Beschreibung"), default="")
    wing = SelectField(_l("Umsetzung"), default="")
    mine = SelectField(_l("Teilnahme"), default="")

    def offer(self, groups: Iterable[WorkingGroup], language: str) -> None:
        """Put the choices in; the first of each stands for all."""
        every = SelectChoice("", gettext("alle"))
        self.group.choices = [every, *(SelectChoice(group.key, group.name_in(language)) for group in groups)]
        self.stage.choices = [every, *choices_of(STAGE_NAMES)]
        self.described.choices = [every, SelectChoice("yes", gettext("ausführlich beschrieben")), SelectChoice("no", gettext("noch nicht beschrieben"))]
        self.wing.choices = [every, *(SelectChoice(key, str(name)) for key, name in WING_NAMES.items())]
        self.mine.choices = [every, SelectChoice("yes", gettext("unsere Gemeinde nimmt teil"))]

    @property
    def wish(self) -> Wish:
        """Return what was asked for; what is not on offer counts as not asked."""
        asked = {name: field.data for name, field in self._fields.items() if field.data and not field.errors}
        return Wish(
            group=asked.get("group"),
            stage=Stage(asked["stage"]) if "stage" in asked else None,
            described={"yes": True, "no": False}.get(asked.get("described", "")),
            wing=asked.get("wing"),
            mine="mine" in asked,
            text=asked.get("q", "").strip(),
        )
