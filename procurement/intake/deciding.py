"""Submit, approve, send back and withdraw a purchase request."""

from commons import clock
from commons.errors import ChangedMeanwhile, NotAllowed, RuleBroken
from commons.people import Actor
from commons.permissions import Permission
from commons.words import say
from procurement.intake.surveying import note_demand
from procurement.intake.telling import tell_approvers, tell_authors, write_down
from procurement.models import PurchaseRequest, PurchaseRequestLine
from procurement.queries.requests import get_line, lock_request
from procurement.stages import RequestStage, check_account_open, check_request_step


class NothingRequested(RuleBroken):
    """A request without lines asks for nothing."""

    def __init__(self) -> None:
        super().__init__(say("Die Bedarfsmeldung enthält noch keine Zeile. Bitte tragen Sie zuerst ein, was gebraucht wird."))


class FourEyes(RuleBroken):
    """Whoever wrote or submitted a request does not approve it."""

    def __init__(self) -> None:
        super().__init__(say("Sie haben diese Bedarfsmeldung selbst erstellt oder eingereicht. Bitte lassen Sie sie von einer anderen Person genehmigen."))


class NotPaying(RuleBroken):
    """Only somebody authorised by the municipality that pays approves."""

    status = 403

    def __init__(self, municipality: str) -> None:
        super().__init__(say("Diese Bedarfsmeldung zahlt %(municipality)s. Genehmigen kann nur, wer dort dazu befugt ist.", municipality=municipality))


class AccountMissing(RuleBroken):
    """Every line names the budget line that pays for it before it is approved."""

    def __init__(self, numbers: list[int]) -> None:
        shown = ", ".join(str(number) for number in numbers[:10]) + (" …" if len(numbers) > 10 else "")
        super().__init__(say("In diesen Zeilen fehlt das Produktsachkonto: %(numbers)s.", numbers=shown), field="budget_account")
        self.numbers = numbers


class ReasonMissing(RuleBroken):
    """Whoever sends something back says why."""

    def __init__(self) -> None:
        super().__init__(say("Bitte nennen Sie den Grund, damit die Meldung nachgebessert werden kann."), field="reason")


def submit(request_id: int, *, by: Actor) -> PurchaseRequest:
    """Hand a request on to those who approve it."""
    request = _locked(request_id, by, Permission.DEMAND_SUBMIT)
    before = _step(request, RequestStage.SUBMITTED)
    if not request.lines:
        raise NothingRequested
    request.submitted_by_id, request.submitted_at, request.reason = by.person_id, clock.now(), None
    note_demand(request, by=by)
    tell_approvers(request, by=by)
    write_down("request.submitted", request, by=by, before=before, after=_facts(request))
    return request


def approve(request_id: int, *, version: int, by: Actor) -> PurchaseRequest:
    """Approve a request with its funds: a second person, authorised by the municipality that pays."""
    request = _locked(request_id, by, Permission.DEMAND_APPROVE)
    check_unchanged(request, version)
    check_request_step(request.stage, RequestStage.APPROVED)
    _check_may_approve(request, by)
    request.approved_by_id, request.approved_at, request.reason = by.person_id, clock.now(), None
    before = _step(request, RequestStage.APPROVED)
    body = [say("%(person)s hat die Bedarfsmeldung genehmigt. Sie kann nun gebündelt werden.", person=by.person_name)]
    tell_authors(request, say("Bedarfsmeldung „%(title)s“ genehmigt", title=request.title), body, by=by)
    write_down("request.approved", request, by=by, before=before, after=_facts(request))
    return request


def _check_may_approve(request: PurchaseRequest, by: Actor) -> None:
    if request.municipality_id != by.municipality_id:
        raise NotPaying(request.municipality.name)
    if by.person_id in {request.submitted_by_id, request.created_by_id}:
        raise FourEyes
    missing = [line.number for line in request.lines if not line.budget_account]
    if missing:
        raise AccountMissing(missing)


def send_back(request_id: int, *, reason: str, by: Actor) -> PurchaseRequest:
    """Give a request back to those who wrote it, with the reason."""
    request = _locked(request_id, by, Permission.DEMAND_APPROVE)
    if request.municipality_id != by.municipality_id:
        raise NotPaying(request.municipality.name)
    before = _step(request, RequestStage.RETURNED)
    request.reason = _reason(reason)
    _take_approval_away(request)
    body = [say("%(person)s hat die Bedarfsmeldung zurückgegeben.", person=by.person_name), say("Grund: %(reason)s", reason=request.reason)]
    tell_authors(request, say("Bedarfsmeldung „%(title)s“ zurückgegeben", title=request.title), body, by=by)
    write_down("request.returned", request, by=by, before=before, after=_facts(request) | {"reason": request.reason})
    return request


def withdraw(request_id: int, *, reason: str, by: Actor) -> PurchaseRequest:
    """Take a request back for good; what is bundled already is not withdrawn silently."""
    request = _locked(request_id, by, Permission.DEMAND_SUBMIT)
    before = _step(request, RequestStage.WITHDRAWN)
    request.reason = _reason(reason)
    _take_approval_away(request)
    subject = say("Bedarfsmeldung „%(title)s“ zurückgezogen", title=request.title)
    tell_authors(request, subject, [say("%(person)s hat die Bedarfsmeldung zurückgezogen.", person=by.person_name)], by=by)
    write_down("request.withdrawn", request, by=by, before=before, after=_facts(request) | {"reason": request.reason})
    return request


def set_budget_account(request_id: int, *, account: str, line_ids: list[int] | None = None, by: Actor) -> int:
    """Name the budget line of some lines, or of all that name none; returns how many were set."""
    request = lock_request(request_id, by)
    if not (by.may(Permission.DEMAND_SUBMIT) or by.may(Permission.DEMAND_APPROVE)):
        raise NotAllowed
    check_account_open(request.stage)
    lines = _lines_without_account(request) if line_ids is None else [get_line(request, line_id) for line_id in sorted(line_ids)]
    for line in lines:
        line.budget_account = account.strip()
    request.version += 1
    write_down("request.account_named", request, by=by, after={"account": account.strip(), "lines": [line.number for line in lines]})
    return len(lines)


def _lines_without_account(request: PurchaseRequest) -> list[PurchaseRequestLine]:
    return [line for line in request.lines if not line.budget_account]


def check_unchanged(request: PurchaseRequest, version: int) -> None:
    """Refuse a decision on a state that somebody has changed since the page was opened."""
    if request.version != version:
        raise ChangedMeanwhile


def _locked(request_id: int, by: Actor, permission: Permission) -> PurchaseRequest:
    request = lock_request(request_id, by)
    if not by.may(permission):
        raise NotAllowed
    return request


def _step(request: PurchaseRequest, after: RequestStage) -> dict[str, str]:
    before = _facts(request)
    check_request_step(request.stage, after)
    request.stage, request.stage_since = after, clock.now()
    request.version += 1
    return before


def _facts(request: PurchaseRequest) -> dict[str, str]:
    return {"stage": request.stage.value}


def _reason(text: str) -> str:
    if not text.strip():
        raise ReasonMissing
    return text.strip()


def _take_approval_away(request: PurchaseRequest) -> None:
    request.approved_by_id = request.approved_at = None
