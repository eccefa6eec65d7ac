"""Dates first: what is free at the wished time, and what nearly is."""

from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking.forms import SearchForm
from booking.models import Resource
from booking.queries import fleet
from booking.queries.equivalents import features_asked
from booking.queries.offers import Offer, offers
from booking.rules.wording import fits
from booking.views.reserving import blueprint
from booking.views.times import asked_period
from commons import clock
from commons.access import current_actor, permission_required
from commons.calendar_days import today_of
from commons.errors import RuleBroken
from commons.forms import named
from commons.permissions import Permission


@blueprint.route("/")
@permission_required(Permission.RESOURCE_READ)
def search() -> ResponseReturnValue:
    """Say which devices are free at the wished time."""
    form = SearchForm(formdata=request.args if {"start_day", "sentence"} & request.args.keys() else None)
    form.offer(fleet.categories())
    form.offer_features(features_asked(current_actor))
    found: list[Offer] | None = None
    if form.sentence.data:
        return _said(form)
    if form.is_asked and form.validate():
        try:
            free = offers(form.period, quantity=form.quantity.data or 1, category_id=form.category_id, actor=current_actor)
            found = _fitting(form, free)
        except RuleBroken as broken:
            form.refuse(broken)
    elif not form.is_asked:
        form.fill(asked_period(request.args))
    return render_template("booking/search.html", form=form, offers=found), form.status


def _said(form: SearchForm) -> ResponseReturnValue:
    """Lead from a sentence to what it asks for, or say that it was not understood."""
    try:
        asked = form.understand(today_of(clock.now()))
    except RuleBroken as broken:
        form.refuse(broken)
    else:
        return redirect(f"{url_for('.search')}?{urlencode(asked, safe=':')}#ergebnis")
    form.fill(asked_period(request.args))
    return render_template("booking/search.html", form=form, offers=None), form.status


def _fitting(form: SearchForm, found: list[Offer]) -> list[Offer]:
    """Keep what has the asked name, where one has it, and reaches the asked feature, in every category or in the chosen one."""
    named = [offer for offer in found if fits(form.what.data or "", _names(offer.resource))]
    form.what.errors = [] if named else [form.what.data]
    return [offer for offer in named or found if form.wanted(offer.resource.category).fits(offer.resource.category_id, offer.resource.features)]


def _names(device: Resource) -> list[str]:
    """List by which names people call a device, in the reader's language too."""
    return [device.name, device.equivalence, device.category.name, named(device.category.name)]
