"""The fill-in list: last year's lines, drop-downs, locked cells; filled in, it is read without a question."""

import html
import io
import re
import zipfile
from datetime import UTC, date, datetime

import pandas as pd
import pytest
from sqlalchemy import select

from commons import jobs
from commons.clock import stopped_at
from commons.database import db, write
from commons.jobs import Job, JobStage
from commons.letters import Letter
from commons.permissions import Role
from procurement import bundling, intake
from procurement.exchange.fill_in_sheet import FIRST_ROW, FillIn, KnownLine
from procurement.exchange.fill_in_sheet import write as write_sheet
from procurement.models import PurchaseRequest, Upload
from procurement.queries.uploads import count_open_faults, rows_of
from procurement.stages import RequestStage, RowKind, UploadStage
from tests.procurement.builders import PAPER, SALT, consumables, lead, make_approved, make_bundle, make_submitted, make_upload
from tests.world import sign_in


def filled(content: bytes, amounts: dict[int, object], added: list[tuple[object, ...]] = ()) -> bytes:
    """Fill the list in as a clerk does and return it as Excel writes it."""
    cells = pd.read_excel(io.BytesIO(content), sheet_name=None, header=None, dtype=object, engine="calamine")
    sheet = cells["Bedarf"]
    for place, amount in amounts.items():
        sheet.iat[FIRST_ROW + place, 2] = amount
    for row in added:
        sheet.loc[len(sheet)] = [*row, *[None] * (sheet.shape[1] - len(row))]
    out = io.BytesIO()
    with pd.ExcelWriter(out, engine="xlsxwriter") as book:
        for name, frame in cells.items():
            frame.to_excel(book, sheet_name=name, header=False, index=False)
        book.sheets["Verbund Auswahl"].hide()
    return out.getvalue()


def test_list_holds_last_lines_drop_downs_and_open_cells_only_where_they_are_filled(world):
    make_submitted(lines=(PAPER, SALT))

    content = intake.fill_in_list(2028, by=world.actor("bernsdorf", Role.CLERK))

    sheet = pd.read_excel(io.BytesIO(content), sheet_name="Bedarf", header=None, dtype=object, engine="calamine")
    assert list(sheet.iloc[FIRST_ROW : FIRST_ROW + 2, 0]) == [PAPER[0], SALT[0]]
    assert [str(cell) for cell in sheet.iloc[FIRST_ROW : FIRST_ROW + 2, 9]] == ["10", "40"]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
        assert 'locked="0"' in archive.read("xl/styles.xml").decode()
    assert "<sheetProtection" in xml
    assert xml.count("<dataValidation ") == 3


def test_long_specification_gets_the_lines_it_takes():
    short = KnownLine(article="Salz", specification="Sack", unit="Stück", quantity=1, price=None, account="", place="", payer="")
    long = KnownLine(article="Salz", specification="gewaschen, lose, " * 6, unit="Stück", quantity=1, price=None, account="", place="", payer="")

    content = write_sheet(FillIn(title="Bedarf", place="", explanation="", lines=[short, long], articles=[], units=["Stück"]))

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    rows = {int(number): height for number, height in re.findall(r'<row r="(\d+)"[^>]* ht="(\d+)"', xml)}
    assert rows[FIRST_ROW + 2] == "45"
    assert FIRST_ROW + 1 not in rows
    assert 'paperSize="9"' in xml


def test_formula_in_an_article_is_neutralised():
    line = KnownLine(article="=1+1", specification="", unit="Stück", quantity=1, price=None, account="", place="", payer="")

    content = write_sheet(FillIn(title="x", place="y", explanation="z", lines=[line], articles=[], units=["Stück"]))

    assert pd.read_excel(io.BytesIO(content), sheet_name="Bedarf", header=None, dtype=object, engine="calamine").iat[FIRST_ROW, 0] == "'=1+1"


def test_filled_list_is_read_without_a_question(world):
    make_submitted(lines=(PAPER, SALT))
    content = filled(intake.fill_in_list(2028, by=world.actor("bernsdorf", Role.CLERK)), {0: 12}, [("Besen", None, 3, "Stück")])

    upload = make_upload(content=content, name="bedarf-2028.xlsx", year=2028)

    lines = [line for row in rows_of(upload, RowKind.LINE) for line in row.lines]
    assert [(line["text"], line["quantity"], line["unit"]) for line in lines] == [(PAPER[0], "12", "Ries"), ("Besen", "3", "Stück")]
    assert count_open_faults(upload) == 0
    assert [column["field"] for column in upload.mapping[0]["columns"]][:5] == ["article", "specification", "quantity", "unit", "price"]


