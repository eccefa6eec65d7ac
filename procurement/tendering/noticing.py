"""Record where and when a notice appeared."""

from datetime import date

from commons.database import db
from commons.people import Actor
from procurement.models import Tender, TenderNotice
from procurement.queries.tenders import lock_tender
from procurement.telling import write_down


def note_notice(tender_id: int, *, place: str, published_on: date, address: str, is_ex_post: bool, by: Actor) -> Tender:
    """Note a notice before the bids, or the one after the award (§ 19 (2) VOL/A)."""
    tender = lock_tender(tender_id, by)
    notice = TenderNotice(tender_id=tender.id, place=place.strip(), published_on=published_on, address=address.strip() or None, is_ex_post=is_ex_post)
    notice.noted_by_id = by.person_id
    db.session.add(notice)
    db.session.flush()
    write_down("tender.notice_noted", tender, by=by, after={"place": place.strip(), "published_on": str(published_on), "ex_post": is_ex_post})
    return tender
