"""What a supplier meets on the own pages: findings before handing in, answers for all alike, changes that ask for a new look."""

import io
from datetime import timedelta

import openpyxl

from commons.calendar_days import berlin
from commons.database import db
from procurement.models import TenderQuestion
from procurement.queries.tender_documents import current_version
from tests.procurement.builders import lead
from tests.procurement.sheets import filled_in
from tests.procurement.tender_builders import FIRMS, hand_in, make_published, reloaded, secret_of
from tests.world import sign_in

BASE = "/beschaffung/vergaben"


def come_in(client, tender, firm=FIRMS[0]) -> str:
    """Follow the personal link and return the firm's page."""
    client.get(f"/angebot/einladung/{secret_of(tender, firm)}")
    return f"/angebot/{tender.id}"


def with_faults(sheet: bytes) -> bytes:
    """Leave one price out and write a wrong total beside another, as a bidder in a hurry does."""
    book = openpyxl.load_workbook(io.BytesIO(filled_in(sheet, price=3.5)))
    rows = [row for row in book.active.iter_rows(min_row=7) if str(row[0].value or "").startswith("1.")]
    rows[0][4].value, rows[1][6].value = None, 999
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_missing_price_and_a_wrong_total_are_seen_before_a_bid_is_handed_in(app_once, client_once):
    tender = make_published()
    page = come_in(client_once, tender)
    sheet = with_faults(current_version(tender).sheet.content)

    uploaded = client_once.post(f"{page}/preisblatt", data={"file": (io.BytesIO(sheet), "preisblatt.xlsx")})
    checked = client_once.get(f"{page}/pruefen").get_data(as_text=True)

    assert uploaded.headers["Location"].endswith("/pruefen")
    assert "Position 1.1: Der Preis fehlt; er darf nicht nachgefordert werden." in checked
    assert "Damit wäre Ihr Angebot auszuschließen." in checked
    assert "Position 1.2: Angegeben sind 999,00 €" in checked
    assert "Es gilt der Einheitspreis." in checked


def test_a_question_is_answered_to_all_alike_on_pages(app_once, client_once):
    tender = make_published()
    page = come_in(client_once, tender)
    client_once.post(f"{page}/fragen", data={"text": f"Wir, {FIRMS[0]}, fragen: Geht Recyclingpapier?"})
    question = db.session.query(TenderQuestion).one().id
    number, wall = tender.id, berlin(tender.deadline)

    sign_in(client_once, lead())
    when = {"day": f"{wall:%Y-%m-%d}", "time": f"{wall:%H:%M}"}
    texts = {"published_text": "Geht Recyclingpapier?", "text": "Ja, mit Blauem Engel."}
    answered = client_once.post(f"{BASE}/{number}/fragen/{question}", data=texts | when)
    seen = client_once.get(come_in(client_once, tender, FIRMS[1])).get_data(as_text=True)
    public = client_once.get(f"/ausschreibungen/{number}").get_data(as_text=True)

    assert answered.status_code == 302
    for shown in (seen, public):
        assert "Geht Recyclingpapier?" in shown
        assert "Ja, mit Blauem Engel." in shown
        assert f"Wir, {FIRMS[0]}" not in shown


def test_an_essential_change_moves_the_deadline_and_flags_the_bid_on_pages(app_once, client_once):
    tender = make_published()
    hand_in(tender)
    number, first, wall = tender.id, current_version(tender).positions[0].id, berlin(tender.deadline)
    change = {"text": "Mehr Papier wird gebraucht als gedacht.", "is_essential": "y", f"quantity-{first}": "99999"}
    later = berlin(tender.deadline + timedelta(days=10))
    sign_in(client_once, lead())

    kept = client_once.post(f"{BASE}/{number}/aendern", data=change | {"day": f"{wall:%Y-%m-%d}", "time": f"{wall:%H:%M}"})
    moved = client_once.post(f"{BASE}/{number}/aendern", data=change | {"day": f"{later:%Y-%m-%d}", "time": f"{later:%H:%M}"})
    page = client_once.get(come_in(client_once, tender)).get_data(as_text=True)

    assert (kept.status_code, moved.status_code) == (422, 302)
    assert reloaded(tender).version == 2
    assert "Ihr Angebot beruht auf Fassung 1 der Unterlagen" in page
    assert "Mehr Papier wird gebraucht als gedacht." in page
