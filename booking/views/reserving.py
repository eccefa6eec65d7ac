"""Pages to request, decide, change and cancel bookings."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import reserving, waiting
from booking.forms import AmendForm, BookingForm, MoveForm, ReasonForm
from booking.models import Booking, Resource
from booking.periods import Period, in_words
from booking.queries.approval import may_decide
from booking.queries.bookings import get_booking, is_bookers_side, is_owner_side, items_to_decide, my_bookings, owes_reason
from booking.queries.changes import changes_since, history_of
from booking.queries.deciding import asked_of_me, decided_by
from booking.queries.equivalents import substitutes_for, wanted_of
from booking.queries.fleet import get_resource
from booking.queries.imported import import_of
from booking.queries.members import users
from booking.queries.refusals import Refusal, explain
from booking.queries.series import series_of
from booking.queries.waiting import held_until
from booking.stages import BADGES, EXTENDABLE, LABELS, MOVABLE, OPEN, Stage
from booking.views.handover import handover_of
from booking.views.times import asked_period
from commons.access import current_actor, permission_required
from commons.database import write
from commons.errors import RuleBroken
from commons.permissions import Permission
from commons.words import Message

blueprint = Blueprint("reserving", __name__, url_prefix="/buchung")
EITHER_SIDE = (Permission.BOOKING_REQUEST, Permission.BOOKING_APPROVE)


@blueprint.app_template_filter()
def span_words(period: Period) -> Message:
    """Say from when until when."""
    return in_words(period.start, period.end)


@blueprint.app_template_filter()
def stage_label(stage: Stage) -> Message:
    """Name a booking's stage."""
    return LABELS[stage]


@blueprint.app_template_filter()
def stage_badge(stage: Stage) -> str:
    """Return the kind of badge for a booking's stage."""
    return BADGES[stage]


@blueprint.route("/geraete/<int:resource_id>/buchen", methods=["GET", "POST"])
@permission_required(Permission.BOOKING_REQUEST)
def request_booking(resource_id: int) -> ResponseReturnValue:
    """Ask for a resource for a period: the time is held first, then booked."""
    form, period = BookingForm(), None
    if form.validate_on_submit():
        try:
            period = form.period
            if form.hold.data:
                write(waiting.hold, form.wishes(resource_id), period, lent_to_id=form.lent_to.data, by=current_actor)
                if form.says_nothing:  # a page that may be opened anew; else what was typed stays
                    return redirect(url_for(".request_booking", resource_id=resource_id, **form.asked))
            else:
                return confirmed(write(reserving.request_booking, form.wishes(resource_id), period, by=current_actor, **form.given))
        except RuleBroken as broken:
            form.refuse(broken)
    elif request.method == "GET":
        form.begin(asked_period(request.args), request.args)
    return _form_for(form, get_resource(resource_id, current_actor), period)


def confirmed(placed: reserving.Placed) -> ResponseReturnValue:
    """Say what became of the request, and show it."""
    asked = placed.stage is Stage.REQUESTED
    flash(_("Ihre Anfrage ist gesendet. Sie erhalten Bescheid.") if asked else _("Gebucht. Die Buchung gilt."), "success")
    return redirect(url_for("reserving.show_booking", booking_id=placed.id))


def _form_for(form: BookingForm, resource: Resource, period: Period | None) -> ResponseReturnValue:
    """Show the form with its choices, what is held for the reader, and what stands in the way."""
    form.offer_substitutes(substitutes_for(resource, current_actor))
    owns = may_decide(current_actor, owner_id=resource.owner_id, approval_by=resource.approval_by)
    form.offer_borrowers(users() if owns else [], current_actor.organisation_id)
    asked = asked_period(request.args) if "start" in request.args and request.method == "GET" else period
    asks = not owns and reserving.is_asked(resource, current_actor, quantity=form.quantity.data or 1, period=asked or asked_period(request.args))
    facts = {"asked": asked, "asks": asks, **_standing(form, resource, asked)}
    return render_template("booking/request_booking.html", form=form, resource=resource, **facts), form.status


def _standing(form: BookingForm, resource: Resource, asked: Period | None) -> dict[str, object]:
    """Say until when the asked time is held for the reader, or why it cannot be booked."""
    if asked is None:
        return {"held": None, "why_not": None, "refusal": None}
    why_not = form.refused
    if request.method == "GET" and len(form.substitute.choices) < 2:  # what stays at home is chosen on the page
        why_not = reserving.why_not(form.wishes(resource.id), asked, by=current_actor)
    refusal = explain(why_not, [(resource.id, form.quantity.data or 1)], asked, actor=current_actor)
    held = held_until([resource.id], asked, current_actor).get(resource.id)
    return {"held": held, "why_not": why_not, "refusal": refusal}


@blueprint.route("/<int:booking_id>")
@permission_required(Permission.BOOKING_READ)
def show_booking(booking_id: int) -> ResponseReturnValue:
    """Show a booking and what may be done with it."""
    booking = get_booking(booking_id, current_actor)
    return render_template("booking/show_booking.html", booking=booking, series_id=series_of(booking_id), **_may(booking))


@blueprint.route("/meine")
@permission_required(Permission.BOOKING_READ)
def list_mine() -> ResponseReturnValue:
    """List my bookings: what comes and what went."""
    return render_template("booking/list_mine.html", coming=my_bookings(current_actor), past=my_bookings(current_actor, past=True))


