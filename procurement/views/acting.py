"""What the views of a tender share: run a verb for a filled form, and put what it refuses where it belongs."""

from collections.abc import Callable

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from commons.errors import RuleBroken
from commons.forms import Form


def is_done(form: Form, act: Callable[[], object]) -> bool:
    """Run an act when the form is filled in; a broken rule goes to its field."""
    if not form.validate_on_submit():
        return False
    try:
        act()
    except RuleBroken as broken:
        form.refuse(broken)
        return False
    return True


def moved_on(text: str, url: str) -> ResponseReturnValue:
    """Say what was done and lead on."""
    flash(text, "success")
    return redirect(url)
