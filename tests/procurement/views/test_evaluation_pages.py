"""Every page from the opening to the record, for every kind of reader, and the way through them by clicks."""

import io
from datetime import timedelta
from decimal import Decimal

import pandas as pd
import pikepdf
import pytest
from openpyxl import load_workbook

from commons import clock, jobs
from commons.calendar_days import today_of
from commons.database import db
from commons.permissions import Role
from procurement.queries.awards import find_decision, letters_of
from procurement.queries.bids import opened_bids_of
from procurement.queries.evaluation import clarifications_of, findings_of
from procurement.rules.procedure import Procedure
from procurement.tender_stages import LetterKind, TenderStage
from tests.procurement.builders import lead, reloaded
from tests.procurement.builders_evaluation import (
    FIRMS,
    REASON,
    criteria_of_quality,
    make_awarded,
    make_evaluated,
    make_proposed,
    make_quoted,
    open_findings,
    quote,
    second,
)
from tests.procurement.tender_builders import make_published
from tests.world import sign_in

NORD, SUED, SALZ = FIRMS
CLOSE = {NORD: {1: "3.5", 2: "3.8"}, SUED: {1: "3.6", 2: "3.7"}, SALZ: {1: "3.7", 2: "3.9"}}
SMALL = {NORD: {1: "0.35", 2: "0.38"}, SUED: {1: "0.36", 2: "0.37"}, SALZ: {1: "0.37", 2: "0.39"}}  # no waiting days by the value
FAR = {NORD: {1: "2.5", 2: "3.8"}, SUED: {1: "3.6", 2: "3.7"}, SALZ: {1: "3.7", 2: "3.9"}}
PAGES = ("wertung/{}", "wertung/{}/preisspiegel", "wertung/{}/preisspiegel.xlsx", "wertung/{}/preisspiegel.pdf", "zuschlag/{}", "vermerk/{}", "wertung/{}/los")


def pdf_language(content):
    with pikepdf.open(io.BytesIO(content)) as document:
        return str(document.Root.Lang), "/MarkInfo" in document.Root


@pytest.mark.parametrize("page", PAGES)
def test_pages_for_every_reader(app_once, world, page):
    tender, client = make_awarded(CLOSE), app_once.test_client()
    expected = {
        ("koenigsbrueck", Role.PROCUREMENT_OFFICER): 200,
        ("bernsdorf", Role.PROCUREMENT_OFFICER): 200,
        ("bernsdorf", Role.MAYOR): 200,
        ("ossling", Role.AUDITOR): 200,
        ("bernsdorf", Role.CLERK): 403,
        ("bernsdorf", Role.ADMINISTRATOR): 403,
        ("neukirch", Role.PROCUREMENT_OFFICER): 404,
        ("schwepnitz", Role.CLERK): 403,
    }
    found = {}
    for reader in expected:
        sign_in(client, world.actor(*reader))
        found[reader] = client.get(f"/beschaffung/{page.format(tender.id)}").status_code

    assert found == expected


def test_nothing_of_the_bids_shows_before_the_quotes_are_closed(app_once, world):
    tender, client = make_published(Procedure.NEGOTIATED), app_once.test_client()
    quote(tender, NORD, {1: "3.5"})
    sign_in(client, lead())

    assert [client.get(f"/beschaffung/{page.format(tender.id)}").status_code for page in ("wertung/{}", "wertung/{}/preisspiegel", "zuschlag/{}")] == [404] * 3
    assert NORD not in client.get(f"/beschaffung/vermerk/{tender.id}").get_data(as_text=True)


def test_evaluation_goes_from_hand_to_hand_on_pages(client, world):
    tender = make_quoted(FAR)
    base = f"/beschaffung/wertung/{tender.id}"
    sign_in(client, lead())
    assert "Angebote prüfen lassen" in client.get(base).get_data(as_text=True)
    client.post(f"{base}/pruefen")
    findings = open_findings(tender)
    assert f"{len(findings)} Befunde entscheiden" in client.get(base).get_data(as_text=True)
    first = f"{base}/befunde/{findings[0].id}"

    refused = client.post(first, data={"outcome": "excluded", "reason": REASON})
    assert refused.status_code == 409
    assert "niemand ungefragt ausgeschlossen" in refused.get_data(as_text=True)
    until = today_of(clock.now()) + timedelta(days=7)
    client.post(f"{first}/fragen", data={"text": "Bitte erklären Sie den Preis.", "until": until.isoformat()})
    (asked,) = clarifications_of(tender)
    client.post(f"{base}/aufklaerungen/{asked.id}", data={"answer": "Restposten."})
    assert "Restposten." in client.get(first).get_data(as_text=True)
    for finding in findings:
        client.post(f"{base}/befunde/{finding.id}", data={"outcome": "cleared", "reason": REASON})
    sign_in(client, second())
    assert "Entscheidungen über Angebote bestätigen" in client.get("/").get_data(as_text=True)
    assert "Entscheidung bestätigen" in client.get(first).get_data(as_text=True)
    client.post(f"{first}/zurueckgeben", data={"reason": REASON})
    sign_in(client, lead())
    client.post(first, data={"outcome": "noted", "reason": REASON})
    sign_in(client, second())
    for finding in findings:
        client.post(f"{base}/befunde/{finding.id}/bestaetigen")
    sign_in(client, lead())
    client.post(f"{base}/werten")

    page = client.get(base).get_data(as_text=True)
    assert "Rangfolge" in page
    assert reloaded(tender).stage is TenderStage.EVALUATED


