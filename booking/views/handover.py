"""Out and back today: a big button each, for phones and gloves."""

import io

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import handover, upkeep
from booking.displacing import CAUSES
from booking.forms.handover import DefectForm, HandOutForm, ObjectionForm, TakeBackForm, accessories_of, accessories_out
from booking.handover.opening import may_hand_over
from booking.models import Booking, Cause, Resource
from booking.queries import handover as queries
from booking.queries.belongings import numbers_in
from booking.queries.bookings import get_booking
from booking.queries.charges import charges_about, may_charge
from booking.queries.deciding import asked_of_me
from booking.queries.fleet import get_resource
from booking.queries.keeping import may_report_ready
from booking.stages import Stage
from commons import clock
from commons.access import current_actor, permission_required
from commons.database import write
from commons.errors import NotFound, RuleBroken
from commons.permissions import Permission
from commons.words import Message

blueprint = Blueprint("handover", __name__, url_prefix="/buchung/heute")


@blueprint.app_template_filter()
def cause_name(cause: Cause) -> Message:
    """Name why a device is blocked."""
    return CAUSES[cause]


@blueprint.route("/")
@permission_required(Permission.HANDOVER_RECORD)
def today() -> ResponseReturnValue:
    """Show what goes out and comes back today, the requests that wait and what is blocked."""
    requests = asked_of_me(current_actor) if current_actor.may(Permission.BOOKING_APPROVE) else []
    return render_template("booking/handover/today.html", now=clock.now(), today=queries.today(current_actor), requests=requests)


@blueprint.route("/<int:booking_id>/ausgeben", methods=["GET", "POST"])
@permission_required(Permission.HANDOVER_RECORD)
def hand_out(booking_id: int) -> ResponseReturnValue:
    """Write down that devices go out."""
    booking = _booking(booking_id)
    form = HandOutForm.about(booking, accessories_of(booking), mine=current_actor.person_name, numbers=numbers_in(booking))
    if form.validate_on_submit():
        try:
            write(handover.hand_out, booking_id, form.record(), by=current_actor, version=form.known_version)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("Ausgegeben. Gute Arbeit!"), "success")
            return redirect(url_for(".today"))
    return render_template("booking/handover/hand_out.html", form=form, booking=_booking(booking_id)), form.status


@blueprint.route("/<int:booking_id>/zuruecknehmen", methods=["GET", "POST"])
@permission_required(Permission.HANDOVER_RECORD)
def take_back(booking_id: int) -> ResponseReturnValue:
    """Write down that devices are back, on the same list."""
    booking, uses = _booking(booking_id), queries.uses_of(booking_id)
    form = TakeBackForm.about(booking, accessories_out(uses), mine=current_actor.person_name)
    if form.validate_on_submit():
        try:
            write(handover.take_back, booking_id, form.record(), by=current_actor, version=form.known_version)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("Zurückgenommen. Was von der Zeit übrig ist, ist wieder frei."), "success")
            return redirect(url_for(".today"))
    return render_template("booking/handover/take_back.html", form=form, booking=_booking(booking_id), uses=queries.uses_of(booking_id)), form.status


@blueprint.route("/geraet/<int:resource_id>/defekt", methods=["GET", "POST"])
@permission_required(Permission.HANDOVER_RECORD)
def report_defect(resource_id: int) -> ResponseReturnValue:
    """Report a defect: the second tap blocks the device and warns the next."""
    form = DefectForm()
    device = _device_to_report(resource_id)
    if form.validate_on_submit():
        try:
            number, expected = form.quantity.data or 1, form.expected_at
            write(upkeep.report_defect, resource_id, by=current_actor, quantity=number, reason=form.reason.data or "", expected_at=expected)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("Gesperrt. Wer das Gerät als Nächstes gebucht hat, ist gewarnt."), "success")
            return redirect(url_for(".today"))
    return render_template("booking/handover/defect.html", form=form, resource=device), form.status


@blueprint.post("/sperre/<int:block_id>/repariert")
@permission_required(Permission.HANDOVER_RECORD)
def repaired(block_id: int) -> ResponseReturnValue:
    """Report a device as repaired."""
    try:
        write(upkeep.repaired, block_id, by=current_actor)
    except RuleBroken as broken:
        flash(broken.message.said(_), "warning")
    else:
        flash(_("Das Gerät ist wieder frei."), "success")
    return redirect(url_for(".today"))


@blueprint.route("/nutzung/<int:use_id>")
@permission_required(Permission.BOOKING_READ)
def show_use(use_id: int) -> ResponseReturnValue:
    """Show how a device was really used."""
    use = queries.get_use(use_id, current_actor)
    objects = current_actor.may(Permission.BOOKING_REQUEST) and current_actor.municipality_id == use.municipality_id != use.resource.owner.municipality_id
    more = {"may_object": objects, "may_charge": may_charge(use, current_actor), "charges": charges_about(use_id, current_actor)}
    return render_template("booking/handover/show_use.html", use=use, **more)


@blueprint.route("/nutzung/<int:use_id>/widersprechen", methods=["GET", "POST"])
@permission_required(Permission.BOOKING_REQUEST)
def object_to(use_id: int) -> ResponseReturnValue:
    """Object to what the other side wrote down."""
    form, use = ObjectionForm(), queries.get_use(use_id, current_actor)
    if form.validate_on_submit():
        try:
            write(handover.object_to, use_id, form.objection.data or "", by=current_actor)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("Ihr Widerspruch steht bei der Nutzung. Die andere Seite ist benachrichtigt."), "success")
            return redirect(url_for(".show_use", use_id=use_id))
    return render_template("booking/handover/object_to.html", form=form, use=use), form.status


@blueprint.route("/foto/<int:photo_id>")
@permission_required(Permission.BOOKING_READ)
def show_photo(photo_id: int) -> ResponseReturnValue:
    """Show a photo of a handover to both sides."""
    file = queries.get_photo(photo_id, current_actor).file
    response = send_file(io.BytesIO(file.content), mimetype=file.media_type, download_name=file.name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def handover_of(booking: Booking) -> dict[str, object]:
    """Say for a booking's page whether this reader hands it over now, and how it was used."""
    hands = may_hand_over(booking, current_actor)
    return {
        "may_hand_out": hands and booking.stage is Stage.CONFIRMED,
        "may_take_back": hands and booking.stage is Stage.OUT,
        "uses": queries.uses_of(booking.id),
        "late": queries.late_before(booking.id),
    }


def _booking(booking_id: int) -> Booking:
    """Return a booking that this person may hand over."""
    booking = get_booking(booking_id, current_actor)
    if not may_hand_over(booking, current_actor):
        raise NotFound
    return booking


def _device_to_report(resource_id: int) -> Resource:
    """Return a device whose defect this person may report: its keeper, or who has it."""
    device, out = get_resource(resource_id, current_actor), queries.open_use(resource_id)
    if not may_report_ready(current_actor, device) and (out is None or out.organisation_id != current_actor.organisation_id):
        raise NotFound
    return device
