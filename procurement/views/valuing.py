"""Pages of value and procedure: the rules of the day, summands with their sources, the proposal, the decision."""

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from commons.access import current_actor, permission_required
from commons.database import write
from commons.errors import RuleBroken
from commons.permissions import Permission
from commons.words import Message, say
from procurement import tendering
from procurement.forms.choosing import choices
from procurement.forms.tendering import ProcedureForm, RulesForm
from procurement.forms.valuing import ExemptForm, MoveForm, SummandForm
from procurement.models import Tender
from procurement.queries import tender_values as values
from procurement.queries import tenders as queries
from procurement.rules.procedure import PROFILES_OF, Procedure, Proposal, duties
from procurement.rules.procedure_values import RuleRow
from procurement.views.acting import is_done, moved_on
from procurement.views.tendering import blueprint

P = Permission


def _page(tender_id: int) -> str:
    return url_for("tendering.show_value", tender_id=tender_id)


@blueprint.route("/<int:tender_id>/wert", methods=["GET", "POST"])
@permission_required(P.TENDER_EDIT)
def show_value(tender_id: int) -> ResponseReturnValue:
    """Show the estimate with every summand, the proposal with its reasons, and take the decision."""
    tender, form = queries.get_led_tender(tender_id, current_actor), ProcedureForm()
    form.procedure.choices = choices([(procedure.value, text.said(gettext)) for procedure, text in _procedures(tender)])
    if is_done(form, lambda: _decide(tender_id, form)):
        return moved_on(gettext("Das Verfahren ist entschieden."), url_for("tendering.show_tender", tender_id=tender_id))
    return _shown(queries.get_led_tender(tender_id, current_actor), form), form.status


def _decide(tender_id: int, form: ProcedureForm) -> None:
    write(tendering.decide_procedure, tender_id, Procedure(form.procedure.data), reason=form.reason.data or "", by=current_actor)


def _shown(tender: Tender, form: ProcedureForm) -> str:
    rows = values.rule_rows()
    proposal, missing = _proposed(tender, rows)
    if proposal is not None and request.method == "GET":
        form.procedure.data = (tender.procedure or proposal.procedure).value
    parts = _value_of(tender, rows) | (_consequences(tender, proposal, rows) if proposal else {"duties": [], "small": None})
    return render_template("procurement/tenders/show_value.html", form=form, tender=tender, proposal=proposal, missing=missing, **parts)


def _procedures(tender: Tender) -> list[tuple[Procedure, Message]]:
    """Return the procedures in their words, each with what the value says about it."""
    proposal, _missing = _proposed(tender, values.rule_rows())
    grounds = [procedure for procedure, _text in proposal.with_ground] if proposal else []
    found = []
    for procedure, name in values.profile_of(tender).names.items():
        if proposal is not None and procedure in proposal.not_allowed:
            found.append((procedure, say("%(name)s (bei diesem Wert nicht zulässig)", name=name)))
        else:
            found.append((procedure, say("%(name)s (nur mit einem Grund nach dem Gesetz)", name=name) if procedure in grounds else name))
    return found


def _proposed(tender: Tender, rows: Sequence[RuleRow]) -> tuple[Proposal | None, Message | None]:
    """Return the proposal, or why there is none."""
    try:
        return values.proposal_for(tender, rows), None
    except RuleBroken as broken:
        return None, broken.message


def _value_of(tender: Tender, rows: Sequence[RuleRow]) -> dict[str, object]:
    counted = values.estimate_of(tender, rows)
    return {
        "pairs": list(zip(values.summands_of(tender), counted.summands, strict=True)),
        "estimate": counted,
        "profile": values.profile_of(tender),
        "unpriced": tendering.unpriced_lines(tender),
        "beside": values.beside_of(tender, rows),
    }


def _consequences(tender: Tender, proposal: Proposal, rows: Sequence[RuleRow]) -> dict[str, object]:
    """Return what the value brings with it: duties, and the small lots that may leave the EU regime."""
    chosen, profile = tender.procedure or proposal.procedure, values.profile_of(tender)
    found = duties(proposal.net, procedure=chosen, kind=tender.kind, day=tender.begins_on, rows=rows, profile=profile)
    return {"duties": found, "small": values.small_lots_of(tender, rows)}


