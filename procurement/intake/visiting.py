"""Answer a survey through a personal link, without signing in: write lines, hand them on, or say that nothing is needed."""

from commons.errors import NotFound
from commons.people import Actor, find_actor
from procurement.intake.deciding import submit
from procurement.intake.surveying import say_no_demand
from procurement.intake.writing import NewLine, add_line, begin_request, remove_line
from procurement.models import PurchaseRequest, PurchaseRequestLine, RoundInvitation
from procurement.queries.requests import get_request_inside
from procurement.queries.surveys import find_invitation
from procurement.stages import EDITABLE, RoundStage


def invited(secret: str) -> tuple[RoundInvitation, Actor] | None:
    """Return the invitation that a link opens and who acts through it; None once the survey or the membership is over."""
    invitation = find_invitation(secret)
    if invitation is None or invitation.round.stage is not RoundStage.OPEN:
        return None
    actor = find_actor(invitation.person_id, invitation.organisation_id)
    return (invitation, actor) if actor is not None else None


def draft_of(invitation: RoundInvitation, actor: Actor) -> PurchaseRequest | None:
    """Return the request that was written through this link."""
    return get_request_inside(invitation.request_id, actor) if invitation.request_id is not None else None


def visitor_adds_line(secret: str, line: NewLine) -> PurchaseRequestLine:
    """Write a line through a personal link; the first one begins the request."""
    invitation, actor = _invited(secret)
    draft = draft_of(invitation, actor)
    if draft is None or draft.stage not in EDITABLE:
        survey = invitation.round
        draft = begin_request(f"{survey.title}: {invitation.organisation.name}", measure_id=survey.measure_id, year=survey.year, by=actor)
        invitation.request_id = draft.id
    return add_line(draft.id, line, by=actor)


def visitor_removes_line(secret: str, line_id: int) -> None:
    """Take a line out through a personal link."""
    invitation, actor = _invited(secret)
    if invitation.request_id is None:
        raise NotFound
    remove_line(invitation.request_id, line_id, by=actor)


def visitor_submits(secret: str) -> PurchaseRequest:
    """Hand the request on through a personal link."""
    invitation, actor = _invited(secret)
    if invitation.request_id is None:
        raise NotFound
    return submit(invitation.request_id, by=actor)


def visitor_needs_nothing(secret: str) -> None:
    """Say through a personal link that nothing is needed."""
    invitation, actor = _invited(secret)
    say_no_demand(invitation.round_id, by=actor)


def _invited(secret: str) -> tuple[RoundInvitation, Actor]:
    found = invited(secret)
    if found is None:
        raise NotFound
    return found
