"""The next step of a request, said on lists and on its page."""

from commons import stages
from commons.people import Actor
from commons.permissions import Permission
from commons.words import Message, counted, say
from procurement.queries.requests import RequestSummary
from procurement.stages import REQUEST_STAGE_NAMES, REQUEST_WAY, RequestStage


def next_step_of(row: RequestSummary, actor: Actor) -> Message:
    """Return what happens next with a request, and who does it."""
    stage = row.request.stage
    if stage in {RequestStage.DRAFT, RequestStage.RETURNED}:
        return _before_submission(row, actor)
    if stage is RequestStage.SUBMITTED:
        return _before_approval(row, actor)
    return {
        RequestStage.APPROVED: say("Wartet auf die Bündelung durch die federführende Gemeinde."),
        RequestStage.BUNDLED: say("Wird gemeinsam beschafft."),
        RequestStage.WITHDRAWN: say("Abgeschlossen."),
    }[stage]


def _before_submission(row: RequestSummary, actor: Actor) -> Message:
    if not actor.may(Permission.DEMAND_SUBMIT):
        return say("Wird von der Sachbearbeitung bearbeitet.")
    if row.lines == 0:
        return say("Tragen Sie ein, was gebraucht wird.")
    if row.request.stage is RequestStage.RETURNED:
        return say("Bessern Sie nach und reichen Sie erneut ein.")
    return say("Prüfen Sie die Zeilen und reichen Sie ein.")


def _before_approval(row: RequestSummary, actor: Actor) -> Message:
    if row.without_account:
        return counted(
            row.without_account, say("%(count)s Zeile braucht noch ein Produktsachkonto."), say("%(count)s Zeilen brauchen noch ein Produktsachkonto.")
        )
    if actor.may(Permission.DEMAND_APPROVE) and actor.person_id not in {row.request.created_by_id, row.request.submitted_by_id}:
        return say("Wartet auf Ihre Genehmigung.")
    return say("Wartet auf die Genehmigung durch eine zweite Person.")


def way_of(stage: RequestStage) -> list[tuple[Message, str]]:
    """Return how far a request has come on its normal way."""
    return stages.way_of(stage, REQUEST_WAY, REQUEST_STAGE_NAMES)
