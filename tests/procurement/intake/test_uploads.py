"""Lists that are sent: recognised, read, settled, taken over; answers find their question again."""

import pytest
from sqlalchemy import func, select

from commons import jobs
from commons.database import db, write
from commons.errors import NotFound
from commons.files import StoredFile
from commons.journal import entries_about
from commons.permissions import Role
from procurement import intake
from procurement.intake.taking_over import FaultsOpen, ListEmpty
from procurement.intake.uploads import LONG_BYTES, SameFile
from procurement.models import PurchaseRequest, PurchaseRequestLine, RememberedMapping, Upload
from procurement.queries.uploads import answers_of, counts_of, faults_of, hidden_rows
from procurement.stages import RequestStage, RowKind, UploadStage
from tests.procurement.builders import LISTS, line, make_upload, reloaded, settle
from tests.world import sign_in

HEAD = "Artikel;Menge;Einheit;Preis netto;Sachkonto\n"
DOUBTFUL = HEAD + "Hundekotbeutel;1.250;Stück;0,02;1\nOrdner breit;12;Stück;1,99;1\n"
CORRECTED = HEAD + "Hundekotbeutel;1.250;Stück;0,02;1\nOrdner breit;14;Stück;1,99;1\nLocher;2;Stück;8,00;1\n"


def csv(text):
    return text.encode()


@pytest.fixture
def clerk(world):
    return world.actor("bernsdorf", Role.CLERK)


def lines_of(request):
    return list(db.session.scalars(select(PurchaseRequestLine).where(PurchaseRequestLine.request_id == request.id).order_by(PurchaseRequestLine.number)))


def test_take_in_keeps_the_file_and_every_row(clerk):
    upload = make_upload(content=csv(DOUBTFUL), by=clerk)

    assert upload.stage is UploadStage.SETTLING
    assert db.session.get_one(StoredFile, upload.file_id).content == csv(DOUBTFUL)
    assert counts_of(upload) == {RowKind.LINE: 1, RowKind.FAULT: 1, RowKind.SKIPPED: 1}
    assert [entry.act for entry in entries_about("upload", upload.id)] == ["upload.taken_in", "upload.read"]


def test_ambiguous_quantity_stands_beside_its_cell_with_both_readings(clerk):
    upload = make_upload(content=csv(DOUBTFUL), by=clerk)

    (fault,) = faults_of(upload)
    assert (fault.column, fault.upload_row.row, fault.field, fault.choices) == ("B", 2, "quantity", ["1250", "1,25"])


def test_take_over_before_all_is_settled_makes_no_line(clerk):
    upload = make_upload(content=csv(DOUBTFUL), by=clerk)

    with pytest.raises(FaultsOpen):
        write(intake.take_over, upload.id, by=clerk)

    assert db.session.scalar(select(func.count()).select_from(PurchaseRequestLine)) == 0


def test_answer_settles_the_cell_and_the_list_becomes_a_draft(clerk):
    upload = settle(make_upload(content=csv(DOUBTFUL), by=clerk), {"B2": ("value:1250", "")}, by=clerk)

    request = write(intake.take_over, upload.id, by=clerk)

    assert request.stage is RequestStage.DRAFT
    assert [(row.text, str(row.quantity_sent), row.unit_sent) for row in lines_of(request)] == [
        ("Hundekotbeutel", "1250.000000", "Stück"),
        ("Ordner breit", "12.000000", "Stück"),
    ]
    assert reloaded(upload).stage is UploadStage.TAKEN_OVER


def test_bad_answer_is_asked_again(clerk):
    upload = settle(make_upload(content=csv(DOUBTFUL), by=clerk), {"B2": ("other", "viele")}, by=clerk)

    assert [fault.field for fault in faults_of(upload)] == ["quantity"]


def test_withdrawn_answer_is_asked_again(clerk):
    upload = settle(make_upload(content=csv(DOUBTFUL), by=clerk), {"B2": ("value:1250", "")}, by=clerk)

    write(intake.withdraw_answer, upload.id, answers_of(upload)[0].id, by=clerk)

    assert len(faults_of(intake.read_list(upload.id, by=clerk))) == 1


def test_struck_row_is_named_and_does_not_count(clerk):
    upload = settle(make_upload(content=csv(DOUBTFUL), by=clerk), {"B2": ("skip", "")}, by=clerk)

    request = write(intake.take_over, upload.id, by=clerk)

    assert [row.text for row in lines_of(request)] == ["Ordner breit"]
    assert counts_of(upload)[RowKind.SKIPPED] == 2


