"""What waits for a person in procurement, what the person has under way, and what a search finds."""

from datetime import timedelta

from sqlalchemy import select

from commons.calendar_days import day_bounds
from commons.database import db
from commons.people import Actor
from commons.permissions import Permission
from commons.tasks import Hit, Task
from commons.words import counted, say
from cooperation.queries import keep_links_to
from procurement.models import Bundle, BundlePosition
from procurement.queries import bundles, handovers, requests, surveys, tender_desk, tenders, uploads
from procurement.queries.requests import RequestSummary
from procurement.queries.steps import next_step_of
from procurement.stages import BUNDLE_STAGE_NAMES, REQUEST_STAGE_NAMES, RequestStage, UploadStage

MOST_HITS = 20
RUNNING = frozenset({RequestStage.DRAFT, RequestStage.RETURNED, RequestStage.SUBMITTED, RequestStage.APPROVED})

# The page of a measure names only what the reader can open.
keep_links_to("bundle", lambda actor: {bundle.id for bundle in bundles.bundles(actor)})
keep_links_to("tender", lambda actor: {tender.id for tender in tenders.tenders(actor)})


def tasks_for(actor: Actor) -> list[Task]:
    """Return what waits for this person: lists to settle, requests to hand on or approve, proposals to decide."""
    return [*_surveys(actor), *_lists(actor), *_to_hand_on(actor), *_to_approve(actor), *_bundles(actor), *_leads(actor), *tender_desk.tasks_for(actor)]


def _surveys(actor: Actor) -> list[Task]:
    return [
        Task(
            title=say("Bedarfsabfrage „%(title)s“ beantworten", title=survey.title),
            endpoint="intake.show_round",
            values={"round_id": survey.id},
            detail=say("Bedarf melden oder „kein Bedarf“ sagen"),
            due=day_bounds(survey.closes_on)[1] - timedelta(minutes=1),  # people read 23:59 of the day, not midnight of the next
        )
        for survey in surveys.waiting_rounds(actor)
    ]


def _lists(actor: Actor) -> list[Task]:
    return [
        Task(
            title=say("Liste „%(name)s“ klären", name=upload.file.name),
            endpoint="intake.show_upload",
            values={"upload_id": upload.id},
            detail=counted(uploads.count_open_faults(upload), say("%(count)s offene Zelle"), say("%(count)s offene Zellen")),
            since=upload.created_at,
        )
        for upload in uploads.pending(actor)
        if upload.stage is UploadStage.SETTLING
    ]


def _to_hand_on(actor: Actor) -> list[Task]:
    return [_task(row, actor) for row in requests.requests_in_hand(actor)]


def _to_approve(actor: Actor) -> list[Task]:
    """Leave out what the person wrote: somebody else approves it."""
    rows = requests.requests_to_approve(actor)
    return [_task(row, actor) for row in rows if actor.person_id not in {row.request.created_by_id, row.request.submitted_by_id}]


def _task(row: RequestSummary, actor: Actor) -> Task:
    names = {
        RequestStage.SUBMITTED: say("Bedarfsmeldung „%(title)s“ genehmigen", title=row.request.title),
        RequestStage.RETURNED: say("Bedarfsmeldung „%(title)s“ nachbessern", title=row.request.title),
        RequestStage.DRAFT: say("Bedarfsmeldung „%(title)s“ einreichen", title=row.request.title),
    }
    return Task(
        title=names[row.request.stage],
        endpoint="intake.show_request",
        values={"request_id": row.request.id},
        detail=say("%(place)s: %(step)s", place=row.request.organisation.name, step=next_step_of(row, actor)),
        since=row.request.stage_since,
    )


def _bundles(actor: Actor) -> list[Task]:
    return [
        Task(
            title=say("Bündelung „%(title)s“ fortführen", title=bundle.title),
            endpoint="bundling.show_bundle",
            values={"bundle_id": bundle.id},
            detail=counted(bundles.count_open_proposals(bundle), say("%(count)s Vorschlag zu entscheiden"), say("%(count)s Vorschläge zu entscheiden")),
            since=bundle.created_at,
        )
        for bundle in bundles.led_in_work(actor)
    ]


def _leads(actor: Actor) -> list[Task]:
    return [
        Task(
            title=say("Federführung für „%(title)s“ annehmen oder ablehnen", title=offer.bundle.title),
            endpoint="bundling.show_lead",
            values={"bundle_id": offer.bundle_id},
            detail=say("Angeboten von %(town)s", town=offer.from_municipality.name),
            since=offer.offered_at,
        )
        for offer in handovers.offers_to(actor)
    ]


def mine(actor: Actor) -> list[Task]:
    """Return the running requests of the own organisation."""
    own = [row for row in requests.requests_inside(actor, stages=RUNNING) if row.request.organisation_id == actor.organisation_id]
    requests_of = [
        Task(
            title=say("%(title)s", title=row.request.title),
            endpoint="intake.show_request",
            values={"request_id": row.request.id},
            detail=say("%(stage)s. %(step)s", stage=REQUEST_STAGE_NAMES[row.request.stage], step=next_step_of(row, actor)),
            since=row.request.stage_since,
        )
        for row in own
    ]
    return requests_of + tender_desk.mine(actor)


def search(actor: Actor, text: str) -> list[Hit]:
    """Return requests, their lines and bundles that fit the words, as far as the actor may see them."""
    wanted = text.strip()
    if not wanted:
        return []
    return [*_requests_found(actor, wanted), *_bundles_found(actor, wanted), *tender_desk.search(actor, wanted)]


def _requests_found(actor: Actor, text: str) -> list[Hit]:
    hits = []
    for request, line in requests.find_requests(actor, text, most=MOST_HITS):
        detail = say("%(stage)s, Zeile: %(line)s", stage=REQUEST_STAGE_NAMES[request.stage], line=line) if line else REQUEST_STAGE_NAMES[request.stage]
        hits.append(Hit(kind=say("Bedarfsmeldung"), title=request.title, endpoint="intake.show_request", values={"request_id": request.id}, detail=detail))
    return hits


def _bundles_found(actor: Actor, text: str) -> list[Hit]:
    if not actor.may(Permission.BUNDLE_READ):
        return []
    found = [bundle for bundle in bundles.bundles(actor) if text.casefold() in bundle.title.casefold() or _holds(bundle.id, text)]
    return [_bundle_hit(bundle) for bundle in found[:MOST_HITS]]


def _bundle_hit(bundle: Bundle) -> Hit:
    stage = BUNDLE_STAGE_NAMES[bundle.stage]
    return Hit(kind=say("Bündelung"), title=bundle.title, endpoint="bundling.show_bundle", values={"bundle_id": bundle.id}, detail=stage)


def _holds(bundle_id: int, text: str) -> bool:
    query = select(BundlePosition.id).where(BundlePosition.bundle_id == bundle_id, BundlePosition.title.icontains(text, autoescape=True))
    return db.session.scalar(query.limit(1)) is not None
