"""Bookings that exist already come in from a calendar or a table: upload, preview of every row, take over."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from booking import importing
from booking.exchange import booking_sheet
from booking.forms.importing import ImportFileForm, TakeOverForm, chosen, field_of
from booking.importing import Fate
from booking.queries.fleet import resources
from booking.queries.imported import get_import
from booking.queries.series import who_holds
from booking.views.reserving import blueprint
from commons.access import current_actor, permission_required
from commons.database import write
from commons.errors import RuleBroken
from commons.permissions import Permission

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = {Fate.FREE: "success", Fate.TAKEN: "danger", Fate.UNKNOWN: "warning", Fate.DOUBLE: "info", Fate.LEFT_OUT: "info", Fate.FAULTY: "danger"}


@blueprint.route("/einlesen", methods=["GET", "POST"])
@permission_required(Permission.BOOKING_REQUEST)
def import_bookings() -> ResponseReturnValue:
    """Hand in a file."""
    form = ImportFileForm()
    form.offer(resources(current_actor))
    if form.validate_on_submit():
        try:
            kept = write(importing.keep, form.file.data.filename or "", form.file.data.read(), by=current_actor)
            return redirect(url_for(".show_import", file_id=kept.id, geraet=form.device.data or None))
        except RuleBroken as broken:
            form.refuse(broken)
    return render_template("booking/import_bookings.html", form=form), form.status


@blueprint.route("/einlesen/<int:file_id>", methods=["GET", "POST"])
@permission_required(Permission.BOOKING_REQUEST)
def show_import(file_id: int) -> ResponseReturnValue:
    """Show what becomes of every row, then take over what is free."""
    form, file, choices = TakeOverForm(), get_import(file_id, current_actor), chosen(request.values)
    if form.validate_on_submit() and request.form.get("step") == "take":
        try:
            count = write(importing.take_over, file_id, choices, seen=form.seen.data or "", by=current_actor)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(ngettext("Eine Buchung ist übernommen.", "%(num)s Buchungen sind übernommen.", count), "success")
            return redirect(url_for(".show_import", file_id=file_id, geraet=choices.all_for))
    look = importing.look(file_id, choices, by=current_actor)
    form.seen.data = look.fingerprint
    return render_template("booking/show_import.html", form=form, file=file, look=look, choices=choices, **_facts(look)), form.status


@blueprint.get("/einlesen/vorlage.xlsx")
@permission_required(Permission.BOOKING_REQUEST)
def import_template() -> Response:
    """Hand out the workbook to fill in."""
    content = booking_sheet.template(tuple(device.name for device in resources(current_actor)))
    return Response(content, mimetype=XLSX, headers={"Content-Disposition": 'attachment; filename="buchungen.xlsx"'})


def _facts(look: importing.Look) -> dict[str, object]:
    """Return who stands in the way, and what the names of the file may mean."""
    rivals = [rival for row in look.of(Fate.TAKEN) for rival in row.rivals]
    names = [(name, field_of(name)) for name in look.unknown_names]
    counts = [(importing.LABELS[fate], KINDS[fate], len(look.of(fate))) for fate in Fate if look.of(fate)]
    return {
        "who": who_holds(rivals, current_actor),
        "names": names,
        "counts": counts,
        "kinds": KINDS,
        "labels": importing.LABELS,
        "singly": importing.not_understood(look),
    } | _devices(bool(names))


def _devices(wanted: bool) -> dict[str, object]:  # noqa: FBT001 (no page without unknown names needs them)
    return {"devices": resources(current_actor) if wanted else []}
