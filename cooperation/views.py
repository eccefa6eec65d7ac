"""Pages of the measures: list, ranking, one measure, and what may be done to it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from commons.access import current_actor, permission_required
from commons.database import write
from commons.errors import RuleBroken
from commons.permissions import Permission
from commons.stages import way_of
from commons.words import Message, say
from cooperation import assembly, portfolio, queries, rules
from cooperation.balance import balance, charged
from cooperation.forms import DescribeForm, FilterForm, JoinForm, LeaveForm, ProposeForm, RateForm, StageForm, VoteForm
from cooperation.models import Measure
from cooperation.rules import Order
from cooperation.stages import (
    EFFECT_NAMES,
    GROUND_NAMES,
    HORIZON_NAMES,
    OPEN_TO_JOIN,
    ORIGIN_NAMES,
    STAGE_KINDS,
    STAGE_NAMES,
    STEPS,
    VOTE_NAMES,
    WAY,
    Ground,
    Stage,
)

blueprint = Blueprint("cooperation", __name__, url_prefix="/massnahmen")
BLUEPRINTS = [blueprint]
LINK_NAMES = {
    "bundle": say("Bündelungen"),
    "contract": say("Verträge"),
    "framework": say("Rahmenvereinbarungen"),
    "resource": say("Geräte"),
    "tender": say("Vergaben"),
}
NAMES = {
    "effects": EFFECT_NAMES,
    "grounds": GROUND_NAMES,
    "horizons": HORIZON_NAMES,
    "links": LINK_NAMES,
    "orders": rules.ORDER_NAMES,
    "origins": ORIGIN_NAMES,
    "stages": STAGE_NAMES,
    "kinds": STAGE_KINDS,
    "votes": VOTE_NAMES,
}


@blueprint.context_processor
def _words() -> dict[str, object]:
    return {"names": NAMES, "may": current_actor.may, "permissions": Permission, "own_id": current_actor.municipality_id}


@blueprint.route("/")
@permission_required(Permission.MEASURE_READ)
def list_measures() -> ResponseReturnValue:
    """Show the measures that fit a wish, working group by working group."""
    form = FilterForm(request.args)
    groups = queries.working_groups()
    form.offer(groups, _language())
    form.validate()
    found = queries.measures(current_actor, form.wish)
    by_group = [(group, [measure for measure in found if measure.working_group_id == group.id]) for group in groups]
    return render_template("cooperation/list_measures.html", form=form, found=found, by_group=[row for row in by_group if row[1]])


@blueprint.route("/bilanz")
@permission_required(Permission.MEASURE_READ)
def show_balance() -> ResponseReturnValue:
    """Show what all measures together bring."""
    return render_template("cooperation/show_balance.html", balance=balance(current_actor))


@blueprint.route("/rangfolge")
@permission_required(Permission.MEASURE_READ)
def rank_measures() -> ResponseReturnValue:
    """Show the rated measures in an order that explains itself."""
    asked = request.args.get("order", "")
    order = Order(asked) if asked in set(Order) else Order.BALANCE
    found = queries.measures(current_actor)
    places = queries.ranking(found, order)
    unrated = [measure for measure in found if not measure.ratings]
    explanation = rules.ORDER_EXPLANATIONS[order]
    return render_template(
        "cooperation/rank_measures.html", places=places, order=order, orders=Order, explanation=explanation, unrated=unrated, shown=rules.shown
    )


@blueprint.route("/<int:measure_id>")
@permission_required(Permission.MEASURE_READ)
def show_measure(measure_id: int) -> ResponseReturnValue:
    """Show one measure with everything that hangs on it."""
    measure = queries.get_measure(measure_id, current_actor)
    return render_template(
        "cooperation/show_measure.html",
        measure=measure,
        own=queries.own_participation(measure, current_actor),
        links=queries.links_of(measure, current_actor),
        effects=queries.effects_of(measure),
        sources=queries.sources_of(measure, current_actor),
        charged=charged(measure, current_actor),
        votes=queries.votes_on(measure),
        way=way_of(measure.stage, WAY, STAGE_NAMES),
        to_do=rules.NEXT_STEPS[measure.stage],
        action=_next_action(measure),
        may_step=bool(STEPS[measure.stage]),
        open_to_join=measure.stage in OPEN_TO_JOIN,
    )


def _language() -> str:
    return str(get_locale() or "de")


def _next_action(measure: Measure) -> tuple[Message, str]:
    """Return the one step that this person can take next, at worst back to the list."""
    for label, endpoint in _actions(measure):
        return label, url_for(endpoint, measure_id=measure.id)
    return say("Alle Maßnahmen"), url_for(".list_measures")


def _actions(measure: Measure) -> list[tuple[Message, str]]:
    may_edit, may_join = current_actor.may(Permission.MEASURE_EDIT), current_actor.may(Permission.MEASURE_JOIN)
    actions = []
    if may_edit and not measure.ratings:
        actions.append((say("Bewerten"), ".rate"))
    if may_edit and measure.stage is Stage.EXAMINED and not measure.description:
        actions.append((say("Beschreibung schreiben"), ".describe"))
    if may_join and measure.stage is Stage.DESCRIBED:
        actions.append((say("Stimme des Rates erfassen"), ".record_vote"))
    if may_join and measure.stage in OPEN_TO_JOIN and queries.own_participation(measure, current_actor) is None:
        actions.append((say("Teilnahme erklären"), ".join"))
    if may_edit and STEPS[measure.stage]:
        actions.append((say("Stand ändern"), ".change_stage"))
    return actions


@blueprint.route("/vorschlagen", methods=["GET", "POST"])
@permission_required(Permission.MEASURE_PROPOSE)
def propose() -> ResponseReturnValue:
    """Put forward a new idea."""
    form = ProposeForm()
    form.offer(queries.working_groups(), _language())
    if form.validate_on_submit():
        measure = write(
            portfolio.propose,
            form.title.data.strip(),
            working_group_id=form.group.data,
            horizon=form.horizon.data,
            description=form.description.data or "",
            by=current_actor,
        )
        return _done(measure.id, gettext("Ihre Idee ist als Maßnahme %(number)s aufgenommen.", number=measure.number))
    return render_template("cooperation/propose.html", form=form), form.status


@blueprint.route("/<int:measure_id>/bewerten", methods=["GET", "POST"])
@permission_required(Permission.MEASURE_EDIT)
def rate(measure_id: int) -> ResponseReturnValue:
    """Rate a measure for a working group."""
    measure, form = queries.get_measure(measure_id, current_actor), RateForm()
    form.offer(measure, queries.working_groups(), _language())
    if form.validate_on_submit():
        try:
            write(portfolio.rate, measure_id, form.score, working_group_id=form.group.data, reason=form.reason.data, by=current_actor)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            return _done(measure_id, gettext("Die Bewertung ist gespeichert."))
    return _page("cooperation/rate.html", measure, form)


@blueprint.route("/<int:measure_id>/beschreiben", methods=["GET", "POST"])
@permission_required(Permission.MEASURE_EDIT)
def describe(measure_id: int) -> ResponseReturnValue:
    """Write the full description."""
    measure = queries.get_measure(measure_id, current_actor)
    form = DescribeForm(description=measure.description, seen=measure.description)
    if form.validate_on_submit():
        try:
            write(portfolio.describe, measure_id, form.description.data, seen=form.seen.data or "", by=current_actor)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            return _done(measure_id, gettext("Die Beschreibung ist gespeichert."))
    return _page("cooperation/describe.html", measure, form)


@blueprint.route("/<int:measure_id>/stand", methods=["GET", "POST"])
@permission_required(Permission.MEASURE_EDIT)
def change_stage(measure_id: int) -> ResponseReturnValue:
    """Take a lawful step."""
    measure, form = queries.get_measure(measure_id, current_actor), StageForm()
    form.offer(measure)
    if form.validate_on_submit():
        try:
            write(portfolio.change_stage, measure_id, form.stage.data, seen=form.seen_stage, reason=form.reason.data, by=current_actor)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            return _done(measure_id, gettext("Der Stand ist geändert."))
    return _page("cooperation/change_stage.html", measure, form)


@blueprint.route("/<int:measure_id>/beitreten", methods=["GET", "POST"])
@permission_required(Permission.MEASURE_JOIN)
def join(measure_id: int) -> ResponseReturnValue:
    """Let the own municipality take part."""
    measure, form = queries.get_measure(measure_id, current_actor), JoinForm()
    form.offer()
    if form.validate_on_submit():
        try:
            _join(measure_id, form)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            return _done(measure_id, gettext("Ihre Gemeinde nimmt jetzt teil."))
    return _page("cooperation/join.html", measure, form)


def _join(measure_id: int, form: JoinForm) -> None:
    if form.ground.data is Ground.RESOLUTION:
        write(portfolio.join_by_resolution, measure_id, number=form.resolution_number.data, decided_on=form.resolution_on.data, by=current_actor)
    else:
        write(portfolio.join_on_trial, measure_id, until=form.trial_until.data, most=form.most, by=current_actor)


@blueprint.route("/<int:measure_id>/verlassen", methods=["GET", "POST"])
@permission_required(Permission.MEASURE_JOIN)
def leave(measure_id: int) -> ResponseReturnValue:
    """End the own municipality's part."""
    measure, form = queries.get_measure(measure_id, current_actor), LeaveForm()
    if form.validate_on_submit():
        try:
            write(portfolio.leave, measure_id, reason=form.reason.data, by=current_actor)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            return _done(measure_id, gettext("Ihre Gemeinde nimmt nicht mehr teil."))
    return _page("cooperation/leave.html", measure, form)


