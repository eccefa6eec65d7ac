"""Open a bundle, gather approved requests in it, freeze it or dissolve it."""

from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import joinedload

from commons import clock, journal, letters
from commons.calendar_days import today_of
from commons.database import db
from commons.errors import NotAllowed, NotFound, RuleBroken
from commons.municipalities import Organisation
from commons.people import Actor, people_with
from commons.permissions import Permission
from commons.words import Message, counted, say
from cooperation import links
from cooperation.queries import get_measure
from procurement import catalogue
from procurement.bundling.taking_part import check_take_part
from procurement.models import (
    Bundle,
    BundleLine,
    BundleMember,
    BundlePosition,
    BundleRequest,
    MatchProposal,
    PurchaseRequest,
    PurchaseRequestLine,
)
from procurement.queries.bundles import count_open_proposals, lock_bundle, requests_to_bundle
from procurement.queries.tenders import is_bundle_tendered
from procurement.stages import BundleStage, RequestStage, check_bundle_open, check_bundle_step, check_request_step


class NothingToBundle(RuleBroken):
    """A bundle begins with at least one approved request."""

    def __init__(self) -> None:
        super().__init__(say("Bitte wählen Sie mindestens eine genehmigte Bedarfsmeldung."), field="request_ids")


class TermTurned(RuleBroken):
    """A term ends after it begins."""

    def __init__(self) -> None:
        super().__init__(say("Das Ende der Laufzeit muss nach ihrem Beginn liegen."), field="term_until")


class TermTooLong(RuleBroken):
    """A framework lasts at most four years unless specially justified (§ 21 VgV; § 4 VOL/A as a rule)."""

    def __init__(self) -> None:
        super().__init__(say("Eine Rahmenvereinbarung läuft höchstens vier Jahre (§ 4 VOL/A, § 21 VgV)."), field="term_until")


class ProposalsOpen(RuleBroken):
    """What nobody has decided on is not frozen."""

    def __init__(self, count: int) -> None:
        super().__init__(counted(count, say("Es ist noch %(count)s Vorschlag zu entscheiden."), say("Es sind noch %(count)s Vorschläge zu entscheiden.")))
        self.count = count


class TenderedAlready(RuleBroken):
    """What was published stays as it was bundled: later changes are new versions of the documents."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Die Mengen sind schon ausgeschrieben. Änderungen machen Sie als neue Fassung der Vergabeunterlagen."))


class LateForBundle(RuleBroken):
    """After the freeze date no line slips in."""

    status = 409

    def __init__(self, day: date) -> None:
        super().__init__(say("Der Stichtag %(day)s ist vorbei. Neue Bedarfsmeldungen kommen in die nächste Bündelung.", day=day))
        self.day = day


def open_bundle(title: str, *, measure_id: int, term: tuple[date, date], freeze_on: date | None, request_ids: list[int], by: Actor) -> Bundle:
    """Open a bundle for a measure with approved requests; the municipality acted for takes part and leads, whoever asked is named as buyer."""
    if not by.may(Permission.BUNDLE_EDIT):
        raise NotAllowed
    check_term(*term)
    bundle = Bundle(
        title=title.strip(),
        measure_id=get_measure(measure_id, by).id,
        lead_municipality_id=by.municipality_id,
        term_from=term[0],
        term_until=term[1],
        freeze_on=freeze_on,
        stage=BundleStage.OPEN,
        created_by_id=by.person_id,
    )
    db.session.add(bundle)
    db.session.flush()
    requests = _gather(bundle, request_ids, by=by)
    check_take_part(bundle)
    links.attach(measure_id, "bundle", bundle.id, bundle.title, "bundling.show_bundle", {"bundle_id": bundle.id}, permission=Permission.BUNDLE_READ)
    _tell_buyers(bundle, say("Bündelung „%(title)s“ eröffnet", title=bundle.title), _opening_words(bundle), by=by)
    write_down("bundle.opened", bundle, by=by, after={"title": bundle.title, "requests": [request.id for request in requests]})
    return bundle


def check_term(begins: date, ends: date) -> None:
    """Refuse a term that is turned round or longer than four years."""
    if ends < begins:
        raise TermTurned
    latest = date(begins.year + 4, begins.month, min(begins.day, 28))
    if ends >= latest:
        raise TermTooLong


def add_requests(bundle_id: int, request_ids: list[int], *, by: Actor) -> Bundle:
    """Take more approved requests into an open bundle; after the freeze date none."""
    bundle = lock_bundle(bundle_id, by)
    check_bundle_open(bundle.stage)
    if bundle.freeze_on is not None and today_of(clock.now()) > bundle.freeze_on:
        raise LateForBundle(bundle.freeze_on)
    requests = _gather(bundle, request_ids, by=by)
    check_take_part(bundle)
    bundle.matched_at = None  # the new lines are still to be compared
    write_down("bundle.requests_added", bundle, by=by, after={"requests": [request.id for request in requests]})
    return bundle


def _gather(bundle: Bundle, request_ids: list[int], *, by: Actor) -> list[PurchaseRequest]:
    possible = {request.id: request for request in requests_to_bundle(bundle.measure_id, by)}
    if not request_ids:
        raise NothingToBundle
    if not set(request_ids) <= set(possible):
        raise NotFound
    query = select(PurchaseRequest).where(PurchaseRequest.id.in_(request_ids)).order_by(PurchaseRequest.id)
    requests = list(db.session.scalars(query.with_for_update(of=PurchaseRequest).execution_options(populate_existing=True)))
    for request in requests:
        check_request_step(request.stage, RequestStage.BUNDLED)
        request.stage, request.stage_since = RequestStage.BUNDLED, clock.now()
        db.session.add(BundleRequest(bundle_id=bundle.id, request_id=request.id))
        journal_request("request.bundled", request, bundle, by=by)
    _name_buyers(bundle, {request.municipality_id for request in requests})
    _place_lines(bundle, requests)
    return requests


def journal_request(act: str, request: PurchaseRequest, bundle: Bundle, *, by: Actor) -> None:
    """Record in a request's own journal that it joined or left a bundle."""
    journal.record(act, subject=("purchase_request", request.id), by=by, after={"bundle": bundle.id}, municipalities=[request.municipality_id])


