"""Pages to close a device for a time and to open it again."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import fleet
from booking.forms import ClosureForm
from booking.queries import fleet as queries
from booking.queries.bookings import bookings_by_id
from booking.views.fleet import blueprint
from booking.views.times import asked_period
from commons.access import current_actor, permission_required
from commons.database import write
from commons.errors import RuleBroken
from commons.permissions import Permission


@blueprint.route("/<int:resource_id>/sperren", methods=["GET", "POST"])
@permission_required(Permission.RESOURCE_MANAGE)
def close(resource_id: int) -> ResponseReturnValue:
    """Close a device for a time; whose bookings are in the way is shown first."""
    form = ClosureForm()
    if form.validate_on_submit():
        try:
            write(fleet.close, resource_id, form.period, reason=form.reason.data or "", by=current_actor, quantity=form.quantity.data)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("Die Sperre ist eingetragen."), "success")
            return redirect(url_for(".show_resource", resource_id=resource_id))
    elif request.method == "GET":
        form.fill(asked_period(request.args))
    affected = form.refused.bookings if isinstance(form.refused, fleet.BookingsAffected) else []
    shown = bookings_by_id(affected, current_actor)
    return render_template("booking/close.html", form=form, resource=queries.get_resource(resource_id, current_actor), affected=shown.values()), form.status


@blueprint.post("/sperren/<int:closure_id>/aufheben")
@permission_required(Permission.RESOURCE_MANAGE)
def lift(closure_id: int) -> ResponseReturnValue:
    """End a closure before its time."""
    closure = write(fleet.lift, closure_id, by=current_actor)
    flash(_("Die Sperre ist aufgehoben."), "success")
    return redirect(url_for(".show_resource", resource_id=closure.resource_id))
