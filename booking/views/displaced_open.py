"""What an incident took away, opened from a letter: one tap takes something else, without signing in."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import rebooking
from booking.displacing import offered
from booking.models import Effect
from booking.queries.displaced import find_open
from booking.stages import Stage
from booking.views.incidents import displaced
from commons import clock
from commons.access import public
from commons.database import write
from commons.errors import RuleBroken

PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


@displaced.route("/offen/<secret>", methods=["GET", "POST"])
@public
def open_displacement(secret: str) -> ResponseReturnValue:
    """Show what was taken away and what is free instead, and take it."""
    found, broken = find_open(secret), None
    if found is None:
        abort(404)
    if request.method == "POST":
        try:
            _answer(secret)
        except RuleBroken as refusal:
            broken = refusal
        else:
            return redirect(url_for(".open_displacement", secret=secret))
    displacement, actor = find_open(secret) or found
    hopes = displacement.effect is Effect.DISPLACED and displacement.starts_at > clock.now()
    shown = {"displacement": displacement, "offers": offered(displacement), "person": actor.person_name, "may_wait": hopes}
    return render_template("booking/incidents/displaced_open.html", secret=secret, broken=broken, **shown), broken.status if broken else 200, PRIVATE


def _answer(secret: str) -> None:
    if request.form.get("read"):
        write(rebooking.read_by_link, secret)
        flash(_("Danke, vermerkt."), "success")
        return
    if request.form.get("wait"):
        write(rebooking.wait_by_link, secret)
        flash(_("Sie stehen auf der Warteliste. Wird das Gerät rechtzeitig frei, erhalten Sie ein Angebot."), "success")
        return
    number, resource_id = (request.form.get(name, -1, type=int) for name in ("number", "resource"))
    placed = write(rebooking.accept_by_link, secret, number, resource_id)
    if placed.stage is Stage.REQUESTED:
        flash(_("Der Ersatz ist angefragt. Sie erhalten eine Nachricht, sobald der Eigentümer entschieden hat."), "success")
    else:
        flash(_("Der Ersatz ist gebucht. Sie erhalten eine Nachricht mit dem Termin."), "success")
