"""Who is at the page, for whom, and what guards each route."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from flask import abort, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from werkzeug.local import LocalProxy

from commons.people import Actor, Person, actors_of
from commons.permissions import Permission

P = ParamSpec("P")
View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
ACTING_FOR = "acting_for"


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
    if "actor" in g:  # set by a bearer token
        return cast(Actor, g.actor)
    actors = my_actors()
    chosen = session.get(ACTING_FOR)
    return next((actor for actor in actors if actor.organisation_id == chosen), actors[0] if actors else None)


def _get_current_actor() -> Actor:
    actor = find_current_actor()
    if actor is None:
        abort(403)
    return actor


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
