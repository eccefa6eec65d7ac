"""Today: what waits for me, my requests and bookings; the search over everything; help, statements and feedback."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l
from flask_security import current_user
from wtforms import EmailField, HiddenField, TextAreaField
from wtforms.validators import Email, InputRequired, Length, Optional

from booking.queries import of_the_day
from commons import clock, shipped
from commons.access import current_actor, find_current_actor, my_actors, public, signed_in
from commons.database import write
from commons.errors import RuleBroken
from commons.forms import Form
from commons.permissions import ROLE_NAMES, Permission, Role
from cooperation.balance import balance
from verbund import navigation, overview
from verbund.feedback import send_feedback
from verbund.web import LANGUAGES, own_path

blueprint = Blueprint("home", __name__)
BLUEPRINTS = [blueprint]
LEAST_TO_SEARCH = 2


@blueprint.route("/")
@public
def today() -> ResponseReturnValue:
    """Show what waits for the person, or what Verbund is."""
    actor = find_current_actor()
    if actor is None:
        return render_template("home/start.html", stranded=current_user.is_authenticated)
    jobs = navigation.first_jobs(actor, endpoints=current_app.view_functions)
    elsewhere = overview.waiting_elsewhere([other for other in my_actors() if other.organisation_id != actor.organisation_id])
    waiting, running = overview.waiting_for(actor), overview.running_of(actor)
    brought = balance(actor) if Role.MAYOR in actor.roles else None
    day = [] if actor.may(Permission.INCIDENT_DECLARE) else of_the_day(actor)
    more = {"running": running, "elsewhere": elsewhere, "brought": brought, "of_the_day": day}
    return render_template("home/today.html", now=clock.now(), jobs=jobs, waiting=waiting, **more)


@blueprint.route("/suche")
@signed_in
def search() -> ResponseReturnValue:
    """Search everything that the person may see."""
    text = " ".join(request.args.get("q", "").split())[:200]
    hits = overview.search(current_actor, text) if len(text) >= LEAST_TO_SEARCH else []
    return render_template("home/search.html", text=text, hits=hits, least=LEAST_TO_SEARCH)


@blueprint.route("/hilfe")
@public
def show_help() -> ResponseReturnValue:
    """List the help of every role, the person's own first."""
    actor = find_current_actor()
    own = sorted(actor.roles) if actor else []
    return render_template("help/index.html", own=own, others=[role for role in Role if role not in own], names=ROLE_NAMES)


@blueprint.route("/hilfe/begriffe")
@public
def show_glossary() -> ResponseReturnValue:
    """Show the terms of the field and what they mean, in the language of the reader."""
    meaning = "meaning_en" if str(get_locale()) == "en" else "meaning_de"
    terms = sorted(shipped.rows("glossary.csv"), key=lambda row: row["german_term"].lower())
    return render_template("help/glossary.html", terms=terms, meaning=meaning)


@blueprint.route("/hilfe/<role>")
@public
def show_help_of(role: str) -> ResponseReturnValue:
    """Show the one printable page of help for a role."""
    if role not in ROLE_NAMES:
        abort(404)
    return render_template(f"help/{Role(role)}.html", role_name=ROLE_NAMES[Role(role)])


@blueprint.route("/barrierefreiheit")
@public
def accessibility() -> ResponseReturnValue:
    """Show the statement on accessibility."""
    return render_template("home/accessibility.html")


@blueprint.route("/impressum")
@public
def imprint() -> ResponseReturnValue:
    """Show who operates this installation."""
    return render_template("home/imprint.html")


@blueprint.route("/datenschutz")
@public
def privacy() -> ResponseReturnValue:
    """Show what happens to personal data."""
    return render_template("home/privacy.html")


class FeedbackForm(Form):
    """Say what does not work, and where an answer should go."""

    text = TextAreaField(
        _l("Was funktioniert nicht?"),
        description=_l("Bitte beschreiben Sie, was Sie tun wollten und was geschehen ist."),
        validators=[InputRequired(_l("Bitte beschreiben Sie die Barriere oder den Fehler.")), Length(max=4000, message=_l("Bitte fassen Sie sich kürzer."))],
    )
    reply_to = EmailField(
        _l("E-Mail-Adresse für eine Antwort"), validators=[Optional(), Email(_l("Bitte geben Sie eine vollständige E-Mail-Adresse an.")), Length(max=200)]
    )
    page = HiddenField(validators=[Length(max=300)])


@blueprint.route("/feedback", methods=["GET", "POST"])
@public
def feedback() -> ResponseReturnValue:
    """Take in a barrier or a fault that somebody reports."""
    form = FeedbackForm(page=own_path(request.args.get("page")))
    if form.validate_on_submit():
        try:
            write(send_feedback, form.text.data, page=own_path(form.page.data), reply_to=form.reply_to.data or "", by=find_current_actor())
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(gettext("Danke. Ihre Meldung ist bei der Systembetreuung eingegangen."), "success")
            return redirect(url_for(".feedback"))
    return render_template("home/feedback.html", form=form), form.status


@blueprint.route("/sprache", methods=["POST"])
@public
def set_language() -> ResponseReturnValue:
    """Remember the language that the reader chose."""
    response = redirect(own_path(request.form.get("next")))
    if request.form.get("language") in LANGUAGES:
        year = 365 * 24 * 60 * 60
        response.set_cookie(
            "language", request.form["language"], max_age=year, secure=current_app.config["SESSION_COOKIE_SECURE"], httponly=True, samesite="Lax"
        )
    return response
