"""The page behind a personal link: answer a survey on a phone, without signing in."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from commons.access import public
from commons.database import write
from commons.errors import RuleBroken
from commons.jobs import find_job
from commons.people import Actor
from procurement import intake
from procurement.cells import letter
from procurement.forms.requests import LineForm
from procurement.forms.uploads import ListForm
from procurement.models import RoundInvitation
from procurement.queries import requests as queries
from procurement.queries import uploads
from procurement.queries.surveys import was_invited
from procurement.queries.wording import request_badge
from procurement.stages import EDITABLE, UploadStage
from procurement.views.acting import is_done
from procurement.views.coming_back import comes_back
from procurement.views.files import SHEET_TYPE, handed_out, sent_file
from procurement.views.intake import blueprint
from procurement.views.wording import unit_name
from procurement.views.writing import catalogue_found

FAULTS_SHOWN, LINES_SHOWN = 50, 100
# The address is a secret: it is kept nowhere and told to no other page.
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


@blueprint.route("/abfrage/<secret>", methods=["GET", "POST"])
@public
def answer_round(secret: str) -> ResponseReturnValue:
    """Write down what is needed, line by line."""
    invitation, actor = _invited(secret)
    form = LineForm(text=request.args.get("artikel", ""))
    if form.validate_on_submit():
        try:
            added = write(intake.visitor_adds_line, secret, intake.line_by_hand(**form.values))
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(gettext("Zeile %(number)s ist eingetragen.", number=added.number), "success")
            return redirect(url_for(".answer_round", secret=secret))
    return _page(secret, invitation, actor, form), form.status, PRIVATE


def _invited(secret: str) -> tuple[RoundInvitation, Actor]:
    found = intake.invited(secret)
    if found is None:
        abort(410 if was_invited(secret) else 404)
    return found


def _page(secret: str, invitation: RoundInvitation, actor: Actor, form: LineForm, list_form: ListForm | None = None) -> str:
    draft, sent = intake.draft_of(invitation, actor), intake.visitor_list(invitation, actor)
    faults = uploads.faults_of(sent) if sent else []
    return render_template(
        "procurement/answer_round.html",
        secret=secret,
        survey=invitation.round,
        place=invitation.organisation,
        person=actor.person_name,
        draft=draft,
        lines=queries.lines_of(draft, actor) if draft else [],
        writes=draft is None or draft.stage in EDITABLE,
        lines_shown=LINES_SHOWN,
        sent=sent,
        is_reading=sent is not None and sent.stage is UploadStage.READING,
        job=find_job(sent.job_id, by=actor) if sent and sent.job_id else None,
        faults=faults[:FAULTS_SHOWN],
        open_faults=len(faults),
        hidden_rows=uploads.hidden_rows(sent) if sent else [],
        asked=intake,
        letter=letter,
        line_form=form,
        list_form=list_form or ListForm(formdata=None),
        form=list_form or form,
        badge=request_badge,
        unit_name=unit_name,
        address_of=lambda article: url_for(".answer_round", secret=secret, artikel=article, _anchor="eintragen"),
        **catalogue_found(),
    )


@blueprint.route("/abfrage/<secret>/vorlage.xlsx")
@public
def visitor_fill_in_list(secret: str) -> ResponseReturnValue:
    """Hand out the fill-in list of the place that was asked."""
    invitation, actor = _invited(secret)
    year = invitation.round.year
    return handed_out(intake.fill_in_list(year, by=actor), name=f"bedarf-{year}.xlsx", media_type=SHEET_TYPE)


@blueprint.route("/abfrage/<secret>/liste", methods=["POST"])
@public
def visitor_send_list(secret: str) -> ResponseReturnValue:
    """Take a filled-in list in; where nothing is doubtful, it is a request at once."""
    (invitation, actor), form = _invited(secret), ListForm()
    if is_done(form, lambda: _take_in(secret, form)):
        return redirect(url_for(".answer_round", secret=secret))
    return _page(secret, invitation, actor, LineForm(formdata=None), form), form.status, PRIVATE


def _take_in(secret: str, form: ListForm) -> None:
    name, media_type, content = sent_file(form.file.data)
    intake.visitor_sends_list(secret, name, media_type=media_type, content=content)


@blueprint.route("/abfrage/<secret>/liste/<int:upload_id>/antworten", methods=["POST"])
@public
@comes_back
def visitor_answer(secret: str, upload_id: int) -> ResponseReturnValue:
    """Settle doubtful cells of the list."""
    invitation, actor = _invited(secret)
    sent = intake.get_visitor_list(invitation, upload_id, actor)
    given = intake.answers_from(uploads.faults_of(sent), request.form)
    hidden = request.form.getlist("hidden", type=int)
    if given or hidden:
        intake.visitor_answers(secret, upload_id, given, hidden=hidden)
    else:
        flash(gettext("Sie haben noch keine Antwort gewählt."), "warning")
    return redirect(url_for(".answer_round", secret=secret))


@blueprint.route("/abfrage/<secret>/liste/<int:upload_id>/verwerfen", methods=["POST"])
@public
@comes_back
def visitor_discard(secret: str, upload_id: int) -> ResponseReturnValue:
    """Throw the list away."""
    _invited(secret)
    write(intake.visitor_discards, secret, upload_id)
    return redirect(url_for(".answer_round", secret=secret))


@blueprint.route("/abfrage/<secret>/zeilen/<int:line_id>/entfernen", methods=["POST"])
@public
@comes_back
def visitor_remove_line(secret: str, line_id: int) -> ResponseReturnValue:
    """Take a line out."""
    _invited(secret)
    write(intake.visitor_removes_line, secret, line_id)
    return redirect(url_for(".answer_round", secret=secret))


@blueprint.route("/abfrage/<secret>/abgeben", methods=["POST"])
@public
@comes_back
def visitor_submit(secret: str) -> ResponseReturnValue:
    """Hand the lines on for approval."""
    _invited(secret)
    write(intake.visitor_submits, secret)
    flash(gettext("Danke. Ihr Bedarf ist gemeldet und wartet auf die Genehmigung."), "success")
    return redirect(url_for(".answer_round", secret=secret))


@blueprint.route("/abfrage/<secret>/kein-bedarf", methods=["POST"])
@public
@comes_back
def visitor_no_demand(secret: str) -> ResponseReturnValue:
    """Say that nothing is needed."""
    _invited(secret)
    write(intake.visitor_needs_nothing, secret)
    flash(gettext("Danke. „Kein Bedarf“ ist vermerkt."), "success")
    return redirect(url_for(".answer_round", secret=secret))
