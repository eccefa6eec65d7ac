"""Choices of a select field from pairs of value and label."""

from collections.abc import Iterable
from typing import Any

from wtforms.fields.choices import SelectChoice


def choices(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """Return the choices in the order of the pairs."""
    return [SelectChoice(value, label) for value, label in pairs]
