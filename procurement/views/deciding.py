"""Pages to hand a request on: submit, approve, send back, withdraw, name the budget account."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from commons.access import current_actor, permission_required
from commons.database import write
from commons.errors import RuleBroken
from commons.permissions import Permission
from commons.words import Message, say
from procurement import intake
from procurement.forms.requests import AccountForm, DecideForm, ReasonForm
from procurement.models import PurchaseRequest
from procurement.queries import requests as queries
from procurement.views.coming_back import comes_back
from procurement.views.intake import blueprint, render_request

P = Permission


@blueprint.route("/bedarf/<int:request_id>/einreichen", methods=["POST"])
@permission_required(P.DEMAND_SUBMIT)
@comes_back
def submit(request_id: int) -> ResponseReturnValue:
    """Hand a request on for approval."""
    write(intake.submit, request_id, by=current_actor)
    flash(gettext("Die Bedarfsmeldung ist eingereicht. Die zuständigen Personen haben einen Brief bekommen."), "success")
    return redirect(url_for(".show_request", request_id=request_id))


@blueprint.route("/bedarf/<int:request_id>/genehmigen", methods=["POST"])
@permission_required(P.DEMAND_APPROVE)
def approve(request_id: int) -> ResponseReturnValue:
    """Approve a request with its funds."""
    form = DecideForm()
    if form.validate_on_submit():
        try:
            write(intake.approve, request_id, version=_number(form.version.data), by=current_actor)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(gettext("Die Bedarfsmeldung ist genehmigt."), "success")
            return redirect(url_for(".list_to_approve"))
    shown = queries.get_request_inside(request_id, current_actor)
    return render_request(shown, decide_form=form, form=form), form.status


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


@blueprint.route("/bedarf/<int:request_id>/zurueckgeben", methods=["GET", "POST"])
@permission_required(P.DEMAND_APPROVE)
def send_back(request_id: int) -> ResponseReturnValue:
    """Give a request back with a reason."""
    words = (say("Zurückgeben"), say("Wer die Meldung geschrieben hat, bekommt Ihren Grund als Brief und kann nachbessern."))
    return _with_reason(request_id, intake.send_back, words, gettext("Die Bedarfsmeldung ist zurückgegeben."))


@blueprint.route("/bedarf/<int:request_id>/zurueckziehen", methods=["GET", "POST"])
@permission_required(P.DEMAND_SUBMIT)
def withdraw(request_id: int) -> ResponseReturnValue:
    """Take a request back for good."""
    words = (say("Zurückziehen"), say("Die Meldung wird nicht weiter bearbeitet. Das lässt sich nicht rückgängig machen."))
    return _with_reason(request_id, intake.withdraw, words, gettext("Die Bedarfsmeldung ist zurückgezogen."))


def _with_reason(request_id: int, verb: Callable[..., PurchaseRequest], words: tuple[Message, Message], done: str) -> ResponseReturnValue:
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            write(verb, request_id, reason=form.reason.data, by=current_actor)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(done, "success")
            return redirect(url_for(".show_request", request_id=request_id))
    shown = queries.get_request_inside(request_id, current_actor)
    return render_template("procurement/give_reason.html", form=form, demand=shown, words=words), form.status


@blueprint.route("/bedarf/<int:request_id>/konto", methods=["POST"])
@permission_required(P.DEMAND_SUBMIT, P.DEMAND_APPROVE)
def name_account(request_id: int) -> ResponseReturnValue:
    """Name the budget account of the lines without one, or of those that were chosen."""
    form = AccountForm()
    if form.validate_on_submit():
        chosen = request.form.getlist("line_ids", type=int) or None
        count = write(intake.set_budget_account, request_id, account=form.budget_account.data, line_ids=chosen, by=current_actor)
        flash(ngettext("%(num)s Zeile hat nun ein Produktsachkonto.", "%(num)s Zeilen haben nun ein Produktsachkonto.", count), "success")
        return redirect(url_for(".show_request", request_id=request_id))
    return render_request(queries.get_request_inside(request_id, current_actor), account_form=form, form=form), form.status
