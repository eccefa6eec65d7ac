"""Pages of the register of suppliers."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from commons.access import current_actor, permission_required
from commons.database import write
from commons.errors import RuleBroken
from commons.permissions import Permission
from procurement import suppliers
from procurement.exchange import supplier_sheet
from procurement.forms.suppliers import ImportForm, RemarkForm, SupplierForm
from procurement.queries import suppliers as queries
from procurement.views.acting import is_done, moved_on
from procurement.views.files import handed_out, sent_file
from procurement.views.tendering import SHEET

blueprint = Blueprint("suppliers", __name__, url_prefix="/beschaffung/lieferanten")
P = Permission


@blueprint.route("/")
@permission_required(P.SUPPLIER_MANAGE)
def list_suppliers() -> ResponseReturnValue:
    """Show the firms, or those that fit the words."""
    text = request.args.get("suche", "")
    return render_template("procurement/tenders/list_suppliers.html", found=queries.suppliers(current_actor, text=text), text=text)


@blueprint.route("/neu", methods=["GET", "POST"])
@permission_required(P.SUPPLIER_MANAGE)
def add() -> ResponseReturnValue:
    """Enter a firm."""
    form = SupplierForm()
    if is_done(form, lambda: write(suppliers.add, form.values, categories=form.names, by=current_actor)):
        return moved_on(gettext("Die Firma steht im Verzeichnis."), url_for(".list_suppliers"))
    return render_template("procurement/tenders/edit_supplier.html", form=form, firm=None), form.status


@blueprint.route("/<int:supplier_id>", methods=["GET", "POST"])
@permission_required(P.SUPPLIER_MANAGE)
def show_supplier(supplier_id: int) -> ResponseReturnValue:
    """Show a firm with its remarks, and write one."""
    firm, form = queries.get_supplier(supplier_id, current_actor), RemarkForm()
    if is_done(form, lambda: write(suppliers.remark, supplier_id, form.text.data, by=current_actor)):
        return moved_on(gettext("Die Bemerkung ist eingetragen."), url_for(".show_supplier", supplier_id=supplier_id))
    return render_template("procurement/tenders/show_supplier.html", form=form, firm=firm), form.status


@blueprint.route("/<int:supplier_id>/aendern", methods=["GET", "POST"])
@permission_required(P.SUPPLIER_MANAGE)
def change(supplier_id: int) -> ResponseReturnValue:
    """Change what the register says of a firm."""
    firm = queries.get_supplier(supplier_id, current_actor)
    form = SupplierForm(obj=firm, categories="\n".join(one.name for one in firm.categories)) if request.method == "GET" else SupplierForm()
    if request.method == "GET":
        form.categories.data = "\n".join(one.name for one in firm.categories)
    if is_done(form, lambda: write(suppliers.change, supplier_id, form.values, categories=form.names, by=current_actor)):
        return moved_on(gettext("Die Angaben sind geändert."), url_for(".show_supplier", supplier_id=supplier_id))
    return render_template("procurement/tenders/edit_supplier.html", form=form, firm=queries.get_supplier(supplier_id, current_actor)), form.status


@blueprint.route("/<int:supplier_id>/ausscheiden", methods=["POST"])
@permission_required(P.SUPPLIER_MANAGE)
def retire(supplier_id: int) -> ResponseReturnValue:
    """Ask a firm no longer."""
    write(suppliers.retire, supplier_id, by=current_actor)
    return moved_on(gettext("Die Firma wird nicht mehr gefragt. Sie bleibt im Verzeichnis."), url_for(".show_supplier", supplier_id=supplier_id))


@blueprint.route("/einlesen", methods=["GET", "POST"])
@permission_required(P.SUPPLIER_MANAGE)
def import_list() -> ResponseReturnValue:
    """Take over a list from Excel."""
    form, done = ImportForm(), None
    if form.validate_on_submit():
        try:
            done = write(suppliers.import_list, sent_file(form.file.data)[2], by=current_actor)
        except RuleBroken as broken:
            form.refuse(broken)
    return render_template("procurement/tenders/import_suppliers.html", form=form, done=done), form.status


@blueprint.route("/vorlage.xlsx")
@permission_required(P.SUPPLIER_MANAGE)
def template() -> ResponseReturnValue:
    """Hand out an empty list."""
    return handed_out(supplier_sheet.template(), name="lieferanten.xlsx", media_type=SHEET)
