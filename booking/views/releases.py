"""Another municipality's device for an incident: its chief answers by tap, or on the telephone to who asked."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import incidents
from booking.views.incidents import blueprint
from commons.access import current_actor, permission_required
from commons.database import write
from commons.errors import RuleBroken
from commons.permissions import Permission


@blueprint.post("/freigabe/<int:item_id>")
@permission_required(Permission.BOOKING_APPROVE, Permission.INCIDENT_DECLARE)
def release(item_id: int) -> ResponseReturnValue:
    """Let another municipality have a device for its incident, or keep it."""
    verb = incidents.release if request.form.get("answer") == "yes" else incidents.refuse
    try:
        item = write(verb, item_id, by=current_actor)
    except RuleBroken as broken:
        flash(broken.message.said(_), "warning")
        return redirect(url_for("home.today"))
    flash(_("Freigegeben. Die andere Wehr ist benachrichtigt.") if item.block_id else _("Abgelehnt. Die andere Wehr ist benachrichtigt."), "success")
    return redirect(url_for(".show", incident_id=item.incident_id))


@blueprint.post("/<int:incident_id>/freigabe/<int:item_id>/telefon")
@permission_required(Permission.INCIDENT_DECLARE)
def take_phoned(incident_id: int, item_id: int) -> ResponseReturnValue:
    """Take what was asked for, since its chief said yes on the telephone."""
    try:
        write(incidents.take_phoned, item_id, request.form.get("phoned_with", ""), by=current_actor)
    except RuleBroken as broken:
        flash(broken.message.said(_), "warning")
    else:
        flash(_("Vermerkt und genommen. Die Wehrleitung der anderen Gemeinde ist benachrichtigt."), "success")
    return redirect(url_for(".show", incident_id=incident_id))


@blueprint.post("/<int:incident_id>/freigabe/<int:item_id>/zurueckziehen")
@permission_required(Permission.INCIDENT_DECLARE)
def withdraw(incident_id: int, item_id: int) -> ResponseReturnValue:
    """Ask no longer for what is not needed."""
    try:
        write(incidents.withdraw, item_id, by=current_actor)
    except RuleBroken as broken:
        flash(broken.message.said(_), "warning")
    else:
        flash(_("Zurückgezogen. Die andere Gemeinde ist benachrichtigt."), "success")
    return redirect(url_for(".show", incident_id=incident_id))
