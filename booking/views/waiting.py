"""Hold a device while the form is open; the own places on waiting lists."""

from contextlib import suppress

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import waiting
from booking.occupying import Wish
from booking.periods import Period
from booking.queries.fleet import get_resource
from booking.queries.waiting import my_wishes, places_of
from booking.views.reserving import blueprint
from booking.views.times import asked_period
from commons.access import current_actor, permission_required
from commons.database import write
from commons.errors import RuleBroken
from commons.permissions import Permission


@blueprint.post("/geraete/<int:resource_id>/vormerken")
@permission_required(Permission.BOOKING_REQUEST)
def hold(resource_id: int) -> ResponseReturnValue:
    """Hold a free device for who is about to fill in the form; where it cannot be, the form says why not."""
    wish, period = _asked(resource_id)
    with suppress(RuleBroken):
        write(waiting.hold, [wish], period, by=current_actor)
    return redirect(_form_of(wish, period))


@blueprint.post("/geraete/<int:resource_id>/warten")
@permission_required(Permission.BOOKING_REQUEST)
def join_list(resource_id: int) -> ResponseReturnValue:
    """Wait for a taken time."""
    wish, period = _asked(resource_id)
    try:
        write(waiting.join, wish, period, purpose=request.form.get("purpose", ""), by=current_actor)
    except RuleBroken as broken:
        flash(broken.message.said(_), "warning")
        return redirect(_form_of(wish, period))
    flash(_("Sie stehen auf der Warteliste. Wird die Zeit frei, erhalten Sie sofort Nachricht."), "success")
    return redirect(url_for(".list_waiting"))


@blueprint.route("/warteliste")
@permission_required(Permission.BOOKING_REQUEST)
def list_waiting() -> ResponseReturnValue:
    """List what I wait for, offers first."""
    wishes = my_wishes(current_actor)
    return render_template("booking/list_waiting.html", wishes=wishes, places=places_of(wishes))


@blueprint.post("/warteliste/<int:wish_id>/annehmen")
@permission_required(Permission.BOOKING_REQUEST)
def accept_offer(wish_id: int) -> ResponseReturnValue:
    """Book what the waiting list offers, with one tap."""
    try:
        placed = write(waiting.accept, wish_id, by=current_actor)
    except RuleBroken as broken:
        flash(broken.message.said(_), "warning")
        return redirect(url_for(".list_waiting"))
    return redirect(url_for(".show_booking", booking_id=placed.id))


@blueprint.post("/warteliste/<int:wish_id>/verlassen")
@permission_required(Permission.BOOKING_REQUEST)
def leave_list(wish_id: int) -> ResponseReturnValue:
    """Wait no longer."""
    write(waiting.withdraw, wish_id, by=current_actor)
    flash(_("Sie stehen nicht mehr auf der Warteliste."), "success")
    return redirect(url_for(".list_waiting"))


def _asked(resource_id: int) -> tuple[Wish, Period]:
    resource = get_resource(resource_id, current_actor)
    number = request.form.get("quantity", 1, type=int)
    return Wish(resource_id=resource.id, quantity=max(1, min(number, resource.quantity))), asked_period(request.form)


def _form_of(wish: Wish, period: Period) -> str:
    start, end = period.start.isoformat(), period.end.isoformat()
    return url_for("reserving.request_booking", resource_id=wish.resource_id, quantity=wish.quantity, start=start, end=end)
