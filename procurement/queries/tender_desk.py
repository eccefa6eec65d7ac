"""The next step of a tender, what waits for a person around tenders, and what a search finds."""

from commons import stages
from commons.people import Actor
from commons.permissions import Permission
from commons.tasks import Hit, Task
from commons.words import Message, say
from procurement.models import Bundle, Tender
from procurement.queries import evaluation_desk
from procurement.queries.bids import late_bids, waiting_paper_bids
from procurement.queries.officers import find_own_key, find_running_session, tenders_to_open
from procurement.queries.tender_documents import questions_of
from procurement.queries.tenders import RUNNING, bundles_to_tender, leads, tenders
from procurement.rules.procedure import Procedure
from procurement.tender_stages import DIRECT_WAY, TENDER_STAGE_NAMES, TENDER_WAY, SessionPurpose, TenderStage

KINDS: dict[TenderStage, str] = {
    TenderStage.DRAFT: "info",
    TenderStage.PUBLISHED: "warning",
    TenderStage.OPENED: "info",
    TenderStage.EVALUATED: "info",
    TenderStage.AWARDED: "success",
    TenderStage.CANCELLED: "danger",
}
NEXT: dict[TenderStage, Message] = {
    TenderStage.DRAFT: say("Wird vorbereitet."),
    TenderStage.PUBLISHED: say("Wartet auf das Ende der Angebotsfrist."),
    TenderStage.OPENED: say("Wird geprüft und gewertet."),
    TenderStage.EVALUATED: say("Wartet auf den Zuschlag durch zwei Personen."),
    TenderStage.AWARDED: say("Zuschlag erteilt."),
    TenderStage.CANCELLED: say("Aufgehoben."),
}


def badge(stage: TenderStage) -> tuple[Message, str]:
    """Return the words and the kind of badge of a tender's stage."""
    return TENDER_STAGE_NAMES[stage], KINDS[stage]


def way_of(tender: Tender) -> list[tuple[Message, str]]:
    """Return how far a tender has come on its way; a direct purchase goes from the form to the order."""
    way = DIRECT_WAY if tender.procedure is Procedure.DIRECT else TENDER_WAY
    return stages.way_of(tender.stage, way, TENDER_STAGE_NAMES)


def next_step_of(tender: Tender, actor: Actor) -> Message:
    """Return what happens next with a tender, as far as this person is concerned."""
    if tender.stage is TenderStage.DRAFT and is_unbound(tender, actor):
        return say("Bitte tragen Sie Beschluss, Unterzeichner und Mittel Ihrer Gemeinde ein.")
    return NEXT[tender.stage]


def is_unbound(tender: Tender, actor: Actor) -> bool:
    """Tell whether the actor's municipality has yet to show what binds it."""
    if not actor.may(Permission.TENDER_BIND):
        return False
    return any(buyer.municipality_id == actor.municipality_id and buyer.confirmed_at is None and buyer.withdrawn_at is None for buyer in tender.buyers)


def tasks_for(actor: Actor) -> list[Task]:
    """Return what waits for this person: to bind the own municipality, to answer, to open, to go on preparing."""
    seen = [tender for tender in tenders(actor) if tender.stage in RUNNING]
    found = [task for tender in seen for task in _tasks_of(tender, actor)]
    found += [_opening_task(tender) for tender in (tenders_to_open(actor) if actor.may(Permission.TENDER_OPEN) else [])]
    return found + [_tendering_task(bundle) for bundle in (bundles_to_tender(actor) if actor.may(Permission.TENDER_EDIT) else [])]


def _tasks_of(tender: Tender, actor: Actor) -> list[Task]:
    found = []
    if tender.stage is TenderStage.DRAFT and is_unbound(tender, actor):
        title = say("Vergabe „%(title)s“: Bindung Ihrer Gemeinde eintragen", title=tender.title)
        found.append(Task(title=title, endpoint="tendering.commit", values={"tender_id": tender.id}, since=tender.created_at))
    if leads(tender, actor):
        found += _tasks_of_lead(tender)
    return found + _late_tasks(tender, actor) + evaluation_desk.tasks_of(tender, actor)


