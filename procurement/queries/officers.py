"""Who holds keys, and which pairs can open a tender together."""

from sqlalchemy import func, select

from commons import clock
from commons.calendar_days import today_of
from commons.database import db
from commons.errors import NotFound
from commons.municipalities import Organisation, lead_administration_id
from commons.people import Actor, Person, people_with
from commons.permissions import Permission
from commons.rule_values import find_value
from procurement.models import KeyShare, OfficerKey, OpeningSession, Tender, TenderHolder
from procurement.rules.sealing_custody import FEWEST_OFFICERS, Officer, Share, admissible_pairs
from procurement.tender_stages import SessionPurpose, TenderStage


def find_own_key(actor: Actor) -> OfficerKey | None:
    """Return the key in use of the person who asks."""
    return find_key_of(actor.person_id)


def find_key_of(person_id: int) -> OfficerKey | None:
    """Return the key in use of a person."""
    return db.session.scalar(select(OfficerKey).where(OfficerKey.person_id == person_id, OfficerKey.retired_at.is_(None)))


def get_own_key(actor: Actor) -> OfficerKey:
    """Return the key in use of the person who asks."""
    found = find_own_key(actor)
    if found is None:
        raise NotFound
    return found


def employer_of(person: Person) -> int:
    """Return the administration that employs a person; Königsbrück's staff count once, for whomever they act."""
    return lead_administration_id(person.employer)


def officers_to_name(tender: Tender) -> list[OfficerKey]:
    """Return the keys in use of people who may open, in the administrations of the members of a tender."""
    municipalities = {tender.lead_municipality_id, *(buyer.municipality_id for buyer in tender.buyers)}
    places = list(db.session.scalars(select(Organisation.id).where(Organisation.municipality_id.in_(municipalities))))
    people = {person.id for person in people_with(Permission.TENDER_OPEN, places)}
    query = select(OfficerKey).where(OfficerKey.person_id.in_(people), OfficerKey.retired_at.is_(None))
    return list(db.session.scalars(query.order_by(OfficerKey.id)))


def holders_of(tender: Tender) -> list[TenderHolder]:
    """Return the officers who hold shares of a tender's key, in the order they were named."""
    query = select(TenderHolder).where(TenderHolder.tender_id == tender.id, TenderHolder.left_at.is_(None))
    return list(db.session.scalars(query.order_by(TenderHolder.id)))


def usable_holders(tender: Tender) -> list[TenderHolder]:
    """Return the holders whose key was not lost."""
    return [holder for holder in holders_of(tender) if holder.key.retired_at is None]


def find_holder(tender: Tender, actor: Actor) -> TenderHolder | None:
    """Return the actor as a holder of this tender's key."""
    return next((holder for holder in usable_holders(tender) if holder.key.person_id == actor.person_id), None)


def officer(holder: TenderHolder) -> Officer:
    """Return a holder as rules/sealing_custody knows it."""
    return Officer(name=holder.name, administration=str(holder.administration_id), public=holder.key.public_key)


def fewest_holders() -> int:
    """Return how many officers must hold a tender's key, by the dated house rule."""
    row = find_value("house", "opening_holders_min", today_of(clock.now()))
    return int(row.number) if row is not None and row.number else FEWEST_OFFICERS


def can_be_opened(tender: Tender) -> bool:
    """Tell whether any admissible pair of holders still has its keys."""
    return bool(admissible_pairs([officer(holder) for holder in usable_holders(tender)]))


def generation_of(tender: Tender) -> int:
    """Return the number of the shares in force."""
    return db.session.scalar(select(func.max(KeyShare.generation)).where(KeyShare.tender_id == tender.id)) or 0


def shares_of(tender: Tender) -> list[Share]:
    """Return the shares in force as rules/sealing_custody reads them."""
    query = select(KeyShare).where(KeyShare.tender_id == tender.id, KeyShare.generation == generation_of(tender)).order_by(KeyShare.id)
    return [Share(owner=row.owner.name, partner=row.partner.name, sealed=row.sealed) for row in db.session.scalars(query)]


def find_running_session(tender: Tender, purpose: SessionPurpose) -> OpeningSession | None:
    """Return what a first officer began and a second one has not yet confirmed, as long as its window lasts."""
    query = select(OpeningSession).where(OpeningSession.tender_id == tender.id, OpeningSession.purpose == purpose)
    query = query.where(OpeningSession.completed_at.is_(None), OpeningSession.contribution.is_not(None), OpeningSession.expires_at > clock.now())
    return db.session.scalar(query.order_by(OpeningSession.id.desc()).limit(1))


def joiner_of(session: OpeningSession) -> OfficerKey | None:
    """Return the key that a re-wrap which waits for its second officer would add."""
    key_id = (session.contribution or {}).get("joiner_key_id")
    return None if key_id is None else db.session.get(OfficerKey, key_id)


def find_rehearsal(tender: Tender) -> OpeningSession | None:
    """Return the last rehearsal that succeeded."""
    query = select(OpeningSession).where(OpeningSession.tender_id == tender.id, OpeningSession.purpose == SessionPurpose.REHEARSAL)
    return db.session.scalar(query.where(OpeningSession.completed_at.is_not(None)).order_by(OpeningSession.id.desc()).limit(1))


def is_rehearsed(tender: Tender) -> bool:
    """Tell whether two holders opened a test envelope with the shares in force."""
    rehearsal = find_rehearsal(tender)
    newest = max((holder.named_at for holder in holders_of(tender)), default=None)
    return rehearsal is not None and rehearsal.completed_at is not None and newest is not None and rehearsal.completed_at >= newest


def tenders_to_open(actor: Actor) -> list[Tender]:
    """Return the tenders whose deadline has passed and whose key the actor holds a share of."""
    mine = select(TenderHolder.tender_id).join(OfficerKey).where(OfficerKey.person_id == actor.person_id, TenderHolder.left_at.is_(None))
    query = select(Tender).where(Tender.id.in_(mine), Tender.stage == TenderStage.PUBLISHED, Tender.deadline < clock.now())
    return list(db.session.scalars(query.order_by(Tender.deadline)))
