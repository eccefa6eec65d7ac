"""Small lots leave the EU regime and are bought in a procurement of their own; their value still counts for the whole (§ 3 (9) VgV)."""

from sqlalchemy import delete, select

from commons.database import db
from commons.errors import RuleBroken
from commons.people import Actor
from commons.words import say
from procurement.models import EstimateSummand, Tender, TenderLot, TenderPosition
from procurement.queries.tender_values import small_lots_of
from procurement.queries.tenders import lock_tender
from procurement.rules.procedure_lots import check_exempted
from procurement.telling import write_down
from procurement.tender_stages import check_in_preparation
from procurement.tendering.documents import take_positions
from procurement.tendering.preparing import check_reason, open_tender
from procurement.tendering.valuing import recheck


class NothingExempted(RuleBroken):
    """Only lots whose exemption was entered are moved, and at least one other lot stays."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Bitte tragen Sie zuerst ein, welche kleinen Lose ausgenommen werden; mindestens ein Los bleibt in dieser Vergabe."))


def exempt_lots(tender_id: int, lot_ids: list[int], *, by: Actor) -> Tender:
    """Let small lots leave the EU regime; both conditions of § 3 (9) VgV are checked."""
    tender = lock_tender(tender_id, by)
    check_in_preparation(tender.stage)
    for lot in tender.lots:
        lot.is_exempted = lot.id in lot_ids
    found = small_lots_of(tender)
    if found is not None:
        check_exempted(found)
    after = {"exempted": sorted(lot.number for lot in tender.lots if lot.is_exempted), "sum": str(found.exempted) if found else "0"}
    write_down("tender.lots_exempted", tender, by=by, after=after)
    return tender


def move_exempted(tender_id: int, *, reason: str, by: Actor) -> Tender:
    """Move the exempted lots to a procurement of their own; both conditions are checked once more. Returns the new one."""
    old = lock_tender(tender_id, by)
    check_in_preparation(old.stage)
    check_reason(reason)
    moved = [lot for lot in old.lots if lot.is_exempted]
    found = small_lots_of(old)
    if found is None or not moved or len(moved) == len(old.lots):
        raise NothingExempted
    check_exempted(found)
    for lot in moved:
        lot.is_released = True
    db.session.flush()
    names = ", ".join(lot.title for lot in moved)
    tender = open_tender(
        f"{old.title}: {names}",
        bundle_id=old.bundle_id,
        lot_ids=[lot.lot_id for lot in moved],
        goods=old.goods,
        kind=old.kind,
        is_framework=old.is_framework,
        reason=reason,
        by=by,
    )
    tender.exempted_from_id, tender.begins_on, tender.regime = old.id, old.begins_on, old.regime
    _hand_over(moved, tender)
    _close_up(old, moved)
    recheck(old)
    write_down("tender.lots_moved", old, by=by, after={"lots": names, "to": tender.id, "reason": reason.strip()})
    return tender


def _hand_over(moved: list[TenderLot], tender: Tender) -> None:
    """Take over what people entered for these lots; what the bundle says was reckoned anew."""
    ids = {lot.lot_id: lot.id for lot in tender.lots}
    for lot in moved:
        for row in db.session.scalars(select(EstimateSummand).where(EstimateSummand.tender_lot_id == lot.id)):
            if row.is_from_bundle:
                db.session.delete(row)
            else:
                row.tender_id, row.tender_lot_id = tender.id, ids[lot.lot_id]
    db.session.flush()


def _close_up(old: Tender, moved: list[TenderLot]) -> None:
    """Take the lots and their positions out; the numbers of those that stay close up."""
    db.session.execute(delete(TenderPosition).where(TenderPosition.tender_lot_id.in_([lot.id for lot in moved])))
    for lot in moved:
        db.session.delete(lot)
    db.session.flush()
    db.session.expire(old, ["lots"])
    for number, lot in enumerate(old.lots, start=1):
        lot.number = number
        db.session.flush()
    take_positions(old)
