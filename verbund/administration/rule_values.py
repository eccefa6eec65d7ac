"""Values of law and habit: what counts from when, by which source, confirmed by whom."""

from itertools import groupby

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from commons import rule_names, rule_values
from commons.access import current_actor, permission_required
from commons.clock import today
from commons.database import write
from commons.errors import RuleBroken
from commons.permissions import Permission
from commons.rule_values import NewValue
from verbund.administration.forms import RuleValueForm
from verbund.administration.place import blueprint

READ, CONFIRM = Permission.RULE_VALUE_READ, Permission.RULE_VALUE_CONFIRM


@blueprint.get("/regelwerte")
@permission_required(READ)
def list_rule_values() -> ResponseReturnValue:
    """List every value by the rules it belongs to."""
    groups = [(regime, list(values)) for regime, values in groupby(rule_values.all_values(), key=lambda value: value.regime)]
    open_count = sum(not value.confirmed for _regime, values in groups for value in values)
    may_confirm = current_actor.may(CONFIRM)
    return render_template("administration/rule_values.html", groups=groups, open_count=open_count, may_confirm=may_confirm, names=rule_names)


@blueprint.post("/regelwerte/<int:value_id>/bestaetigen")
@permission_required(CONFIRM)
def confirm_rule_value(value_id: int) -> ResponseReturnValue:
    """Confirm a value."""
    try:
        write(rule_values.confirm, value_id, by=current_actor)
        flash(gettext("Der Wert ist bestätigt."), "success")
    except RuleBroken as broken:
        flash(broken.message.said(gettext), "warning")
    return redirect(url_for(".list_rule_values", _anchor=f"wert-{value_id}"))


@blueprint.route("/regelwerte/<int:value_id>/neu", methods=["GET", "POST"])
@permission_required(CONFIRM)
def add_rule_value(value_id: int) -> ResponseReturnValue:
    """Add a value of the same kind that counts from another day."""
    follows = rule_values.get_value(value_id)
    form = RuleValueForm(valid_from=today())
    if form.validate_on_submit():
        try:
            value = write(rule_values.add_value, value_id, _new_value(form), by=current_actor)
            return redirect(url_for(".list_rule_values", _anchor=f"wert-{value.id}"))
        except RuleBroken as broken:
            form.refuse(broken)
    return render_template("administration/rule_value_form.html", form=form, follows=follows, names=rule_names), form.status


def _new_value(form: RuleValueForm) -> NewValue:
    return NewValue(
        text=form.text.data.strip(),
        valid_from=form.valid_from.data,
        valid_to=form.valid_to.data,
        legal_basis=form.legal_basis.data or None,
        source=form.source.data,
        note=form.note.data or None,
    )
