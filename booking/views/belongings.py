"""Pages for what belongs to a device: parts, stock, files; and for the sites with their hours."""

import io

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import fleet, settling
from booking.forms.belongings import MORE_ROWS, FileForm, HoursForm, RowsForm, items_in, parts_in
from booking.forms.impact import answers_in
from booking.models import FileKind, Resource
from booking.queries import belongings as queries
from booking.queries.approval import may_manage
from booking.queries.fleet import get_resource
from booking.queries.impact import Changed
from booking.queries.members import users
from booking.queries.tightening import reopened
from booking.views.fleet import blueprint
from booking.views.refusals import hit_by
from commons.access import current_actor, permission_required
from commons.database import write
from commons.errors import RuleBroken
from commons.permissions import Permission


@blueprint.route("/<int:resource_id>/teile", methods=["GET", "POST"])
@permission_required(Permission.RESOURCE_MANAGE)
def set_parts(resource_id: int) -> ResponseReturnValue:
    """Say what a kit consists of."""
    form, whole = RowsForm(), _kept(resource_id)
    devices = queries.possible_parts(whole, current_actor)
    if form.validate_on_submit():
        try:
            write(fleet.set_parts, resource_id, parts_in(request.form, devices), by=current_actor)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("Gespeichert. Wer den Satz bucht, bekommt alle seine Teile."), "success")
            return redirect(url_for(".show_resource", resource_id=resource_id))
    whole = _kept(resource_id)
    parts = {part.part_id: part.quantity for part in whole.parts}
    shown = {"devices": queries.possible_parts(whole, current_actor), "parts": parts, "impacts": hit_by(form.refused, [whole])}
    return render_template("booking/set_parts.html", form=form, resource=whole, **shown), form.status


@blueprint.route("/<int:resource_id>/bestand", methods=["GET", "POST"])
@permission_required(Permission.RESOURCE_MANAGE)
def count_stock(resource_id: int) -> ResponseReturnValue:
    """Write down whose items a pool holds and which have a number."""
    form = RowsForm()
    _kept(resource_id)
    if form.validate_on_submit():
        try:
            write(fleet.count_stock, resource_id, items_in(request.form), by=current_actor)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("Der Bestand ist eingetragen."), "success")
            return redirect(url_for(".show_resource", resource_id=resource_id))
    pool, rows = _kept(resource_id), items_in(request.form) or queries.stock_of(resource_id)
    return render_template("booking/count_stock.html", form=form, resource=pool, rows=rows, more=MORE_ROWS, owners=users()), form.status


@blueprint.route("/<int:resource_id>/dateien", methods=["GET", "POST"])
@permission_required(Permission.RESOURCE_MANAGE)
def keep_files(resource_id: int) -> ResponseReturnValue:
    """Add photos and documents, and take them away."""
    form = FileForm()
    _kept(resource_id)
    if form.validate_on_submit():
        try:
            sent, caption = form.file.data, form.caption.data or ""
            name, content = sent.filename or "", sent.read()
            write(fleet.add_file, resource_id, name=name, media_type=sent.mimetype, content=content, caption=caption, by=current_actor)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("Die Datei steht beim Gerät."), "success")
            return redirect(url_for(".keep_files", resource_id=resource_id))
    return render_template("booking/keep_files.html", form=form, resource=_kept(resource_id), files=queries.files_of(resource_id)), form.status


@blueprint.post("/datei/<int:file_id>/entfernen")
@permission_required(Permission.RESOURCE_MANAGE)
def remove_file(file_id: int) -> ResponseReturnValue:
    """Show a file no longer."""
    removed = write(fleet.remove_file, file_id, by=current_actor)
    flash(_("Die Datei wird nicht mehr gezeigt."), "success")
    return redirect(url_for(".keep_files", resource_id=removed.resource_id))


@blueprint.route("/datei/<int:file_id>")
@permission_required(Permission.RESOURCE_READ)
def show_file(file_id: int) -> ResponseReturnValue:
    """Show a photo, or hand a document out."""
    found = queries.get_file(file_id, current_actor)
    kept, attached = found.file, found.kind is FileKind.DOCUMENT
    response = send_file(io.BytesIO(kept.content), mimetype=kept.media_type, download_name=kept.name, as_attachment=attached)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@blueprint.route("/standorte")
@permission_required(Permission.RESOURCE_MANAGE)
def list_sites() -> ResponseReturnValue:
    """List the own sites with their hours."""
    return render_template("booking/list_sites.html", sites=queries.sites(current_actor))


@blueprint.route("/standorte/<int:site_id>", methods=["GET", "POST"])
@permission_required(Permission.RESOURCE_MANAGE)
def set_hours(site_id: int) -> ResponseReturnValue:
    """Say when a site is open."""
    form, site = HoursForm(), queries.get_site(site_id, current_actor)
    if form.validate_on_submit():
        try:
            answers, address = answers_in(request.form), form.address.data or ""
            write(settling.set_hours, site_id, address=address, opening=form.opening, answers=answers, by=current_actor)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("Gespeichert. Neue Buchungen beginnen und enden in diesen Zeiten."), "success")
            return redirect(url_for(".list_sites"))
    elif request.method == "GET":
        form.fill(site)
    impacts = hit_by(form.refused, fleet.devices_at(site_id), Changed(terms=lambda device: reopened(device, fleet.hours_of(form.opening))))
    return render_template("booking/set_hours.html", form=form, site=queries.get_site(site_id, current_actor), impacts=impacts), form.status


def _kept(resource_id: int) -> Resource:
    """Return a device that this person keeps."""
    device = get_resource(resource_id, current_actor)
    if not may_manage(current_actor, owner_id=device.owner_id):
        abort(404)
    return device
