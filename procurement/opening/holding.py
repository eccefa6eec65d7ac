"""Name who can open a tender: two of at least three, employed by two different administrations."""

from collections.abc import Iterable

from sqlalchemy import delete

from commons import clock
from commons.database import db
from commons.errors import NotFound
from commons.people import Actor
from commons.permissions import Permission
from commons.words import say
from procurement.models import KeyShare, OfficerKey, Tender, TenderHolder
from procurement.queries.officers import employer_of, fewest_holders, generation_of, holders_of, officer, officers_to_name
from procurement.queries.tenders import lock_tender
from procurement.rules.sealing import key_print, make_keys
from procurement.rules.sealing_custody import Share, check_holders, split_key
from procurement.telling import page_of, tell_members, write_down
from procurement.tender_stages import check_in_preparation


def name_holders(tender_id: int, key_ids: Iterable[int], *, by: Actor) -> Tender:
    """Make the tender's key and share it among the officers; it exists in one piece only while this runs."""
    tender = lock_tender(tender_id, by)
    check_in_preparation(tender.stage)
    possible, wanted = {key.id: key for key in officers_to_name(tender)}, sorted(set(key_ids))
    if not set(wanted) <= set(possible):
        raise NotFound
    for holder in holders_of(tender):
        holder.left_at = clock.now()
    db.session.flush()
    holders = [take_in(tender, possible[key_id], by=by) for key_id in wanted]
    check_holders([officer(holder) for holder in holders], fewest=fewest_holders())
    pair = make_keys()
    keep_shares(tender, split_key(pair.private, tender=str(tender.id), officers=[officer(holder) for holder in holders]), holders)
    tender.public_key = pair.public
    names = [holder.key.person.name for holder in holders]
    write_down("tender.holders_named", tender, by=by, after={"holders": names, "print": key_print(pair.public)})
    _tell(tender, names, by=by)
    return tender


def _tell(tender: Tender, names: list[str], *, by: Actor) -> None:
    body = [
        say("Schlüsselinhaber sind: %(names)s.", names=", ".join(names)),
        say("Bitte proben Sie vor der Veröffentlichung die Öffnung: zwei Personen verschiedener Verwaltungen, jede mit ihrem Kennwort."),
    ]
    tell_members(tender, Permission.TENDER_OPEN, say("Öffnung proben: %(title)s", title=tender.title), body, by=by, link=f"{page_of(tender)}/oeffnung")


def take_in(tender: Tender, key: OfficerKey, *, by: Actor) -> TenderHolder:
    """Name an officer; which administration employs the officer is fixed now."""
    holder = db.session.query(TenderHolder).filter_by(tender_id=tender.id, key_id=key.id).one_or_none()
    if holder is None:
        holder = TenderHolder(tender_id=tender.id, key_id=key.id, named_by_id=by.person_id, administration_id=employer_of(key.person))
        db.session.add(holder)
    holder.administration_id, holder.named_at, holder.named_by_id, holder.left_at = employer_of(key.person), clock.now(), by.person_id, None
    db.session.flush()
    db.session.refresh(holder)
    return holder


def keep_shares(tender: Tender, shares: Iterable[Share], holders: Iterable[TenderHolder]) -> None:
    """Keep the shares as the next generation; those before are gone, so that nobody who left finds them in the database."""
    ids = {holder.name: holder.id for holder in holders}
    generation = generation_of(tender) + 1
    db.session.execute(delete(KeyShare).where(KeyShare.tender_id == tender.id))
    db.session.add_all(
        KeyShare(tender_id=tender.id, generation=generation, owner_id=ids[share.owner], partner_id=ids[share.partner], sealed=share.sealed) for share in shares
    )
    db.session.flush()
