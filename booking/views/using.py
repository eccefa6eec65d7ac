"""Enter later what was used; what each municipality lent and borrowed."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import handover
from booking.forms.handover import EntryForm
from booking.queries import fleet as fleet_queries
from booking.queries import handover as queries
from booking.queries.charges import amounts
from booking.queries.members import users
from booking.views.handover import blueprint
from commons import clock
from commons.access import current_actor, permission_required
from commons.calendar_days import day_bounds, today_of
from commons.database import write
from commons.errors import RuleBroken
from commons.permissions import Permission


@blueprint.route("/nachtragen", methods=["GET", "POST"])
@permission_required(Permission.HANDOVER_RECORD)
def enter() -> ResponseReturnValue:
    """Enter a use that is over, the own one too."""
    form = EntryForm()
    form.offer(devices=fleet_queries.resources(current_actor, own=True), organisations=users())
    if form.validate_on_submit():
        try:
            use = write(handover.enter, form.entry(), by=current_actor)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("Nachgetragen. Die andere Seite erfährt davon und kann widersprechen."), "success")
            return redirect(url_for(".show_use", use_id=use.id))
    elif request.method == "GET":
        form.organisation.data = current_actor.organisation_id
    return render_template("booking/handover/enter.html", form=form), form.status


@blueprint.route("/verliehen-und-geliehen")
@permission_required(Permission.CHARGE_READ)
def lent_and_borrowed() -> ResponseReturnValue:
    """Show what the municipality lent to each other one and borrowed from it this year."""
    this_year = today_of(clock.now()).year
    year = min(max(request.args.get("jahr", this_year, type=int), this_year - 10), this_year)
    since, until = (day_bounds(date(number, 1, 1))[0] for number in (year, year + 1))
    sums = queries.lent_and_borrowed(current_actor, since=since, until=until)
    owed = amounts([use for each in sums for use in (*each.lent, *each.borrowed)], current_actor)
    return render_template("booking/handover/lent_and_borrowed.html", sums=sums, owed=owed, year=year, this_year=this_year)
