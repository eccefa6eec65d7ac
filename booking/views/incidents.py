"""Incidents on a phone: tick and send, release, report ready; and what it means for who is displaced."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import incidents, rebooking
from booking.displacing import offered
from booking.forms.incidents import IncidentForm
from booking.models import Effect, Incident, Release
from booking.occupying import Wish
from booking.queries import incidents as queries
from booking.queries.approval import may_manage
from booking.queries.displaced import get_displacement, unread_of_owner
from booking.queries.fleet import get_resource
from booking.queries.keeping import may_release, may_report_ready
from commons import clock
from commons.access import current_actor, permission_required
from commons.database import write
from commons.errors import RuleBroken
from commons.permissions import Permission

blueprint = Blueprint("incidents", __name__, url_prefix="/einsatz")


@blueprint.route("/", methods=["GET", "POST"])
@permission_required(Permission.INCIDENT_DECLARE)
def declare() -> ResponseReturnValue:
    """Take devices now: tick them, send."""
    form, own, foreign = IncidentForm(), queries.takeable(current_actor), queries.foreign(current_actor)
    if form.validate_on_submit():
        try:
            incident = write(incidents.declare, form.wishes(request.form, [*own, *foreign]), by=current_actor, **form.details())
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            return redirect(url_for(".show", incident_id=incident.id))
    running, asked = queries.running(current_actor), queries.asked_of(current_actor)
    return render_template("booking/incidents/declare.html", form=form, own=own, foreign=foreign, running=running, asked=asked), form.status


@blueprint.route("/<int:incident_id>")
@permission_required(Permission.BOOKING_APPROVE, Permission.INCIDENT_DECLARE)
def show(incident_id: int) -> ResponseReturnValue:
    """Show what an incident has, what it asked for, and what can be reported ready."""
    incident = queries.get_incident(incident_id, current_actor)
    more = {"handed_on": queries.handed_on(incident), "unread": unread_of_owner(current_actor, incident_id=incident_id)}
    return render_template("booking/incidents/show.html", incident=incident, **more, **_may(incident))


@blueprint.post("/geraet/<int:block_id>/bereit")
@permission_required(Permission.HANDOVER_RECORD, Permission.INCIDENT_DECLARE)
def ready(block_id: int) -> ResponseReturnValue:
    """Report a device ready for operations again."""
    try:
        block = write(incidents.ready, block_id, by=current_actor)
    except RuleBroken as broken:
        flash(broken.message.said(_), "warning")
        return redirect(url_for("home.today"))
    flash(_("Wieder einsatzbereit gemeldet. Das Gerät kann wieder gebucht werden."), "success")
    if current_actor.may(Permission.BOOKING_APPROVE) or current_actor.may(Permission.INCIDENT_DECLARE):
        return redirect(url_for(".show", incident_id=block.incident_id))
    return redirect(url_for("handover.today"))  # who hands devices over, but is shown no incidents


@blueprint.route("/rueckruf/<int:resource_id>", methods=["GET", "POST"])
@permission_required(Permission.RESOURCE_MANAGE)
def recall(resource_id: int) -> ResponseReturnValue:
    """Take an own device back at once, after one question."""
    form, device = IncidentForm(), get_resource(resource_id, current_actor)
    if not may_manage(current_actor, owner_id=device.owner_id):
        abort(404)
    if form.validate_on_submit():
        try:
            wish = Wish(resource_id=resource_id, quantity=request.form.get("number", 1, type=int))
            incident = write(incidents.recall, [wish], by=current_actor, key=form.key.data or None)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            return redirect(url_for(".show", incident_id=incident.id))
    return render_template("booking/incidents/recall.html", form=form, resource=device), form.status


def _may(incident: Incident) -> dict[str, object]:
    """Say what this reader may do with each device."""
    release_ids = {item.id for item in incident.items if may_release(current_actor, item.resource)}
    ready_ids = {item.id for item in incident.items if may_report_ready(current_actor, item.resource, incident_municipality_id=incident.municipality_id)}
    own = incident.municipality_id == current_actor.municipality_id
    asks = own and current_actor.may(Permission.INCIDENT_DECLARE) and incident.ended_at is None
    ring = {item.id: queries.to_ring(item) for item in incident.items if asks and item.release is Release.ASKED}
    return {"may_release": release_ids, "may_ready": ready_ids, "is_own": own, "ring": ring}


displaced = Blueprint("displaced", __name__, url_prefix="/buchung/ersatz")


@displaced.route("/<int:displacement_id>")
@permission_required(Permission.BOOKING_READ)
def show_displacement(displacement_id: int) -> ResponseReturnValue:
    """Show what was taken away and what is free instead, with a button each."""
    return render_template("booking/incidents/displaced.html", **_displaced(displacement_id), broken=None)


@displaced.post("/<int:displacement_id>/annehmen")
@permission_required(Permission.BOOKING_REQUEST)
def accept(displacement_id: int) -> ResponseReturnValue:
    """Take one of the alternatives."""
    number, resource_id = (request.form.get(name, -1, type=int) for name in ("number", "resource"))
    try:
        placed = write(rebooking.accept, displacement_id, number, resource_id, by=current_actor)
    except RuleBroken as broken:
        return render_template("booking/incidents/displaced.html", **_displaced(displacement_id), broken=broken), broken.status
    return redirect(url_for("reserving.show_booking", booking_id=placed.id))


@displaced.post("/<int:displacement_id>/warten")
@permission_required(Permission.BOOKING_REQUEST)
def wait(displacement_id: int) -> ResponseReturnValue:
    """Wait for the device that was taken away."""
    try:
        write(rebooking.wait, displacement_id, by=current_actor)
    except RuleBroken as broken:
        flash(broken.message.said(_), "warning")
        return redirect(url_for(".show_displacement", displacement_id=displacement_id))
    flash(_("Sie stehen auf der Warteliste. Wird das Gerät rechtzeitig frei, erhalten Sie ein Angebot."), "success")
    return redirect(url_for(".show_displacement", displacement_id=displacement_id))


@displaced.post("/<int:displacement_id>/gelesen")
@permission_required(Permission.BOOKING_READ)
def acknowledge(displacement_id: int) -> ResponseReturnValue:
    """Note that the notice was read."""
    write(incidents.acknowledge, displacement_id, by=current_actor)
    flash(_("Danke, vermerkt."), "success")
    return redirect(url_for(".show_displacement", displacement_id=displacement_id))


def _displaced(displacement_id: int) -> dict[str, object]:
    """Return what was taken away, what is free instead, and whether the device could still come back in time."""
    displacement = get_displacement(displacement_id, current_actor)
    hopes = displacement.effect is Effect.DISPLACED and displacement.starts_at > clock.now()
    return {"displacement": displacement, "offers": offered(displacement), "may_wait": hopes and current_actor.may(Permission.BOOKING_REQUEST)}
