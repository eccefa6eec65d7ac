"""Say which feature a device must reach, whichever device it is."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, Regexp

from booking.models import Category
from booking.rules.equivalents import AnyOf
from commons.forms import Form
from commons.numbers import read_number


class LeastForm(Form):
    """Say which feature a device must reach."""

    feature = SelectField(_l("Mit welchem Merkmal?"), [Optional()], validate_choice=False, description=_l("Zum Beispiel Arbeitshöhe, mindestens 12."))
    least = StringField(
        _l("Mindestens"), [Optional(), Regexp(r"^\s*[0-9]{1,9}(,[0-9]{1,3})?\s*$", message=_l("Bitte geben Sie eine Zahl an, zum Beispiel 12 oder 2,5."))]
    )

    def offer_features(self, names: list[str]) -> None:
        """Fill the choice of features."""
        self.feature.choices = [SelectChoice("", _l("gleich welches")), *(SelectChoice(name, name) for name in names)]

    def wanted(self, category: Category) -> AnyOf:
        """Return the wish; a least counts together with its feature."""
        if not self.feature.data or not (self.least.data or "").strip():
            return AnyOf(category_id=category.id, category=category.name)
        return AnyOf(category_id=category.id, category=category.name, feature=str(self.feature.data), least=read_number(str(self.least.data)))