def test_list_of_nobody_who_asked_before_is_empty_but_usable(world):
    content = intake.fill_in_list(2028, by=world.actor("neukirch", Role.CLERK))

    upload = make_upload(content=filled(content, {}, [("Besen", None, 3, "Stück")]), name="x.xlsx", by=world.actor("neukirch", Role.CLERK))

    assert [row.lines[0]["text"] for row in rows_of(upload, RowKind.LINE)] == ["Besen"]


@pytest.fixture
def link(world):
    with stopped_at(datetime(2026, 10, 1, 8, tzinfo=UTC)):
        write(intake.open_round, "Bedarf 2027", measure_id=consumables(), year=2027, closes_on=date(2026, 10, 30), by=lead())
        letter = db.session.scalars(
            select(Letter).where(Letter.person_id == world.person_id("bernsdorf", Role.CLERK), Letter.about_kind == "demand_round")
        ).one()
        yield letter.link


def test_list_goes_out_and_comes_in_through_the_personal_link(client, link):
    content = client.get(f"{link}/vorlage.xlsx").data
    sent = client.post(f"{link}/liste", data={"file": (io.BytesIO(filled(content, {}, [("Besen", None, 3, "Stück")])), "bedarf.xlsx")})

    assert sent.status_code == 302
    assert "Besen: 3 Stück" in client.get(link).get_data(as_text=True)
    client.post(f"{link}/abgeben")
    request = db.session.scalars(select(PurchaseRequest)).one()
    assert (request.stage, request.upload_id is not None) == (RequestStage.SUBMITTED, True)


def test_doubtful_cell_is_settled_through_the_personal_link(client, link):
    doubtful = "Artikel;Menge;Einheit\nHundekotbeutel;1.250;Stück\n".encode()
    client.post(f"{link}/liste", data={"file": (io.BytesIO(doubtful), "bedarf.csv")})
    page = client.get(link).get_data(as_text=True)
    assert "Zelle B2" in page
    fault, upload = page.split('id="fault-')[1].split('"')[0], db.session.scalars(select(Upload)).one()

    client.post(f"{link}/liste/{upload.id}/antworten", data={f"choice-{fault}": "value:1250", f"text-{fault}": ""})

    assert "Hundekotbeutel: 1.250 Stück" in client.get(link).get_data(as_text=True)
    db.session.expire_all()
    assert db.session.get_one(Upload, upload.id).stage is UploadStage.TAKEN_OVER


LONG = "Artikel;Menge;Einheit\n" + "".join(f"Schraube Sorte {number:05d} verzinkt;{number % 9 + 1};Stück\n" for number in range(4000))


def test_long_list_becomes_a_request_by_itself_and_shows_its_way_without_sign_in(client_once, app_once, link):
    client_once.post(f"{link}/liste", data={"file": (io.BytesIO(LONG.encode()), "lang.csv")})
    waiting = client_once.get(link).get_data(as_text=True)
    assert "Die Liste wartet auf das Lesen." in waiting
    assert 'hx-trigger="every 2s"' in waiting
    assert "Artikel eintragen" not in waiting

    assert jobs.run_next()

    page = client_once.get(link).get_data(as_text=True)
    assert "Schraube Sorte 00000 verzinkt: 1 Stück" in page
    assert "Hier stehen die ersten 100 von 4.000 Zeilen; abgegeben werden alle." in page
    client_once.post(f"{link}/abgeben")
    request = db.session.scalars(select(PurchaseRequest)).one()
    assert (request.stage, len(request.lines)) == (RequestStage.SUBMITTED, 4000)
    (job,) = db.session.scalars(select(Job))
    assert (job.stage, job.done, job.total) == (JobStage.DONE, 1, 1)


def test_doubt_in_a_long_list_is_settled_under_the_same_link(client_once, app_once, link):
    client_once.post(f"{link}/liste", data={"file": (io.BytesIO(LONG.replace(";1;", ";1.250;", 1).encode()), "lang.csv")})
    assert jobs.run_next()
    page = client_once.get(link).get_data(as_text=True)
    fault, upload = page.split('id="fault-')[1].split('"')[0], db.session.scalars(select(Upload)).one()

    client_once.post(f"{link}/liste/{upload.id}/antworten", data={f"choice-{fault}": "value:1250", f"text-{fault}": ""})
    assert "Die Liste wartet auf das Lesen." in client_once.get(link).get_data(as_text=True)
    assert jobs.run_next()

    assert "Schraube Sorte 00000 verzinkt: 1.250 Stück" in client_once.get(link).get_data(as_text=True)
    assert not jobs.run_next()


