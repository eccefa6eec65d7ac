"""Enter inspections, so that a device may go out again."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import upkeep
from booking.forms.handover import InspectionForm
from booking.queries.fleet import get_resource
from booking.queries.keeping import is_keeper
from booking.views.handover import blueprint
from commons import clock
from commons.access import current_actor, permission_required
from commons.calendar_days import today_of
from commons.database import write
from commons.errors import NotFound, RuleBroken
from commons.permissions import Permission


@blueprint.route("/geraet/<int:resource_id>/pruefungen", methods=["GET", "POST"])
@permission_required(Permission.HANDOVER_RECORD)
def inspect(resource_id: int) -> ResponseReturnValue:
    """Enter that an inspection was passed."""
    form, device = InspectionForm(), get_resource(resource_id, current_actor)
    form.offer(device.inspections)
    if not is_keeper(current_actor, owner_id=device.owner_id):
        raise NotFound
    if form.validate_on_submit():
        try:
            write(upkeep.record_inspection, form.inspection.data, form.day.data, by=current_actor)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("Die Prüfung ist eingetragen."), "success")
            return redirect(url_for("fleet.show_resource", resource_id=resource_id))
    elif request.method == "GET":
        form.day.data = today_of(clock.now())
    return render_template("booking/handover/inspect.html", form=form, resource=get_resource(resource_id, current_actor)), form.status