def test_answers_find_their_question_in_the_corrected_file(clerk):
    first = settle(make_upload(content=csv(DOUBTFUL), by=clerk), {"B2": ("value:1250", "")}, by=clerk)

    second = make_upload(content=csv(CORRECTED), by=clerk, replaces_id=first.id)

    assert faults_of(second) == []
    request = write(intake.take_over, second.id, by=clerk)
    assert [str(row.quantity_sent) for row in lines_of(request)] == ["1250.000000", "14.000000", "2.000000"]
    assert reloaded(first).stage is UploadStage.DISCARDED


def test_corrected_file_takes_the_place_of_the_draft(clerk):
    first = settle(make_upload(content=csv(DOUBTFUL), by=clerk), {"B2": ("value:1250", "")}, by=clerk)
    draft = write(intake.take_over, first.id, by=clerk)
    second = make_upload(content=csv(CORRECTED), by=clerk, replaces_id=first.id)

    request = write(intake.take_over, second.id, by=clerk)

    assert request.id == draft.id
    assert len(lines_of(request)) == 3
    assert db.session.scalar(select(func.count()).select_from(PurchaseRequest)) == 1


def test_other_town_does_not_find_the_upload(world, clerk):
    upload = make_upload(content=csv(DOUBTFUL), by=clerk)

    with pytest.raises(NotFound):
        intake.read_list(upload.id, by=world.actor("ossling", Role.CLERK))


def test_same_file_of_another_organisation_is_its_own_demand(world, clerk):
    make_upload(content=csv(DOUBTFUL), by=clerk)

    other = make_upload(content=csv(DOUBTFUL), by=world.actor("ossling", Role.CLERK))

    assert other.stage is UploadStage.SETTLING


def test_discarded_file_may_be_sent_again(clerk):
    first = make_upload(content=csv(DOUBTFUL), by=clerk)
    with pytest.raises(SameFile):
        make_upload(content=csv(DOUBTFUL), by=clerk)

    write(intake.discard, first.id, by=clerk)

    assert make_upload(content=csv(DOUBTFUL), by=clerk).id != first.id


def test_corrected_mapping_is_remembered_for_the_next_list(clerk):
    head = "Was;Wie viel;ME;Hinweis\n"
    first = make_upload(content=csv(head + "Ordner;4;Stück;A\nLocher;2;Stück;B\n"), by=clerk)
    signature = first.mapping[0]["signature"]
    fields = {1: "article", 2: "quantity", 3: "unit", 4: "place"}

    write(intake.correct_mapping, first.id, {signature: fields}, by=clerk)
    intake.read_list(first.id, by=clerk)
    second = make_upload(content=csv(head + "Hefter;3;Stück;Rathaus\nLineal;1;Stück;Schule\n"), name="neu.csv", by=clerk)

    assert [column["field"] for column in second.mapping[0]["columns"]] == ["article", "quantity", "unit", "place"]
    assert db.session.scalar(select(func.count()).select_from(RememberedMapping)) == 1


def test_list_without_demand_is_not_taken_over(clerk):
    upload = make_upload(content=csv(HEAD + "Summe;;;0,00;\n"), by=clerk)

    with pytest.raises(ListEmpty):
        write(intake.take_over, upload.id, by=clerk)


def test_unreadable_file_says_why(clerk):
    upload = make_upload(content=b"%PDF-1.7 nothing", name="scan.pdf", by=clerk)

    assert upload.stage is UploadStage.UNREADABLE
    assert "Dateiformat" in str(upload.problem_said)


def test_long_list_is_read_in_the_background(clerk):
    rows = "".join(f"Ordner Nummer {number} mit einem langen Namen und vielen Worten;{number};Stück;1,00;1\n" for number in range(1, 2_001))
    content = csv(HEAD + rows)
    assert len(content) > LONG_BYTES
    taken = write(
        intake.take_in, "lang.csv", media_type="text/csv", content=content, measure_id=make_upload(content=csv(DOUBTFUL)).measure_id, year=2027, by=clerk
    )

    assert jobs.run_next()

    upload = reloaded(taken)
    assert (upload.stage, counts_of(upload)[RowKind.LINE]) == (UploadStage.SETTLING, 2_000)


