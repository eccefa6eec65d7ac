"""Forms: CSRF, German, and what a broken rule says at its field."""

from flask_babel import gettext
from flask_wtf import FlaskForm

from commons.errors import RuleBroken


class Form(FlaskForm):  # type: ignore[misc]
    """Keep what was typed, and show a broken rule where it belongs."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Speak German; Flask-Babel translates our own texts."""

        locales = ("de_DE", "de")

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
