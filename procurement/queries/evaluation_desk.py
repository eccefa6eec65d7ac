"""What waits for a person between the opening and the award of a tender."""

from commons.people import Actor
from commons.permissions import Permission
from commons.tasks import Task
from commons.words import Message, say
from procurement.models import Tender
from procurement.queries.awards import find_decision
from procurement.queries.evaluation import findings_of, is_settled, may_examine
from procurement.queries.tenders import leads
from procurement.tender_stages import TenderStage


def tasks_of(tender: Tender, actor: Actor) -> list[Task]:
    """Return what the first person has to go on with, and what waits for a second one."""
    if tender.stage is TenderStage.OPENED:
        return _examining(tender, actor)
    return _awarding(tender, actor) if tender.stage is TenderStage.EVALUATED else []


def _examining(tender: Tender, actor: Actor) -> list[Task]:
    waiting = [one for one in findings_of(tender) if not is_settled(one) and one.decided_by_id is not None and one.decided_by_id != actor.person_id]
    found = [_task(tender, "evaluating.show", say("Angebote prüfen und werten: „%(title)s“", title=tender.title))] if leads(tender, actor) else []
    if waiting and may_examine(actor):
        title = say("Vergabe „%(title)s“: Entscheidungen über Angebote bestätigen, offen: %(count)s", title=tender.title, count=len(waiting))
        found.append(_task(tender, "evaluating.show", title))
    return found


def _awarding(tender: Tender, actor: Actor) -> list[Task]:
    decision = find_decision(tender)
    if decision is not None and decision.proposed_by_id != actor.person_id and actor.may(Permission.AWARD_CONFIRM):
        return [_task(tender, "awarding.show", say("Zuschlag bestätigen: „%(title)s“", title=tender.title))]
    return [_task(tender, "awarding.show", say("Zuschlag vorbereiten: „%(title)s“", title=tender.title))] if leads(tender, actor) else []


def _task(tender: Tender, endpoint: str, title: Message) -> Task:
    return Task(title=title, endpoint=endpoint, values={"tender_id": tender.id}, since=tender.stage_since)
