"""One booking of several devices and numbers."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from booking import reserving, waiting
from booking.forms.several import SeveralForm
from booking.models import Resource
from booking.periods import Period
from booking.queries.approval import owned_by
from booking.queries.availability import free_in
from booking.queries.fleet import resources
from booking.queries.members import users
from booking.queries.refusals import explain
from booking.queries.waiting import held_until
from booking.views.reserving import blueprint, confirmed
from booking.views.times import asked_period
from commons.access import current_actor, permission_required
from commons.database import write
from commons.errors import RuleBroken
from commons.forms import named
from commons.permissions import Permission


@blueprint.route("/mehrere", methods=["GET", "POST"])
@permission_required(Permission.BOOKING_REQUEST)
def request_several() -> ResponseReturnValue:
    """Ask for several devices for one period, all or nothing: they are held first, then booked."""
    form, devices = SeveralForm(), resources(current_actor)
    period = asked_period(request.args)
    if form.validate_on_submit():
        try:
            period, wishes = form.period, form.wishes(request.form, devices)
            if not form.hold.data:
                return confirmed(write(reserving.request_booking, wishes, period, by=current_actor, **form.given))
            write(waiting.hold, wishes, period, lent_to_id=form.lent_to.data, by=current_actor)
        except RuleBroken as broken:
            form.refuse(broken)
    elif request.method == "GET":
        form.fill(period)
    owned = owned_by(current_actor) if current_actor.may(Permission.BOOKING_APPROVE) else []
    form.offer_borrowers(users() if any(device.owner_id in owned for device in devices) else [], current_actor.organisation_id)
    return render_template("booking/request_several.html", form=form, **_free(devices, period), **_shown(form, devices, period)), form.status


def _free(devices: list[Resource], period: Period) -> dict[str, object]:
    """Return how many of each device are free for the reader, and until when which are held for the reader."""
    ids = [device.id for device in devices]
    return {"free": free_in(ids, period, holder=current_actor.person_id), "held": held_until(ids, period, current_actor)}


def _shown(form: SeveralForm, devices: list[Resource], period: Period) -> dict[str, object]:
    """Return the devices by category, what was typed, which are chosen, and what stands in the way."""
    groups: dict[str, list[Resource]] = {}
    for device in devices:
        groups.setdefault(named(device.category.name), []).append(device)
    typed = {device.id: request.form.get(f"number_{device.id}", "") for device in devices}
    ticked = request.args.getlist("geraet", type=int)
    refusal = explain(form.refused, [(wish.resource_id, wish.quantity) for wish in form.wishes(request.form, devices)], period, actor=current_actor)
    typed |= dict.fromkeys(ticked, "1")
    opened = {name for name, some in groups.items() if any(typed[device.id].strip() not in ("", "0") for device in some)}
    chosen = [device for device in devices if typed[device.id].strip() not in ("", "0")]
    return {"groups": groups, "opened": opened, "typed": typed, "refusal": refusal, "chosen": chosen}
