"""Pages of a finding: decide, confirm, ask the bidder, enter the answer."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from commons.access import current_actor, permission_required
from commons.database import write
from commons.permissions import Permission
from procurement import comparing, evaluating
from procurement.forms.choosing import choices
from procurement.forms.evaluation import AnswerForm, AskForm, DecideForm, FindingForm, ReasonForm
from procurement.queries import evaluation
from procurement.queries.evaluation import get_led_opened_tender, get_opened_tender
from procurement.queries.tenders import leads
from procurement.tender_stages import FindingOutcome
from procurement.views.acting import is_done, moved_on
from procurement.views.evaluating import blueprint, page_of
from procurement.views.wording_evaluation import FINDING_STAGE_NAMES

P = Permission


def _finding_page(tender_id: int, finding_id: int) -> str:
    return url_for("evaluating.show_finding", tender_id=tender_id, finding_id=finding_id)


@blueprint.route("/<int:tender_id>/befunde/<int:finding_id>", methods=["GET", "POST"])
@permission_required(P.BID_READ)
def show_finding(tender_id: int, finding_id: int) -> ResponseReturnValue:
    """Show a finding with its questions, and decide on it as the first person."""
    tender, form = get_opened_tender(tender_id, current_actor), DecideForm()
    finding = evaluation.get_finding(tender, finding_id)
    if is_done(form, lambda: _decide(form, tender_id, finding_id)):
        return moved_on(gettext("Ihre Entscheidung ist eingetragen. Eine zweite Person bestätigt sie."), page_of(tender_id))
    asked = [one for one in evaluation.clarifications_of(tender) if one.finding_id == finding.id]
    is_lead = leads(tender, current_actor)
    return render_template("procurement/evaluation/finding.html", form=form, tender=tender, finding=finding, asked=asked, leads=is_lead), form.status


def _decide(form: DecideForm, tender_id: int, finding_id: int) -> None:
    write(evaluating.decide, tender_id, finding_id, FindingOutcome(form.outcome.data), reason=form.reason.data, by=current_actor)


@blueprint.route("/<int:tender_id>/befunde/<int:finding_id>/bestaetigen", methods=["POST"])
@permission_required(P.BID_EXAMINE)
def confirm_finding(tender_id: int, finding_id: int) -> ResponseReturnValue:
    """Confirm a decision as the second person."""
    write(evaluating.confirm, tender_id, finding_id, by=current_actor)
    return moved_on(gettext("Die Entscheidung ist bestätigt."), page_of(tender_id))


@blueprint.route("/<int:tender_id>/befunde/<int:finding_id>/zurueckgeben", methods=["GET", "POST"])
@permission_required(P.BID_EXAMINE)
def give_back(tender_id: int, finding_id: int) -> ResponseReturnValue:
    """Give a decision back as the second person."""
    tender, form = get_opened_tender(tender_id, current_actor), ReasonForm()
    finding = evaluation.get_finding(tender, finding_id)
    if is_done(form, lambda: write(evaluating.give_back, tender_id, finding.id, reason=form.reason.data, by=current_actor)):
        return moved_on(gettext("Die Entscheidung ist zurückgegeben; der Befund ist wieder offen."), page_of(tender_id))
    words = (gettext("Entscheidung zurückgeben"), finding.opened_bid.bidder)
    back = _finding_page(tender_id, finding_id)
    return render_template("procurement/evaluation/give_reason.html", form=form, tender=tender, words=words, back=back), form.status


@blueprint.route("/<int:tender_id>/befunde/neu", methods=["GET", "POST"])
@permission_required(P.BID_EXAMINE)
def add_finding(tender_id: int) -> ResponseReturnValue:
    """Enter what the check cannot see."""
    tender, form = get_led_opened_tender(tender_id, current_actor), FindingForm()
    field = comparing.field_of(tender)
    form.opened_bid_id.choices = choices([(opened.id, opened.bidder) for opened in field.bids])
    form.lot_id.choices = choices([(0, gettext("alle Lose")), *((lot.id, f"{lot.name}: {lot.title}") for lot in tender.lots)])
    form.stage.choices = choices([(stage.value, name.said(gettext)) for stage, name in FINDING_STAGE_NAMES.items()])
    if is_done(form, lambda: write(evaluating.add_finding, tender_id, _entered(form), by=current_actor)):
        return moved_on(gettext("Der Befund ist eingetragen."), page_of(tender_id))
    return render_template("procurement/evaluation/add_finding.html", form=form, tender=tender), form.status


def _entered(form: FindingForm) -> evaluating.NewFinding:
    stage, weight = form.chosen
    values = {"opened_bid_id": form.opened_bid_id.data, "lot_id": form.lot_id.data or None, "text": form.text.data, "law": form.law.data or ""}
    return evaluating.NewFinding(stage=stage, weight=weight, **values)


@blueprint.route("/<int:tender_id>/befunde/<int:finding_id>/fragen", methods=["GET", "POST"])
@permission_required(P.BID_EXAMINE)
def ask_bidder(tender_id: int, finding_id: int) -> ResponseReturnValue:
    """Ask the bidder of a finding."""
    tender, form = get_led_opened_tender(tender_id, current_actor), AskForm()
    finding = evaluation.get_finding(tender, finding_id)
    if is_done(form, lambda: write(evaluating.ask_bidder, tender_id, finding_id, form.text.data, answer_until=form.moment, by=current_actor)):
        return moved_on(gettext("Der Brief an den Bieter ist unterwegs."), _finding_page(tender_id, finding_id))
    return render_template("procurement/evaluation/ask.html", form=form, tender=tender, finding=finding), form.status


@blueprint.route("/<int:tender_id>/aufklaerungen/<int:clarification_id>", methods=["GET", "POST"])
@permission_required(P.BID_EXAMINE)
def enter_answer(tender_id: int, clarification_id: int) -> ResponseReturnValue:
    """Enter what a bidder answered."""
    tender, form = get_led_opened_tender(tender_id, current_actor), AnswerForm()
    asked = evaluation.get_clarification(tender, clarification_id)
    if is_done(form, lambda: write(evaluating.enter_answer, tender_id, clarification_id, form.answer.data, by=current_actor)):
        return moved_on(gettext("Die Antwort ist eingetragen."), _finding_page(tender_id, asked.finding_id or 0))
    return render_template("procurement/evaluation/answer.html", form=form, tender=tender, asked=asked), form.status
