"""Pages of the award: compute, propose, inform, confirm as the second person, note how letters went out."""

import json

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from commons.access import current_actor, fresh_sign_in_required, permission_required
from commons.database import write
from commons.errors import NotFound
from commons.permissions import Permission
from procurement import awarding, comparing
from procurement.forms.evaluation import ReasonForm
from procurement.forms.evaluation_award import ComplaintForm, ConfirmForm, DeviateForm, HandleForm, ProposeForm, SentForm, deviate_form
from procurement.models import AwardDecision, Tender
from procurement.queries import awards, evaluation
from procurement.queries.evaluation import get_led_opened_tender, get_opened_tender
from procurement.queries.tenders import leads
from procurement.rules.winners_tender import Status
from procurement.tender_stages import LETTER_NAMES, LetterKind, LotOutcome
from procurement.views.acting import is_done, moved_on
from procurement.views.files import handed_out
from procurement.views.tendering import PDF
from procurement.views.wording_evaluation import LOT_OUTCOME_NAMES, words_after_opening

blueprint = Blueprint("awarding", __name__, url_prefix="/beschaffung/zuschlag")
P = Permission


@blueprint.context_processor
def _words() -> dict[str, object]:
    return words_after_opening() | {
        "letter_names": LETTER_NAMES,
        "kinds": LetterKind,
        "lot_outcomes": LotOutcome,
        "outcome_names": LOT_OUTCOME_NAMES,
        "statuses": Status,
    }


def page_of(tender_id: int) -> str:
    """Return the address of the award of a tender."""
    return url_for("awarding.show", tender_id=tender_id)


@blueprint.route("/<int:tender_id>")
@permission_required(P.BID_READ)
def show(tender_id: int) -> ResponseReturnValue:
    """Show the computation with its explanations, the proposal, what still stands in its way, and the letters."""
    tender = get_opened_tender(tender_id, current_actor)
    decision = awards.find_decision(tender)
    return render_template(
        "procurement/awards/show.html",
        tender=tender,
        decision=decision,
        leads=leads(tender, current_actor),
        letters=awards.letters_of(tender),
        undelivered=awards.undelivered_of(tender),
        complaints=awards.complaints_of(tender),
        draw=evaluation.find_draw(tender),
        must_inform=awarding.must_inform(tender),
        duties=awarding.duties_of(tender),
        **_of_run(tender),
        **_of_decision(tender, decision),
    )


def _of_run(tender: Tender) -> dict[str, object]:
    """Return the latest computation and the job that does it."""
    run = awards.find_run(tender)
    return {"run": run, "job": awards.find_job_of(run) if run else None}


def _of_decision(tender: Tender, decision: AwardDecision | None) -> dict[str, object]:
    """Return gaps, shares and savings of a decision; a direct purchase has no positions to reckon with."""
    field = comparing.field_of(tender)
    if decision is None or not field.offers:
        return {"gaps": [], "shares": []}
    award = awarding.award_of_decision(field, decision)
    gaps = awarding.gaps_before_award(tender, decision, award) if decision.confirmed_at is None else []
    ids = {buyer.municipality.name: buyer.municipality_id for buyer in tender.buyers}
    savings = {saving.municipality_id: saving for saving in awarding.savings_of(field, award.won)}
    shares = [{"name": name, "share": share, "saving": savings.get(ids[name])} for name, share in sorted(award.shares.items())]
    return {"gaps": gaps, "shares": shares}


@blueprint.route("/<int:tender_id>/berechnen", methods=["POST"])
@permission_required(P.TENDER_EDIT)
def compute(tender_id: int) -> ResponseReturnValue:
    """Let the worker compute the award."""
    write(awarding.start_run, tender_id, by=current_actor)
    return moved_on(gettext("Die Vergabe wird im Hintergrund berechnet."), page_of(tender_id))


@blueprint.route("/<int:tender_id>/abbrechen", methods=["POST"])
@permission_required(P.TENDER_EDIT)
def cancel(tender_id: int) -> ResponseReturnValue:
    """Stop a running computation."""
    write(awarding.cancel_run, tender_id, by=current_actor)
    return moved_on(gettext("Die Berechnung wird abgebrochen."), page_of(tender_id))


@blueprint.route("/<int:tender_id>/berechnung.json")
@permission_required(P.BID_READ)
def run_input(tender_id: int) -> ResponseReturnValue:
    """Hand out the input of the computation, so that anybody can compute it again with `verbund award`."""
    run = awards.find_run(get_opened_tender(tender_id, current_actor))
    if run is None:
        raise NotFound
    content = json.dumps(run.input, ensure_ascii=False, indent=1).encode()
    return handed_out(content, name=f"vergabe-{tender_id}.json", media_type="application/json")


@blueprint.route("/<int:tender_id>/vorschlagen", methods=["GET", "POST"])
@permission_required(P.TENDER_EDIT)
def propose(tender_id: int) -> ResponseReturnValue:
    """Propose the award as computed."""
    tender, form = get_led_opened_tender(tender_id, current_actor), ProposeForm()
    run = awards.find_run(tender)
    if run is None:
        raise NotFound
    if is_done(form, lambda: write(awarding.propose, tender_id, run.id, reason=form.reason.data, by=current_actor)):
        return moved_on(gettext("Der Zuschlag ist vorgeschlagen. Eine zweite Person bestätigt ihn."), page_of(tender_id))
    return render_template("procurement/awards/propose.html", form=form, tender=tender, run=run), form.status


