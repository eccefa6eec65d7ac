"""Which tenders a lost key touches, and who has to know."""

from sqlalchemy import select

from commons.database import db
from commons.people import Actor
from commons.permissions import Permission
from commons.words import counted, say
from procurement.models import OfficerKey, Tender, TenderHolder
from procurement.queries.officers import can_be_opened, usable_holders
from procurement.telling import tell_members
from procurement.tender_stages import TenderStage


def tenders_held_by(key: OfficerKey) -> list[Tender]:
    """Return the tenders not yet opened whose key this officer holds a share of."""
    mine = select(TenderHolder.tender_id).where(TenderHolder.key_id == key.id, TenderHolder.left_at.is_(None))
    query = select(Tender).where(Tender.id.in_(mine), Tender.stage.in_([TenderStage.DRAFT, TenderStage.PUBLISHED]))
    return list(db.session.scalars(query.order_by(Tender.id)))


def warn_about_loss(tender: Tender, *, by: Actor) -> bool:
    """Tell the members that a holder is gone, and whether the tender can still be opened; returns that."""
    possible, left = can_be_opened(tender), len(usable_holders(tender))
    if possible:
        body = counted(
            left,
            say("Es bleibt %(count)s Schlüsselinhaber. Bitte verteilen Sie den Schlüssel zu zweit neu, solange das geht."),
            say("Es bleiben %(count)s Schlüsselinhaber. Bitte verteilen Sie den Schlüssel zu zweit neu, solange das geht."),
        )
    else:
        body = say("Kein Paar aus zwei Verwaltungen hat noch seine Schlüssel. Die Angebote lassen sich nicht öffnen; das Verfahren ist aufzuheben.")
    tell_members(tender, Permission.TENDER_OPEN, say("Schlüssel verloren: %(title)s", title=tender.title), [body], by=by)
    return possible
