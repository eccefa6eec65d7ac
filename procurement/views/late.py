"""Pages of late bids: two people decide whether one is admitted."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from commons.access import current_actor, permission_required
from commons.database import write
from commons.errors import NotFound
from commons.permissions import Permission
from procurement import opening
from procurement.forms.opening import LateForm
from procurement.queries import bids
from procurement.queries import tenders as queries
from procurement.tender_stages import LateOutcome
from procurement.views.acting import is_done, moved_on
from procurement.views.files import handed_out
from procurement.views.opening import blueprint


@blueprint.route("/<int:tender_id>/oeffnung/verspaetet/<int:bid_id>", methods=["GET", "POST"])
@permission_required(Permission.BID_EXAMINE)
def decide_late(tender_id: int, bid_id: int) -> ResponseReturnValue:
    """Propose as the first person whether a late bid is admitted."""
    tender, form = queries.get_tender(tender_id, current_actor), LateForm()
    bid = bids.get_late_bid(tender, bid_id, current_actor)
    if is_done(form, lambda: _propose(tender_id, bid_id, form)):
        return moved_on(gettext("Ihr Vorschlag ist eingetragen. Eine zweite Person bestätigt ihn."), url_for("opening.show_opening", tender_id=tender_id))
    decision = bids.find_late_decision(bid)
    own = decision is not None and decision.proposed_by_id == current_actor.person_id
    page = {"bid": bid, "decision": decision, "own": own, "mark": opening.mark_of(decision) if decision else None}
    return render_template("procurement/tenders/decide_late.html", form=form, tender=tender, **page), form.status


def _propose(tender_id: int, bid_id: int, form: LateForm) -> None:
    write(opening.propose_late, tender_id, bid_id, LateOutcome(form.outcome.data), reason=form.reason.data or "", by=current_actor)


@blueprint.route("/<int:tender_id>/oeffnung/verspaetet/<int:bid_id>/bestaetigen", methods=["POST"])
@permission_required(Permission.BID_EXAMINE)
def confirm_late(tender_id: int, bid_id: int) -> ResponseReturnValue:
    """Confirm as the second person."""
    write(opening.confirm_late, tender_id, bid_id, seen=request.args.get("vorschlag"), by=current_actor)
    return moved_on(gettext("Über das verspätete Angebot ist entschieden."), url_for("opening.show_opening", tender_id=tender_id))


@blueprint.route("/<int:tender_id>/oeffnung/nachtrag.pdf")
@permission_required(Permission.BID_READ)
def addendum(tender_id: int) -> ResponseReturnValue:
    """Hand out the addendum to the protocol: what came after the opening."""
    tender = queries.get_tender(tender_id, current_actor)
    found = bids.arrived_after_opening(tender) if bids.may_see_bids(tender, current_actor) else []
    if not found:
        raise NotFound
    return handed_out(opening.addendum_of(tender, found), name=f"nachtrag-{tender.id}.pdf", media_type="application/pdf")
