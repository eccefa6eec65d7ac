"""What every page shares: filters, language, frame, security headers and error pages."""

import functools
import io
import re
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from flask import Flask, Request, Response, abort, current_app, request, url_for
from flask_babel import Babel, format_date, get_locale, gettext
from flask_security import current_user
from flask_wtf import CSRFProtect
from werkzeug.routing import BuildError

from commons import scopes
from commons.access import find_current_actor, my_actors
from commons.calendar_days import berlin
from commons.clock import now
from commons.forms import named
from commons.people import Actor
from commons.sign_in import language_of_reader
from commons.words import WEEKDAYS, Message, german_number, shown
from verbund import day_words, navigation, problems

LANGUAGES = ("de", "en")
A_DAY = 24 * 60 * 60
A_YEAR = 365 * A_DAY
# In JSON: NUL, the first half of a surrogate pair without its second, the second without its first.
UNKEPT = re.compile(rb"\\u0000|\\u[dD][89abAB]..(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F]")

CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",  # KERN's signs and the QR code of a second factor are data: images
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "manifest-src": "'self'",
}
HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {source}" for name, source in CONTENT_SECURITY_POLICY.items()),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class MemoryRequest(Request):
    """Keep what people send in memory: no upload lies in a temporary file, where a sealed bid could be read."""

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:  # noqa: FBT001, FBT002 (as Flask calls it)
        """Return what a body says; nested deeper than anybody can follow it is as unreadable as one that is not closed."""
        try:
            return super().get_json(force=force, silent=silent, cache=cache)
        except RecursionError:
            abort(400)

    def _get_file_stream(self, *_args: object, **_values: object) -> IO[bytes]:
        return io.BytesIO()


def refuse_unkept() -> None:
    """Refuse addresses and data with a NUL or half a character: no keyboard makes one, and no database keeps a text with it."""
    if "\x00" in request.path or b"%00" in request.query_string or (request.is_json and UNKEPT.search(request.get_data())):
        abort(400)


def install(app: Flask) -> None:
    """Give the application what every page shares."""
    app.request_class = MemoryRequest
    Babel(app, locale_selector=language_of_reader)
    CSRFProtect(app)
    app.before_request(refuse_unkept)
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = A_DAY
    app.jinja_env.filters.update(clock=clock, day=day, long_day=long_day, moment=moment, money=money, named=named, number=number, said=said, weekday=weekday)
    app.jinja_env.filters.update(until=until, since=since, urgency=urgency)
    app.jinja_env.globals["name_of_start"] = name_of_start
    app.context_processor(lambda: {"frame": frame()})
    app.url_defaults(_name_version_of_static)
    app.after_request(_add_security_headers)
    problems.install(app)


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Hold what the layout shows around every page."""

    language: str
    demo: bool
    person: str | None
    actor: Actor | None
    others: list[Actor]
    scopes: list[Message]
    entries: tuple[navigation.Group, ...]
    address: str
    account_url: str | None
    act_for_url: str | None
    sign_in_url: str | None


def frame() -> Frame:
    """Gather what the layout shows for this reader."""
    actor = find_current_actor()
    return Frame(
        language=str(get_locale() or "de"),
        demo=bool(current_app.config["DEMO"]),
        person=current_user.name if current_user.is_authenticated else None,
        actor=actor,
        others=[other for other in my_actors() if actor is None or other.organisation_id != actor.organisation_id],
        scopes=scopes.told(actor) if actor else [],
        entries=navigation.menu_for(actor, endpoints=current_app.view_functions) if actor else (),
        address=own_path(request.full_path.rstrip("?") if request.method == "GET" else request.path),
        account_url=_url_if_known("account.show"),
        act_for_url=_url_if_known("account.act_for"),
        sign_in_url=_url_if_known("security.login"),
    )


def own_path(address: str | None) -> str:
    """Return an address of this site; the start page for anything that leads elsewhere."""
    path = address or "/"
    if not path.startswith("/") or path[1:2] in {"/", "\\"} or not path.isprintable():
        return "/"
    return path


def _url_if_known(endpoint: str) -> str | None:
    try:
        return url_for(endpoint)
    except BuildError:
        return None


def _name_version_of_static(endpoint: str, values: dict[str, object]) -> None:
    """Let browsers keep a file of ours for a year and still fetch it anew once it has changed."""
    if endpoint == "static" and current_app.static_folder:
        values["v"] = _age(Path(current_app.static_folder) / str(values["filename"]))


@functools.cache
def _age(file: Path) -> str | None:
    return format(int(file.stat().st_mtime), "x") if file.is_file() else None


def _add_security_headers(response: Response) -> Response:
    present = {name.lower() for name, _ in response.headers}
    for name, value in HEADERS.items():
        if name.lower() not in present:
            response.headers.add(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={A_YEAR}")
    if request.endpoint == "static" and "v" in request.args:
        response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    if response.mimetype == "text/html":
        response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


def said(value: object) -> object:
    """Say a lazy sentence in the reader's language; leave ready HTML as it is."""
    if value is None:
        return ""
    return value if hasattr(value, "__html__") else shown(value, gettext)


def money(amount: Decimal) -> str:
    """Write an amount in euros: two decimals, up to four where a unit price has them."""
    exponent = amount.normalize().as_tuple().exponent
    places = max(2, -exponent if isinstance(exponent, int) else 2)
    return f"{german_number(amount, places)} €"


def number(value: Decimal | int | str) -> str:
    """Write an exact number as Germans do, without needless zeros."""
    return german_number(Decimal(value))


def day(value: date | datetime) -> str:
    """Write a day, of a moment the day in Berlin."""
    return shown(berlin(value).date() if isinstance(value, datetime) else value, gettext)


def long_day(value: date | datetime) -> str:
    """Write a day in words: Freitag, 27. November 2026."""
    return str(format_date(berlin(value).date() if isinstance(value, datetime) else value, gettext("EEEE, d. MMMM y")))


def until(due: datetime) -> Message:
    """Say until when something is due, as people say it today."""
    return day_words.until(due, now())


def since(moment: datetime) -> Message:
    """Say since when something waits."""
    return day_words.since(moment, now())


def urgency(due: datetime) -> str:
    """Return the kind of badge for something due."""
    return day_words.urgency(due, now())


def name_of_start() -> str:
    """Name the first crumb: people who are not signed in have no today."""
    return str(gettext("Heute") if current_user.is_authenticated else gettext("Startseite"))


def moment(value: datetime) -> str:
    """Write a moment in Berlin."""
    return shown(value, gettext)


def clock(value: datetime | time) -> str:
    """Write the time of day, of a moment the time in Berlin."""
    return f"{berlin(value) if isinstance(value, datetime) else value:%H:%M}"


def weekday(value: date | datetime) -> str:
    """Write the short name of the day of the week."""
    return WEEKDAYS[(berlin(value) if isinstance(value, datetime) else value).weekday()].said(gettext)
