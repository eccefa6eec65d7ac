"""Pages of series: preview and book, look, decide, move and cancel."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import series
from booking.forms import ReasonForm
from booking.forms.series import CancelSeriesForm, MoveSeriesForm, SeriesForm, why
from booking.models import Fate, Series
from booking.periods import Period
from booking.queries.bookings import get_booking, is_bookers_side, is_either_side, items_to_decide, owes_reason
from booking.queries.fleet import get_resource
from booking.queries.series import get_series, who_holds
from booking.rules.recurrence import at_wall_time
from booking.series import Choice, Preview, Reach
from booking.stages import MOVABLE, Stage
from booking.views.reserving import EITHER_SIDE, blueprint
from booking.views.times import asked_period
from commons import clock
from commons.access import current_actor, permission_required
from commons.database import write
from commons.errors import RuleBroken
from commons.permissions import Permission


@blueprint.route("/geraete/<int:resource_id>/serie", methods=["GET", "POST"])
@permission_required(Permission.BOOKING_REQUEST)
def plan_series(resource_id: int) -> ResponseReturnValue:
    """Preview a series, then book the dates that somebody chose."""
    resource, form = get_resource(resource_id, current_actor), SeriesForm()
    shown: Preview | None = None
    if "rhythm" not in request.form:
        form.begin(asked_period(request.args), request.args)
    elif form.validate_on_submit():
        try:
            if request.form.get("step") == "book":
                return _booked(form, resource_id)
            shown = series.preview(form.wishes(resource_id), form.plan, by=current_actor)
        except RuleBroken as broken:
            form.refuse(broken)
            shown = _after_refusal(form, resource_id)
    facts = _facts_of(form, shown)
    return render_template("booking/series/plan.html", form=form, resource=resource, preview=shown, why=why, **facts), form.status


@blueprint.route("/serien/<int:series_id>")
@permission_required(Permission.BOOKING_READ)
def show_series(series_id: int) -> ResponseReturnValue:
    """Show every date of a series with what became of it."""
    found = get_series(series_id, current_actor)
    return render_template("booking/series/show.html", series=found, first=_first(found), **_may(found))


@blueprint.post("/serien/<int:series_id>/bestaetigen")
@permission_required(Permission.BOOKING_APPROVE)
def approve_series(series_id: int) -> ResponseReturnValue:
    """Say yes to all dates that wait."""
    try:
        write(series.approve, series_id, by=current_actor)
    except RuleBroken as broken:
        found = get_series(series_id, current_actor)
        return render_template("booking/series/show.html", series=found, first=_first(found), broken=broken, **_may(found)), broken.status
    flash(_("Alle offenen Termine der Serie sind bestätigt."), "success")
    return redirect(url_for(".show_series", series_id=series_id))


@blueprint.route("/serien/<int:series_id>/ablehnen", methods=["GET", "POST"])
@permission_required(Permission.BOOKING_APPROVE)
def decline_series(series_id: int) -> ResponseReturnValue:
    """Say no to all dates that wait, with a reason."""
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            write(series.decline, series_id, reason=form.reason.data or "", by=current_actor)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            return redirect(url_for(".show_series", series_id=series_id))
    found = get_series(series_id, current_actor)
    return render_template("booking/series/decline.html", form=form, series=found, first=_first(found)), form.status


@blueprint.route("/serien/<int:series_id>/termine/<int:booking_id>/verlegen", methods=["GET", "POST"])
@permission_required(*EITHER_SIDE)
def move_series(series_id: int, booking_id: int) -> ResponseReturnValue:
    """Put one date, this and the following, or all at another time."""
    form, found = MoveSeriesForm(), get_series(series_id, current_actor)
    if form.validate_on_submit():
        try:
            reach = Reach(form.reach.data)
            write(series.move, series_id, booking_id, form.period, reach=reach, reason=form.reason.data or "", by=current_actor, version=form.known_version)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            return redirect(url_for(".show_series", series_id=series_id))
    elif request.method == "GET":
        form.mean(request.args.get("welche"))
    booking = get_booking(booking_id, current_actor)
    form.about(booking, own=not owes_reason(booking, current_actor))
    form.show(booking.period)
    return render_template("booking/series/move.html", form=form, series=found, booking=booking), form.status


@blueprint.route("/serien/<int:series_id>/termine/<int:booking_id>/stornieren", methods=["GET", "POST"])
@permission_required(*EITHER_SIDE)
def cancel_series(series_id: int, booking_id: int) -> ResponseReturnValue:
    """Give up one date, this and the following, or all."""
    form, found = CancelSeriesForm(), get_series(series_id, current_actor)
    if form.validate_on_submit():
        try:
            write(series.cancel, series_id, booking_id, reach=Reach(form.reach.data), reason=form.reason.data or "", by=current_actor)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("Die Termine sind storniert. Die Zeit ist wieder frei."), "success")
            return redirect(url_for(".show_series", series_id=series_id))
    elif request.method == "GET":
        form.mean(request.args.get("welche"))
    booking = get_booking(booking_id, current_actor)
    form.about(booking, own=not owes_reason(booking, current_actor))
    return render_template("booking/series/cancel.html", form=form, series=found, booking=booking), form.status


def _booked(form: SeriesForm, resource_id: int) -> ResponseReturnValue:
    made = write(
        series.book,
        form.wishes(resource_id),
        form.plan,
        choice=Choice(form.choice.data),
        details=form.details,
        by=current_actor,
        chosen=form.chosen(request.form),
        seen=form.seen_days if form.choice.data == Choice.FREE else None,
        idempotency_key=form.key.data,
    )
    flash(_("Die Serie ist eingetragen. Unten steht, was aus jedem Termin wurde."), "success")
    return redirect(url_for(".show_series", series_id=made.id))


def _after_refusal(form: SeriesForm, resource_id: int) -> Preview | None:
    """Show the preview as it is now, where there can be one."""
    try:
        return series.preview(form.wishes(resource_id), form.plan, by=current_actor)
    except RuleBroken:
        return None


def _facts_of(form: SeriesForm, shown: Preview | None) -> dict[str, object]:
    """Return who stands in the way, and which dates are ticked."""
    if shown is None:
        return {"who": {}, "ticked": set()}
    form.show(shown.conflicts)
    who = who_holds([rival for planned in shown.conflicts for rival in planned.rivals], current_actor)
    return {"who": who, "ticked": form.days or {planned.day for planned in shown.free}}


def _first(found: Series) -> object:
    return next(one.booking for one in found.dates if one.booking)


def _missed(found: Series, like: Period) -> dict[int, Period]:
    """Return when the dates that were not booked would have been, where they are still to come."""
    lost = [one for one in found.dates if one.booking_id is None and one.fate is not Fate.NO_SUCH_TIME and one.day > clock.today()]
    return {one.id: period for one in lost if (period := at_wall_time(like, one.day))}


def _may(found: Series) -> dict[str, object]:
    """Say what this reader may do with the series."""
    bookings = [one.booking for one in found.dates if one.booking]
    return {
        "may_decide": any(booking.stage is Stage.REQUESTED and items_to_decide(booking, current_actor) for booking in bookings),
        "may_move": any(booking.stage in MOVABLE for booking in bookings) and is_either_side(bookings[0], current_actor),
        "next_open": next((booking.id for booking in bookings if booking.stage in MOVABLE and booking.starts_at > clock.now()), None),
        "movable": MOVABLE,
        "missed": _missed(found, bookings[0].period) if is_bookers_side(bookings[0], current_actor) else {},
    }
