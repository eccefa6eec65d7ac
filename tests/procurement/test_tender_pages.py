"""The pages of tenders, by the people who use them."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from commons import clock
from commons.database import db
from commons.permissions import Role
from procurement.entries import Criterion
from procurement.models import Bid, Supplier, Tender
from procurement.queries.bids import get_invitation, opened_bids_of
from procurement.queries.officers import find_key_of
from procurement.rules.procedure import Procedure
from tests.procurement.builders import lead
from tests.procurement.tender_builders import (
    FIRMS,
    PASSPHRASE,
    REASON,
    current_version,
    hand_in,
    make_opened,
    make_published,
    make_ready,
    make_tender,
    officer,
    reloaded,
    secret_of,
    set_value,
    three_towns,
)
from tests.world import World, sign_in

BASE = "/beschaffung/vergaben"


def pages_of(tender: Tender) -> list[str]:
    parts = (
        "",
        "/wert",
        "/wert/summand",
        "/bedingungen",
        "/fristen",
        "/firmen",
        "/schluessel",
        "/direktkauf",
        "/fragen",
        "/aendern",
        "/bekanntmachungen",
        "/aufheben",
    )
    return [f"{BASE}/{tender.id}{part}" for part in parts]


def test_every_page_of_a_tender_shows_itself_to_the_lead(app_once, client_once):
    tender = make_ready()
    sign_in(client_once, lead())

    for address in [
        f"{BASE}/",
        f"{BASE}/aus/{tender.bundle_id}",
        *pages_of(tender),
        f"{BASE}/{tender.id}/oeffnung",
        f"{BASE}/{tender.id}/schluessel/neu-verteilen",
    ]:
        assert client_once.get(address).status_code == 200, address
    for paper in ("vermerk.pdf", "wertschaetzung.pdf", "unterlagen/0.pdf", "preisblatt/0.xlsx", "bekanntmachung.xlsx"):
        assert client_once.get(f"{BASE}/{tender.id}/{paper}").status_code == 200, paper


@pytest.mark.parametrize("role", [Role.CLERK, Role.BUDGET_HOLDER, Role.MAYOR, Role.AUDITOR, Role.PROCUREMENT_OFFICER])
def test_a_named_buyer_sees_the_tender_but_does_not_change_it(app_once, client_once, role):
    tender = make_tender()
    sign_in(client_once, World().actor("ossling", role))

    assert client_once.get(f"{BASE}/{tender.id}").status_code == 200
    assert {client_once.get(address).status_code for address in pages_of(tender)[1:]} <= {403, 404}


def test_a_town_that_is_not_named_and_a_stranger_see_nothing(app_once, client_once):
    tender = make_tender()

    for actor in (World().actor("neukirch", Role.MAYOR), World().stranger):
        sign_in(client_once, actor)
        assert client_once.get(f"{BASE}/{tender.id}").status_code in {403, 404}


def test_a_person_groups_lots_decides_and_publishes_on_pages(app_once, client_once):
    bundle = three_towns()
    sign_in(client_once, lead())
    lots = [lot.id for lot in bundle.lots]

    opened = client_once.post(
        f"{BASE}/aus/{bundle.id}", data={"title": "Papier", "lot_ids": lots, "goods": "Papier", "kind": "supplies", "is_framework": "y", "reason": REASON}
    )
    tender = db.session.scalars(select(Tender)).one()
    decided = client_once.post(f"{BASE}/{tender.id}/wert", data={"procedure": "open", "reason": REASON})

    assert opened.status_code == decided.status_code == 302
    db.session.expire_all()
    assert db.session.scalars(select(Tender)).one().procedure is Procedure.OPEN


def test_a_deviation_without_reason_is_refused_at_its_field(app_once, client_once):
    tender = make_tender()
    sign_in(client_once, lead())

    refused = client_once.post(f"{BASE}/{tender.id}/wert", data={"procedure": "open", "reason": ""})

    assert refused.status_code == 422
    assert "Vergabevermerk" in refused.get_data(as_text=True)


def test_a_supplier_writes_checks_and_hands_in_on_pages(app_once, client_once):
    tender = make_published()
    ids = [position.id for position in current_version(tender).positions]
    entered = client_once.get(f"/angebot/einladung/{secret_of(tender)}")
    prices = {f"price-{one}": "3,4567" for one in ids} | {f"vat-{one}": "19" for one in ids}

    written = client_once.post(f"/angebot/{tender.id}/schreiben", data={"address": "Markt 1, Kamenz", "no_exclusion": "y", **prices})
    checked = client_once.get(f"/angebot/{tender.id}/pruefen").get_data(as_text=True)
    handed_in = client_once.post(f"/angebot/{tender.id}/abgeben")
    page = client_once.get(f"/angebot/{tender.id}").get_data(as_text=True)

    assert [entered.status_code, written.status_code, handed_in.status_code] == [302, 302, 302]
    assert "3,4567" in checked
    assert "Quittung laden" in page


def test_a_number_that_cannot_be_read_stays_as_typed(app_once, client_once):
    tender = make_published()
    first = current_version(tender).positions[0].id
    client_once.get(f"/angebot/einladung/{secret_of(tender)}")

    refused = client_once.post(f"/angebot/{tender.id}/schreiben", data={"address": "Markt 1", f"price-{first}": "1.234"})

    assert refused.status_code == 422
    assert 'value="1.234"' in refused.get_data(as_text=True)


def test_a_link_of_somebody_else_opens_no_bid(app_once, client_once):
    tender = make_published()

    assert client_once.get(f"/angebot/{tender.id}").status_code == 404
    assert client_once.get("/angebot/einladung/falsch").status_code == 404


def test_the_public_reads_open_tenders_only(app_once, client_once):
    tender = make_published()

    assert tender.title in client_once.get("/ausschreibungen").get_data(as_text=True)
    assert client_once.get(f"/ausschreibungen/{tender.id}").status_code == 200
    assert client_once.get(f"/ausschreibungen/{tender.id}/unterlagen/1.pdf").status_code == 200
    assert client_once.get(f"/ausschreibungen/{tender.id}/preisblatt/1.xlsx").status_code == 200
    asked = client_once.post(f"/ausschreibungen/{tender.id}", data={"name": "Neue Firma", "address": "neu@firma.example"})
    assert asked.status_code == 302


def test_a_restricted_tender_does_not_exist_for_the_public(app_once, client_once):
    tender = make_published(Procedure.RESTRICTED)

    assert client_once.get(f"/ausschreibungen/{tender.id}").status_code == 404
    assert tender.title not in client_once.get("/ausschreibungen").get_data(as_text=True)


def test_two_officers_open_on_pages(app_once, client_once):
    tender = make_published()
    hand_in(tender)
    with clock.stopped_at(tender.deadline + timedelta(hours=1)):
        for town in ("koenigsbrueck", "bernsdorf"):
            sign_in(client_once, officer(town))
            answer = client_once.post(f"{BASE}/{tender.id}/oeffnung", data={"passphrase": PASSPHRASE})
            assert answer.status_code == 302
        page = client_once.get(f"{BASE}/{tender.id}/oeffnung").get_data(as_text=True)
        protocol = client_once.get(f"{BASE}/{tender.id}/oeffnung/niederschrift.pdf")

    assert FIRMS[0] in page
    assert protocol.data.startswith(b"%PDF")


def test_an_officer_makes_a_key_and_sees_its_code_once(app_once, client_once):
    sign_in(client_once, lead())

    made = client_once.post("/beschaffung/schluessel/neu", data={"passphrase": PASSPHRASE, "again": PASSPHRASE})
    later = client_once.get("/beschaffung/schluessel/").get_data(as_text=True)

    assert made.status_code == 200
    code = made.get_data(as_text=True).split("Code")[-1]
    assert "-" in code
    assert find_key_of(lead().person_id) is not None
    assert "Prüfwert" in later


def test_suppliers_are_entered_imported_and_remarked_on_pages(app_once, client_once):
    sign_in(client_once, lead())
    listed = b"Firma;E-Mail;Kategorien\nPapier Nord;papier@nord.example;Papier\nOhne Adresse;kaputt;\n"

    client_once.post("/beschaffung/lieferanten/neu", data={"name": "Salz AG", "email": "salz@ag.example", "categories": "Streusalz"})
    imported = client_once.post("/beschaffung/lieferanten/einlesen", data={"file": (io.BytesIO(listed), "liste.csv")})
    firm = db.session.scalars(select(Supplier).where(Supplier.name == "Papier Nord")).one()
    client_once.post(f"/beschaffung/lieferanten/{firm.id}", data={"text": "liefert pünktlich"})

    assert "Firmen eingetragen: 1, ergänzt: 0, Zeilen ausgelassen: 1" in imported.get_data(as_text=True)
    assert "liefert pünktlich" in client_once.get(f"/beschaffung/lieferanten/{firm.id}").get_data(as_text=True)


def test_opened_bids_are_seen_by_officer_mayor_and_auditor_of_each_member_only(app_once, client_once):
    tender = make_opened()

    for town in ("bernsdorf", "ossling"):
        for role in (Role.PROCUREMENT_OFFICER, Role.MAYOR, Role.AUDITOR):
            sign_in(client_once, World().actor(town, role))
            assert FIRMS[1] in client_once.get(f"{BASE}/{tender.id}").get_data(as_text=True)
        sign_in(client_once, World().actor(town, Role.CLERK))
        assert FIRMS[1] not in client_once.get(f"{BASE}/{tender.id}").get_data(as_text=True)


def test_an_officer_enters_a_quote_by_the_filled_price_sheet(app_once, client_once):
    tender = make_published(Procedure.NEGOTIATED, tender=set_value(make_tender(), "20000"))
    firm, sheet = get_invitation(secret_of(tender)).id, current_version(tender).sheet.content
    sign_in(client_once, lead())
    address = f"{BASE}/{tender.id}/firmen/{firm}/angebot"

    shown = client_once.get(address)
    entered = client_once.post(address, data={"file": (io.BytesIO(sheet), "preisblatt.xlsx")})

    assert (shown.status_code, entered.status_code) == (200, 302)
    assert db.session.scalars(select(Bid.invitation_id)).all() == [firm]


def test_the_terms_show_criteria_and_combinations_as_a_person_types_them(app_once, client_once):
    tender = make_ready(combinations=((1, 2),), criteria=(Criterion(name="Qualität", weight=Decimal(40), scale="Muster"),))
    sign_in(client_once, lead())
    address = f"{BASE}/{tender.id}/bedingungen"

    page = client_once.get(address).get_data(as_text=True)

    assert "Qualität; 40; Muster" in page
    assert "1+2</textarea>" in page
    assert "[]" not in page


def test_an_officer_types_in_quotes_sees_who_answered_and_closes_when_all_have(app_once, client_once):
    tender = make_published(Procedure.NEGOTIATED, tender=set_value(make_tender(), "20000"))
    prices = {f"price-{position.id}": "3,50" for position in current_version(tender).positions}
    page, sign = f"{BASE}/{tender.id}", "Angebote schließen und vergleichen"
    sign_in(client_once, lead())

    waiting = client_once.get(page).get_data(as_text=True)
    firms = [get_invitation(secret_of(tender, firm)).id for firm in FIRMS]
    typed = [client_once.post(f"{page}/firmen/{firm}/angebot/eingeben", data={"address": "Markt 1", **prices}).status_code for firm in firms]
    listed = client_once.get(f"{page}/firmen").get_data(as_text=True)
    ready = client_once.get(page).get_data(as_text=True)
    closed = client_once.post(f"{page}/angebote-schliessen")

    assert "0 von 3 haben geantwortet" in waiting
    assert sign not in waiting
    assert typed == [302, 302, 302]
    assert "noch keines" not in listed
    assert sign in ready
    assert (closed.status_code, len(opened_bids_of(reloaded(tender)))) == (302, 3)
