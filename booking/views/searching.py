"""Dates first, and the week of many devices."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue

from booking.forms import SearchForm
from booking.queries import fleet
from booking.queries.equivalents import features_asked
from booking.queries.offers import Offer, offers
from booking.queries.week import month_days, plan_of
from booking.views.reserving import blueprint
from booking.views.times import asked_period
from commons import clock
from commons.access import current_actor, permission_required
from commons.calendar_days import today_of, week_days
from commons.errors import RuleBroken
from commons.permissions import Permission

DATES: dict[str, Callable[[date], Sequence[date]]] = {"day": lambda day: [day], "week": week_days, "month": month_days}


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


@blueprint.route("/tag")
@permission_required(Permission.RESOURCE_READ)
def day() -> ResponseReturnValue:
    """Show the day of all devices of a category."""
    return _plan("day")


@blueprint.route("/woche")
@permission_required(Permission.RESOURCE_READ)
def week() -> ResponseReturnValue:
    """Show the week of all devices of a category."""
    return _plan("week")


@blueprint.route("/monat")
@permission_required(Permission.RESOURCE_READ)
def month() -> ResponseReturnValue:
    """Show the month of all devices of a category."""
    return _plan("month")


def _plan(view: str) -> ResponseReturnValue:
    dates, categories = DATES[view](_day(request.args.get("tag"))), fleet.categories()
    chosen = request.args.get("art", type=int) or (categories[0].id if categories and "art" not in request.args else None)
    shown = plan_of(dates, category_id=chosen, actor=current_actor)
    turns = {"previous": dates[0] - timedelta(days=1), "following": dates[-1] + timedelta(days=1)}
    return render_template("booking/week.html", view=view, week=shown, categories=categories, chosen=chosen, **turns)


def _day(text: str | None) -> date:
    try:
        return min(max(date.fromisoformat(text or ""), date(2000, 1, 1)), date(2199, 12, 1))
    except ValueError:
        return today_of(clock.now())
