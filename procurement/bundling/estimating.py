"""Estimate the price of a position where no list names one, with the ground; and the value of a bundle as a sheet."""

from decimal import Decimal

from commons import clock
from commons.database import db
from commons.errors import RuleBroken
from commons.people import Actor
from commons.words import say
from procurement.bundling.gathering import write_down
from procurement.bundling.placing import lock_open
from procurement.exchange import worth_sheet
from procurement.models import Bundle, PositionEstimate
from procurement.queries.bundles import get_position
from procurement.queries.estimates import worth_of


class GroundMissing(RuleBroken):
    """An estimate says where it comes from."""

    def __init__(self) -> None:
        super().__init__(say("Bitte schreiben Sie, worauf die Schätzung beruht."), field="ground")


class PriceMissing(RuleBroken):
    """An estimate names a price."""

    def __init__(self) -> None:
        super().__init__(say("Bitte geben Sie den geschätzten Preis an."), field="price")


def estimate_price(bundle_id: int, position_id: int, *, price: Decimal | None, ground: str, by: Actor) -> PositionEstimate:
    """Keep the price that a person estimates for a base unit of a position; it counts for the lines without a price."""
    bundle = lock_open(bundle_id, by)
    position = get_position(bundle, position_id)
    if price is None:
        raise PriceMissing
    if not ground.strip():
        raise GroundMissing
    kept = db.session.get(PositionEstimate, position.id)
    before = {"price": str(kept.price_net), "ground": kept.ground} if kept else None
    kept = kept or PositionEstimate(position_id=position.id)
    kept.price_net, kept.ground, kept.entered_at, kept.entered_by_id = price, ground.strip(), clock.now(), by.person_id
    db.session.add(kept)
    db.session.flush()
    after = {"position": position.id, "title": position.title, "price": str(price), "ground": kept.ground}
    write_down("bundle.price_estimated", bundle, by=by, before=before, after=after)
    return kept


def worth_sheet_of(bundle: Bundle) -> bytes:
    """Return the estimated value by lot and in total as an Excel file; for the lead alone."""
    found = worth_of(bundle)
    rows: list[worth_sheet.Row] = [
        (f"Los {lot.number}: {lot.title}" if lot else "Noch in keinem Los", worth.own, worth.others, worth.typed, worth.net, worth.unpriced)
        for lot, worth in found.by_lot
    ]
    rows.append(("Gesamt", found.total.own, found.total.others, found.total.typed, found.total.net, found.total.unpriced))
    hint = [f"Verfahren nach diesem Wert: {found.procedure}"] if found.procedure else []
    notes = [f"Laufzeit: {found.months} Monate", *hint, *(str(text) for text in found.reasons)]
    return worth_sheet.write(bundle.title, rows, notes)
