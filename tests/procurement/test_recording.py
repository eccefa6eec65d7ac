"""The record (Vergabevermerk): complete against § 8 (2) VgV, with what is missing while there is time to fill it."""

import io
from datetime import date, timedelta

import pikepdf
import pytest

from commons import clock
from commons.calendar_days import today_of
from commons.database import write
from procurement import awarding, evaluating, recording, tendering
from procurement.models import Tender
from procurement.queries.awards import letters_of
from procurement.rules.procedure import Procedure
from procurement.tender_stages import LetterKind
from tests.procurement.builders import lead
from tests.procurement.builders_evaluation import FIRMS, REASON, make_awarded, make_evaluated, make_proposed, make_quoted
from tests.procurement.tender_builders import make_opened, make_published, make_tender, reloaded

NORD, SUED, SALZ = FIRMS
CLOSE = {NORD: {1: "3.5", 2: "3.8"}, SUED: {1: "3.6", 2: "3.7"}, SALZ: {1: "3.7", 2: "3.9"}}
FAR = {NORD: {1: "3.0"}, SUED: {1: "3.6"}}
# The items of § 8 (2) VgV in their order, by a word that each title must hold.
ITEMS = (
    "Auftraggeber", "Berücksichtigte", "Nicht berücksichtigte", "Ungewöhnliche Preise", "Erfolgreicher", "Verfahren",
    "Wettbewerb", "Verzicht auf eine Vergabe", "elektronische Mittel", "Interessenkonflikte", "mehrerer Lose", "Gewichtung",
)  # fmt: skip


def gaps(tender: Tender) -> dict[str, str]:
    return {item.key: " ".join(map(str, item.gaps)) for item in recording.items_of(reloaded(tender)) if item.gaps}


def told(tender: Tender, title: str) -> str:
    parts = [*recording.items_of(reloaded(tender)), *recording.chapters_of(tender)]
    return " ".join(str(text) for part in parts if title in str(part.title) for text in part.told)


def note(tender: Tender, item: str) -> None:
    write(recording.add_note, tender.id, item, "Das ist hier so und nicht anders gewesen.", by=lead())


def test_the_record_has_the_twelve_items_of_the_law_in_their_order(app_once):
    items = recording.items_of(make_tender())

    assert [item.key for item in items] == [str(number) for number in range(1, 13)]
    assert [word in str(item.title) for word, item in zip(ITEMS, items, strict=True)] == [True] * 12


def test_words_fill_what_only_words_can_say_and_never_what_two_people_have_yet_to_do(app_once):
    tender = make_quoted(FAR)
    write(evaluating.examine, tender.id, by=lead())
    assert set(gaps(tender)) == {"2", "3", "5", "10"}

    for item in ("2", "3", "5", "10"):
        note(tender, item)

    assert set(gaps(tender)) == {"2", "3", "5"}
    assert "noch nicht zwei Personen entschieden" in gaps(tender)["3"]


def test_a_finished_award_leaves_only_the_words_on_conflicts_open_and_names_the_losers(app_once):
    tender = make_awarded(CLOSE)

    assert set(gaps(tender)) == {"6", "10"}
    assert "Öffentliche Ausschreibung" in gaps(tender)["6"]  # three firms were asked for 260 €, and the award is 82,450 €
    for item in ("6", "10"):
        note(tender, item)
    assert gaps(tender) == {}
    assert f"{SALZ}: in Los 1 nicht berücksichtigt, Rang 3 von 3." in told(tender, "Nicht berücksichtigte")
    assert f"{NORD}: in Los 1 nicht" not in told(tender, "Nicht berücksichtigte")


def test_value_buyers_questions_versions_and_letters_are_told_too(app_once):
    tender = make_opened()
    texts = [told(tender, title) for title in ("Wertschätzung", "Abrufberechtigte", "Bekanntmachung", "Öffnung der Angebote")]

    assert "Quelle: letzte Preise" in texts[0]
    assert "Regelstand vom" in texts[0]
    assert "Oßling: Beschluss 12/2026; es unterzeichnet Bürgermeister." in texts[1]
    assert "Unterlagen, Fassung 1" in texts[2]
    assert "procurement_officer koenigsbrueck" in texts[3]
    assert "procurement_officer bernsdorf" in texts[3]


def test_a_question_without_answer_and_a_notice_nobody_noted_are_asked_for_in_time(app_once):
    tender = make_published()
    question = write(tendering.ask, tender.id, "Ist Recyclingpapier möglich?", invitation_id=None)
    before = [str(gap) for chapter in recording.chapters_of(reloaded(tender)) for gap in chapter.gaps]

    write(tendering.answer, tender.id, question.id, published_text="Ist Recyclingpapier möglich?", text="Ja.", by=lead())
    write(tendering.note_notice, tender.id, place="Amtsblatt", published_on=date(2026, 11, 20), address="", is_ex_post=False, by=lead())

    assert before == ["Ort und Tag der Bekanntmachung sind noch nicht vermerkt.", "Unbeantwortete Bieterfragen: 1."]
    assert [gap for chapter in recording.chapters_of(reloaded(tender)) for gap in chapter.gaps] == []
    assert "Bekanntmachung: Amtsblatt, 20.11.2026." in told(tender, "Bekanntmachung")
    assert "Ist Recyclingpapier möglich? – Ja." in told(tender, "Bieterfragen")


def test_an_award_letter_that_nobody_sent_is_a_gap(app_once):
    tender = make_awarded(CLOSE)
    letter = letters_of(tender, LetterKind.AWARD)[0]
    waiting = [str(gap) for chapter in recording.chapters_of(tender) for gap in chapter.gaps if "Zuschlagsschreiben" in str(gap)]

    with clock.stopped_at(letter.made_at + timedelta(hours=1)):
        write(awarding.note_sent, tender.id, letter.id, sent_on=today_of(clock.now()), channel="Telefax", by=lead())

    assert len(waiting) == 2
    assert f"Zuschlagsschreiben an {letter.recipient}" in told(tender, "Schreiben und Beanstandungen")


@pytest.mark.parametrize(
    "make", [make_tender, lambda: make_published(Procedure.NEGOTIATED), lambda: make_evaluated(CLOSE), lambda: make_proposed(CLOSE).tender]
)
def test_the_paper_is_tagged_titled_and_in_german_at_every_stage(app_once, make):
    tender = make()

    with pikepdf.open(io.BytesIO(recording.record_of(reloaded(tender)))) as paper:
        assert (str(paper.Root.Lang), bool(paper.Root.MarkInfo.Marked), bool(paper.Root.ViewerPreferences.DisplayDocTitle)) == ("de-DE", True, True)
        assert str(paper.docinfo["/Title"]) == f"Vergabevermerk: {tender.title}"


def test_nothing_that_was_written_is_changed_a_correction_is_a_new_entry(app_once):
    tender = make_awarded(CLOSE)
    note(tender, "10")
    write(recording.add_note, tender.id, "correction", "Gemeint war das Los 2: " + REASON, by=lead())

    items = {item.key: item for item in recording.items_of(reloaded(tender))}
    assert [one.text for one in items["10"].notes] == ["Das ist hier so und nicht anders gewesen."]