def test_cancelled_reading_leaves_the_list_to_be_discarded(clerk):
    content = csv(HEAD + "Ordner;1;Stück;1,00;1\n" * 6_000)
    measure_id = make_upload(content=csv(DOUBTFUL)).measure_id
    taken = write(intake.take_in, "lang.csv", media_type="text/csv", content=content, measure_id=measure_id, year=2027, by=clerk)

    write(jobs.cancel, taken.job_id, by=clerk)

    assert not jobs.run_next()
    assert write(intake.discard, taken.id, by=clerk).stage is UploadStage.DISCARDED


def test_stopped_reading_is_said_and_can_begin_again(client_once, app_once, clerk):
    content = csv(HEAD + "Ordner;1;Stück;1,00;1\n" * 6_000)
    measure_id = make_upload(content=csv(DOUBTFUL)).measure_id
    taken = write(intake.take_in, "lang.csv", media_type="text/csv", content=content, measure_id=measure_id, year=2027, by=clerk)
    address = f"/beschaffung/hochgeladen/{taken.id}"
    sign_in(client_once, clerk)

    client_once.post(f"{address}/abbrechen")
    assert "Das Lesen ist abgebrochen" in client_once.get(address).get_data(as_text=True)
    client_once.post(f"{address}/noch-einmal")
    assert "Die Liste wartet auf das Lesen." in client_once.get(address).get_data(as_text=True)

    assert jobs.run_next()
    assert "Alle 6000 Zeilen übernehmen" in client_once.get(address).get_data(as_text=True)


TEN = {
    "bernsdorf.xlsx": {"F123": ("value:36", "")},
    "koenigsbrueck.xlsx": {"C18": ("other", "TK-5240 C; 2\nTK-5240 M; 2\nTK-5240 Y; 2"), "C25": ("skip", "")},
    "laussnitz.csv": {"D56": ("value:1250", ""), "E101": ("other", "10 kg")},
    "neukirch.xlsx": {"B75": ("other", "3 Stück"), "D100": ("none", "")},
    "ossling.ods": {"I70": ("none", ""), "H90": ("other", "18 t")},
}
LINES = {"bernsdorf.xlsx": 138, "koenigsbrueck.xlsx": 141, "laussnitz.csv": 102, "neukirch.xlsx": 97, "ossling.ods": 137}


@pytest.mark.parametrize("name", sorted(TEN))
def test_sample_list_is_settled_and_nothing_is_lost(app_once, clerk, name):
    upload = settle(make_upload(LISTS / name, by=clerk), TEN[name], by=clerk)

    assert faults_of(upload) == []
    assert len(lines_of(write(intake.take_over, upload.id, by=clerk))) == LINES[name]


def test_keeping_cubic_metres_makes_a_line_of_its_own(app_once, clerk):
    upload = settle(make_upload(LISTS / "ossling.ods", by=clerk), {"I70": ("none", ""), "H90": ("keep", "")}, by=clerk)

    lines = lines_of(write(intake.take_over, upload.id, by=clerk))

    assert [row.base_unit for row in lines if row.text == "SPLITT 2/5 LOSE"] == ["MTQ"]


def test_hidden_row_counts_only_when_confirmed(app_once, clerk):
    upload = make_upload(LISTS / "ossling.ods", by=clerk)
    (hidden,) = hidden_rows(upload)
    before = counts_of(upload)[RowKind.LINE]

    write(intake.answer, upload.id, [], hidden=[hidden.id], by=clerk)

    upload = intake.read_list(upload.id, by=clerk)
    assert counts_of(upload)[RowKind.LINE] == before + 1
    assert [(answer.field, answer.value) for answer in answers_of(upload)] == [("hidden", "read")]


def test_line_by_hand_and_line_of_a_list_have_the_same_normal_form(clerk):
    written = line("Kopierpapier DIN A4, 80 g/m², weiß", "3", "Karton à 5 Ries à 500 Blatt")

    assert (str(written.quantity_in_base_unit), written.base_unit) == ("7500", "LEF")


def test_uploads_of_others_are_not_listed(client, world, clerk):
    upload = make_upload(content=csv(DOUBTFUL), by=clerk)
    sign_in(client, world.actor("ossling", Role.CLERK))

    assert client.get(f"/beschaffung/hochgeladen/{upload.id}").status_code == 404
    assert db.session.scalar(select(func.count()).select_from(Upload)) == 1