def _name_buyers(bundle: Bundle, municipality_ids: set[int]) -> None:
    named = set(db.session.scalars(select(BundleMember.municipality_id).where(BundleMember.bundle_id == bundle.id)))
    for municipality_id in sorted(municipality_ids - named):
        db.session.add(BundleMember(bundle_id=bundle.id, municipality_id=municipality_id))
    db.session.flush()
    db.session.expire(bundle, ["members", "requests"])


def _place_lines(bundle: Bundle, requests: list[PurchaseRequest]) -> None:
    """Give every line a position of its own, to begin with."""
    ids = [request.id for request in requests]
    lines = list(db.session.scalars(select(PurchaseRequestLine).where(PurchaseRequestLine.request_id.in_(ids)).order_by(PurchaseRequestLine.id)))
    positions = [BundlePosition(bundle_id=bundle.id, number=0, title=line.text, base_unit=line.base_unit, article_id=line.article_id) for line in lines]
    db.session.add_all(positions)
    db.session.flush()
    rows = [{"line_id": line.id, "bundle_id": bundle.id, "position_id": position.id} for line, position in zip(lines, positions, strict=True)]
    if rows:
        db.session.execute(insert(BundleLine), rows)


def release_request(bundle_id: int, request_id: int, *, by: Actor) -> Bundle:
    """Let a request leave an open bundle; it is approved again and may be withdrawn or bundled elsewhere."""
    bundle = lock_bundle(bundle_id, by)
    check_bundle_open(bundle.stage)
    taken = db.session.scalar(select(BundleRequest).where(BundleRequest.bundle_id == bundle.id, BundleRequest.request_id == request_id))
    if taken is None:
        raise NotFound
    _release(bundle, taken, by=by)
    write_down("bundle.request_released", bundle, by=by, after={"request": request_id})
    return bundle


def _release(bundle: Bundle, taken: BundleRequest, *, by: Actor) -> None:
    request = taken.request
    check_request_step(request.stage, RequestStage.APPROVED)
    request.stage, request.stage_since = RequestStage.APPROVED, clock.now()
    lines = select(PurchaseRequestLine.id).where(PurchaseRequestLine.request_id == request.id)
    db.session.execute(delete(MatchProposal).where(MatchProposal.first_line_id.in_(lines) | MatchProposal.second_line_id.in_(lines)))
    db.session.execute(delete(BundleLine).where(BundleLine.line_id.in_(lines)))
    db.session.delete(taken)
    db.session.flush()
    db.session.expire(bundle, ["requests"])
    journal_request("request.released", request, bundle, by=by)


