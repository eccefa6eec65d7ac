"""Pages to ask a single line back, and to answer through a personal link."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from commons.access import current_actor, permission_required, public
from commons.database import write
from commons.permissions import Permission
from procurement import intake
from procurement.forms.requests import AnswerForm, QuestionForm
from procurement.models import LineQuestion
from procurement.queries import questions
from procurement.queries import requests as queries
from procurement.views.acting import is_done, moved_on
from procurement.views.intake import blueprint
from procurement.views.visiting import PRIVATE

P = Permission


@blueprint.route("/bedarf/<int:request_id>/zeilen/<int:line_id>/rueckfrage", methods=["GET", "POST"])
@permission_required(P.DEMAND_READ)
def ask_back(request_id: int, line_id: int) -> ResponseReturnValue:
    """Ask a doubtful line back to whoever sent it."""
    form, shown = QuestionForm(), queries.get_request(request_id, current_actor)
    line = queries.get_line(shown, line_id)
    if is_done(form, lambda: write(intake.ask_back, request_id, line_id, question=form.question.data, by=current_actor)):
        return moved_on(gettext("Die Rückfrage ist abgeschickt. Die Antwort steht dann bei der Zeile."), url_for(".show_request", request_id=request_id))
    return render_template("procurement/ask_back.html", form=form, demand=shown, line=line), form.status


@blueprint.route("/rueckfrage/<secret>", methods=["GET", "POST"])
@public
def answer_question(secret: str) -> ResponseReturnValue:
    """Answer a question on a line without signing in."""
    asked, form = _asked(secret), AnswerForm()
    if is_done(form, lambda: write(intake.answer_question, secret, is_right=form.is_right.data == "yes", answer=form.answer.data or "")):
        flash(gettext("Danke. Ihre Antwort ist bei der Bedarfsmeldung vermerkt."), "success")
        return redirect(url_for(".answer_question", secret=secret))
    return render_template("procurement/answer_question.html", form=form, asked=asked, line=asked.line, secret=secret), form.status, PRIVATE


def _asked(secret: str) -> LineQuestion:
    found = questions.find_question(secret)
    if found is None:
        abort(410 if questions.was_asked(secret) else 404)
    return found
