"""Pages of purchase requests: the list, one request, what waits for approval."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from commons.access import current_actor, find_current_actor, permission_required
from commons.permissions import Permission
from procurement.forms.requests import AccountForm, AttachmentForm, CommentForm, DecideForm
from procurement.models import PurchaseRequest
from procurement.queries import requests as queries
from procurement.queries import uploads, wording
from procurement.queries.questions import questions_on
from procurement.queries.requests import LineView
from procurement.queries.steps import next_step_of, way_of
from procurement.stages import ACCOUNT_OPEN, EDITABLE, REQUEST_STEPS, RequestStage
from procurement.views.wording import unit_name

blueprint = Blueprint("intake", __name__, url_prefix="/beschaffung")
P = Permission


@blueprint.context_processor
def _words() -> dict[str, object]:
    actor = find_current_actor()  # nobody behind a personal link
    return {"badge": wording.request_badge, "unit_name": unit_name, "may": actor.may if actor else lambda _: False, "P": Permission}


@blueprint.route("/bedarf")
@permission_required(P.DEMAND_READ)
def list_requests() -> ResponseReturnValue:
    """Show the requests of the own organisation or municipality, and the lists still being settled."""
    found = queries.requests_inside(current_actor)
    return render_template(
        "procurement/list_requests.html", found=found, pending=uploads.pending(current_actor), next_step_of=lambda row: next_step_of(row, current_actor)
    )


@blueprint.route("/genehmigungen")
@permission_required(P.DEMAND_APPROVE)
def list_to_approve() -> ResponseReturnValue:
    """Show what waits for the approval of the own municipality."""
    return render_template("procurement/list_to_approve.html", found=queries.requests_to_approve(current_actor), me=current_actor.person_id)


@blueprint.route("/bedarf/<int:request_id>")
@permission_required(P.DEMAND_READ)
def show_request(request_id: int) -> ResponseReturnValue:
    """Show one request with its lines, comments and attachments, as far as the reader may see them."""
    return render_request(queries.get_request(request_id, current_actor))


def render_request(request: PurchaseRequest, **forms: object) -> str:
    """Render the page of a request; a refused form of it may be handed in."""
    inside = queries.is_inside(request, current_actor)
    lines = queries.lines_of(request, current_actor)
    page: dict[str, object] = {
        "account_form": AccountForm(formdata=None),
        "comment_form": CommentForm(formdata=None),
        "attachment_form": AttachmentForm(formdata=None),
        "decide_form": DecideForm(formdata=None, version=str(request.version)),
    } | forms
    return render_template(
        "procurement/show_request.html",
        demand=request,
        lines=lines,
        inside=inside,
        way=way_of(request.stage),
        can=_possible(request, lines),
        questions=questions_on(request),
        comments=queries.comments_on(request) if inside else [],
        attachments=queries.attachments_of(request) if inside else [],
        **page,
    )


def _possible(request: PurchaseRequest, lines: list[LineView]) -> dict[str, bool]:
    """Tell what this person can do with the request now."""
    own = request.organisation_id == current_actor.organisation_id or queries.is_inside(request, current_actor)
    writes, pays = own and current_actor.may(P.DEMAND_SUBMIT), request.municipality_id == current_actor.municipality_id and current_actor.may(P.DEMAND_APPROVE)
    steps = REQUEST_STEPS[request.stage]
    return {
        "ask_back": current_actor.person_id != (request.submitted_by_id or request.created_by_id) and request.stage not in EDITABLE,
        "edit": writes and request.stage in EDITABLE,
        "submit": writes and RequestStage.SUBMITTED in steps and bool(lines),
        "withdraw": writes and RequestStage.WITHDRAWN in steps,
        "name_account": (writes or pays) and request.stage in ACCOUNT_OPEN and any(not line.budget_account for line in lines),
        "approve": pays and request.stage is RequestStage.SUBMITTED,
        "send_back": pays and RequestStage.RETURNED in steps,
        "four_eyes": current_actor.person_id in {request.created_by_id, request.submitted_by_id},
    }