def freeze(bundle_id: int, *, by: Actor) -> Bundle:
    """Freeze a bundle: buyers, lines and quantities stay as they are."""
    bundle = lock_bundle(bundle_id, by)
    check_bundle_step(bundle.stage, BundleStage.FROZEN)
    waiting = count_open_proposals(bundle)
    if waiting:
        raise ProposalsOpen(waiting)
    check_take_part(bundle)
    _learn_articles(bundle, by=by)
    bundle.stage, bundle.frozen_at = BundleStage.FROZEN, clock.now()
    body = [say("Käufer, Zeilen und Mengen stehen nun fest. Das gemeinsame Leistungsverzeichnis liegt bereit.")]
    _tell_buyers(bundle, say("Bündelung „%(title)s“ festgeschrieben", title=bundle.title), body, by=by)
    write_down("bundle.frozen", bundle, by=by, before={"stage": "open"}, after={"stage": "frozen"})
    return bundle


def _learn_articles(bundle: Bundle, *, by: Actor) -> None:
    """Keep every position as an article of the catalogue, with the spellings and packs of its lines, for the next round."""
    query = select(BundleLine).where(BundleLine.bundle_id == bundle.id).options(joinedload(BundleLine.line), joinedload(BundleLine.position))
    held: dict[BundlePosition, list[PurchaseRequestLine]] = {}
    for row in db.session.scalars(query.order_by(BundleLine.line_id)):
        held.setdefault(row.position, []).append(row.line)
    for position, lines in held.items():
        learnt = catalogue.learn_article(position.title, lines, base_unit=position.base_unit, cpv=position.cpv, article_id=position.article_id, by=by)
        position.article_id = learnt.id
    db.session.flush()


def thaw(bundle_id: int, *, reason: str, by: Actor) -> Bundle:
    """Open a frozen bundle again as long as nothing is published; says why."""
    bundle = lock_bundle(bundle_id, by)
    check_bundle_step(bundle.stage, BundleStage.OPEN)
    if is_bundle_tendered(bundle.id):
        raise TenderedAlready
    if not reason.strip():
        raise RuleBroken(say("Bitte nennen Sie den Grund."), field="reason")
    bundle.stage, bundle.frozen_at = BundleStage.OPEN, None
    body = [say("Grund: %(reason)s", reason=reason.strip())]
    _tell_buyers(bundle, say("Bündelung „%(title)s“ wieder geöffnet", title=bundle.title), body, by=by)
    write_down("bundle.thawed", bundle, by=by, before={"stage": "frozen"}, after={"stage": "open", "reason": reason.strip()})
    return bundle


def dissolve(bundle_id: int, *, by: Actor) -> Bundle:
    """Dissolve an open bundle; its requests are approved again."""
    bundle = lock_bundle(bundle_id, by)
    check_bundle_step(bundle.stage, BundleStage.DISSOLVED)
    for taken in list(bundle.requests):
        _release(bundle, taken, by=by)
    bundle.stage = BundleStage.DISSOLVED
    links.detach("bundle", bundle.id)
    write_down("bundle.dissolved", bundle, by=by, before={"stage": "open"}, after={"stage": "dissolved"})
    return bundle


def _opening_words(bundle: Bundle) -> list[Message]:
    lead = bundle.lead_municipality.name
    return [say("Ihre genehmigte Bedarfsmeldung wird gemeinsam mit anderen beschafft. Federführend ist %(lead)s.", lead=lead)]


def _tell_buyers(bundle: Bundle, subject: Message, body: list[Message], *, by: Actor) -> None:
    ids = [member.municipality_id for member in bundle.members]
    places = list(db.session.scalars(select(Organisation.id).where(Organisation.municipality_id.in_(ids)).order_by(Organisation.id)))
    for person in people_with(Permission.DEMAND_APPROVE, places):
        if person.id != by.person_id:
            letters.post(person.id, subject, body, link=f"/beschaffung/buendel/{bundle.id}", about=("bundle", bundle.id))


def write_down(act: str, bundle: Bundle, *, by: Actor, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None) -> None:
    """Record what was done to a bundle in the journal of every municipality concerned."""
    concerned = [bundle.lead_municipality_id, *(member.municipality_id for member in bundle.members)]
    journal.record(act, subject=("bundle", bundle.id), by=by, before=before, after=after, municipalities=concerned)
