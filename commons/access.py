"""Who is at the page, for whom, and what guards each route."""

import functools
from collections.abc import Callable
from datetime import timedelta
from typing import ClassVar, ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

from flask import abort, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from flask_security.utils import check_and_update_authn_fresh
from werkzeug.local import LocalProxy

from commons import clock, tokens
from commons.database import write
from commons.errors import NotAllowed, RuleBroken
from commons.people import Actor, Person, actors_of
from commons.permissions import Permission
from commons.words import say

P = ParamSpec("P")
R = TypeVar("R")
View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
ACTING_FOR = "acting_for"
FRESH = timedelta(minutes=15)
READING = frozenset({"GET", "HEAD", "OPTIONS"})
NOTED_EVERY = timedelta(minutes=5)  # a busy token is not written down with every call


def public(view: View) -> View:
    """Mark a route that needs no sign-in."""
    view.__guard__ = "public"  # type: ignore[attr-defined]
    return view


def signed_in(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Let only people in who have signed in, whatever their roles."""

    @functools.wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if not current_user.is_authenticated:
            return _ask_to_sign_in()
        return view(*args, **kwargs)

    guarded.__guard__ = "signed_in"  # type: ignore[attr-defined]
    return guarded


def permission_required(*permissions: Permission) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Let only people in whose roles, in the organisation they act for, hold one of the permissions."""

    def decorate(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @functools.wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            if not current_user.is_authenticated:
                return _ask_to_sign_in()
            actor = find_current_actor()
            if actor is None or not any(actor.may(permission) for permission in permissions):
                abort(403)
            return view(*args, **kwargs)

        guarded.__guard__ = permissions  # type: ignore[attr-defined]
        return guarded

    return decorate


def fresh_sign_in_required(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Ask again who it is before a grave act, when the last proof is older than a quarter of an hour; stands below the other guard."""

    @functools.wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if not check_and_update_authn_fresh(FRESH, timedelta(0), "session"):
            target = request.full_path.rstrip("?") if request.method == "GET" else urlsplit(request.referrer or "/").path
            return redirect(url_for("security.verify", next=target))
        return view(*args, **kwargs)

    return guarded


def _ask_to_sign_in() -> ResponseReturnValue:
    target = request.full_path.rstrip("?") if request.method == "GET" else request.referrer or "/"
    return redirect(url_for("security.login", next=target))


def my_actors() -> list[Actor]:
    """Return the organisations that the signed-in person may act for today."""
    if not current_user.is_authenticated:
        return []
    if "actors" not in g:
        g.actors = actors_of(current_user.id)
    return cast(list[Actor], g.actors)


def find_current_actor() -> Actor | None:
    """Return who acts, for the organisation chosen in this session, else for the first."""
    if "bearer_actor" in g:
        return cast(Actor, g.bearer_actor)
    actors = my_actors()
    chosen = session.get(ACTING_FOR)
    return next((actor for actor in actors if actor.organisation_id == chosen), actors[0] if actors else None)


def _get_current_actor() -> Actor:
    actor = find_current_actor()
    if actor is None:
        abort(403)
    return actor


def acting() -> Actor:
    """Return who acts as a plain value, not as the proxy `current_actor`: for whoever asks it hundreds of times."""
    return _get_current_actor()


def choose_organisation(organisation_id: int) -> bool:
    """Remember for whom the person acts from now on; False when the person may not."""
    if any(actor.organisation_id == organisation_id for actor in my_actors()):
        session[ACTING_FOR] = organisation_id
        return True
    return False


current_actor = cast(Actor, LocalProxy(_get_current_actor))


def me() -> Person:
    """Return the signed-in person."""
    return cast(Person, current_user._get_current_object())


class NoToken(RuleBroken):
    """The API is open to people with a token in force only."""

    status: ClassVar[int] = 401

    def __init__(self) -> None:
        super().__init__(say("Bitte senden Sie einen gültigen Zugangsschlüssel: „Authorization: Bearer …“. Sie erstellen ihn unter „Mein Konto“."))


class BodyUnreadable(RuleBroken):
    """What a program sends is JSON and says so."""

    status: ClassVar[int] = 400

    def __init__(self) -> None:
        super().__init__(say("Bitte senden Sie die Angaben als JSON, mit „Content-Type: application/json“."))


class ForMissing(RuleBroken):
    """A person who acts for several organisations names the one acted for."""

    def __init__(self, keys: list[str]) -> None:
        super().__init__(say("Sie handeln für mehrere Stellen. Bitte nennen Sie eine davon in „for“: %(keys)s.", keys=", ".join(keys)), field="for")
        self.keys = keys


class ForForeign(NotAllowed):
    """Nobody may act for an organisation without a role there."""

    def __init__(self, key: str) -> None:
        super().__init__(say("Für „%(key)s“ dürfen Sie nicht handeln.", key=key))
        self.field = "for"
        self.key = key


def bearer_actor(named: str | None = None) -> Actor:
    """Return who calls the API, for the organisation named by its key; a call that only reads need not name one."""
    actors = _actors_of_token()
    if named is not None:
        chosen = next((actor for actor in actors if actor.organisation_key == named), None)
        if chosen is None:
            raise ForForeign(named)
        return chosen
    if not actors:
        raise NotAllowed
    if len(actors) > 1 and request.method not in READING:
        check_body()
        raise ForMissing([actor.organisation_key for actor in actors])
    return actors[0]


def check_body() -> None:
    """Refuse a body that is not JSON, or none at all."""
    if not request.is_json or (request.get_json(silent=True) is None and request.get_data().strip() != b"null"):
        raise BodyUnreadable


def _actors_of_token() -> list[Actor]:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    token = tokens.find_token(secret.strip()) if kind.lower() == "bearer" else None
    if token is None:
        raise NoToken
    if token.last_used_at is None or token.last_used_at < clock.now() - NOTED_EVERY:
        write(tokens.note_use, token.id)
    return token.actors


def token_required(*permissions: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only calls of the API in that carry a token in force, of somebody who holds one of the permissions; `current_actor` is who calls.

    "for" is read from the body of a call that writes, else from the address.
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            g.bearer_actor = actor = bearer_actor(_named_organisation())
            if permissions and not any(actor.may(permission) for permission in permissions):
                raise NotAllowed
            return view(*args, **kwargs)

        guarded.__guard__ = permissions or "token"  # type: ignore[attr-defined]
        return guarded

    return decorate


def _named_organisation() -> str | None:
    body = request.get_json(silent=True) if request.method not in READING else None
    named = body.get("for") if isinstance(body, dict) else None
    named = request.args.get("for") if named is None else named
    return None if named is None else str(named)
