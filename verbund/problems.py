"""Error pages with a way on, and the same refusals as problem+json for the API."""

import json
from dataclasses import dataclass

from flask import Flask, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from commons.database import db
from commons.errors import NotFound, RuleBroken
from commons.sessions import is_call
from commons.tokens import WithoutSecrets
from commons.words import Message, say

MOST_MEGABYTES_READ = 200
OUT_OF_RANGE = "22003"  # how PostgreSQL says that a number has too many digits


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Say what went wrong and what to do now."""

    title: Message
    text: Message


PROBLEMS: dict[int, Problem] = {
    400: Problem(
        title=say("Diese Anfrage ist nicht lesbar"),
        text=say("Verbund konnte die Angaben nicht lesen. Bitte gehen Sie zurück und versuchen Sie es noch einmal."),
    ),
    401: Problem(title=say("Bitte melden Sie sich an"), text=say("Für diese Seite müssen Sie angemeldet sein.")),
    403: Problem(
        title=say("Dafür fehlt Ihnen die Berechtigung"),
        text=say(
            "Ihre Rolle in der Organisation, für die Sie gerade handeln, erlaubt das nicht. Handeln Sie für mehrere, dann wechseln Sie oben die Organisation."
        ),
    ),
    404: Problem(
        title=say("Diese Seite gibt es nicht"),
        text=say("Vielleicht ist die Adresse falsch, oder der Vorgang gehört zu einer anderen Gemeinde. Die Suche zeigt alles, was Sie sehen dürfen."),
    ),
    405: Problem(title=say("So lässt sich diese Seite nicht aufrufen"), text=say("Bitte nutzen Sie die Schaltflächen und Verweise auf den Seiten.")),
    409: Problem(title=say("Das ist inzwischen anders"), text=say("Jemand war schneller. Bitte prüfen Sie den neuen Stand und entscheiden Sie dann.")),
    410: Problem(title=say("Dieser Verweis gilt nicht mehr"), text=say("Er ist abgelaufen oder wurde widerrufen. Bitten Sie um einen neuen.")),
    413: Problem(title=say("Das ist zu groß"), text=say("Eine Datei darf höchstens 25 MB haben. Bitte verkleinern oder teilen Sie sie.")),
    415: Problem(title=say("Diese Art von Daten kennt Verbund nicht"), text=say("Bitte senden Sie die Angaben in der beschriebenen Form.")),
    422: Problem(title=say("So geht es nicht"), text=say("Eine Angabe passt nicht zu den Regeln. Bitte gehen Sie zurück und ändern Sie sie.")),
    429: Problem(title=say("Das war zu oft hintereinander"), text=say("Bitte warten Sie eine Weile und versuchen Sie es dann noch einmal.")),
    500: Problem(
        title=say("Da ist uns ein Fehler unterlaufen"),
        text=say("Ihre letzte Eingabe wurde nicht gespeichert. Der Fehler ist festgehalten. Bitte versuchen Sie es noch einmal."),
    ),
    503: Problem(title=say("Verbund ist gerade nicht erreichbar"), text=say("Bitte versuchen Sie es in einigen Minuten noch einmal.")),
}
# What a program is told where a person is led to a button.
FOR_PROGRAMS: dict[int, Problem] = {
    404: Problem(title=say("Diese Adresse gibt es nicht"), text=say("Die Beschreibung der Schnittstelle steht unter /api/v1/openapi.json.")),
    405: Problem(title=say("Diese Adresse nimmt diese Methode nicht an"), text=say("Welche sie annimmt, steht in der Kopfzeile „Allow“.")),
}


def install(app: Flask) -> None:
    """Answer every refusal and every error in the reader's language, and never with a stack trace."""
    app.logger.addFilter(WithoutSecrets())  # a calendar's address is its key, and a fault names the address
    app.register_error_handler(CSRFError, _page_was_open_too_long)
    app.register_error_handler(NotFound, lambda _: _answer(404))
    app.register_error_handler(RuleBroken, lambda broken: _answer(broken.status, broken.message))
    app.register_error_handler(OverflowError, _beyond_keeping)
    app.register_error_handler(DataError, _beyond_keeping)
    app.register_error_handler(500, _fault)
    for status in PROBLEMS.keys() - {500}:
        app.register_error_handler(status, _refusal)


def _refusal(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    answer = make_response(_answer(error.code or 400))
    if isinstance(error, RequestEntityTooLarge):
        _read_to_the_end()
    if isinstance(error, MethodNotAllowed):
        answer.allow.update(error.valid_methods or ())
    return answer


def _read_to_the_end() -> None:
    """Take what is still on its way: a browser that is cut off while sending shows its own error and not our sentence."""
    for _part in range(MOST_MEGABYTES_READ):
        if not request.environ["wsgi.input"].read(1024 * 1024):
            return


def _beyond_keeping(error: OverflowError | DataError) -> ResponseReturnValue:
    """Answer a number that no database keeps as the number of nothing; whatever else the database refuses is a fault."""
    if isinstance(error, DataError) and getattr(error.orig, "sqlstate", None) != OUT_OF_RANGE:
        raise error
    if isinstance(error, OverflowError) and "SQLite INTEGER" not in str(error):
        raise error
    db.session.rollback()
    return _answer(404)


def _fault(error: Exception) -> ResponseReturnValue:  # noqa: ARG001
    db.session.rollback()
    if _wants_json():
        return _as_json(500, None)
    return render_template("errors/fault.html", problem=PROBLEMS[500], language=request.accept_languages.best_match(["de", "en"], "de")), 500


def _page_was_open_too_long(error: CSRFError) -> ResponseReturnValue:
    """Explain it, and show again what was typed so that nothing is lost."""
    if _wants_json():
        return _as_json(400, say("%(text)s", text=error.description or ""))
    return render_template("errors/open_too_long.html", typed=_typed(), back=request.path), 400


def _typed() -> list[tuple[str, str]]:
    secret = ("csrf", "password", "kennwort", "code", "token", "credential")
    return [(name, text) for name, text in request.form.items(multi=True) if text.strip() and not any(part in name.lower() for part in secret)]


def _answer(status: int, message: Message | None = None) -> ResponseReturnValue:
    if _wants_json():
        return _as_json(status, message)
    problem = PROBLEMS.get(status, PROBLEMS[400])
    return render_template("errors/problem.html", problem=problem, message=message, status=status), status


def _wants_json() -> bool:
    return is_call(request)


def _as_json(status: int, message: Message | None) -> Response:
    problem = FOR_PROGRAMS.get(status) or PROBLEMS.get(status, PROBLEMS[400])
    content = {"type": "about:blank", "title": problem.title.said(gettext), "status": status, "detail": (message or problem.text).said(gettext)}
    return Response(json.dumps(content, ensure_ascii=False), status=status, mimetype="application/problem+json")