@blueprint.route("/<int:tender_id>/wert/regelwerk", methods=["GET", "POST"])
@permission_required(P.TENDER_EDIT)
def set_rules(tender_id: int) -> ResponseReturnValue:
    """Set the day whose rules count, and the set of rules."""
    tender = queries.get_led_tender(tender_id, current_actor)
    form = RulesForm(day=tender.begins_on, regime=tender.regime)
    form.regime.choices = choices([(profile.regime, profile.title.said(gettext)) for profile in PROFILES_OF[tender.kind]])
    if is_done(form, lambda: write(tendering.set_rules, tender_id, day=form.day.data, regime=form.regime.data, by=current_actor)):
        return moved_on(gettext("Stichtag und Regelwerk sind festgelegt."), _page(tender_id))
    return render_template("procurement/tenders/set_rules.html", form=form, tender=queries.get_led_tender(tender_id, current_actor)), form.status


@blueprint.route("/<int:tender_id>/wert/summand", methods=["GET", "POST"])
@permission_required(P.TENDER_EDIT)
def add_summand(tender_id: int) -> ResponseReturnValue:
    """Add a part to the estimate."""
    tender, form = queries.get_led_tender(tender_id, current_actor), SummandForm(months=12)
    form.tender_lot_id.choices = choices([(lot.id, f"{lot.name} {lot.title}") for lot in tender.lots])
    form.municipality_id.choices = choices([(buyer.municipality_id, buyer.municipality.name) for buyer in tender.buyers])
    if is_done(form, lambda: write(tendering.add_summand, tender_id, form.summand, by=current_actor)):
        return moved_on(gettext("Der Summand ist eingetragen."), _page(tender_id))
    return render_template("procurement/tenders/add_summand.html", form=form, tender=queries.get_led_tender(tender_id, current_actor)), form.status


@blueprint.route("/<int:tender_id>/wert/summand/<int:summand_id>/entfernen", methods=["POST"])
@permission_required(P.TENDER_EDIT)
def remove_summand(tender_id: int, summand_id: int) -> ResponseReturnValue:
    """Take a part out of the estimate."""
    write(tendering.remove_summand, tender_id, summand_id, by=current_actor)
    return redirect(_page(tender_id))


@blueprint.route("/<int:tender_id>/wert/neu-berechnen", methods=["POST"])
@permission_required(P.TENDER_EDIT)
def reckon_anew(tender_id: int) -> ResponseReturnValue:
    """Take quantities and prices from the bundle as they stand now."""
    write(tendering.reckon_anew, tender_id, by=current_actor)
    return moved_on(gettext("Werte und Positionen sind neu aus der Bündelung übernommen."), _page(tender_id))


@blueprint.route("/<int:tender_id>/wert/kleine-lose", methods=["POST"])
@permission_required(P.TENDER_EDIT)
def exempt_lots(tender_id: int) -> ResponseReturnValue:
    """Let small lots leave the EU regime."""
    form, tender = ExemptForm(), queries.get_led_tender(tender_id, current_actor)
    form.exempted.choices = choices([(lot.id, lot.title) for lot in tender.lots])
    if form.validate_on_submit():
        write(tendering.exempt_lots, tender_id, form.exempted.data or [], by=current_actor)
    return redirect(_page(tender_id))


@blueprint.route("/<int:tender_id>/wert/kleine-lose/verschieben", methods=["GET", "POST"])
@permission_required(P.TENDER_EDIT)
def move_exempted(tender_id: int) -> ResponseReturnValue:
    """Move the exempted lots to a procurement of their own."""
    form = MoveForm()
    if is_done(form, lambda: write(tendering.move_exempted, tender_id, reason=form.reason.data or "", by=current_actor)):
        newest = values.exempted_from(queries.get_led_tender(tender_id, current_actor))[-1]
        return moved_on(gettext("Die kleinen Lose stehen jetzt in einer eigenen Vergabe."), url_for("tendering.show_value", tender_id=newest.id))
    lead = gettext("Die ausgenommenen Lose kommen in eine eigene Vergabe. Ihr Wert zählt hier weiter mit.")
    words = (gettext("Ausgenommene Lose verschieben"), lead)
    return render_template("procurement/tenders/give_reason.html", form=form, tender=queries.get_led_tender(tender_id, current_actor), words=words), form.status
