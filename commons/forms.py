"""Forms: CSRF, German, and what a broken rule says at its field."""

from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, StringField
from wtforms.widgets import TextInput

from commons.errors import RuleBroken
from commons.numbers import read_number
from commons.words import german_number

# Nobody types them, and PostgreSQL keeps no text with a NUL in it.
NEVER_TYPED = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])


def without_control_characters(text: str | None) -> str | None:
    """Return a text without the characters that no keyboard makes."""
    return text.translate(NEVER_TYPED) if isinstance(text, str) else text


def named(name: str) -> str:
    """Say a name that the product ships as a row (a category of devices) in the reader's language; others stay as they are."""
    return str(gettext(name)) if name else ""


class Form(FlaskForm):  # type: ignore[misc]
    """Keep what was typed, and show a broken rule where it belongs."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Speak German; Flask-Babel translates our own texts."""

        locales = ("de_DE", "de")

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Clean every text as it comes in."""
            if issubclass(unbound_field.field_class, StringField):
                options = {**options, "filters": [without_control_characters, *unbound_field.kwargs.get("filters", ())]}
            return super().bind_field(form, unbound_field, options)

    refused: RuleBroken | None = None

    def refuse(self, broken: RuleBroken) -> None:
        """Show the sentence of a broken rule at its field, or on top of the form."""
        self.refused = broken
        sentence = broken.message.said(gettext)
        if broken.field is not None and broken.field in self._fields:
            field = self._fields[broken.field]
            field.errors = [*field.errors, sentence]
        else:
            self.form_errors.append(sentence)

    @property
    def status(self) -> int:
        """Return the HTTP status of the page that shows this form."""
        if self.refused is not None:
            return self.refused.status
        return 422 if self.errors else 200


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
