"""People of the own municipality: enter, correct, invite, see off."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from commons import devices, invitations, leaving, staffing, tokens
from commons.access import acting, current_actor, fresh_sign_in_required, permission_required
from commons.clock import today
from commons.database import write
from commons.errors import RuleBroken
from commons.municipalities import organisations_of
from commons.people import Person, actors_of, last_sign_in
from commons.permissions import ROLE_NAMES, Permission
from commons.sending import full_link
from commons.staffing import Details
from commons.tasks import Task
from verbund.administration.forms import LeaveForm, PersonForm, places
from verbund.administration.place import blueprint
from verbund.overview import waiting_for

MANAGE = Permission.PERSON_MANAGE


@blueprint.get("/personen")
@permission_required(MANAGE)
def list_people() -> ResponseReturnValue:
    """List the people of the municipality acted for."""
    people = staffing.people_of(current_actor)
    held = {person.id: staffing.current_memberships_of(person.id, by=current_actor) for person in people}
    return render_template("administration/people.html", people=people, held=held, role_names=ROLE_NAMES, actor=current_actor)


@blueprint.get("/personen/<int:person_id>")
@permission_required(MANAGE)
def show_person(person_id: int) -> ResponseReturnValue:
    """Show a person with all roles in the municipality acted for."""
    person = staffing.get_person(person_id, by=current_actor)
    return render_template(
        "administration/person.html",
        person=person,
        memberships=staffing.memberships_of(person_id, by=current_actor),
        ours=staffing.is_ours(person, by=current_actor),
        last_sign_in=last_sign_in(person),
        role_names=ROLE_NAMES,
        today=today(),
        self_id=current_actor.person_id,
    )


@blueprint.route("/personen/neu", methods=["GET", "POST"])
@permission_required(MANAGE)
@fresh_sign_in_required
def add_person() -> ResponseReturnValue:
    """Enter a new person."""
    form = PersonForm()
    form.employer_id.choices = places(organisations_of(current_actor.municipality_id))
    if form.validate_on_submit():
        try:
            person = write(staffing.add_person, _details(form), by=acting())
            flash(gettext("%(name)s ist eingetragen. Bitte geben Sie nun eine Rolle.", name=person.name), "success")
            return redirect(url_for(".give_role", person_id=person.id))
        except RuleBroken as broken:
            form.refuse(broken)
    return render_template("administration/person_form.html", form=form, person=None), form.status


@blueprint.route("/personen/<int:person_id>/bearbeiten", methods=["GET", "POST"])
@permission_required(MANAGE)
@fresh_sign_in_required
def edit_person(person_id: int) -> ResponseReturnValue:
    """Correct a person."""
    person = _ours(person_id)
    form = PersonForm(obj=person)
    form.employer_id.choices = places(organisations_of(current_actor.municipality_id))
    if form.validate_on_submit():
        try:
            write(staffing.change_person, person_id, _details(form), by=acting())
            return redirect(url_for(".show_person", person_id=person_id))
        except RuleBroken as broken:
            form.refuse(broken)
    return render_template("administration/person_form.html", form=form, person=person), form.status


@blueprint.post("/personen/<int:person_id>/einladen")
@permission_required(MANAGE)
@fresh_sign_in_required
def invite(person_id: int) -> ResponseReturnValue:
    """Mail a person the link that sets the first password."""
    person = _ours(person_id)
    if person.email is None:
        abort(404)
    write(invitations.invite, person_id, by=acting())
    flash(gettext("Die Einladung an %(mail)s ist unterwegs.", mail=person.email), "success")
    return redirect(url_for(".show_person", person_id=person_id))


@blueprint.post("/personen/<int:person_id>/anmeldebrief")
@permission_required(MANAGE)
@fresh_sign_in_required
def print_invitation(person_id: int) -> ResponseReturnValue:
    """Show the letter with which a person without mail signs in for the first time; it can be printed this once."""
    person = _ours(person_id)
    secret = write(invitations.print_invitation, person_id, by=acting())
    link = full_link(url_for("account.set_up", secret=secret))
    return render_template("administration/invitation.html", person=person, link=link, site=full_link("/"), days=invitations.LASTS.days, today=today())


@blueprint.route("/personen/<int:person_id>/austritt", methods=["GET", "POST"])
@permission_required(MANAGE)
@fresh_sign_in_required
def leave(person_id: int) -> ResponseReturnValue:
    """See a person off: what is open, which doors close, who follows."""
    person = staffing.get_person(person_id, by=current_actor)
    form = LeaveForm(last_day=today())
    form.offer(staffing.people_of(current_actor), leaving_id=person_id)
    if form.validate_on_submit():
        try:
            write(leaving.leave, person_id, form.last_day.data, successor_id=form.successor_id.data or None, by=acting())
            flash(gettext("Die Rollen von %(name)s enden.", name=person.name), "success")
            return redirect(url_for(".show_person", person_id=person_id))
        except RuleBroken as broken:
            form.refuse(broken)
    return render_template("administration/leave.html", form=form, person=person, **_left_behind(person)), form.status


def _left_behind(person: Person) -> dict[str, object]:
    mine = [actor for actor in actors_of(person.id) if actor.municipality_id == current_actor.municipality_id]
    tasks: list[Task] = [task for actor in mine for task in waiting_for(actor)]
    return {"tasks": tasks, "tokens": tokens.tokens_of(person.id), "devices": devices.devices_of(person.id)}


def _ours(person_id: int) -> Person:
    person = staffing.get_person(person_id, by=current_actor)
    if not staffing.is_ours(person, by=current_actor):
        abort(404)
    return person


def _details(form: PersonForm) -> Details:
    return Details(
        name=" ".join(form.name.data.split()),
        email=form.email.data or None,
        phone=(form.phone.data or "").strip() or None,
        employer_id=form.employer_id.data,
        language=form.language.data,
        prefers_paper=form.prefers_paper.data,
    )
