"""Many people at once, from a sheet."""

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from commons.access import current_actor, fresh_sign_in_required, permission_required
from commons.database import write
from commons.errors import RuleBroken
from commons.permissions import Permission
from commons.sheets import SheetFault
from verbund.administration.forms import ImportForm
from verbund.administration.place import blueprint
from verbund.importing import SheetRefused, import_people, people_template

MANAGE = Permission.PERSON_MANAGE
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.route("/personen/einlesen", methods=["GET", "POST"])
@permission_required(MANAGE)
@fresh_sign_in_required
def import_people_sheet() -> ResponseReturnValue:
    """Take over the people of a sheet: all or none, every fault named with its cell."""
    form, faults = ImportForm(), list[SheetFault]()
    if form.validate_on_submit():
        try:
            done = write(import_people, form.file.data.read(), by=[current_actor])
            flash(gettext("Neu eingetragene Personen: %(people)s, Rollen: %(roles)s.", people=done.added, roles=done.roles), "success")
            return redirect(url_for(".list_people"))
        except RuleBroken as broken:
            form.refuse(broken)
            faults = list(broken.faults) if isinstance(broken, SheetRefused) else []
    return render_template("administration/import.html", form=form, faults=faults), form.status


@blueprint.get("/personen/vorlage.xlsx")
@permission_required(MANAGE)
def people_sheet_template() -> ResponseReturnValue:
    """Hand out the workbook to fill in."""
    return Response(people_template(current_actor), mimetype=XLSX, headers={"Content-Disposition": 'attachment; filename="personen.xlsx"'})
