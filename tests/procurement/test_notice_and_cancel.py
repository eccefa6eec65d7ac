"""Where the notice appeared, and how a procedure ends without an award: on pages, with letters, and with a new start."""

import io
from datetime import date, time

import pikepdf
import pytest
from sqlalchemy import select

from commons import clock
from commons.calendar_days import from_wall
from commons.database import db, write
from commons.letters import Letter
from procurement import tendering
from procurement.models import Tender
from procurement.rules.procedure import Procedure
from procurement.tender_stages import TenderStage
from tests.procurement.builders import lead
from tests.procurement.tender_builders import FIRMS, hand_in, mail_of, make_published, make_tender, reloaded
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
    assert pages_in(note) == 1


@pytest.mark.parametrize("length", [1_500, 3_900])
def test_the_note_for_the_council_is_one_page_however_long_the_reasons_are(app_once, length):
    why = ("Das Papier wird von allen Gemeinden gebraucht. " * 100)[:length]
    tender = make_tender(reason=why)
    write(tendering.decide_procedure, tender.id, Procedure.OPEN, reason=why, by=lead())

    note = tendering.note_of(reloaded(tender))

    assert pages_in(note) == 1


def pages_in(document: bytes) -> int:
    with pikepdf.open(io.BytesIO(document)) as opened:
        return len(opened.pages)


@pytest.mark.parametrize("text", [f"{FIRMS[0]} fragt nach Recyclingpapier.", "Die Papier Nord fragt.", f"Bitte an {mail_of(FIRMS[1])} antworten."])
def test_no_answer_tells_who_asked(app_once, client_once, text):
    tender = make_published()
    question = write(tendering.ask, tender.id, text, invitation_id=None)
    sign_in(client_once, lead())
    page = f"{BASE}/{tender.id}/fragen/{question.id}"
    typed = {"day": "2027-03-01", "time": "12:00", "text": "Ja."}

    named = client_once.post(page, data=typed | {"published_text": text})
    in_the_answer = client_once.post(page, data=typed | {"published_text": "Ist Recyclingpapier möglich?", "text": text})
    unnamed = client_once.post(page, data=typed | {"published_text": "Ist Recyclingpapier möglich?"})

    assert [named.status_code, in_the_answer.status_code, unnamed.status_code] == [422, 422, 302]
    assert "bleibt ungenannt" in named.get_data(as_text=True)


def test_where_the_deadline_must_move_a_later_working_day_is_proposed(app_once, client_once):
    tender = make_published(deadline=from_wall(date(2026, 12, 18), time(12)))
    question = write(tendering.ask, tender.id, "Ist Recyclingpapier möglich?", invitation_id=None)
    sign_in(client_once, lead())
    asked, leaving = f"{BASE}/{tender.id}/fragen/{question.id}", f"{BASE}/{tender.id}/ausscheiden/{tender.buyers[0].municipality_id}"

    early = client_once.get(asked).get_data(as_text=True)
    with clock.stopped_at(from_wall(date(2026, 12, 15), time(9))):
        late = client_once.get(asked).get_data(as_text=True)
    leaves = client_once.get(leaving).get_data(as_text=True)

    assert 'value="2026-12-18"' in early
    assert 'value="2026-12-28"' in late  # a week later is Christmas, and a weekend follows
    assert 'value="2026-12-28"' in leaves
