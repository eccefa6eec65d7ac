"""Pages of examination and comparison: where it stands, the comparison, points, ranking, the lot drawn between equal bids."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from commons import clock, journal
from commons.access import current_actor, permission_required
from commons.calendar_days import today_of
from commons.database import write
from commons.permissions import Permission
from commons.words import shown
from procurement import comparing, evaluating
from procurement.exchange import comparison_document, comparison_sheet
from procurement.forms.evaluation import PointsForm, ReasonForm, points_form
from procurement.models import Tender
from procurement.queries import bids, evaluation, tender_documents
from procurement.queries.evaluation import get_led_opened_tender, get_opened_tender
from procurement.queries.tenders import leads
from procurement.rules.bid_check import Weight
from procurement.rules.scoring import formula
from procurement.tender_stages import BID_STAGE_NAMES, FindingOutcome, FindingStage
from procurement.views.acting import is_done, moved_on
from procurement.views.files import handed_out
from procurement.views.tendering import PDF, SHEET
from procurement.views.wording import unit_name
from procurement.views.wording_evaluation import FINDING_STAGE_NAMES, OUTCOME_NAMES, TIE_STEP_NAMES, WEIGHT_NAMES, finding_badge, words_after_opening

blueprint = Blueprint("evaluating", __name__, url_prefix="/beschaffung/wertung")
P = Permission


@blueprint.context_processor
def _words() -> dict[str, object]:
    return words_after_opening() | {
        "is_settled": evaluation.is_settled,
        "finding_badge": finding_badge,
        "finding_stages": FINDING_STAGE_NAMES,
        "outcome_names": OUTCOME_NAMES,
        "outcomes": FindingOutcome,
        "weights": Weight,
        "weight_names": WEIGHT_NAMES,
        "tie_steps": TIE_STEP_NAMES,
        "bid_stage_names": BID_STAGE_NAMES,
        "unit_name": unit_name,
    }


def page_of(tender_id: int) -> str:
    """Return the address of the evaluation of a tender."""
    return url_for("evaluating.show", tender_id=tender_id)


@blueprint.route("/<int:tender_id>")
@permission_required(P.BID_READ)
def show(tender_id: int) -> ResponseReturnValue:
    """Show how far the evaluation is, all findings by stage, and the ranking."""
    tender = get_opened_tender(tender_id, current_actor)
    field = comparing.field_of(tender)
    session = bids.find_opening(tender)
    return render_template(
        "procurement/evaluation/show.html",
        tender=tender,
        field=field,
        leads=leads(tender, current_actor),
        open_findings=[finding for finding in field.findings if not evaluation.is_settled(finding)],
        by_stage=[(stage, [finding for finding in field.findings if finding.stage is stage]) for stage in FindingStage],
        entries=[entry for entry in bids.entries_of(session) if entry.stage.value != "opened"] if session else [],
        paper=bids.waiting_paper_bids(tender),
        rankings=list(zip(tender.lots, evaluation.evaluations_of(tender), strict=False)),
        **_progress(tender),
    )


def _progress(tender: Tender) -> dict[str, object]:
    """Return what decides the next step of an evaluation."""
    return {
        "draw_due": evaluating.is_draw_due(tender),
        "draw": evaluation.find_draw(tender),
        "scores": evaluation.scores_of(tender),
        "examined": journal_has(tender, "evaluation.examined"),
    }


def journal_has(tender: Tender, act: str) -> bool:
    """Tell whether an act was ever done on a tender."""
    return any(entry.act == act for entry in journal.entries_about("tender", tender.id))


@blueprint.route("/<int:tender_id>/pruefen", methods=["POST"])
@permission_required(P.BID_EXAMINE)
def examine(tender_id: int) -> ResponseReturnValue:
    """Let the check look at all bids."""
    write(evaluating.examine, tender_id, by=current_actor)
    return moved_on(gettext("Alle Angebote sind geprüft. Über jeden Befund entscheiden jetzt zwei Personen."), page_of(tender_id))


@blueprint.route("/<int:tender_id>/preisspiegel")
@permission_required(P.BID_READ)
def compare(tender_id: int) -> ResponseReturnValue:
    """Set the bids side by side."""
    tender = get_opened_tender(tender_id, current_actor)
    return render_template("procurement/evaluation/compare.html", tender=tender, comparison=comparing.compare(tender))


@blueprint.route("/<int:tender_id>/preisspiegel.xlsx")
@permission_required(P.BID_READ)
def compare_sheet(tender_id: int) -> ResponseReturnValue:
    """Hand out the comparison as Excel."""
    tender = get_opened_tender(tender_id, current_actor)
    return handed_out(comparison_sheet.write(comparing.compare(tender)), name=f"preisspiegel-{tender.id}.xlsx", media_type=SHEET)


@blueprint.route("/<int:tender_id>/preisspiegel.pdf")
@permission_required(P.BID_READ)
def compare_document(tender_id: int) -> ResponseReturnValue:
    """Hand out the comparison as PDF."""
    tender = get_opened_tender(tender_id, current_actor)
    length, head = journal.head()
    foot = comparison_document.Foot(author=tender.lead_municipality.name, printed=shown(today_of(clock.now())), journal=f"{length}, {head}")
    return handed_out(comparison_document.write(comparing.compare(tender), foot), name=f"preisspiegel-{tender.id}.pdf", media_type=PDF)


@blueprint.route("/<int:tender_id>/punkte", methods=["GET", "POST"])
@permission_required(P.BID_EXAMINE)
def give_points(tender_id: int) -> ResponseReturnValue:
    """Give points on the announced criteria."""
    tender = get_opened_tender(tender_id, current_actor)
    field, scores = comparing.field_of(tender), evaluation.scores_of(tender)
    criteria = field.version.criteria
    form = points_form(field.bids, criteria, scores)
    if leads(tender, current_actor) and is_done(form, lambda: _give(form, field, tender_id)):
        return moved_on(gettext("Die Punkte sind eingetragen. Bitte lassen Sie sie von einer zweiten Person bestätigen."), page_of(tender_id))
    values = {"form": form, "bids": field.bids, "criteria": criteria, "version": field.version, "leads": leads(tender, current_actor)}
    waiting = [score for score in scores if score.second_by_id is None]
    return render_template("procurement/evaluation/points.html", tender=tender, scores=scores, waiting=waiting, **values), form.status


def _give(form: PointsForm, field: comparing.Field, tender_id: int) -> None:
    given = {place: evaluating.Points(points=points, reason=reason) for place, (points, reason) in form.given(field.bids, field.version.criteria).items()}
    write(evaluating.give_points, tender_id, given, by=current_actor)


@blueprint.route("/<int:tender_id>/punkte/bestaetigen", methods=["POST"])
@permission_required(P.BID_EXAMINE)
def confirm_points(tender_id: int) -> ResponseReturnValue:
    """Confirm all points as the second person."""
    write(evaluating.confirm_points, tender_id, by=current_actor)
    return moved_on(gettext("Die Punkte sind bestätigt."), page_of(tender_id))


@blueprint.route("/<int:tender_id>/werten", methods=["POST"])
@permission_required(P.BID_EXAMINE)
def rank(tender_id: int) -> ResponseReturnValue:
    """Rank the bids as announced."""
    write(evaluating.evaluate, tender_id, by=current_actor)
    return moved_on(gettext("Die Angebote sind gewertet."), page_of(tender_id))


@blueprint.route("/<int:tender_id>/wieder-pruefen", methods=["GET", "POST"])
@permission_required(P.BID_EXAMINE)
def reopen(tender_id: int) -> ResponseReturnValue:
    """Take the examination up again."""
    tender, form = get_led_opened_tender(tender_id, current_actor), ReasonForm()
    if is_done(form, lambda: write(evaluating.reopen, tender_id, reason=form.reason.data, by=current_actor)):
        return moved_on(gettext("Die Prüfung ist wieder offen; ein Vorschlag für den Zuschlag ist damit hinfällig."), page_of(tender_id))
    words = (gettext("Prüfung wieder aufnehmen"), gettext("Die bisherige Wertung bleibt in der Akte; eine neue tritt daneben."))
    return render_template("procurement/evaluation/give_reason.html", form=form, tender=tender, words=words, back=page_of(tender_id)), form.status


@blueprint.route("/<int:tender_id>/los")
@permission_required(P.BID_READ)
def show_draw(tender_id: int) -> ResponseReturnValue:
    """Show what is drawn, by which seed, and who witnesses it."""
    tender = get_opened_tender(tender_id, current_actor)
    version = tender_documents.current_version(tender)
    values: dict[str, object] = {"due": evaluating.is_draw_due(tender), "call": evaluation.find_draw_call(tender), "draw": evaluation.find_draw(tender)}
    return render_template(
        "procurement/evaluation/draw.html", tender=tender, formula=formula(tender_documents.announced_of(version)), version=version, **values
    )


@blueprint.route("/<int:tender_id>/los/aufrufen", methods=["POST"])
@permission_required(P.BID_EXAMINE)
def call_draw(tender_id: int) -> ResponseReturnValue:
    """Call for the draw as the first witness."""
    write(evaluating.call_draw, tender_id, by=current_actor)
    return moved_on(
        gettext("Sie sind als erste Zeugin oder erster Zeuge eingetragen. Eine zweite Person zieht das Los."), url_for(".show_draw", tender_id=tender_id)
    )


@blueprint.route("/<int:tender_id>/los/ziehen", methods=["POST"])
@permission_required(P.BID_EXAMINE)
def draw(tender_id: int) -> ResponseReturnValue:
    """Draw as the second witness."""
    write(evaluating.draw, tender_id, by=current_actor)
    return moved_on(gettext("Das Los ist gezogen und aufgezeichnet."), url_for(".show_draw", tender_id=tender_id))
