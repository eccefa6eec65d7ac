"""Book any device of a kind, and swap it until it is handed out."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import reserving, waiting
from booking.forms.equivalents import AnyForm
from booking.models import Booking, BookingItem, Category, Resource
from booking.queries.bookings import get_booking, is_bookers_side, is_owner_side
from booking.queries.equivalents import candidates, features_asked, swaps_for, wanted_of
from booking.queries.fleet import get_category
from booking.queries.waiting import held_until
from booking.stages import MOVABLE
from booking.views.reserving import EITHER_SIDE, blueprint, confirmed
from booking.views.times import asked_period
from commons.access import current_actor, permission_required
from commons.database import write
from commons.errors import NotFound, RuleBroken
from commons.municipalities import get_organisation
from commons.permissions import Permission


@blueprint.route("/gleichwertig/<int:category_id>", methods=["GET", "POST"])
@permission_required(Permission.BOOKING_REQUEST)
def request_any(category_id: int) -> ResponseReturnValue:
    """Ask for any device of a kind that reaches a feature."""
    form, category = AnyForm(), get_category(category_id)
    form.offer_features(features_asked(current_actor))
    if form.validate_on_submit():
        try:
            wanted, number, by = form.wanted(category), form.quantity.data or 1, current_actor
            if not form.hold.data:
                key, details = form.key.data, form.details
                return confirmed(write(reserving.request_any, wanted, form.period, quantity=number, details=details, by=by, idempotency_key=key))
            write(waiting.hold_any, wanted, form.period, quantity=number, by=by)
        except RuleBroken as broken:
            form.refuse(broken)
    elif request.method == "GET":
        form.begin(asked_period(request.args), request.args)
    devices = _in_question(form, category)
    return render_template("booking/request_any.html", form=form, category=category, devices=devices, held=_held(form, devices)), form.status


def _held(form: AnyForm, devices: list[Resource]) -> dict[str, object] | None:
    """Return which of the devices is held for the reader, and until when."""
    held = held_until([device.id for device in devices], form.period, current_actor) if devices else {}
    return next(({"device": device, "until": held[device.id]} for device in devices if device.id in held), None)


def _in_question(form: AnyForm, category: Category) -> list[Resource]:
    """List what would do at the typed time, with its tariff, as far as what was typed can be read."""
    try:
        period, wanted = form.period, form.wanted(category)
    except (RuleBroken, TypeError):
        return []
    return candidates(wanted, period, quantity=form.quantity.data or 1, organisation=get_organisation(current_actor.organisation_id))


@blueprint.route("/<int:booking_id>/tauschen/<int:item_id>", methods=["GET", "POST"])
@permission_required(*EITHER_SIDE)
def swap(booking_id: int, item_id: int) -> ResponseReturnValue:
    """Give a booking another device, one tap each."""
    item, broken = _item(booking_id, item_id), None
    if request.method == "POST":
        try:
            number, version = request.form.get("resource", 0, type=int), request.form.get("version", type=int)
            write(reserving.swap, booking_id, item_id, number, by=current_actor, version=version)
        except RuleBroken as refusal:
            broken, item = refusal, _item(booking_id, item_id)
        else:
            flash(_("Getauscht. Wer gebucht hat und die Eigentümer sind benachrichtigt."), "success")
            return redirect(url_for(".show_booking", booking_id=booking_id))
    shown = {"booking": item.booking, "item": item, "wanted": wanted_of(item), "devices": swaps_for(item, current_actor)}
    return render_template("booking/swap.html", broken=broken, **shown), broken.status if broken else 200


def _item(booking_id: int, item_id: int) -> BookingItem:
    """Return the item of a booking that this person may swap."""
    booking: Booking = get_booking(booking_id, current_actor)
    item = next((one for one in booking.items if one.id == item_id), None)
    mine = is_bookers_side(booking, current_actor) or is_owner_side(booking, current_actor)
    if item is None or not mine or booking.stage not in MOVABLE:
        raise NotFound
    return item
