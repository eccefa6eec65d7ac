"""Who may lead a bundle, who takes part in its measure, and which handovers of the lead there are."""

from sqlalchemy import ColumnElement, or_, select

from commons import clock
from commons.calendar_days import today_of
from commons.database import db
from commons.errors import NotFound
from commons.municipalities import Municipality
from commons.people import Actor
from commons.permissions import Permission
from cooperation.models import MeasureParticipation
from procurement.models import Bundle, LeadHandover
from procurement.stages import HandoverStage


def in_force() -> ColumnElement[bool]:
    """Return what makes a participation count today: not left, and a mayor's trial not over."""
    day = today_of(clock.now())
    return MeasureParticipation.left_on.is_(None) & or_(MeasureParticipation.trial_until.is_(None), MeasureParticipation.trial_until >= day)


def participations(measure_id: int) -> dict[int, MeasureParticipation]:
    """Return by municipality on what ground each takes part in a measure today: by its council's resolution or on trial by its mayor."""
    query = select(MeasureParticipation).where(MeasureParticipation.measure_id == measure_id, in_force())
    return {part.municipality_id: part for part in db.session.scalars(query)}


def may_lead(bundle: Bundle) -> list[Municipality]:
    """Return the municipalities that take part in the measure and do not lead, by name."""
    found = [part.municipality for number, part in participations(bundle.measure_id).items() if number != bundle.lead_municipality_id]
    return sorted(found, key=lambda town: town.name)


def find_open_handover(bundle: Bundle) -> LeadHandover | None:
    """Return the offer of the lead that waits for the other side."""
    return db.session.scalar(select(LeadHandover).where(LeadHandover.bundle_id == bundle.id, LeadHandover.stage == HandoverStage.OFFERED))


def handovers_of(bundle: Bundle) -> list[LeadHandover]:
    """Return every handover of a bundle that the caller has already loaded for its actor."""
    return list(db.session.scalars(select(LeadHandover).where(LeadHandover.bundle_id == bundle.id).order_by(LeadHandover.id)))


def get_offered_bundle(bundle_id: int, actor: Actor) -> Bundle:
    """Return a bundle whose lead was offered to the own municipality, though it may not buy in it."""
    query = select(Bundle).join(LeadHandover, LeadHandover.bundle_id == Bundle.id)
    found = db.session.scalar(query.where(Bundle.id == bundle_id, LeadHandover.to_municipality_id == actor.municipality_id).limit(1))
    if found is None or not actor.may(Permission.BUNDLE_EDIT):
        raise NotFound
    return found


def lock_handover(bundle_id: int, handover_id: int, actor: Actor) -> LeadHandover:
    """Return an offer to the own municipality, for deciding on it; its bundle is locked first."""
    bundle = select(Bundle).where(Bundle.id == bundle_id).with_for_update(of=Bundle).execution_options(populate_existing=True)
    query = select(LeadHandover).where(LeadHandover.bundle_id == bundle_id, LeadHandover.to_municipality_id == actor.municipality_id)
    db.session.scalar(bundle)
    found = db.session.scalar(query.where(LeadHandover.id == handover_id).execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    return found


def offers_to(actor: Actor) -> list[LeadHandover]:
    """Return the leads that are offered to the own municipality, for those who may accept."""
    if not actor.may(Permission.BUNDLE_EDIT):
        return []
    query = select(LeadHandover).where(LeadHandover.to_municipality_id == actor.municipality_id, LeadHandover.stage == HandoverStage.OFFERED)
    return list(db.session.scalars(query.order_by(LeadHandover.id)))
