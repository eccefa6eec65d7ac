"""Whose rules count and of which day, and how long bidders stay bound."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from commons import clock
from commons.calendar_days import today_of
from commons.database import db, write
from procurement import tendering
from procurement.entries import Criterion, Terms
from procurement.models import Tender
from procurement.queries.tender_documents import current_version
from procurement.queries.tender_values import estimate_of, proposal_for
from procurement.rules.procedure import Kind, Procedure
from procurement.rules.procedure_values import NoRow
from procurement.rules.scoring import Method
from procurement.tendering.publishing import NotReady
from procurement.tendering.valuing import RulesDoNotFit, SplitWithoutReason
from tests.procurement.builders import lead
from tests.procurement.tender_builders import REASON, make_ready, make_tender, reloaded, set_value, three_towns
from tests.world import sign_in

BASE = "/beschaffung/vergaben"


def gaps_of(tender: Tender) -> str:
    return " ".join(str(gap) for gap in tendering.gaps_before_publication(reloaded(tender)))


def test_the_uvgo_is_a_second_profile_with_its_own_words_and_refuses_while_its_values_are_not_in_force(app_once, client_once):
    tender = set_value(make_tender(), "24000")
    sign_in(client_once, lead())
    page = f"{BASE}/{tender.id}/wert"
    before = client_once.get(page).get_data(as_text=True)

    changed = client_once.post(f"{page}/regelwerk", data={"day": "2026-11-20", "regime": "uvgo"})
    after = client_once.get(page).get_data(as_text=True)

    assert "Vorschlag: Freihändige Vergabe" in before
    assert "Sachsen: VOL/A" in before
    assert changed.status_code == 302
    assert "Verbund schlägt kein Verfahren vor" in after
    assert "20.11.2026" in after
    assert "„Direktkauf bis, Lieferungen“ (direct_purchase_max" in after


def test_works_are_bought_by_their_own_rules_and_by_no_others(app_once):
    tender = set_value(make_tender(kind=Kind.WORKS), "120000")

    proposal = proposal_for(tender)

    assert (tender.regime, proposal.procedure) == ("sn-vob-a", Procedure.RESTRICTED)
    with pytest.raises(RulesDoNotFit):
        write(tendering.set_rules, tender.id, day=tender.begins_on, regime="uvgo", by=lead())


def test_another_day_or_another_set_of_rules_is_decided_anew(app_once):
    tender = make_ready()
    assert gaps_of(tender) == ""

    write(tendering.set_rules, tender.id, day=tender.begins_on - timedelta(days=400), regime="sn-vol-a", by=lead())

    assert "Bitte entscheiden Sie das Verfahren neu." in gaps_of(tender)
    with pytest.raises(NoRow, match="Direktkauf"):
        write(tendering.set_rules, tender.id, day=tender.begins_on, regime="uvgo", by=lead())


def test_a_notice_is_not_sent_by_the_values_of_an_older_day(app_once):
    """218,000 € stood below the threshold of 2025 and stand above the one of 2026 (§ 3 (3) VgV)."""
    tender = set_value(make_tender(), "218000")
    write(tendering.set_rules, tender.id, day=date(2025, 12, 30), regime="sn-vol-a", by=lead())
    tender = make_ready(reloaded(tender))

    assert tender.procedure is Procedure.OPEN
    assert "Heute gelten andere Werte als am Stichtag 30.12.2025." in gaps_of(tender)
    with pytest.raises(NotReady):
        write(tendering.publish, tender.id, by=lead())


def test_the_binding_period_covers_the_slowest_council_or_stops_the_publication(app_once, client_once):
    tender = set_value(make_tender(), "60000")
    tender = make_ready(tender)
    assert tender.deadline is not None
    assert gaps_of(tender) == ""

    slowest = date(2027, 6, 25)
    tender.buyers[1].council_session = slowest
    db.session.commit()
    sign_in(client_once, lead())

    assert "Die Bindefrist muss bis 06.07.2027 reichen" in gaps_of(tender)
    assert tender.buyers[1].municipality.name in gaps_of(tender)
    assert 'value="2027-07-13"' in client_once.get(f"{BASE}/{tender.id}/fristen").get_data(as_text=True)
    write(tendering.set_dates, tender.id, deadline=tender.deadline, reason=REASON, binding_until=slowest + timedelta(days=11), by=lead())
    assert gaps_of(tender) == ""


def test_what_looks_like_a_split_is_decided_with_a_reason_only(app_once):
    bundle = three_towns()
    halves = [make_tender(bundle, lot_ids=[lot.id], title=lot.title) for lot in bundle.lots[:2]]
    first, _second = [set_value(half, "15000") for half in halves]

    with pytest.raises(SplitWithoutReason):
        write(tendering.decide_procedure, first.id, Procedure.NEGOTIATED, reason="", by=lead())
    decision = write(tendering.decide_procedure, first.id, Procedure.NEGOTIATED, reason=REASON, by=lead())

    assert any("25.000,00" in str(flag) for flag in decision.beside["flags"])


def test_a_new_start_keeps_kind_rules_terms_and_what_people_added_to_the_estimate(app_once):
    tender = set_value(make_tender(is_framework=False), "30000")
    terms = Terms(
        cover_letter="Bitte bieten Sie an.",
        method=Method.RATIO_POINTS,
        price_weight=Decimal(60),
        criteria=(Criterion(name="Güte", weight=Decimal(40), scale="0 bis 10"),),
        combinations=((1, 2),),
        packages_admitted=True,
    )
    write(tendering.set_terms, tender.id, terms, by=lead())
    write(tendering.set_rules, tender.id, day=today_of(clock.now()), regime="uvgo", by=lead())
    write(tendering.cancel, tender.id, reason=REASON, by=lead())

    again = reloaded(write(tendering.start_again, tender.id, reason=REASON, by=lead()))

    version = current_version(again)
    assert (again.follows_id, again.is_framework, again.regime) == (tender.id, False, "uvgo")
    assert (version.cover_letter, version.method, version.combinations) == ("Bitte bieten Sie an.", Method.RATIO_POINTS, [[1, 2]])
    assert [(one.name, one.weight) for one in version.criteria] == [("Güte", Decimal(40))]
    assert Decimal(30000) in [counted.net for counted in estimate_of(again).summands]
