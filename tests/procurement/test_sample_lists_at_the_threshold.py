"""The five sample lists, as the towns sent them: no trade comes near a limit, all together reach the EU threshold, and that is flagged."""

import re
from decimal import Decimal
from pathlib import Path

from commons.database import write
from commons.permissions import Role
from procurement import bundling, intake, tendering
from procurement.models import PurchaseRequest
from procurement.queries.bundles import open_proposals
from tests.procurement.builders import lead, make_bundle, make_upload, reloaded, settle
from tests.procurement.intake.test_uploads import TEN
from tests.procurement.tender_builders import make_lots
from tests.world import World, sign_in

LISTS = Path(__file__).parents[1] / "data" / "demand" / "lists"
TOWNS = {
    "bernsdorf": "bernsdorf.xlsx",
    "koenigsbrueck": "koenigsbrueck.xlsx",
    "laussnitz": "laussnitz.csv",
    "neukirch": "neukirch.xlsx",
    "ossling": "ossling.ods",
}
THRESHOLD = Decimal(216_000)


def sent_and_approved(town: str, name: str) -> PurchaseRequest:
    """Send a town's own list, answer what is asked, and let the budget holder approve."""
    clerk = World().actor(town, Role.CLERK)
    upload = settle(make_upload(LISTS / name, by=clerk), TEN[name], by=clerk)
    request = write(intake.take_over, upload.id, by=clerk)
    write(intake.set_budget_account, request.id, account="111300.443100", by=clerk)
    request = write(intake.submit, request.id, by=clerk)
    return write(intake.approve, request.id, version=request.version, by=World().actor(town, Role.BUDGET_HOLDER))


def test_the_sample_lists_are_far_below_the_threshold_each_and_over_it_together(app_once, client_once):
    bundle = make_bundle(*(sent_and_approved(town, name) for town, name in TOWNS.items()))
    bundling.match_bundle(bundle.id, by=lead())
    while waiting := open_proposals(bundle):
        write(bundling.refuse, bundle.id, waiting[0].id, by=lead())
    make_lots(bundle)
    sign_in(client_once, lead())

    page = client_once.get(f"/beschaffung/vergaben/aus/{bundle.id}").get_data(as_text=True)

    groups = tendering.propose_grouping(reloaded(bundle), by=lead())
    total = sum(group.net for group in groups)
    assert len(groups) > 5
    assert max(group.net for group in groups) < THRESHOLD / 2
    assert Decimal(230_000) < total < Decimal(240_000)
    flagged = re.search(r"[^<>]*erreichen den EU-Schwellenwert[^<>]*", page)
    assert flagged is not None
    assert f"{total:,.2f}".translate(str.maketrans(",.", ".,")) in flagged[0]
