"""Answer a survey through a personal link, without signing in: write lines, hand them on, or say that nothing is needed."""

from typing import Any

from commons import jobs
from commons.database import db, write
from commons.errors import NotFound, RuleBroken
from commons.jobs import Progress
from commons.people import Actor, find_actor
from commons.words import say
from procurement.intake.deciding import submit
from procurement.intake.listreading import read_list, sender_of
from procurement.intake.surveying import say_no_demand
from procurement.intake.taking_over import take_over
from procurement.intake.uploads import JOB_BY_LINK, Answer, answer, discard, is_long, take_in
from procurement.intake.writing import NewLine, add_line, begin_request, remove_line
from procurement.models import PurchaseRequest, PurchaseRequestLine, RoundInvitation, Upload
from procurement.queries.requests import get_request_inside
from procurement.queries.surveys import find_invitation
from procurement.queries.uploads import count_open_faults, counts_of, get_upload, pending, requests_of
from procurement.stages import EDITABLE, RoundStage, RowKind, UploadStage


class LinesWritten(RuleBroken):
    """Whoever has written lines does not send the same demand as a list too."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Es sind schon Zeilen eingetragen. Entfernen Sie sie zuerst, oder tragen Sie auch den Rest von Hand ein."), field="file")


class ListWaits(RuleBroken):
    """Whoever has sent a list settles it first: it becomes the request to which lines are added."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Ihre Liste ist noch nicht übernommen. Bitte klären oder verwerfen Sie sie, bevor Sie Zeilen eintragen."), field="text")


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
    draft, sent = draft_of(invitation, actor), visitor_list(invitation, actor)
    if sent is not None and sent.stage is not UploadStage.UNREADABLE:
        raise ListWaits
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
    """Hand the request on through a personal link, with those that other municipalities pay of the same list."""
    invitation, actor = _invited(secret)
    draft = draft_of(invitation, actor)
    if draft is None:
        raise NotFound
    parts = requests_of(get_upload(draft.upload_id, actor)) if draft.upload_id is not None else []
    for part in [draft, *(part for part in parts if part.id != draft.id and part.stage in EDITABLE)]:
        submit(part.id, by=actor)
    return draft


def visitor_sends_list(secret: str, name: str, *, media_type: str, content: bytes) -> Upload:
    """Take a list in through a personal link, read it, and make a request of it at once where nothing is to be asked."""
    invitation, actor = _invited(secret)
    draft = draft_of(invitation, actor)
    if draft is not None and draft.lines:
        raise LinesWritten
    former = visitor_list(invitation, actor)
    survey, replaces = invitation.round, former.id if former is not None and former.stage is UploadStage.SETTLING else None
    terms: dict[str, Any] = {"measure_id": survey.measure_id, "year": survey.year, "replaces_id": replaces, "invitation_id": invitation.id}
    taken = write(take_in, name, media_type=media_type, content=content, by=actor, **terms)
    return taken if is_long(taken) else _read(taken.id, invitation.id, by=actor)


def visitor_answers(secret: str, upload_id: int, answers: list[Answer], *, hidden: list[int]) -> Upload:
    """Settle doubtful cells through a personal link."""
    invitation, actor = _invited(secret)
    get_visitor_list(invitation, upload_id, actor)
    answered = write(answer, upload_id, answers, hidden=hidden, invitation_id=invitation.id, by=actor)
    return answered if is_long(answered) else _read(upload_id, invitation.id, by=actor)


@jobs.job(JOB_BY_LINK)
def _read_in_background(progress: Progress, *, upload_id: int, person_id: int, organisation_id: int, invitation_id: int) -> dict[str, Any]:
    """Read a long list that came by a personal link, and make a request of it where nothing is to be asked."""
    _read(upload_id, invitation_id, by=sender_of(person_id, organisation_id), progress=progress)
    return {"upload_id": upload_id}


def _read(upload_id: int, invitation_id: int, *, by: Actor, progress: Progress | None = None) -> Upload:
    read = read_list(upload_id, by=by, progress=progress)
    if read.stage is UploadStage.SETTLING and not count_open_faults(read) and counts_of(read)[RowKind.LINE]:
        write(_take_list_over, upload_id, invitation_id, by=by)
    return get_upload(upload_id, by)


def _take_list_over(upload_id: int, invitation_id: int, *, by: Actor) -> None:
    made = take_over(upload_id, by=by)
    db.session.get_one(RoundInvitation, invitation_id).request_id = made.id


def visitor_list(invitation: RoundInvitation, actor: Actor) -> Upload | None:
    """Return the list that was sent through this link and is not yet a request."""
    found = [upload for upload in pending(actor) if upload.round_id == invitation.round_id and upload.created_by_id == actor.person_id]
    return found[0] if found else None


def get_visitor_list(invitation: RoundInvitation, upload_id: int, actor: Actor) -> Upload:
    """Return a list that was sent through this link; to every other list of the organisation the link opens nothing."""
    found = get_upload(upload_id, actor)
    if found.round_id != invitation.round_id or found.created_by_id != invitation.person_id:
        raise NotFound
    return found


def visitor_discards(secret: str, upload_id: int) -> Upload:
    """Throw a list away through a personal link."""
    invitation, actor = _invited(secret)
    return discard(get_visitor_list(invitation, upload_id, actor).id, by=actor)


def visitor_needs_nothing(secret: str) -> None:
    """Say through a personal link that nothing is needed."""
    invitation, actor = _invited(secret)
    say_no_demand(invitation.round_id, by=actor)


def _invited(secret: str) -> tuple[RoundInvitation, Actor]:
    found = invited(secret)
    if found is None:
        raise NotFound
    return found
