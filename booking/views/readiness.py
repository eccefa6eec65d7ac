"""The readiness board and its paper twin; it never replaces the alarm."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import upkeep
from booking.forms.incidents import StatusForm
from booking.models import Block
from booking.queries import readiness as queries
from booking.queries.displaced import unread_of_owner
from booking.queries.keeping import may_report_ready
from booking.rules.readiness import BADGES, NAMES, Readiness
from commons.access import current_actor, permission_required
from commons.database import write
from commons.errors import NotFound, RuleBroken
from commons.permissions import Permission
from commons.words import Message

blueprint = Blueprint("readiness", __name__, url_prefix="/einsatzbereitschaft")


@blueprint.app_template_filter()
def readiness_name(readiness: Readiness) -> Message:
    """Name a state of the board."""
    return NAMES[readiness]


@blueprint.app_template_filter()
def readiness_badge(readiness: Readiness) -> str:
    """Return the kind of badge for a state."""
    return BADGES[readiness]


@blueprint.route("/")
@permission_required(Permission.READINESS_READ)
def board() -> ResponseReturnValue:
    """Show every brigade's devices: ready or not, why, and until when."""
    chosen = request.args.get("gemeinde", type=int)
    shown = queries.board(current_actor, municipality_id=chosen)
    reports = {line.device.id for section in shown.sections for line in section.lines if may_report_ready(current_actor, line.device)}
    more = {"members": queries.members(), "chosen": chosen, "reports": reports, "unread": unread_of_owner(current_actor)}
    return render_template("booking/readiness/board.html", board=shown, **more)


@blueprint.route("/blatt")
@permission_required(Permission.READINESS_READ)
def sheet() -> ResponseReturnValue:
    """Show the sheet for the wall and for the day without a network."""
    return render_template("booking/readiness/sheet.html", board=queries.board(current_actor, municipality_id=request.args.get("gemeinde", type=int)))


@blueprint.route("/<int:resource_id>/melden", methods=["GET", "POST"])
@permission_required(Permission.READINESS_READ)
def report(resource_id: int) -> ResponseReturnValue:
    """Say how a device is."""
    form, line = StatusForm(), queries.line_of(resource_id, current_actor)
    if not may_report_ready(current_actor, line.device):
        raise NotFound
    if form.validate_on_submit():
        try:
            _report(resource_id, form)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("Der Stand ist gemeldet."), "success")
            return redirect(url_for(".board"))
    return render_template("booking/readiness/report.html", form=form, line=queries.line_of(resource_id, current_actor)), form.status


@blueprint.post("/sperre/<int:block_id>/beendet")
@permission_required(Permission.READINESS_READ)
def over(block_id: int) -> ResponseReturnValue:
    """Report a defect, a test or a limit as over."""
    try:
        block = write(upkeep.repaired, block_id, by=current_actor)
    except RuleBroken as broken:
        flash(broken.message.said(_), "warning")
        return redirect(url_for(".board"))
    flash(_("Wieder einsatzbereit gemeldet."), "success")
    return redirect(url_for(".report", resource_id=block.resource_id))


def _report(resource_id: int, form: StatusForm) -> None:
    if form.state.data == "confirmed":
        write(upkeep.confirm_status, resource_id, by=current_actor)
        return
    verbs: dict[str, Callable[..., Block]] = {"limited": upkeep.report_limited, "test": upkeep.report_test, "defect": upkeep.report_defect}
    verb = verbs[form.state.data]
    write(verb, resource_id, by=current_actor, reason=form.reason.data or "", quantity=form.quantity.data or 1, expected_at=form.expected_at)
