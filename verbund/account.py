"""My account: who I am, for whom I act, letters, deputies, tokens, devices and how I sign in."""

from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import SelectChoice

from commons import deputies, devices, invitations, tokens
from commons.access import choose_organisation, find_current_actor, fresh_sign_in_required, me, my_actors, public, signed_in
from commons.auditing import acts_of
from commons.clock import now, today
from commons.database import db, write
from commons.errors import NotFound, RuleBroken
from commons.people import Membership, Person
from commons.permissions import ROLE_NAMES
from commons.sign_in import hashed
from verbund.account_forms import AbsenceForm, DetailsForm, FirstPasswordForm, TokenForm
from verbund.administration.acts import name_of as act_name
from verbund.web import own_path

blueprint = Blueprint("account", __name__, url_prefix="/konto")
BLUEPRINTS = [blueprint]
ACTS_SHOWN = timedelta(days=90)


@blueprint.get("")
@signed_in
def show() -> ResponseReturnValue:
    """Show everything that belongs to the person who is signed in."""
    person = db.session.get_one(Person, me().id)
    return render_template(
        "account/show.html",
        person=person,
        actors=my_actors(),
        memberships=_memberships(person),
        role_names=ROLE_NAMES,
        devices=devices.devices_of(person.id),
        tokens=tokens.tokens_of(person.id),
        today=today(),
    )


def _memberships(person: Person) -> list[Membership]:
    return sorted(person.memberships, key=lambda membership: (membership.until_day is not None, membership.organisation.name, membership.role))


@blueprint.get("/protokoll")
@signed_in
def show_acts() -> ResponseReturnValue:
    """Show what the journal keeps of the person who is signed in."""
    acts = [(entry, act_name(entry.act)) for entry in acts_of(me().id, since=now() - ACTS_SHOWN)]
    return render_template("account/acts.html", acts=acts, days=ACTS_SHOWN.days)


@blueprint.post("/handeln-fuer")
@signed_in
def act_for() -> ResponseReturnValue:
    """Choose the organisation acted for from now on."""
    if not choose_organisation(request.form.get("organisation_id", 0, type=int)):
        abort(404)
    return redirect(own_path(request.form.get("next")))


@blueprint.route("/angaben", methods=["GET", "POST"])
@signed_in
def edit() -> ResponseReturnValue:
    """Change phone, language and how letters come."""
    person = db.session.get_one(Person, me().id)
    form = DetailsForm(obj=person)
    form.hide_mail_choices(has_mail=person.email is not None)
    if form.validate_on_submit():
        write(_change_own, person.id, form)
        flash(gettext("Ihre Angaben sind gespeichert."), "success")
        return redirect(url_for(".show"))
    return render_template("account/edit.html", form=form, person=person), form.status


def _change_own(person_id: int, form: DetailsForm) -> None:
    person = db.session.get_one(Person, person_id)
    person.phone, person.language = (form.phone.data or "").strip() or None, form.language.data
    if person.email is not None:
        person.prefers_paper, person.wants_digest = form.prefers_paper.data, form.wants_digest.data


@blueprint.route("/vertretung", methods=["GET", "POST"])
@signed_in
def name_deputy() -> ResponseReturnValue:
    """Name who acts while I am away."""
    actor = find_current_actor() or abort(403)
    form = AbsenceForm(first_day=today(), last_day=today())
    form.deputy_id.choices = [SelectChoice(str(person.id), person.name) for person in deputies.possible_deputies(actor)]
    if form.validate_on_submit():
        try:
            write(deputies.name_deputy, form.deputy_id.data, form.first_day.data, form.last_day.data, by=actor)
            flash(gettext("Ihre Vertretung ist eingetragen und benachrichtigt."), "success")
            return redirect(url_for(".show"))
        except RuleBroken as broken:
            form.refuse(broken)
    return render_template("account/absence.html", form=form), form.status


@blueprint.post("/vertretung/beenden")
@signed_in
def end_absence() -> ResponseReturnValue:
    """Take my tasks back."""
    write(deputies.end_absence, by=find_current_actor() or abort(403))
    flash(gettext("Sie sind wieder selbst zuständig."), "success")
    return redirect(url_for(".show"))


@blueprint.route("/tokens/neu", methods=["GET", "POST"])
@signed_in
@fresh_sign_in_required
def create_token() -> ResponseReturnValue:
    """Make a token for a program and show it this one time."""
    form = TokenForm()
    if form.validate_on_submit():
        secret = write(tokens.create_token, me().id, name=form.name.data)
        return render_template("account/token.html", secret=secret, name=form.name.data)
    return render_template("account/new_token.html", form=form), form.status


@blueprint.post("/tokens/<int:token_id>/widerrufen")
@signed_in
def revoke_token(token_id: int) -> ResponseReturnValue:
    """Revoke one of my tokens."""
    write(tokens.revoke_token, token_id, person_id=me().id)
    flash(gettext("Der Zugangsschlüssel ist widerrufen."), "success")
    return redirect(url_for(".show"))


@blueprint.post("/geraete/<int:device_id>/abmelden")
@signed_in
def revoke_device(device_id: int) -> ResponseReturnValue:
    """Sign one of my devices out."""
    write(devices.revoke, device_id, person_id=me().id)
    flash(gettext("Das Gerät ist abgemeldet."), "success")
    return redirect(url_for(".show"))


@blueprint.route("/einrichten/<secret>", methods=["GET", "POST"])
@public
def set_up(secret: str) -> ResponseReturnValue:
    """Let an invited person set the first password."""
    person = invitations.find_invited(secret)
    if person is None:
        raise NotFound
    form = FirstPasswordForm()
    if form.validate_on_submit():
        write(invitations.accept, secret, password_hash=hashed(form.password.data))
        flash(gettext("Ihr Kennwort ist gesetzt. Bitte melden Sie sich damit an."), "success")
        return redirect(url_for("security.login"))
    return render_template("account/set_up.html", form=form, person=person, now=now()), form.status
