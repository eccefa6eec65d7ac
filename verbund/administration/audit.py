"""The auditor's own page: what lies in the stated scope, and all of it as one workbook."""

from flask import Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from commons import export
from commons.access import current_actor, permission_required
from commons.permissions import Permission
from verbund.administration.audit_sheets import sheets_of
from verbund.administration.journal import XLSX
from verbund.administration.place import blueprint


@blueprint.get("/pruefung")
@permission_required(Permission.JOURNAL_READ)
def show_audit() -> ResponseReturnValue:
    """Show how much of each kind lies in the scope."""
    return render_template("administration/audit.html", sheets=sheets_of(current_actor), audits=current_actor.audits)


@blueprint.get("/pruefung.xlsx")
@permission_required(Permission.JOURNAL_READ)
def export_audit() -> ResponseReturnValue:
    """Hand out everything in the scope, one sheet a kind."""
    tables = [(sheet.title.said(gettext), [name.said(gettext) for name in sheet.head], sheet.rows) for sheet in sheets_of(current_actor)]
    answer = Response(export.as_workbook(tables), mimetype=XLSX)
    answer.headers["Content-Disposition"] = 'attachment; filename="pruefung.xlsx"'
    return answer