def test_finding_is_entered_on_a_page(client, world):
    tender = make_quoted(CLOSE)
    sign_in(client, lead())
    bid = opened_bids_of(tender)[0]
    address = f"/beschaffung/wertung/{tender.id}/befunde/neu"
    assert client.get(address).status_code == 200

    client.post(address, data={"opened_bid_id": bid.id, "lot_id": 0, "stage": "suitability", "weight": "ask", "text": "Referenz fehlt.", "law": "§ 3"})

    assert [str(finding.said) for finding in findings_of(tender)] == ["Referenz fehlt."]


def test_award_goes_from_hand_to_hand_on_pages(client, world):
    tender = make_evaluated(SMALL)
    base = f"/beschaffung/zuschlag/{tender.id}"
    sign_in(client, lead())
    assert "Günstigste zulässige Vergabe berechnen" in client.get(base).get_data(as_text=True)
    client.post(f"{base}/berechnen")
    assert "Stand neu laden" in client.get(base).get_data(as_text=True)
    jobs.run_next()
    db.session.expire_all()
    page = client.get(base).get_data(as_text=True)
    assert "bewiesen die günstigste zulässige" in page
    assert "erhält kein Los" in page
    assert client.get(f"{base}/vorschlagen").status_code == 200
    assert client.get(f"{base}/abweichen").status_code == 200
    assert client.post(f"{base}/vorschlagen", data={"reason": "kurz"}).status_code == 422
    client.post(f"{base}/vorschlagen", data={"reason": REASON})
    assert "Eine zweite Person bestätigt" in client.get(base).get_data(as_text=True)
    assert client.post(f"{base}/bestaetigen").status_code == 409
    client.post(f"{base}/informieren")
    assert "Was jede Gemeinde zahlt und spart" in client.get(base).get_data(as_text=True)
    sign_in(client, second())
    assert "Zuschlag bestätigen: „Papier und Salz“" in client.get("/").get_data(as_text=True)
    assert "Nach Ihrer Bestätigung ist nichts mehr zu ändern" in client.get(f"{base}/bestaetigen").get_data(as_text=True)
    client.post(f"{base}/bestaetigen")

    db.session.expire_all()
    page = client.get(base).get_data(as_text=True)
    assert "Rechtswirksam wird der Zuschlag mit dem Schreiben" in page
    letter = letters_of(tender, LetterKind.AWARD)[0]
    assert pdf_language(client.get(f"{base}/schreiben/{letter.id}.pdf").data) == ("de-DE", True)
    sign_in(client, lead())
    assert client.get(f"{base}/schreiben/{letter.id}/versand").status_code == 200
    client.post(f"{base}/schreiben/{letter.id}/versand", data={"sent_on": today_of(clock.now()).isoformat(), "channel": "Telefax"})
    assert "Telefax" in client.get(base).get_data(as_text=True)
    assert find_decision(tender).confirmed_by_id == second().person_id


def test_confirmation_asks_again_who_it_is(client, world):
    decision = make_proposed(CLOSE)
    sign_in(client, second())
    with client.session_transaction() as session:
        session["fs_paa"] = 0

    answer = client.get(f"/beschaffung/zuschlag/{decision.tender_id}/bestaetigen")

    assert answer.status_code == 302
    assert answer.location.startswith("/konto/bestaetigen?")


def test_complaint_is_noted_and_handled_on_pages(client, world):
    decision = make_proposed(CLOSE)
    base, today = f"/beschaffung/zuschlag/{decision.tender_id}", today_of(clock.now()).isoformat()
    sign_in(client, lead())
    assert client.get(f"{base}/beanstandung").status_code == 200
    client.post(f"{base}/beanstandung", data={"complainant": SALZ, "received_on": today, "text": "Zu billig."})
    assert "Landesdirektion Sachsen ist zu unterrichten" in client.get(base).get_data(as_text=True)
    assert client.get(f"{base}/beanstandung/1").status_code == 200

    client.post(f"{base}/beanstandung/1", data={"remedied_on": today, "authority_informed_on": "", "outcome": "Erklärt."})

    assert "Abgeholfen am" in client.get(base).get_data(as_text=True)
    assert client.get(f"{base}/zurueckziehen").status_code == 200


