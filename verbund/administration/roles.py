"""Roles in the own municipality: give them to people of one's own or of others, and end them."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from commons import appointing, examining, staffing
from commons.access import current_actor, fresh_sign_in_required, permission_required
from commons.clock import today
from commons.database import db, write
from commons.errors import NotFound, RuleBroken
from commons.municipalities import organisations_of
from commons.people import Person, find_person
from commons.permissions import ROLE_NAMES, Permission, Role
from verbund.administration.forms import EndForm, FindForm, RoleForm, ScopeForm
from verbund.administration.place import blueprint

MANAGE = Permission.PERSON_MANAGE


@blueprint.route("/personen/finden", methods=["GET", "POST"])
@permission_required(MANAGE)
@fresh_sign_in_required
def find_person_elsewhere() -> ResponseReturnValue:
    """Find somebody who works for another municipality and is to act for ours too."""
    form = FindForm()
    if form.validate_on_submit():
        person = find_person(form.email.data)
        if person is not None:
            return redirect(url_for(".give_role", person_id=person.id, email=person.email))
        form.email.errors = [gettext("Zu dieser E-Mail-Adresse gibt es kein Konto. Bitte legen Sie die Person neu an.")]
    return render_template("administration/find.html", form=form), form.status


@blueprint.route("/personen/<int:person_id>/rollen/neu", methods=["GET", "POST"])
@permission_required(MANAGE)
@fresh_sign_in_required
def give_role(person_id: int) -> ResponseReturnValue:
    """Give a person a role in the municipality acted for."""
    person = _known(person_id)
    form = RoleForm(from_day=today(), role=Role.CLERK)
    form.offer(organisations_of(current_actor.municipality_id))
    if form.validate_on_submit():
        try:
            examining.check_stated(form.role.data, form.scope_from.data)
            days = {"from_day": form.from_day.data, "until_day": form.until_day.data, "scope": (form.scope_from.data, form.scope_until.data)}
            write(appointing.give_role, person_id, form.organisation_id.data, form.role.data, **days, by=current_actor)
            flash(gettext("%(name)s hat die Rolle.", name=person.name), "success")
            return redirect(url_for(".show_person", person_id=person_id))
        except RuleBroken as broken:
            form.refuse(broken)
    return render_template("administration/role_form.html", form=form, person=person), form.status


def _known(person_id: int) -> Person:
    """Return one of ours, or somebody whose mail address the administrator knows."""
    try:
        return staffing.get_person(person_id, by=current_actor)
    except NotFound:
        person = db.session.get(Person, person_id)
        if person is None or person.email is None or request.args.get("email") != person.email:
            raise
        return person


@blueprint.route("/rollen/<int:membership_id>/beenden", methods=["GET", "POST"])
@permission_required(MANAGE)
@fresh_sign_in_required
def end_role(membership_id: int) -> ResponseReturnValue:
    """End a role with a day."""
    membership = staffing.get_membership(membership_id, by=current_actor)
    form = EndForm(last_day=today())
    if form.validate_on_submit():
        try:
            write(appointing.end_membership, membership_id, form.last_day.data, by=current_actor)
            return redirect(url_for(".show_person", person_id=membership.person_id))
        except RuleBroken as broken:
            form.refuse(broken)
    return render_template("administration/end_role.html", form=form, membership=membership, role_names=ROLE_NAMES), form.status


@blueprint.route("/rollen/<int:membership_id>/pruefauftrag", methods=["GET", "POST"])
@permission_required(MANAGE)
@fresh_sign_in_required
def state_scope(membership_id: int) -> ResponseReturnValue:
    """State which period an auditor examines."""
    membership = examining.get_audit(membership_id, by=current_actor)
    form = ScopeForm(scope_from=membership.scope_from, scope_until=membership.scope_until)
    if form.validate_on_submit():
        try:
            write(examining.state_scope, membership_id, (form.scope_from.data, form.scope_until.data), by=current_actor)
            return redirect(url_for(".show_person", person_id=membership.person_id))
        except RuleBroken as broken:
            form.refuse(broken)
    return render_template("administration/scope.html", form=form, membership=membership), form.status
