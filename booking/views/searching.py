"""Dates first: what is free at the wished time, and what nearly is."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from booking.forms import SearchForm
from booking.queries import fleet
from booking.queries.equivalents import features_asked
from booking.queries.offers import Offer, offers
from booking.views.reserving import blueprint
from booking.views.times import asked_period
from commons.access import current_actor, permission_required
from commons.errors import RuleBroken
from commons.permissions import Permission


@blueprint.route("/")
@permission_required(Permission.RESOURCE_READ)
def search() -> ResponseReturnValue:
    """Say which devices are free at the wished time."""
    form = SearchForm(formdata=request.args if "start_day" in request.args else None)
    form.offer(fleet.categories())
    form.offer_features(features_asked(current_actor))
    found: list[Offer] | None = None
    if form.is_asked and form.validate():
        try:
            found = _fitting(form, offers(form.period, quantity=form.quantity.data or 1, category_id=form.category_id, actor=current_actor))
        except RuleBroken as broken:
            form.refuse(broken)
    elif not form.is_asked:
        form.fill(asked_period(request.args))
    return render_template("booking/search.html", form=form, offers=found), form.status


def _fitting(form: SearchForm, found: list[Offer]) -> list[Offer]:
    """Keep what reaches the asked feature, in every category or in the chosen one."""
    return [offer for offer in found if form.wanted(offer.resource.category).fits(offer.resource.category_id, offer.resource.features)]
