"""Calendars to subscribe to: the page that gives out links, and the links themselves."""

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from booking import subscribing
from booking.exchange import ical
from booking.forms import FeedForm
from booking.models import FeedDetail
from booking.queries import feeds
from booking.queries.bookings import get_booking
from booking.views.feed_answers import TEXT, answer, choices, links_of, parsed
from commons.access import current_actor, permission_required, public
from commons.database import write
from commons.permissions import Permission

blueprint = Blueprint("calendar", __name__, url_prefix="/kalender")
JUST_MADE = "calendar_secret"


@blueprint.route("/", methods=["GET", "POST"])
@permission_required(Permission.CALENDAR_SUBSCRIBE)
def subscribe() -> ResponseReturnValue:
    """Make a calendar link and list those in force."""
    form = FeedForm()
    form.offer(choices(current_actor))
    if form.validate_on_submit():
        scope, scope_id = parsed(form.what.data)
        made = write(subscribing.subscribe, scope, scope_id, detail=FeedDetail(form.detail.data), by=current_actor)
        session[JUST_MADE] = [made.feed.id, made.secret]
        return redirect(url_for(".show_link"))
    if request.method == "GET" and "was" in request.args:
        form.what.data = request.args["was"]
    return render_template("booking/subscribe.html", form=form, feeds=feeds.my_feeds(current_actor)), form.status


@blueprint.route("/neu")
@permission_required(Permission.CALENDAR_SUBSCRIBE)
def show_link() -> ResponseReturnValue:
    """Show a link that was just made: its secret is known only now."""
    feed_id, secret = session.get(JUST_MADE, (None, None))
    if feed_id is None:
        return redirect(url_for(".subscribe"))
    feed = feeds.get_feed(feed_id, current_actor)
    return render_template("booking/show_link.html", feed=feed, links=links_of(feed, secret))


@blueprint.post("/<int:feed_id>/widerrufen")
@permission_required(Permission.CALENDAR_SUBSCRIBE)
def revoke(feed_id: int) -> ResponseReturnValue:
    """Switch a link off."""
    write(subscribing.revoke, feed_id, by=current_actor)
    session.pop(JUST_MADE, None)
    return redirect(url_for(".subscribe"))


@blueprint.get("/buchung/<int:booking_id>.ics")
@permission_required(Permission.BOOKING_READ)
def show_event(booking_id: int) -> ResponseReturnValue:
    """Hand out one booking for a calendar program, under the id that feeds and mails give it."""
    content = ical.single(feeds.event_of(get_booking(booking_id, current_actor)))
    return Response(content, content_type=TEXT, headers={"Content-Disposition": f'attachment; filename="buchung-{booking_id}.ics"'})


@blueprint.route("/<token>/<name>.ics", methods=["GET"])
@public
def feed(token: str, name: str) -> ResponseReturnValue:  # noqa: ARG001 (the name is for people)
    """Serve a calendar: 304 when nothing changed, 410 when revoked, 404 when unknown."""
    return answer(token)
