"""Pages of the fleet: list, one device, register, edit, retire."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import fleet, settling
from booking.forms import ResourceForm
from booking.forms.fleet import ChangeForm
from booking.forms.impact import answers_in
from booking.models import Resource
from booking.queries import belongings
from booking.queries import fleet as queries
from booking.queries.approval import BOOKERS, may_manage
from booking.queries.bookings import bookings_by_id, next_bookings
from booking.queries.handover import open_blocks
from booking.queries.impact import FOR_GOOD, NOTHING, Changed, impacts
from booking.queries.keeping import may_report_ready
from booking.queries.qualifications import names_of
from booking.views.refusals import hit_by
from commons import clock
from commons.access import current_actor, permission_required
from commons.database import write
from commons.errors import RuleBroken
from commons.permissions import Permission
from commons.sign_in import language_of_reader
from cooperation.links import measure_of
from cooperation.queries import numbered_choices

blueprint = Blueprint("fleet", __name__, url_prefix="/buchung/geraete")


@blueprint.route("/")
@permission_required(Permission.RESOURCE_READ)
def list_resources() -> ResponseReturnValue:
    """List the devices by category, all or the own."""
    own, category_id = request.args.get("eigene") == "1", request.args.get("art", type=int)
    found = queries.resources(current_actor, category_id=category_id, own=own)
    return render_template("booking/list_resources.html", resources=found, categories=queries.categories(), own=own, chosen=category_id)


@blueprint.route("/<int:resource_id>")
@permission_required(Permission.RESOURCE_READ)
def show_resource(resource_id: int) -> ResponseReturnValue:
    """Show a device, its terms and what is booked next."""
    resource = queries.get_resource(resource_id, current_actor)
    coming = next_bookings(resource_id, after=clock.now())
    known = set(bookings_by_id([booking.id for booking in coming], current_actor))
    closures = queries.closures(resource_id, after=clock.now())
    manages = may_manage(current_actor, owner_id=resource.owner_id)
    measure = measure_of("resource", resource.id)
    shown = {"closures": closures, "known": known, "may_manage": manages, "measure": measure, **_belongings(resource), **_standing(resource)}
    return render_template("booking/show_resource.html", resource=resource, coming=coming, **shown)


def _standing(resource: Resource) -> dict[str, object]:
    """Say what keeps the device from being ready, whether this reader may report on it, and read why."""
    own = resource.owner.municipality_id == current_actor.municipality_id
    return {"blocks": open_blocks(resource.id), "may_report": may_report_ready(current_actor, resource), "reads_why": own}


@blueprint.route("/neu", methods=["GET", "POST"])
@permission_required(Permission.RESOURCE_MANAGE)
def register() -> ResponseReturnValue:
    """Enter a device."""
    form = ResourceForm()
    measures = numbered_choices(current_actor, "booking", language=language_of_reader())
    form.offer(owners=queries.owners(current_actor), categories=queries.all_categories(), measures=measures)
    if form.validate_on_submit():
        try:
            resource = write(fleet.register, form.registration(), by=current_actor)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("Das Gerät ist eingetragen und kann gebucht werden."), "success")
            return redirect(url_for(".show_resource", resource_id=resource.id))
    return render_template("booking/register.html", form=form), form.status


def _offered(resource: Resource) -> ChangeForm:
    form = ChangeForm()
    measures = numbered_choices(current_actor, "booking", besides=resource.measure_number, language=language_of_reader())
    form.offer(owners=[resource.owner, *queries.owners(current_actor)], categories=queries.all_categories(), measures=measures)
    return form


def _entered(form: ChangeForm, resource: Resource) -> tuple[fleet.Registration, Changed]:
    """Read what was typed, and what it would leave of the device for those who have booked it."""
    entered = form.registration(resource)
    return entered, Changed(fewer=max(0, resource.quantity - entered.quantity), terms=lambda _: fleet.conditions_in(entered))


@blueprint.route("/<int:resource_id>/bearbeiten", methods=["GET", "POST"])
@permission_required(Permission.RESOURCE_MANAGE)
def change(resource_id: int) -> ResponseReturnValue:
    """Change what is known of a device."""
    resource = queries.get_resource(resource_id, current_actor)
    form, changed = _offered(resource), NOTHING
    if form.validate_on_submit():
        entered, changed = _entered(form, resource)
        try:
            write(settling.change, resource_id, entered, version=form.known_version, answers=answers_in(request.form), by=current_actor)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            return redirect(url_for(".show_resource", resource_id=resource_id))
    elif request.method == "GET":
        form.fill(resource)
    resource = queries.get_resource(resource_id, current_actor)
    hit = hit_by(form.refused, [resource], changed)
    return render_template("booking/change_resource.html", form=form, resource=resource, impacts=hit, shrinks=changed.fewer > 0), form.status


@blueprint.route("/<int:resource_id>/ausmustern", methods=["GET", "POST"])
@permission_required(Permission.RESOURCE_MANAGE)
def retire(resource_id: int) -> ResponseReturnValue:
    """Take a device out of service, after asking."""
    broken = None
    if request.method == "POST":
        try:
            write(settling.retire, resource_id, answers=answers_in(request.form), by=current_actor)
        except RuleBroken as refusal:
            broken = refusal
        else:
            flash(_("Das Gerät ist ausgemustert und wird nicht mehr angeboten."), "success")
            return redirect(url_for(".list_resources"))
    resource = queries.get_resource(resource_id, current_actor)
    hit = impacts(fleet.bookings_around(resource_id, after=clock.now()), [resource], current_actor, FOR_GOOD)
    return render_template("booking/retire.html", resource=resource, impacts=hit, broken=broken), broken.status if broken else 200


def _belongings(resource: Resource) -> dict[str, object]:
    """Return what belongs to a device besides its own facts."""
    return {
        "seasons": belongings.seasons_of(resource.id),
        "shares": belongings.shares_of(resource.id) if resource.is_pool else [],
        "files": belongings.files_of(resource.id),
        "bookers": BOOKERS[resource.bookers],
        "qualifications": names_of(resource.required_qualifications),
    }
