"""Pages of a survey of demand: open it, see who is missing, remind, close, say that nothing is needed."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from commons import clock
from commons.access import current_actor, permission_required
from commons.calendar_days import today_of
from commons.database import write
from commons.errors import RuleBroken
from commons.permissions import Permission
from procurement import intake
from procurement.forms.surveys import RoundForm
from procurement.queries import surveys as queries
from procurement.stages import ROUND_ANSWER_NAMES, ROUND_STAGE_NAMES, RoundAnswer, RoundStage
from procurement.views.acting import offer_measures
from procurement.views.coming_back import comes_back
from procurement.views.intake import blueprint

P = Permission
NAMES = {"answers": ROUND_ANSWER_NAMES, "stages": ROUND_STAGE_NAMES, "kinds": {"missing": "warning", "demand": "success", "no_demand": "success"}}


@blueprint.route("/abfragen")
@permission_required(P.DEMAND_READ)
def list_rounds() -> ResponseReturnValue:
    """Show the surveys that concern the own municipality."""
    return render_template("procurement/list_rounds.html", found=queries.rounds(current_actor), names=NAMES, missing=queries.missing)


@blueprint.route("/abfragen/neu", methods=["GET", "POST"])
@permission_required(P.BUNDLE_EDIT)
def open_round() -> ResponseReturnValue:
    """Open a survey and write to everybody concerned."""
    form = RoundForm(year=today_of(clock.now()).year + 1)
    offer_measures(form.measure_id)
    if form.validate_on_submit():
        try:
            terms = {"measure_id": form.measure_id.data, "year": form.year.data, "closes_on": form.closes_on.data}
            opened = write(intake.open_round, form.title.data, by=current_actor, **terms)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            return redirect(url_for(".show_round", round_id=opened.id))
    return render_template("procurement/open_round.html", form=form), form.status


@blueprint.route("/abfragen/<int:round_id>")
@permission_required(P.DEMAND_READ)
def show_round(round_id: int) -> ResponseReturnValue:
    """Show who has answered and who is missing."""
    survey = queries.get_round(round_id, current_actor)
    own = queries.own_participation(survey, current_actor)
    is_open = survey.stage is RoundStage.OPEN
    return render_template(
        "procurement/show_round.html",
        survey=survey,
        leads=queries.leads_round(survey, current_actor),
        missing=queries.missing(survey),
        is_open=is_open,
        may_answer=is_open and own is not None and own.answer is RoundAnswer.MISSING and current_actor.may(P.DEMAND_SUBMIT),
        names=NAMES,
    )


@blueprint.route("/abfragen/<int:round_id>/kein-bedarf", methods=["POST"])
@permission_required(P.DEMAND_SUBMIT)
@comes_back
def say_no_demand(round_id: int) -> ResponseReturnValue:
    """Answer that nothing is needed."""
    write(intake.say_no_demand, round_id, by=current_actor)
    flash(gettext("Ihre Gemeinde hat „kein Bedarf“ gemeldet."), "success")
    return redirect(url_for(".show_round", round_id=round_id))


@blueprint.route("/abfragen/<int:round_id>/erinnern", methods=["POST"])
@permission_required(P.BUNDLE_EDIT)
@comes_back
def remind(round_id: int) -> ResponseReturnValue:
    """Write to the towns that have not answered."""
    count = write(intake.remind, round_id, by=current_actor)
    flash(ngettext("%(num)s Gemeinde ist erinnert.", "%(num)s Gemeinden sind erinnert.", count), "success")
    return redirect(url_for(".show_round", round_id=round_id))


@blueprint.route("/abfragen/<int:round_id>/schliessen", methods=["POST"])
@permission_required(P.BUNDLE_EDIT)
@comes_back
def close_round(round_id: int) -> ResponseReturnValue:
    """Close a survey before its day."""
    write(intake.close_round, round_id, by=current_actor)
    flash(gettext("Die Bedarfsabfrage ist geschlossen."), "success")
    return redirect(url_for(".show_round", round_id=round_id))