@blueprint.route("/<int:measure_id>/stimme", methods=["GET", "POST"])
@permission_required(Permission.MEASURE_JOIN)
def record_vote(measure_id: int) -> ResponseReturnValue:
    """Note how the own council voted in the assembly."""
    measure, form = queries.get_measure(measure_id, current_actor), VoteForm()
    form.offer()
    if form.validate_on_submit():
        try:
            write(assembly.record_vote, measure_id, held_on=form.held_on.data, vote=form.vote.data, by=current_actor)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            return _done(measure_id, gettext("Die Stimme ist erfasst."))
    return _page("cooperation/record_vote.html", measure, form)


@blueprint.route("/verrechnung")
@permission_required(Permission.CHARGE_READ)
def list_charges() -> ResponseReturnValue:
    """Show what the own municipality and others owe each other; to a head, for the own yard or brigade."""
    of_municipality = current_actor.may(Permission.CHARGE_READ_ALL)
    return render_template("cooperation/list_charges.html", charges=queries.charges(current_actor), of_municipality=of_municipality)


def _done(measure_id: int, sentence: str) -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(url_for(".show_measure", measure_id=measure_id))


def _page(template: str, measure: Measure, form: object) -> ResponseReturnValue:
    return render_template(template, form=form, measure=measure), getattr(form, "status", 200)
