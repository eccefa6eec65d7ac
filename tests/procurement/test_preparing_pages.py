"""Preparing a procurement on pages: as light as its value allows, from step to step."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from commons import clock
from commons.database import db, write
from commons.letters import Letter
from procurement import tendering
from procurement.entries import Terms
from procurement.models import Bundle, Tender
from procurement.rules.procedure import Procedure
from procurement.tender_stages import TenderStage
from procurement.tendering.direct import NotADirectPurchase
from tests.procurement.builders import lead, make_approved, make_bundle
from tests.procurement.tender_builders import (
    BINDING,
    FIRMS,
    REASON,
    mail_of,
    make_lots,
    make_tender,
    reloaded,
    set_value,
    three_towns,
)
from tests.world import sign_in

BASE = "/beschaffung/vergaben"


def test_a_direct_purchase_is_one_form(app_once, client_once):
    tender = set_value(make_tender(), "400")
    sign_in(client_once, lead())
    page = f"{BASE}/{tender.id}"

    client_once.post(f"{page}/wert", data={"procedure": "direct", "reason": ""})
    before = client_once.get(page).get_data(as_text=True)
    bought = client_once.post(f"{page}/direktkauf", data={"name": "Schrauben Müller", "address": "info@mueller.example", "net": "380,50", "reason": REASON})
    after = client_once.get(page).get_data(as_text=True)

    assert "Direkt kaufen" in before
    assert "Angebotsfrist läuft" not in before + after
    assert bought.status_code == 302
    assert reloaded(tender).stage is TenderStage.AWARDED


def test_a_direct_purchase_is_one_form_from_the_bundle_to_the_order(app_once, client_once):
    bundle = make_lots(make_bundle(make_approved(lines=(("Streusalz, Sackware", "4", "Sack 25 kg"),))))
    lot_id, page = bundle.lots[0].id, f"{BASE}/aus/{bundle.id}/direktkauf"
    sign_in(client_once, lead())
    offered = client_once.get(f"{BASE}/aus/{bundle.id}").get_data(as_text=True)
    order = {"lot_ids": [lot_id], "name": "Salz & Co.", "address": "salz@firma.example", "net": "16,00", "reason": REASON}

    too_dear = client_once.post(page, data=order | {"net": "500,01"})
    nothing_begun = db.session.scalar(select(Tender.id))
    bought = client_once.post(page, data=order)

    tender = db.session.scalars(select(Tender)).one()
    subjects = [str(letter.subject_line) for letter in db.session.scalars(select(Letter).where(Letter.about_kind == "tender"))]
    assert page in offered
    assert (too_dear.status_code, nothing_begun, bought.status_code) == (422, None, 302)
    assert (tender.stage, tender.procedure, tender.is_framework) == (TenderStage.AWARDED, Procedure.DIRECT, False)
    assert any("Bestellung" in subject for subject in subjects)
    assert not any("wird vorbereitet" in subject for subject in subjects)
    assert client_once.get(f"{BASE}/{tender.id}").status_code == 200
    assert client_once.get(f"/beschaffung/vermerk/{tender.id}").status_code == 200


def test_a_direct_purchase_above_the_limit_is_neither_offered_nor_taken(app_once, client_once):
    bundle = make_lots(make_bundle(make_approved(lines=(("Streusalz, Sackware", "400", "Sack 25 kg"),))))
    lot_id, page = bundle.lots[0].id, f"{BASE}/aus/{bundle.id}/direktkauf"
    purchase = tendering.Purchase(name="Salz & Co.", address="salz@firma.example", net=Decimal(400), reason=REASON)

    with pytest.raises(NotADirectPurchase):
        write(tendering.buy_lots, bundle.id, [lot_id], purchase, by=lead())
    sign_in(client_once, lead())
    offered = client_once.get(f"{BASE}/aus/{bundle.id}").get_data(as_text=True)

    assert page not in offered
    assert db.session.scalar(select(Tender.id)) is None


def next_step(client, tender: Tender) -> str:
    page = client.get(f"{BASE}/{tender.id}").get_data(as_text=True)
    return page.split("next-step", 1)[1].split("</a>", 1)[0] if "next-step" in page else ""


def test_preparing_a_negotiated_award_leads_from_step_to_step(app_once, client_once):
    tender_id = set_value(make_tender(), "20000").id
    client, steps = client_once, []
    sign_in(client, lead())

    def go(verb, *given, **values) -> None:
        write(verb, tender_id, *given, by=lead(), **values)
        steps.append(next_step(client, db.session.get_one(Tender, tender_id)))

    go(tendering.decide_procedure, Procedure.NEGOTIATED, reason="")
    go(tendering.set_dates, deadline=clock.now() + timedelta(days=20), reason=REASON, binding_until=clock.today() + BINDING)
    go(tendering.set_terms, Terms(cover_letter="Bitte bieten Sie an.", framework_max_value=Decimal(30_000)))
    for firm in FIRMS:
        go(tendering.invite, firm, mail_of(firm))

    wanted = ["Fristen festlegen", "Unterlagen vervollständigen", *["Firmen auswählen"] * 3, "was den Gemeinden noch fehlt"]
    assert [word in step for word, step in zip(wanted, steps, strict=True)] == [True] * 6


def test_the_value_page_says_of_each_procedure_whether_the_value_allows_it(app_once, client_once):
    tender_id = set_value(make_tender(), "30000").id
    sign_in(client_once, lead())

    page = client_once.get(f"{BASE}/{tender_id}/wert").get_data(as_text=True)

    assert "Direktkauf (bei diesem Wert nicht zulässig)" in page
    assert "Freihändige Vergabe (nur mit einem Grund nach dem Gesetz)" in page
    assert ">Öffentliche Ausschreibung<" in page
    assert "1 Zeilen" not in page


def test_a_frozen_bundle_waits_on_today_for_its_procurement(app_once, client_once):
    bundle_id = three_towns().id
    sign_in(client_once, lead())
    before = client_once.get("/").get_data(as_text=True)

    make_tender(db.session.get_one(Bundle, bundle_id))
    after = client_once.get("/").get_data(as_text=True)

    assert f"{BASE}/aus/{bundle_id}" in before
    assert f"{BASE}/aus/{bundle_id}" not in after
    assert "vorbereiten" in after
