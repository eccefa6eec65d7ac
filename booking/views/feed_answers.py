"""Answer calendar clients as they need it, and offer people the links they can use."""

import gzip
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

import segno
from flask import Response, current_app, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.http import http_date

from booking import subscribing
from booking.exchange import ical
from booking.models import CalendarFeed, FeedScope
from booking.queries import feeds
from booking.queries.fleet import categories, resources
from booking.queries.members import municipalities, organisations
from commons import clock
from commons.database import write
from commons.forms import named
from commons.people import Actor

TEXT = "text/calendar; charset=utf-8"
BETWEEN_NOTES = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Links:
    """Hold one calendar's address in the forms that clients take."""

    address: str
    webcal: str
    google: str
    outlook: str
    qr: Markup


def answer(token: str) -> Response:
    """Serve a feed by its secret."""
    found = feeds.find_feed(token)
    if found is None:
        return _plain(_("Diesen Kalender gibt es nicht."), 404)
    if feeds.is_gone(found):
        return _plain(_("Dieser Kalender wurde abgeschaltet."), 410)
    shown = feeds.shown_by(found)
    revision = feeds.revision(shown)
    response = _fresh(shown) if not _is_known(revision) else Response(status=304)
    response.headers["ETag"] = f'"{revision.tag}"'
    response.headers["Last-Modified"] = http_date(revision.changed_at)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Accept-Encoding"
    _note_use(found)
    return response


def links_of(feed: CalendarFeed, secret: str) -> Links:
    """Return the forms of a new link."""
    base = str(current_app.config.get("BASE_URL") or request.host_url).rstrip("/")
    address = base + url_for("calendar.feed", token=secret, name=_file_name(feed))
    webcal = "webcal://" + address.split("://", 1)[1]
    return Links(
        address=address,
        webcal=webcal,
        google="https://calendar.google.com/calendar/r?cid=" + quote(webcal, safe=""),
        outlook=f"https://outlook.office.com/calendar/0/addfromweb?url={quote(address, safe='')}&name={quote(feed.name, safe='')}",
        qr=Markup(segno.make(webcal, error="m").svg_inline(scale=4, border=2, title=_("QR-Code für Ihr Telefon"), svgclass="qr", lineclass=None)),  # noqa: S704
    )


def choices(actor: Actor) -> list[tuple[str, str]]:
    """List the calendars that may be subscribed to; what they tell depends on who reads."""
    found = [("mine", _("Meine Buchungen"))]
    found += [(f"organisation:{place.id}", place.name) for place in organisations()]
    found += [(f"municipality:{place.id}", _("Gemeinde %(name)s", name=place.name)) for place in municipalities()]
    found += [(f"category:{category.id}", _("Alle Geräte: %(name)s", name=named(category.name))) for category in categories()]
    return found + [(f"resource:{resource.id}", resource.name) for resource in resources(actor)]


def parsed(choice: str) -> tuple[FeedScope, int | None]:
    """Read a choice back."""
    scope, _colon, number = choice.partition(":")
    return FeedScope(scope), int(number) if number else None


def _fresh(shown: feeds.Shown) -> Response:
    head = ical.Head(name=f"Verbund: {shown.feed.name}", source=request.base_url)
    body = ical.feed(head, feeds.events(shown))
    response = Response(body, content_type=TEXT)
    response.headers["Content-Disposition"] = f'inline; filename="{_file_name(shown.feed)}.ics"'
    if request.accept_encodings.quality("gzip") > 0:
        response.set_data(gzip.compress(body, compresslevel=1, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


def _is_known(revision: feeds.Revision) -> bool:
    """Believe the ETag where a client sends one, else the date."""
    if request.if_none_match:
        return request.if_none_match.contains_weak(revision.tag)
    return request.if_modified_since is not None and request.if_modified_since >= revision.changed_at.replace(microsecond=0)


def _note_use(feed: CalendarFeed) -> None:
    """Remember the last use once an hour, so that a busy client costs no write."""
    if feed.last_used_at is None or clock.now() - feed.last_used_at > BETWEEN_NOTES:
        write(subscribing.note_use, feed.id)


def _file_name(feed: CalendarFeed) -> str:
    return "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in feed.name.lower()).strip("-") or "kalender"


def _plain(text: str, status: int) -> Response:
    return Response(text, status=status, content_type="text/plain; charset=utf-8")
