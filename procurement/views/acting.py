"""What the views of procurement share: run a verb for a filled form, put what it refuses where it belongs, and offer the measures."""

from collections.abc import Callable

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import SelectField

from commons import clock, clock_watch
from commons.access import current_actor
from commons.errors import RuleBroken
from commons.forms import Form
from commons.sign_in import language_of_reader
from cooperation.queries import measure_choices
from procurement.forms.choosing import choices
from procurement.models import Tender
from procurement.queries import officers
from procurement.queries.requests import find_last_measure
from procurement.tender_stages import TenderStage


def offer_measures(field: SelectField) -> None:
    """Offer the measures that run, and choose the one that the own municipality reported demand for last."""
    field.choices = choices([("", gettext("Bitte wählen")), *measure_choices(current_actor, "procurement", language=language_of_reader())])
    if request.method == "GET":
        field.data = find_last_measure(current_actor)


def is_done(form: Form, act: Callable[[], object]) -> bool:
    """Run an act when the form is filled in; a broken rule goes to its field."""
    if not form.validate_on_submit():
        return False
    try:
        act()
    except RuleBroken as broken:
        form.refuse(broken)
        return False
    return True


def moved_on(text: str, url: str) -> ResponseReturnValue:
    """Say what was done and lead on."""
    flash(text, "success")
    return redirect(url)


def keys_of(tender: Tender) -> dict[str, object]:
    """Return who can open the bids, whether they still can, and whether they have tried."""
    return {"holders": officers.holders_of(tender), "can_be_opened": officers.can_be_opened(tender), "rehearsed": officers.is_rehearsed(tender)}


def clock_of(tender: Tender) -> dict[str, object]:
    """Return whether the time for bids is over, and whether the server's clock may be trusted with it."""
    drifts = clock_watch.drifts() if tender.stage is TenderStage.PUBLISHED else []
    return {"is_over": tender.deadline is not None and clock.now() > tender.deadline, "drifts": drifts}
