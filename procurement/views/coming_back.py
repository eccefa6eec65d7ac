"""A refused one-button form comes back to the page it was on, with the sentence of the rule; never to a bare error page."""

import functools
from collections.abc import Callable
from typing import ParamSpec
from urllib.parse import urlsplit

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from commons.errors import RuleBroken

P = ParamSpec("P")
FORBIDDEN = 403
# Where a page has no address to come back from (its reader hides it), it is the page of the thing itself.
PAGES = {
    "secret": "intake.answer_round",
    "upload_id": "intake.show_upload",
    "request_id": "intake.show_request",
    "round_id": "intake.show_round",
    "bundle_id": "bundling.show_bundle",
}


def comes_back(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Lead back with the sentence when a rule refuses; a missing permission stays a refusal."""

    @functools.wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        try:
            return view(*args, **kwargs)
        except RuleBroken as broken:
            if broken.status == FORBIDDEN:
                raise
            flash(broken.message.said(gettext), "danger")
            return redirect(page_before(), 303)

    return guarded


def page_before() -> str:
    """Return the page of this site on which the button stood."""
    sent_from = urlsplit(request.referrer or "")
    if sent_from.netloc == request.host and sent_from.path != request.path:
        return sent_from.path + (f"?{sent_from.query}" if sent_from.query else "")
    values = request.view_args or {}
    name = next(name for name in PAGES if name in values)
    return url_for(PAGES[name], **{name: values[name]})
