"""Choices of a select field from pairs of value and label."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired


def number_or_none(value: str | int | None) -> int | None:
    """Read the value of a choice; the first one, which chooses nothing, is empty."""
    return int(value) if value else None


def measure_field() -> SelectField:
    """Ask for the measure of cooperation that something belongs to; nothing is chosen by itself."""
    return SelectField(_l("Maßnahme der Zusammenarbeit"), coerce=number_or_none, validators=[InputRequired(_l("Bitte wählen Sie eine Maßnahme."))])


def choices(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """Return the choices in the order of the pairs."""
    return [SelectChoice(value, label) for value, label in pairs]
