"""Small lots in a procurement of their own, and what stops a publication when the value or the bundle changes."""

from datetime import date
from decimal import Decimal

import pytest

from commons.database import write
from procurement import bundling, tendering
from procurement.queries.tender_values import beside_of, estimate_of, own_estimate_of, proposal_for, small_lots_of
from procurement.rules.procedure import Procedure
from procurement.rules.procedure_lots import NotSmall
from procurement.tendering.exempting import NothingExempted
from tests.procurement.builders import PAPER, SALT, lead, make_approved, make_bundle
from tests.procurement.tender_builders import REASON, bind, make_lots, make_ready, make_tender, reloaded, set_value
from tests.world import sign_in

BASE = "/beschaffung/vergaben"


def in_the_eu(*amounts: str):
    tender = make_tender()
    write(tendering.set_rules, tender.id, day=date(2026, 5, 1), regime="sn-vol-a", by=lead())
    return set_value(reloaded(tender), *amounts)


def test_a_small_lot_moves_to_a_procurement_of_its_own_and_its_value_counts_on(app):
    tender = in_the_eu("150000", "70000")
    write(tendering.exempt_lots, tender.id, [], by=lead())
    with pytest.raises(NothingExempted):
        write(tendering.move_exempted, tender.id, reason=REASON, by=lead())
    with pytest.raises(NotSmall):  # 70 000 of 220 000 is more than a fifth
        write(tendering.exempt_lots, tender.id, [tender.lots[1].id], by=lead())
    tender = set_value(reloaded(tender), "321000", "79000")
    write(tendering.exempt_lots, tender.id, [tender.lots[1].id], by=lead())

    moved = write(tendering.move_exempted, tender.id, reason=REASON, by=lead())

    tender, moved = reloaded(tender), reloaded(moved)
    assert ([lot.title for lot in tender.lots], [lot.number for lot in tender.lots]) == ([tender.lots[0].title], [1])
    assert estimate_of(tender).net == Decimal("400000.00") + bundle_part(moved)
    assert own_estimate_of(tender).net == Decimal("321000.00")
    assert proposal_for(tender).procedure is Procedure.EU
    assert proposal_for(moved).procedure is Procedure.OPEN
    assert small_lots_of(tender).exempted == estimate_of(moved).net
    assert (beside_of(tender).similar, beside_of(moved).similar) == ((), ())


def bundle_part(tender) -> Decimal:
    """Return what the bundle itself says the moved lot is worth: a builder had taken it out of the first estimate."""
    return estimate_of(tender).net - Decimal(79000)


def test_the_page_moves_exempted_lots_with_a_reason(app_once, client_once):
    tender = in_the_eu("321000", "79000")
    write(tendering.exempt_lots, tender.id, [tender.lots[1].id], by=lead())
    sign_in(client_once, lead())

    offered = client_once.get(f"{BASE}/{tender.id}/wert").get_data(as_text=True)
    refused = client_once.post(f"{BASE}/{tender.id}/wert/kleine-lose/verschieben", data={"reason": "so"})
    done = client_once.post(f"{BASE}/{tender.id}/wert/kleine-lose/verschieben", data={"reason": REASON})
    old = client_once.get(f"{BASE}/{tender.id}/wert").get_data(as_text=True)

    assert "Ausgenommene Lose in eine eigene Vergabe verschieben" in offered
    assert (refused.status_code, done.status_code) == (422, 302)
    assert "Die kleinen Lose stehen jetzt in einer eigenen Vergabe." in old
    assert "(eigene Vergabe)" in old


def test_a_value_over_a_limit_stops_the_publication_on_the_page(app_once, client_once):
    tender = make_ready(set_value(make_tender(), "200000"))
    sign_in(client_once, lead())
    lot, buyer = tender.lots[0].id, tender.buyers[0].municipality_id

    more = {"tender_lot_id": lot, "municipality_id": buyer, "amount": "30000", "source": "guess", "basis": "net", "per": "total"}
    added = client_once.post(f"{BASE}/{tender.id}/wert/summand", data=more)
    page = client_once.get(f"{BASE}/{tender.id}").get_data(as_text=True)
    published = client_once.post(f"{BASE}/{tender.id}/veroeffentlichen")

    assert added.status_code == 302
    assert "Die Veröffentlichung ist gestoppt" in page
    assert published.status_code == 409
    assert reloaded(tender).published_at is None


def test_a_late_member_stops_the_publication_until_the_value_is_reckoned_anew(app):
    tender = make_ready()
    before = tendering.gaps_before_publication(tender)
    late = make_approved(town="neukirch", lines=(PAPER,))
    write(bundling.thaw, tender.bundle_id, reason=REASON, by=lead())
    write(bundling.add_requests, tender.bundle_id, [late.id], by=lead())
    write(bundling.propose_lots, tender.bundle_id, by=lead())
    write(bundling.freeze, tender.bundle_id, by=lead())

    with pytest.raises(tendering.NotReady, match="haben sich geändert"):
        write(tendering.publish, tender.id, by=lead())
    write(tendering.reckon_anew, tender.id, by=lead())
    bind(reloaded(tender))

    assert before == []
    assert tendering.gaps_before_publication(reloaded(tender)) == []
    assert "neukirch" in {buyer.municipality.key for buyer in reloaded(tender).buyers}


def test_lots_that_together_reach_the_eu_threshold_are_flagged_before_they_are_grouped(app_once, client_once):
    dear = ("Streusalz, Sackware", "400000", "Sack 25 kg")
    below = make_lots(make_bundle(make_approved(town="bernsdorf", lines=(PAPER, SALT))))
    above = make_lots(make_bundle(make_approved(town="ossling", lines=(PAPER, dear))))
    sign_in(client_once, lead())

    pages = [client_once.get(f"{BASE}/aus/{bundle.id}").get_data(as_text=True) for bundle in (below, above)]

    assert ["erreichen den EU-Schwellenwert" in page for page in pages] == [False, True]
