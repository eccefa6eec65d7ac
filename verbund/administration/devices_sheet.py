"""Many devices at once, from a sheet."""

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from commons.access import current_actor, permission_required
from commons.database import write
from commons.errors import RuleBroken
from commons.permissions import Permission
from commons.sheets import SheetFault
from verbund.administration.forms import ImportForm
from verbund.administration.people_sheet import XLSX
from verbund.administration.place import blueprint
from verbund.importing import SheetRefused, devices_template, import_devices

MANAGE = Permission.RESOURCE_MANAGE


@blueprint.route("/geraete/einlesen", methods=["GET", "POST"])
@permission_required(MANAGE)
def import_devices_sheet() -> ResponseReturnValue:
    """Take over the devices of a sheet: all or none, every fault named with its cell."""
    form, faults = ImportForm(), list[SheetFault]()
    if form.validate_on_submit():
        try:
            done = write(import_devices, form.file.data.read(), by=[current_actor])
            flash(gettext("Neu eingetragen: %(devices)s Geräte.", devices=done.added), "success")
            return redirect(url_for("fleet.list_resources", eigene=1))
        except RuleBroken as broken:
            form.refuse(broken)
            faults = list(broken.faults) if isinstance(broken, SheetRefused) else []
    return render_template("administration/import_devices.html", form=form, faults=faults), form.status


@blueprint.get("/geraete/vorlage.xlsx")
@permission_required(MANAGE)
def devices_sheet_template() -> Response:
    """Hand out the workbook to fill in."""
    return Response(devices_template(current_actor), mimetype=XLSX, headers={"Content-Disposition": 'attachment; filename="geraete.xlsx"'})
