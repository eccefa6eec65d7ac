"""Pages of lots: propose, name, move positions."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from commons.access import current_actor, permission_required
from commons.database import write
from commons.errors import RuleBroken
from commons.permissions import Permission
from procurement import bundling
from procurement.forms.bundles import LotForm, MoveLotForm
from procurement.models import Bundle
from procurement.queries import bundles as queries
from procurement.views.bundling import blueprint

P = Permission


@blueprint.route("/<int:bundle_id>/lose", methods=["GET", "POST"])
@permission_required(P.BUNDLE_EDIT)
def show_lots(bundle_id: int) -> ResponseReturnValue:
    """Show the lots with their positions and estimated values, and move positions between them."""
    bundle, form = queries.get_led_bundle(bundle_id, current_actor), MoveLotForm()
    form.lot_id.choices = [(lot.id, f"{lot.number} {lot.title}") for lot in bundle.lots]
    if form.validate_on_submit():
        try:
            change = write(bundling.move_to_lot, bundle_id, form.position_ids.data, lot_id=form.lot_id.data, by=current_actor)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(change.said.said(gettext), "success")
            return redirect(url_for(".show_lots", bundle_id=bundle_id))
    return _page(queries.get_led_bundle(bundle_id, current_actor), form, LotForm(formdata=None)), form.status


def _page(bundle: Bundle, form: MoveLotForm, lot_form: LotForm) -> str:
    rows = queries.position_rows(bundle, current_actor)
    values = bundling.value_by_lot((row.lot_id, row.value) for row in rows)
    return render_template("procurement/show_lots.html", bundle=bundle, rows=rows, values=values, move_form=form, lot_form=lot_form, form=form)


@blueprint.route("/<int:bundle_id>/lose/vorschlagen", methods=["POST"])
@permission_required(P.BUNDLE_EDIT)
def propose_lots(bundle_id: int) -> ResponseReturnValue:
    """Distribute positions without a lot by trade."""
    change = write(bundling.propose_lots, bundle_id, by=current_actor)
    flash(change.said.said(gettext), "success")
    return redirect(url_for(".show_lots", bundle_id=bundle_id))


@blueprint.route("/<int:bundle_id>/lose/neu", methods=["POST"])
@permission_required(P.BUNDLE_EDIT)
def add_lot(bundle_id: int) -> ResponseReturnValue:
    """Add an empty lot."""
    form = LotForm()
    if form.validate_on_submit():
        write(bundling.add_lot, bundle_id, title=form.title.data, by=current_actor)
        return redirect(url_for(".show_lots", bundle_id=bundle_id))
    bundle, move_form = queries.get_led_bundle(bundle_id, current_actor), MoveLotForm(formdata=None)
    move_form.lot_id.choices = [(lot.id, f"{lot.number} {lot.title}") for lot in bundle.lots]
    return _page(bundle, move_form, form), form.status


@blueprint.route("/<int:bundle_id>/lose/<int:lot_id>/entfernen", methods=["POST"])
@permission_required(P.BUNDLE_EDIT)
def remove_lot(bundle_id: int, lot_id: int) -> ResponseReturnValue:
    """Remove an empty lot."""
    write(bundling.remove_lot, bundle_id, lot_id, by=current_actor)
    return redirect(url_for(".show_lots", bundle_id=bundle_id))
