"""Hand the lead of a bundle over: one municipality offers it, the other accepts; tasks and sender follow, rules and number stay."""

from sqlalchemy import select

from commons import clock, letters
from commons.database import db
from commons.errors import NotAllowed, NotFound, RuleBroken
from commons.municipalities import Organisation
from commons.people import Actor, people_with
from commons.permissions import Permission
from commons.words import Message, say
from procurement.bundling.gathering import write_down
from procurement.bundling.taking_part import NotTakingPart
from procurement.models import Bundle, LeadHandover, Tender
from procurement.queries.bundles import lock_bundle
from procurement.queries.handovers import find_open_handover, lock_handover, may_lead
from procurement.stages import HandoverStage
from procurement.tender_stages import TenderStage


class HandoverOpen(RuleBroken):
    """One handover at a time."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Eine Übergabe der Federführung ist schon angeboten."))


class HandoverDecided(RuleBroken):
    """A handover is decided once."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Über diese Übergabe ist schon entschieden."))


def offer_lead(bundle_id: int, municipality_id: int, *, reason: str, by: Actor) -> LeadHandover:
    """Offer the lead at any stage; the signature of the side that hands over."""
    bundle = lock_bundle(bundle_id, by)
    towns = {town.id: town for town in may_lead(bundle)}
    if municipality_id not in towns:
        raise NotFound
    if not reason.strip():
        raise RuleBroken(say("Bitte nennen Sie den Grund."), field="reason")
    if find_open_handover(bundle) is not None:
        raise HandoverOpen
    offer = LeadHandover(bundle_id=bundle.id, from_municipality_id=bundle.lead_municipality_id, to_municipality_id=municipality_id, reason=reason.strip())
    offer.stage, offer.offered_by_id = HandoverStage.OFFERED, by.person_id
    db.session.add(offer)
    db.session.flush()
    body = [
        say("%(town)s bietet Ihnen die Federführung an. Grund: %(reason)s", town=by.municipality_name, reason=offer.reason),
        say("Nehmen Sie an, dann gehen alle Aufgaben auf Ihre Vergabestelle über. Nummer und Regeln des Vorgangs bleiben."),
    ]
    _tell(bundle, municipality_id, say("Federführung für „%(title)s“ angeboten", title=bundle.title), body, by=by)
    write_down("bundle.lead_offered", bundle, by=by, after={"to": towns[municipality_id].name, "reason": offer.reason, "handover": offer.id})
    return offer


def accept_lead(bundle_id: int, handover_id: int, *, by: Actor) -> Bundle:
    """Accept the lead: the signature of the side that takes it; from now on the tasks are its own."""
    offer = _open(bundle_id, handover_id, by)
    bundle = offer.bundle
    if by.municipality_id not in {town.id for town in may_lead(bundle)}:
        raise NotTakingPart(by.municipality_name, field="municipality_id")
    _decide(offer, HandoverStage.ACCEPTED, by=by)
    bundle.lead_municipality_id = offer.to_municipality_id
    for tender in db.session.scalars(select(Tender).where(Tender.bundle_id == bundle.id, Tender.stage != TenderStage.CANCELLED).order_by(Tender.id)):
        tender.lead_municipality_id = offer.to_municipality_id
    db.session.flush()
    db.session.expire(bundle, ["lead_municipality"])
    body = [say("%(town)s führt nun. Nummer, Regeln und Fristen des Vorgangs bleiben, wie sie sind.", town=by.municipality_name)]
    for town in sorted({offer.from_municipality_id, *(member.municipality_id for member in bundle.members)} - {by.municipality_id}):
        _tell(bundle, town, say("Neue Federführung für „%(title)s“", title=bundle.title), body, by=by)
    after = {"lead": offer.to_municipality.name, "handover": offer.id}
    write_down("bundle.lead_accepted", bundle, by=by, before={"lead": offer.from_municipality.name}, after=after)
    return bundle


def decline_lead(bundle_id: int, handover_id: int, *, by: Actor) -> LeadHandover:
    """Decline the lead; it stays where it was."""
    offer = _open(bundle_id, handover_id, by)
    _decide(offer, HandoverStage.DECLINED, by=by)
    body = [say("%(town)s nimmt die Federführung nicht an. Sie bleibt bei Ihnen.", town=by.municipality_name)]
    _tell(offer.bundle, offer.from_municipality_id, say("Federführung für „%(title)s“ nicht angenommen", title=offer.bundle.title), body, by=by)
    write_down("bundle.lead_declined", offer.bundle, by=by, after={"handover": offer.id})
    return offer


def withdraw_offer(bundle_id: int, handover_id: int, *, by: Actor) -> LeadHandover:
    """Take an offer back before it is accepted."""
    bundle = lock_bundle(bundle_id, by)
    offer = find_open_handover(bundle)
    if offer is None or offer.id != handover_id:
        raise HandoverDecided
    _decide(offer, HandoverStage.WITHDRAWN, by=by)
    write_down("bundle.lead_offer_withdrawn", bundle, by=by, after={"handover": offer.id})
    return offer


def _open(bundle_id: int, handover_id: int, by: Actor) -> LeadHandover:
    if not by.may(Permission.BUNDLE_EDIT):
        raise NotAllowed
    offer = lock_handover(bundle_id, handover_id, by)
    if offer.stage is not HandoverStage.OFFERED:
        raise HandoverDecided
    return offer


def _decide(offer: LeadHandover, stage: HandoverStage, *, by: Actor) -> None:
    offer.stage, offer.decided_at, offer.decided_by_id = stage, clock.now(), by.person_id
    db.session.flush()


def _tell(bundle: Bundle, municipality_id: int, subject: Message, body: list[Message], *, by: Actor) -> None:
    places = list(db.session.scalars(select(Organisation.id).where(Organisation.municipality_id == municipality_id).order_by(Organisation.id)))
    for person in people_with(Permission.BUNDLE_EDIT, places):
        if person.id != by.person_id:
            letters.post(person.id, subject, body, link=f"/beschaffung/buendel/{bundle.id}/federfuehrung", about=("bundle", bundle.id))