def test_comparison_sheet_and_paper_hold_the_same_prices(client, world):
    tender = make_evaluated(CLOSE)
    sign_in(client, lead())
    base = f"/beschaffung/wertung/{tender.id}/preisspiegel"

    sheets = pd.read_excel(io.BytesIO(client.get(f"{base}.xlsx").data), sheet_name=None, header=None, engine="calamine")

    assert list(sheets) == ["Los 1", "Los 2", "Gesamt"]
    assert 3.5 in sheets["Los 1"].to_numpy()
    assert pdf_language(client.get(f"{base}.pdf").data) == ("de-DE", True)
    page = client.get(base).get_data(as_text=True)
    assert page.count("niedrigster gewerteter Preis:") >= 6


def test_own_total_of_a_bidder_stands_beside_ours_on_page_in_excel_and_in_the_paper(app_once, client_once):
    tender = make_quoted(CLOSE, changes={NORD: {"lines": {"1.1": {"stated_total": Decimal("99.00")}}}})
    sign_in(client_once, lead())
    base = f"/beschaffung/wertung/{tender.id}/preisspiegel"

    page = client_once.get(base).get_data(as_text=True)
    sheet = load_workbook(io.BytesIO(client_once.get(f"{base}.xlsx").data))["Los 1"]

    heads, row = [cell.value for cell in sheet[4]], [cell.value for cell in sheet[5]]
    first = next(place for place, head in enumerate(heads) if head and head.startswith(NORD))
    assert (heads[first + 2], row[first : first + 3]) == ("GP angegeben", [3.5, 43750, 99])
    assert sorted(head for head in heads if head and "GP" not in head and "EP" in head) == [f"{firm}\nEP netto" for firm in sorted(FIRMS)]
    assert "angegeben 99,00" in page


def test_comparison_speaks_english_to_whoever_reads_english(app_once, client_once):
    address = f"/beschaffung/wertung/{make_quoted(CLOSE).id}/preisspiegel"
    sign_in(client_once, lead())
    client_once.post("/sprache", data={"language": "en"})

    page = client_once.get(address).get_data(as_text=True)

    assert [word for word in ("brutto", "netto", "Wertungspreis", "Blatt<", "Summe") if word in page] == []
    assert "Evaluated price gross" in page


def test_record_shows_gaps_and_takes_notes(client, world):
    tender = make_awarded(CLOSE)
    base = f"/beschaffung/vermerk/{tender.id}"
    sign_in(client, lead())
    page = client.get(base).get_data(as_text=True)
    assert "Noch offen: 2 von zwölf Punkten" in page
    assert "Interessenkonflikte bestehen" in page

    client.post(base, data={"item": "10", "text": "Es bestehen keine Interessenkonflikte; alle Beteiligten haben das erklärt."})
    client.post(f"{base}/ablegen")

    page = client.get(base).get_data(as_text=True)
    assert "alle Beteiligten haben das erklärt" in page
    assert "Interessenkonflikte bestehen und" not in page
    assert f"vergabevermerk-{tender.id}.pdf" in page
    assert "Zuschlag bestätigt" in page
    assert pdf_language(client.get(f"{base}/vergabevermerk.pdf").data) == ("de-DE", True)


def test_points_are_given_and_confirmed_on_pages(client, world):
    tender = make_quoted(CLOSE, **criteria_of_quality())
    base = f"/beschaffung/wertung/{tender.id}"
    sign_in(client, lead())
    client.post(f"{base}/pruefen")
    assert "Punkte zu den Kriterien" in client.get(base).get_data(as_text=True)
    fields = [part.split('"')[0] for part in client.get(f"{base}/punkte").get_data(as_text=True).split('name="')[1:]]
    names = [name for name in fields if name.startswith(("points_", "reason_"))]

    wrong = client.post(f"{base}/punkte", data=dict.fromkeys(names, "viel"))
    client.post(f"{base}/punkte", data={name: "7,5" if name.startswith("points_") else "Muster geprüft" for name in names})
    assert client.post(f"{base}/punkte/bestaetigen").status_code == 409
    sign_in(client, second())
    assert "Punkte als zweite Person bestätigen" in client.get(f"{base}/punkte").get_data(as_text=True)
    client.post(f"{base}/punkte/bestaetigen")
    sign_in(client, lead())
    client.post(f"{base}/werten")

    assert wrong.status_code == 422
    assert "Rangfolge" in client.get(base).get_data(as_text=True)


def test_draw_is_called_and_drawn_on_pages(client, world):
    tender = make_evaluated({NORD: {1: "3.5", 2: "3.5"}, SUED: {1: "3.5", 2: "3.5"}})
    base = f"/beschaffung/wertung/{tender.id}"
    sign_in(client, lead())
    assert "Los zwischen gleichen Angeboten ziehen" in client.get(base).get_data(as_text=True)
    client.post(f"{base}/los/aufrufen")
    assert client.post(f"{base}/los/ziehen").status_code == 409
    sign_in(client, second())
    client.post(f"{base}/los/ziehen")

    page = client.get(f"{base}/los").get_data(as_text=True)
    assert "Das Los ist gezogen" in page
    assert tender.draw_seed in page
