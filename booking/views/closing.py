"""Pages to close a device for a time and to open it again."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import fleet, settling
from booking.forms import ClosureForm
from booking.forms.impact import answers_in
from booking.forms.yearly import YearlyForm
from booking.queries import fleet as queries
from booking.queries.impact import Changed
from booking.views.fleet import blueprint
from booking.views.refusals import hit_by
from booking.views.times import asked_period
from commons.access import current_actor, permission_required
from commons.database import write
from commons.errors import RuleBroken
from commons.permissions import Permission


@blueprint.route("/<int:resource_id>/sperren", methods=["GET", "POST"])
@permission_required(Permission.RESOURCE_MANAGE)
def close(resource_id: int) -> ResponseReturnValue:
    """Close a device for a time; whose bookings are in the way is shown first."""
    form, period = ClosureForm(), None
    if form.validate_on_submit():
        try:
            period, answers = form.period, answers_in(request.form)
            write(settling.close, resource_id, period, answers=answers, reason=form.reason.data or "", by=current_actor, quantity=form.quantity.data)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("Die Sperre ist eingetragen."), "success")
            return redirect(url_for(".show_resource", resource_id=resource_id))
    elif request.method == "GET":
        form.fill(asked_period(request.args))
    resource = queries.get_resource(resource_id, current_actor)
    return render_template("booking/close.html", form=form, resource=resource, impacts=hit_by(form.refused, [resource], Changed(closed=period))), form.status


@blueprint.route("/<int:resource_id>/jaehrlich-sperren", methods=["GET", "POST"])
@permission_required(Permission.RESOURCE_MANAGE)
def close_yearly(resource_id: int) -> ResponseReturnValue:
    """Close a device at the same time of each year, for instance for winter service."""
    form = YearlyForm()
    if form.validate_on_submit():
        try:
            yearly, answers = form.yearly, answers_in(request.form)
            write(settling.close_yearly, resource_id, yearly, answers=answers, reason=form.reason.data or "", by=current_actor, quantity=form.quantity.data)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("Die jährliche Sperre ist eingetragen."), "success")
            return redirect(url_for(".show_resource", resource_id=resource_id))
    resource = queries.get_resource(resource_id, current_actor)
    return render_template("booking/close_yearly.html", form=form, resource=resource, impacts=hit_by(form.refused, [resource])), form.status


@blueprint.post("/jaehrliche-sperren/<int:season_id>/aufheben")
@permission_required(Permission.RESOURCE_MANAGE)
def lift_season(season_id: int) -> ResponseReturnValue:
    """End a yearly closure."""
    season = write(fleet.lift_season, season_id, by=current_actor)
    flash(_("Die jährliche Sperre ist aufgehoben."), "success")
    return redirect(url_for(".show_resource", resource_id=season.resource_id))


@blueprint.post("/sperren/<int:closure_id>/aufheben")
@permission_required(Permission.RESOURCE_MANAGE)
def lift(closure_id: int) -> ResponseReturnValue:
    """End a closure before its time."""
    closure = write(fleet.lift, closure_id, by=current_actor)
    flash(_("Die Sperre ist aufgehoben."), "success")
    return redirect(url_for(".show_resource", resource_id=closure.resource_id))
