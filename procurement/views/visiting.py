"""The page behind a personal link: answer a survey on a phone, without signing in."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from commons.access import public
from commons.database import write
from commons.errors import RuleBroken
from commons.people import Actor
from procurement import intake
from procurement.forms.requests import LineForm
from procurement.models import RoundInvitation
from procurement.queries import requests as queries
from procurement.queries.surveys import was_invited
from procurement.queries.wording import request_badge, unit_name
from procurement.stages import EDITABLE
from procurement.views.intake import blueprint


@blueprint.route("/abfrage/<secret>", methods=["GET", "POST"])
@public
def answer_round(secret: str) -> ResponseReturnValue:
    """Write down what is needed, line by line."""
    invitation, actor = _invited(secret)
    form = LineForm()
    if form.validate_on_submit():
        try:
            added = write(intake.visitor_adds_line, secret, intake.line_by_hand(**form.values))
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(gettext("Zeile %(number)s ist eingetragen.", number=added.number), "success")
            return redirect(url_for(".answer_round", secret=secret))
    return _page(secret, invitation, actor, form), form.status, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


def _invited(secret: str) -> tuple[RoundInvitation, Actor]:
    found = intake.invited(secret)
    if found is None:
        abort(410 if was_invited(secret) else 404)
    return found


def _page(secret: str, invitation: RoundInvitation, actor: Actor, form: LineForm) -> str:
    draft = intake.draft_of(invitation, actor)
    return render_template(
        "procurement/answer_round.html",
        secret=secret,
        survey=invitation.round,
        place=invitation.organisation,
        person=actor.person_name,
        draft=draft,
        lines=queries.lines_of(draft, actor) if draft else [],
        writes=draft is None or draft.stage in EDITABLE,
        form=form,
        badge=request_badge,
        unit_name=unit_name,
    )


@blueprint.route("/abfrage/<secret>/zeilen/<int:line_id>/entfernen", methods=["POST"])
@public
def visitor_remove_line(secret: str, line_id: int) -> ResponseReturnValue:
    """Take a line out."""
    _invited(secret)
    write(intake.visitor_removes_line, secret, line_id)
    return redirect(url_for(".answer_round", secret=secret))


@blueprint.route("/abfrage/<secret>/abgeben", methods=["POST"])
@public
def visitor_submit(secret: str) -> ResponseReturnValue:
    """Hand the lines on for approval."""
    _invited(secret)
    write(intake.visitor_submits, secret)
    flash(gettext("Danke. Ihr Bedarf ist gemeldet und wartet auf die Genehmigung."), "success")
    return redirect(url_for(".answer_round", secret=secret))


@blueprint.route("/abfrage/<secret>/kein-bedarf", methods=["POST"])
@public
def visitor_no_demand(secret: str) -> ResponseReturnValue:
    """Say that nothing is needed."""
    _invited(secret)
    write(intake.visitor_needs_nothing, secret)
    flash(gettext("Danke. „Kein Bedarf“ ist vermerkt."), "success")
    return redirect(url_for(".answer_round", secret=secret))