class ThrowsAway:
    """Throw the list away at the first word of progress, as its sender may while it is read."""

    def __init__(self, upload_id, by):
        self.upload_id, self.by, self.done = upload_id, by, False

    def say(self, *_):
        if not self.done:
            write(intake.discard, self.upload_id, by=self.by)
        self.done = True


def test_list_thrown_away_while_it_is_read_stays_so(client_once, app_once, link, world):
    client_once.post(f"{link}/liste", data={"file": (io.BytesIO(LONG.encode()), "lang.csv")})
    upload, clerk = db.session.scalars(select(Upload)).one(), world.actor("bernsdorf", Role.CLERK)

    read = intake.read_list(upload.id, by=clerk, progress=ThrowsAway(upload.id, clerk))

    assert (read.stage, rows_of(read, RowKind.LINE)) == (UploadStage.DISCARDED, [])


def test_article_is_sought_in_the_catalogue_under_the_link(client_once, app_once, link, world):
    bundle = make_bundle(make_approved(lines=(PAPER,)))
    bundling.match_bundle(bundle.id, by=lead())
    write(bundling.freeze, bundle.id, by=lead())

    found = client_once.get(f"{link}?suche=kopierpapier").get_data(as_text=True)
    chosen = html.unescape(found.split(f'href="{link}?artikel=')[1].split('"')[0])

    assert PAPER[0] in html.unescape(client_once.get(f"{link}?artikel={chosen}").get_data(as_text=True).split('name="text"')[1].split(">")[0])
    assert "Dazu steht nichts im Katalog." in client_once.get(f"{link}?suche=einhorn").get_data(as_text=True)


def test_list_beside_written_lines_is_refused_with_a_sentence(client, link):
    client.post(link, data={"text": "Handlampe", "quantity": "4", "unit": "Stück"})

    answer = client.post(f"{link}/liste", data={"file": (io.BytesIO(b"Artikel;Menge\nBesen;3\n"), "bedarf.csv")})

    assert answer.status_code == 409
    assert "Es sind schon Zeilen eingetragen." in answer.get_data(as_text=True)


def test_foreign_list_is_not_settled_through_a_link(client, world, link):
    other = make_upload(content="Artikel;Menge;Einheit\nBeutel;1.250;Stück\n".encode(), by=world.actor("ossling", Role.CLERK))

    assert client.post(f"{link}/liste/{other.id}/antworten", data={}).status_code == 404
    assert client.post(f"{link}/liste/{other.id}/verwerfen", data={}).status_code == 404


def test_link_opens_no_list_of_the_own_organisation_that_was_not_sent_through_it(client, world, link):
    own = make_upload(content="Artikel;Menge;Einheit\nBeutel;1.250;Stück\n".encode(), year=2029, by=world.actor("bernsdorf", Role.CLERK))

    assert client.post(f"{link}/liste/{own.id}/antworten", data={}).status_code == 404
    assert client.post(f"{link}/liste/{own.id}/verwerfen", data={}).status_code == 404
    db.session.expire_all()
    assert db.session.get_one(Upload, own.id).stage is UploadStage.SETTLING


def test_line_beside_a_list_that_waits_is_refused_with_a_sentence(client, link):
    client.post(f"{link}/liste", data={"file": (io.BytesIO(b"Artikel;Menge;Einheit\nBeutel;1.250;Stueck\n"), "bedarf.csv")})
    assert "Artikel eintragen" not in client.get(link).get_data(as_text=True)

    answer = client.post(link, data={"text": "Handlampe", "quantity": "4", "unit": "Stück"})

    assert answer.status_code == 409
    assert "Ihre Liste ist noch nicht übernommen." in answer.get_data(as_text=True)
    assert db.session.scalars(select(PurchaseRequest)).all() == []


def test_upload_page_offers_the_list(client, world):
    sign_in(client, world.actor("bernsdorf", Role.CLERK))

    page = client.get("/beschaffung/bedarf/hochladen").get_data(as_text=True)
    address = page.split('href="/beschaffung/bedarf/vorlage-')[1].split('"')[0]

    assert client.get(f"/beschaffung/bedarf/vorlage-{address}").data[:2] == b"PK"
