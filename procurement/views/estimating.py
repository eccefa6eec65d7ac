"""Pages of the estimated value: a person's price for a position, and the value of a bundle for the file."""

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from commons.access import current_actor, permission_required
from commons.database import write
from commons.permissions import Permission
from procurement import bundling
from procurement.forms.bundles import EstimateForm
from procurement.queries import bundles as queries
from procurement.views.acting import is_done, moved_on
from procurement.views.bundling import blueprint
from procurement.views.files import SHEET_TYPE, handed_out
from procurement.views.paging import months_asked
from procurement.views.reviewing import render_position

P = Permission


@blueprint.route("/<int:bundle_id>/positionen/<int:position_id>/schaetzung", methods=["POST"])
@permission_required(P.BUNDLE_EDIT)
def estimate_price(bundle_id: int, position_id: int) -> ResponseReturnValue:
    """Estimate the price of a position where no list names one."""
    form = EstimateForm()
    ground = form.ground.data or ""
    if is_done(form, lambda: write(bundling.estimate_price, bundle_id, position_id, price=form.price.data, ground=ground, by=current_actor)):
        return moved_on(gettext("Die Schätzung ist gespeichert."), url_for(".show_position", bundle_id=bundle_id, position_id=position_id))
    return render_position(bundle_id, position_id, estimate_form=form), form.status


@blueprint.route("/<int:bundle_id>/geschaetzter-wert.xlsx")
@permission_required(P.BUNDLE_EDIT)
def worth_sheet(bundle_id: int) -> ResponseReturnValue:
    """Hand out the estimated value as Excel."""
    bundle = queries.get_led_bundle(bundle_id, current_actor)
    return handed_out(bundling.worth_sheet_of(bundle, months_asked()), name=f"geschaetzter-wert-{bundle.id}.xlsx", media_type=SHEET_TYPE)


@blueprint.route("/<int:bundle_id>/geschaetzter-wert.pdf")
@permission_required(P.BUNDLE_EDIT)
def worth_document(bundle_id: int) -> ResponseReturnValue:
    """Hand out the estimated value as an accessible PDF for the file."""
    bundle = queries.get_led_bundle(bundle_id, current_actor)
    content = bundling.worth_document_of(bundle, months_asked(), by=current_actor)
    return handed_out(content, name=f"geschaetzter-wert-{bundle.id}.pdf", media_type="application/pdf")
