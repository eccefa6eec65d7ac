"""Fields for German numbers, read strictly and never guessed."""

from decimal import Decimal
from typing import Any

from wtforms import Field
from wtforms.widgets import TextInput

from commons.errors import RuleBroken
from commons.numbers import read_number
from commons.words import german_number


class AmountField(Field):  # type: ignore[misc]
    """A German number with a limited count of decimal places; empty is None."""

    widget = TextInput()

    def __init__(self, label: Any = None, *, places: int = 2, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.places = places
        self.typed: str | None = None

    def _value(self) -> str:
        if self.typed is not None:
            return self.typed
        return "" if self.data is None else german_number(self.data).replace(".", "")

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; what cannot be read stays as typed."""
        if not valuelist:
            return
        self.typed, self.data = valuelist[0], None
        if not self.typed.strip():
            return
        try:
            value = read_number(self.typed.replace("€", "").replace("%", ""))
        except RuleBroken as broken:
            raise ValueError(str(broken.message)) from broken
        if value < 0 or value != value.quantize(Decimal(1).scaleb(-self.places)):
            raise ValueError(self.gettext("Bitte geben Sie eine Zahl ab 0 mit höchstens %(places)s Nachkommastellen ein.") % {"places": self.places})
        self.data = value