@blueprint.route("/anfragen")
@permission_required(Permission.BOOKING_APPROVE)
def list_undecided() -> ResponseReturnValue:
    """List the requests that wait for me, with a big button each, and what I decided last."""
    return render_template("booking/list_undecided.html", asked=asked_of_me(current_actor), decided=decided_by(current_actor))


@blueprint.post("/<int:booking_id>/bestaetigen")
@permission_required(Permission.BOOKING_APPROVE)
def approve(booking_id: int) -> ResponseReturnValue:
    """Say yes to a request."""
    known = request.form.get("version", type=int)
    try:
        booking = write(reserving.approve, booking_id, by=current_actor, version=known)
    except RuleBroken as broken:
        booking = get_booking(booking_id, current_actor)
        facts = {"series_id": series_of(booking_id), "broken": broken, "changes": changes_since(booking, known), **_may(booking)}
        return render_template("booking/show_booking.html", booking=booking, **facts), broken.status
    flash(
        _("Die Buchung ist bestätigt.") if booking.stage is Stage.CONFIRMED else _("Ihre Zusage ist vermerkt. Ein anderer Eigentümer entscheidet noch."),
        "success",
    )
    return redirect(url_for(".list_undecided"))


@blueprint.route("/<int:booking_id>/ablehnen", methods=["GET", "POST"])
@permission_required(Permission.BOOKING_APPROVE)
def decline(booking_id: int) -> ResponseReturnValue:
    """Say no to a request, with a reason."""
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            write(reserving.decline, booking_id, reason=form.reason.data or "", by=current_actor, version=form.known_version)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("Die Anfrage ist abgelehnt. Die andere Seite erfährt Ihren Grund."), "success")
            return redirect(url_for(".list_undecided"))
    booking = form.about(get_booking(booking_id, current_actor))
    return render_template("booking/decline.html", form=form, booking=booking), form.status


@blueprint.route("/<int:booking_id>/stornieren", methods=["GET", "POST"])
@permission_required(*EITHER_SIDE)
def cancel(booking_id: int) -> ResponseReturnValue:
    """Give a booking up."""
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            write(reserving.cancel, booking_id, reason=form.reason.data or "", by=current_actor, version=form.known_version)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("Die Buchung ist storniert. Die Zeit ist wieder frei."), "success")
            return redirect(url_for(".show_booking", booking_id=booking_id))
    booking = get_booking(booking_id, current_actor)
    form.about(booking, own=not owes_reason(booking, current_actor))
    return render_template("booking/cancel.html", form=form, booking=booking), form.status


@blueprint.route("/<int:booking_id>/verlegen", methods=["GET", "POST"])
@permission_required(*EITHER_SIDE)
def move(booking_id: int) -> ResponseReturnValue:
    """Put a booking at another time."""
    form, period = MoveForm(), None
    if form.validate_on_submit():
        try:
            period = form.period
            write(reserving.move, booking_id, period, reason=form.reason.data or "", by=current_actor, version=form.known_version)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            return redirect(url_for(".show_booking", booking_id=booking_id))
    booking = get_booking(booking_id, current_actor)
    form.about(booking, own=not owes_reason(booking, current_actor))
    form.show(asked_period(request.args, otherwise=booking.period), days=request.args.get("tage", 0, type=int))
    shown = {"refusal": _refused(form, booking, period), "only_end": booking.stage not in MOVABLE}
    return render_template("booking/move.html", form=form, booking=booking, **shown), form.status


@blueprint.route("/<int:booking_id>/bearbeiten", methods=["GET", "POST"])
@permission_required(Permission.BOOKING_REQUEST)
def amend(booking_id: int) -> ResponseReturnValue:
    """Change purpose, note or contact."""
    form = AmendForm()
    if form.validate_on_submit():
        try:
            write(reserving.amend, booking_id, details=form.details, by=current_actor, version=form.known_version)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            return redirect(url_for(".show_booking", booking_id=booking_id))
    booking = form.about(get_booking(booking_id, current_actor))
    return render_template("booking/amend.html", form=form, booking=booking), form.status


def _refused(form: MoveForm, booking: Booking, period: Period | None) -> Refusal | None:
    """Say who holds the new time and what is free instead."""
    wanted = [(item.resource_id, item.quantity) for item in booking.items]
    return explain(form.refused, wanted, period, actor=current_actor) if period else None


def _may(booking: Booking) -> dict[str, object]:
    """Say what this reader may do with the booking."""
    booked = is_bookers_side(booking, current_actor) and current_actor.may(Permission.BOOKING_REQUEST)
    owns = is_owner_side(booking, current_actor)
    return {
        "may_decide": booking.stage is Stage.REQUESTED and bool(items_to_decide(booking, current_actor)),
        "may_move": booking.stage in MOVABLE and (booked or owns),
        "may_extend": booking.stage in EXTENDABLE - MOVABLE and (booked or owns),
        "may_amend": booking.stage in OPEN and booked,
        "wanted": {item.id: wanted_of(item) for item in booking.items},
        "imported": import_of(booking.id),
        "history": history_of(booking),
        **handover_of(booking),
    }