def _late_tasks(tender: Tender, actor: Actor) -> list[Task]:
    """A proposal on a late bid waits for anybody but the person who made it."""
    if tender.stage is not TenderStage.OPENED or not actor.may(Permission.BID_EXAMINE):
        return []
    title = say("Vergabe „%(title)s“: Entscheidung über ein verspätetes Angebot bestätigen", title=tender.title)
    return [
        Task(title=title, endpoint="opening.decide_late", values={"tender_id": tender.id, "bid_id": bid.id}, since=decision.proposed_at)
        for bid, decision in late_bids(tender)
        if decision is not None and decision.confirmed_at is None and decision.proposed_by_id != actor.person_id
    ]


def _tasks_of_lead(tender: Tender) -> list[Task]:
    values = {"tender_id": tender.id}
    if tender.stage is TenderStage.DRAFT:
        title = say("Vergabe „%(title)s“ vorbereiten", title=tender.title)
        return [Task(title=title, endpoint="tendering.show_tender", values=values, since=tender.created_at)]
    open_questions = sum(question.answered_at is None for question in questions_of(tender)) if tender.stage is TenderStage.PUBLISHED else 0
    found = []
    if open_questions:
        title = say("Vergabe „%(title)s“: Bieterfragen beantworten, offen: %(count)s", title=tender.title, count=open_questions)
        found.append(Task(title=title, endpoint="tendering.show_questions", values=values, due=tender.deadline))
    if tender.stage is TenderStage.OPENED and waiting_paper_bids(tender):
        title = say("Vergabe „%(title)s“: Papierangebote eingeben", title=tender.title)
        found.append(Task(title=title, endpoint="opening.show_opening", values=values, since=tender.opened_at))
    return found


def _tendering_task(bundle: Bundle) -> Task:
    title = say("Bündelung „%(title)s“ ist festgeschrieben: Vergabe eröffnen", title=bundle.title)
    return Task(title=title, endpoint="tendering.open_tender", values={"bundle_id": bundle.id}, since=bundle.frozen_at)


def _opening_task(tender: Tender) -> Task:
    begun = find_running_session(tender, SessionPurpose.OPENING)
    title = say("Angebote öffnen: „%(title)s“", title=tender.title)
    detail = say("%(name)s hat begonnen und wartet auf Sie.", name=begun.first_by.key.person.name) if begun else None
    return Task(title=title, endpoint="opening.show_opening", values={"tender_id": tender.id}, since=tender.deadline, detail=detail)


def mine(actor: Actor) -> list[Task]:
    """Return the running tenders that the actor's municipality leads, for its procurement officers."""
    return [
        Task(
            title=say("%(title)s", title=tender.title),
            endpoint="tendering.show_tender",
            values={"tender_id": tender.id},
            detail=next_step_of(tender, actor),
            since=tender.stage_since,
            due=tender.deadline if tender.stage is TenderStage.PUBLISHED else None,
        )
        for tender in tenders(actor)
        if tender.stage in RUNNING and leads(tender, actor)
    ]


def search(actor: Actor, text: str, *, most: int = 20) -> list[Hit]:
    """Return the tenders whose title or lots fit."""
    wanted = text.casefold()
    found = [tender for tender in tenders(actor) if wanted in tender.title.casefold() or any(wanted in lot.title.casefold() for lot in tender.lots)]
    return [
        Hit(
            kind=say("Vergabe"),
            title=tender.title,
            endpoint="tendering.show_tender",
            values={"tender_id": tender.id},
            detail=TENDER_STAGE_NAMES[tender.stage],
        )
        for tender in found[:most]
    ]


def needs_key(actor: Actor) -> bool:
    """Tell whether the person may open tenders and has no key yet."""
    return actor.may(Permission.TENDER_OPEN) and find_own_key(actor) is None
