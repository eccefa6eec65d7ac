"""Where the notice appeared, and how a procedure ends without an award: on pages, with letters, and with a new start."""

import re

from sqlalchemy import select

from commons.database import db
from commons.letters import Letter
from procurement.models import Tender
from procurement.tender_stages import TenderStage
from tests.procurement.builders import lead
from tests.procurement.tender_builders import FIRMS, hand_in, mail_of, make_published, reloaded
from tests.world import sign_in

BASE = "/beschaffung/vergaben"
WHY = "Alle Angebote liegen weit über der Schätzung; das Verfahren wird aufgehoben."


def test_place_and_day_of_a_notice_stand_on_the_page(app_once, client_once):
    tender = make_published()
    sign_in(client_once, lead())

    noted = client_once.post(f"{BASE}/{tender.id}/bekanntmachungen", data={"place": "Sächsisches Ausschreibungsblatt", "published_on": "2026-11-20"})
    page = client_once.get(f"{BASE}/{tender.id}").get_data(as_text=True)

    assert noted.status_code == 302
    assert "Sächsisches Ausschreibungsblatt, 20.11.2026" in page


def test_a_procedure_is_cancelled_with_letters_and_begun_anew(app_once, client_once):
    tender = make_published()
    hand_in(tender)
    sign_in(client_once, lead())

    without = client_once.post(f"{BASE}/{tender.id}/aufheben", data={"reason": "so"})
    cancelled = client_once.post(f"{BASE}/{tender.id}/aufheben", data={"reason": WHY})
    page = client_once.get(f"{BASE}/{tender.id}").get_data(as_text=True)
    again = client_once.post(f"{BASE}/{tender.id}/neu", data={"reason": WHY})

    told = {letter.address for letter in db.session.scalars(select(Letter)) if "aufgehoben" in str(letter.subject_line)}
    newest = db.session.scalars(select(Tender).order_by(Tender.id.desc())).first()
    assert [without.status_code, cancelled.status_code, again.status_code] == [422, 302, 302]
    assert WHY in page
    assert "Mit denselben Losen neu beginnen" in page
    assert {mail_of(firm) for firm in FIRMS} <= told
    assert (newest.follows_id, newest.stage) == (tender.id, TenderStage.DRAFT)
    assert reloaded(newest).lots


def test_the_note_for_the_council_is_one_page(app_once, client_once):
    tender = make_published()
    sign_in(client_once, lead())

    note = client_once.get(f"{BASE}/{tender.id}/vermerk.pdf").data

    assert note.startswith(b"%PDF")
    assert re.findall(rb"/Type/Pages/Count (\d+)", note) == [b"1"]