@blueprint.route("/<int:tender_id>/abweichen", methods=["GET", "POST"])
@permission_required(P.TENDER_EDIT)
def deviate(tender_id: int) -> ResponseReturnValue:
    """Propose another award than the computed one, with a reason."""
    tender = get_led_opened_tender(tender_id, current_actor)
    run = awards.find_run(tender)
    if run is None:
        raise NotFound
    form = deviate_form(tender.lots, comparing.field_of(tender).offers)
    if is_done(form, lambda: _deviate(form, tender, run.id)):
        return moved_on(gettext("Die abweichende Vergabe ist vorgeschlagen. Eine zweite Person bestätigt sie."), page_of(tender_id))
    return render_template("procurement/awards/deviate.html", form=form, tender=tender, run=run), form.status


def _deviate(form: DeviateForm, tender: Tender, run_id: int) -> None:
    reasons = {"reason": form.reason.data, "deviation_reason": form.deviation_reason.data}
    write(awarding.propose, tender.id, run_id, choices=form.chosen(tender.lots), by=current_actor, **reasons)


@blueprint.route("/<int:tender_id>/zurueckziehen", methods=["GET", "POST"])
@permission_required(P.TENDER_EDIT)
def withdraw(tender_id: int) -> ResponseReturnValue:
    """Take the proposal back."""
    tender, form = get_led_opened_tender(tender_id, current_actor), ReasonForm()
    if is_done(form, lambda: write(awarding.withdraw, tender_id, reason=form.reason.data, by=current_actor)):
        return moved_on(gettext("Der Vorschlag ist zurückgezogen."), page_of(tender_id))
    words = (gettext("Vorschlag zurückziehen"), gettext("Der Vorschlag bleibt in der Akte; ein neuer tritt daneben."))
    return render_template("procurement/evaluation/give_reason.html", form=form, tender=tender, words=words, back=page_of(tender_id)), form.status


@blueprint.route("/<int:tender_id>/informieren", methods=["POST"])
@permission_required(P.TENDER_EDIT)
def inform(tender_id: int) -> ResponseReturnValue:
    """Write to the losers before the award."""
    write(awarding.inform_losers, tender_id, by=current_actor)
    return moved_on(gettext("Die unterlegenen Bieter sind informiert."), page_of(tender_id))


@blueprint.route("/<int:tender_id>/bestaetigen", methods=["GET", "POST"])
@permission_required(P.AWARD_CONFIRM)
@fresh_sign_in_required
def confirm(tender_id: int) -> ResponseReturnValue:
    """Award as the second person, after the own identity was proved again."""
    tender, form = get_opened_tender(tender_id, current_actor), ConfirmForm()
    decision = awards.find_decision(tender)
    if decision is None:
        raise NotFound
    if is_done(form, lambda: write(awarding.confirm, tender_id, by=current_actor)):
        return moved_on(gettext("Der Zuschlag ist bestätigt. Bitte versenden Sie jetzt die Zuschlagsschreiben."), page_of(tender_id))
    return render_template("procurement/awards/confirm.html", form=form, tender=get_opened_tender(tender_id, current_actor), decision=decision), form.status


@blueprint.route("/<int:tender_id>/schreiben/<int:letter_id>.pdf")
@permission_required(P.BID_READ)
def letter(tender_id: int, letter_id: int) -> ResponseReturnValue:
    """Hand out an award letter, to be signed."""
    found = awards.get_letter(get_opened_tender(tender_id, current_actor), letter_id)
    if found.file is None:
        raise NotFound
    return handed_out(found.file.content, name=found.file.name, media_type=PDF)


@blueprint.route("/<int:tender_id>/schreiben/<int:letter_id>/versand", methods=["GET", "POST"])
@permission_required(P.TENDER_EDIT)
def note_sent(tender_id: int, letter_id: int) -> ResponseReturnValue:
    """Note when and how a letter went out."""
    tender, form = get_led_opened_tender(tender_id, current_actor), SentForm()
    found = awards.get_letter(tender, letter_id)
    values = {"sent_on": form.sent_on.data, "channel": form.channel.data}
    if is_done(form, lambda: write(awarding.note_sent, tender_id, letter_id, by=current_actor, **values)):
        return moved_on(gettext("Tag und Weg des Versands sind vermerkt."), page_of(tender_id))
    return render_template("procurement/awards/note_sent.html", form=form, tender=tender, letter=found), form.status


@blueprint.route("/<int:tender_id>/beanstandung", methods=["GET", "POST"])
@permission_required(P.TENDER_EDIT)
def note_complaint(tender_id: int) -> ResponseReturnValue:
    """Note a complaint about the intended award."""
    tender, form = get_led_opened_tender(tender_id, current_actor), ComplaintForm()
    values = {"complainant": form.complainant.data, "text": form.text.data, "received_on": form.received_on.data}
    if is_done(form, lambda: write(awarding.note_complaint, tender_id, by=current_actor, **values)):
        return moved_on(gettext("Die Beanstandung ist vermerkt; der Zuschlag wartet."), page_of(tender_id))
    return render_template("procurement/awards/complaint.html", form=form, tender=tender, complaint=None), form.status


@blueprint.route("/<int:tender_id>/beanstandung/<int:complaint_id>", methods=["GET", "POST"])
@permission_required(P.TENDER_EDIT)
def handle_complaint(tender_id: int, complaint_id: int) -> ResponseReturnValue:
    """Note what became of a complaint."""
    tender, form = get_led_opened_tender(tender_id, current_actor), HandleForm()
    complaint = awards.get_complaint(tender, complaint_id)
    handled = {"remedied_on": form.remedied_on.data, "authority_informed_on": form.authority_informed_on.data, "outcome": form.outcome.data or ""}
    if is_done(form, lambda: write(awarding.handle_complaint, tender_id, complaint_id, awarding.Handled(**handled), by=current_actor)):
        return moved_on(gettext("Der Stand der Beanstandung ist eingetragen."), page_of(tender_id))
    return render_template("procurement/awards/complaint.html", form=form, tender=tender, complaint=complaint), form.status
