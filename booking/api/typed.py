"""flask-smorest brings no types: the few things used of it, typed once."""

import functools
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from flask import Response, current_app, jsonify, request
from flask_babel import gettext
from flask_smorest import Blueprint
from marshmallow import Schema
from werkzeug.exceptions import HTTPException, UnprocessableEntity

from booking.api.faults import sentences, told
from booking.api.problems import ProblemSchema
from commons.access import check_body
from commons.errors import NotFound, RuleBroken
from commons.words import Message, say

TAKEN = say("Die Zeit ist vergeben")
View = TypeVar("View", bound=Callable[..., Any])
PROBLEM = "application/problem+json"
TITLES = {
    400: say("Nicht lesbar"),
    401: say("Nicht angemeldet"),
    403: say("Keine Berechtigung"),
    404: say("Nicht gefunden"),
    409: say("Geht so nicht mehr"),
    412: say("Inzwischen geändert"),
    415: say("Falsche Art von Daten"),
    422: say("Regel verletzt"),
    428: say("Version fehlt"),
}


def route(blueprint: Blueprint, rule: str, *, method: str = "GET") -> Callable[[View], View]:
    """Give a view its address."""
    return cast(Callable[[View], View], blueprint.route(rule, methods=[method]))


def queried(blueprint: Blueprint, schema: type[Schema]) -> Callable[[View], View]:
    """Read and check what an address asks for, by a schema that is made once, not for each call."""
    return cast(Callable[[View], View], blueprint.arguments(schema(), location="query"))


def arguments(blueprint: Blueprint, schema: type[Schema], *, required: bool = True) -> Callable[[View], View]:
    """Read and check the JSON that a call brings, by a schema that is made once; where none is required, no body says nothing."""
    form = schema()

    def decorate(view: View) -> View:
        reading = blueprint.arguments(form, required=required)(view)

        @functools.wraps(reading)
        def readable(*args: Any, **kwargs: Any) -> Any:
            if not required and not request.get_data():
                return view(form.load({}), *args, **kwargs)
            check_body()
            return reading(*args, **kwargs)

        return cast(View, readable)

    return decorate


def answers(blueprint: Blueprint, status: int, schema: type[Schema]) -> Callable[[View], View]:
    """Describe what a call gets."""
    return cast(Callable[[View], View], blueprint.response(status, schema))


def repeats(blueprint: Blueprint, schema: type[Schema]) -> Callable[[View], View]:
    """Describe the answer to a call that was made before with the same Idempotency-Key."""
    described = blueprint.alt_response(200, schema=schema, description=str(say("Schon ausgeführt: die Antwort von damals")))
    return lambda view: _taking_over(described(view), view)


def also(blueprint: Blueprint, *statuses: int) -> Callable[[View], View]:
    """Describe the refusals of a call."""

    def decorate(view: View) -> View:
        described = view
        for status in statuses:
            title = str(TITLES.get(status, status))
            described = blueprint.alt_response(status, schema=ProblemSchema, description=title, content_type=PROBLEM)(described)
        return _taking_over(described, view)

    return decorate


def _taking_over(described: Any, view: View) -> View:
    """Give a view the description alone: every call would pass through a wrapper for each answer that it does not get."""
    view._apidoc = described._apidoc  # type: ignore[attr-defined]
    return view


def problem(status: int, detail: Message | str, more: Mapping[str, Any] | None = None) -> Response:
    """Answer a refusal as problem+json (RFC 9457)."""
    text = detail.said(gettext) if isinstance(detail, Message) else detail
    title = TAKEN if more and "rivals" in more else TITLES.get(status, TITLES[422])
    response = jsonify({"type": "about:blank", "title": title.said(gettext), "status": status, "detail": text, **(more or {})})
    response.status_code, response.mimetype = status, PROBLEM
    return response


def guard(blueprint: Blueprint) -> None:
    """Answer all refusals of a blueprint as problem+json."""
    blueprint.errorhandler(UnprocessableEntity)(_unprocessable)
    blueprint.errorhandler(HTTPException)(_http)
    blueprint.errorhandler(NotFound)(lambda _: problem(404, say("Das gibt es nicht, oder Sie dürfen es nicht sehen.")))
    blueprint.errorhandler(RuleBroken)(_broken)


def _broken(broken: RuleBroken) -> Response:
    response = problem(broken.status, broken.message, {"field": broken.field} if broken.field else None)
    if broken.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _unprocessable(error: UnprocessableEntity) -> Response:
    errors = told(getattr(error, "data", {}).get("messages", {}))
    return problem(422, " ".join(sentences(errors)) or say("Eine Angabe fehlt oder ist nicht lesbar."), {"errors": errors})


def _http(error: HTTPException) -> Response:
    if error.response is not None:
        return current_app.make_response(error.get_response())
    return problem(error.code or 500, error.description or "")
