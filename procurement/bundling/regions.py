"""Cut a lot by region (Teillos): the lines of each position go to a position of the region they are delivered to."""

from commons.database import db
from commons.errors import RuleBroken
from commons.municipalities import Municipality
from commons.people import Actor
from commons.words import as_data, say
from procurement.bundling.lots import new_lot
from procurement.bundling.placing import Step, keep, lines_at, lock_open, new_position, put
from procurement.models import Bundle, BundleChange, BundlePosition, Lot, PurchaseRequestLine
from procurement.queries.bundles import get_lot, position_rows
from procurement.stages import ChangeKind, LotKind


class OneRegion(RuleBroken):
    """What is delivered to one region only is not cut."""

    status = 409

    def __init__(self, title: str) -> None:
        super().__init__(say("Das Los „%(title)s“ wird nur in eine Region geliefert und lässt sich nicht teilen.", title=title))


def region_of(municipality: Municipality) -> str:
    """Return the region of a municipality: its community of administrations, else itself."""
    return municipality.community or municipality.name


def split_by_region(bundle_id: int, lot_id: int, *, by: Actor) -> BundleChange:
    """Cut a lot into one lot a region; the first region keeps the lot and its positions."""
    bundle, step = lock_open(bundle_id, by), Step()
    lot = get_lot(bundle, lot_id)
    held = [(db.session.get_one(BundlePosition, row.id), _by_region(bundle, row.id)) for row in position_rows(bundle, by, lot_id=lot.id)]
    regions = sorted({region for _, lines in held for region in lines})
    if len(regions) < 2:
        raise OneRegion(lot.title)
    lots = {region: _lot_of(bundle, lot, region) for region in regions[1:]}
    for position, lines in held:
        _spread(bundle, position, lines, lots, step)
    text = say("Los %(number)s nach Lieferregionen geteilt: %(regions)s.", number=lot.number, regions=", ".join(regions))
    return keep(bundle, ChangeKind.MOVE_LOT, step, text, by=by)


def _by_region(bundle: Bundle, position_id: int) -> dict[str, list[PurchaseRequestLine]]:
    found: dict[str, list[PurchaseRequestLine]] = {}
    for line in lines_at(bundle, position_id):
        found.setdefault(region_of(line.request.municipality), []).append(line)
    return found


def _lot_of(bundle: Bundle, lot: Lot, region: str) -> Lot:
    reason = say("Teillos nach Lieferort: %(region)s. Weite Wege verteuern schwere Ware.", region=region)
    return new_lot(bundle, f"{lot.title}, {region}", kind=LotKind.REGION, reason=as_data(reason))


def _spread(bundle: Bundle, position: BundlePosition, lines: dict[str, list[PurchaseRequestLine]], lots: dict[str, Lot], step: Step) -> None:
    """Move the lines of every further region; a position wholly in one region moves as it is."""
    for region, asked in sorted(lines.items()):
        if region not in lots:
            continue
        if len(lines) == 1:
            step.lots[position.id] = (position.lot_id, lots[region].id)
            position.lot_id = lots[region].id
            continue
        made = new_position(bundle, asked[0])
        made.base_unit = position.base_unit
        made.title, made.cpv, made.lot_id, made.reasons = position.title, position.cpv, lots[region].id, position.reasons
        put(step, [line.id for line in asked], made)
