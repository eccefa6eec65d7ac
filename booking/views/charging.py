"""Put a use on the account between two municipalities, and take it back by a counter-entry."""

from decimal import Decimal

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import charging
from booking.forms.charging import ChargeForm, TakeBackChargeForm
from booking.models import Use
from booking.queries.charges import may_charge, proposed_text
from booking.queries.handover import get_use
from booking.views.handover import blueprint
from commons.access import current_actor, permission_required
from commons.database import write
from commons.errors import NotFound, RuleBroken
from commons.permissions import Permission


@blueprint.route("/nutzung/<int:use_id>/verrechnen", methods=["GET", "POST"])
@permission_required(Permission.CHARGE_POST)
def charge(use_id: int) -> ResponseReturnValue:
    """Note what the other municipality owes."""
    form, use = ChargeForm(), _own(use_id)
    if form.validate_on_submit():
        try:
            write(charging.charge, use_id, form.amount.data or Decimal(0), form.text.data or "", by=current_actor)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("Verrechnet. Die andere Seite ist benachrichtigt."), "success")
            return redirect(url_for(".show_use", use_id=use_id))
    elif not form.is_submitted():
        form.text.data = proposed_text(use).said(_)
    return render_template("booking/handover/charge.html", form=form, use=use), form.status


@blueprint.route("/nutzung/<int:use_id>/stornieren", methods=["GET", "POST"])
@permission_required(Permission.CHARGE_POST)
def take_back_charge(use_id: int) -> ResponseReturnValue:
    """Take back what was charged."""
    form, use = TakeBackChargeForm(), _own(use_id)
    if form.validate_on_submit():
        try:
            write(charging.take_back, use_id, form.reason.data or "", by=current_actor)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("Storniert. Beide Einträge bleiben stehen, und die andere Seite ist benachrichtigt."), "success")
            return redirect(url_for(".show_use", use_id=use_id))
    return render_template("booking/handover/take_back_charge.html", form=form, use=use), form.status


def _own(use_id: int) -> Use:
    """Return a use that this person reckons."""
    use = get_use(use_id, current_actor)
    if not may_charge(use, current_actor):
        raise NotFound
    return use
