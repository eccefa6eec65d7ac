"""The numbered cases of procurement that need the database: files sent twice, formulas, undo, who sees what."""

import io
from decimal import Decimal

import openpyxl
import pytest
from sqlalchemy import func, select

from commons.chain import chain, verify
from commons.database import db, write
from commons.journal import entries_about
from commons.permissions import Role
from procurement import bundling, intake
from procurement.intake.uploads import SameFile
from procurement.models import BundleLine, MatchProposal, PurchaseRequestLine, Upload
from procurement.queries.bundles import asked_in, get_position, lines_in, position_rows
from procurement.queries.uploads import faults_of, hidden_rows
from procurement.rules.packs import Pack, Scale
from tests.procurement.builders import LISTS, PAPER, PAPER_ELSEWHERE, SALT, lead, make_approved, make_bundle, make_request, make_upload, reloaded, settle
from tests.world import sign_in


@pytest.fixture
def clerk(world):
    return world.actor("bernsdorf", Role.CLERK)


def test_case_01_two_row_header_is_found_and_shown_before_saving(app_once, clerk):
    upload = make_upload(LISTS / "bernsdorf.xlsx", by=clerk)

    (mapping,) = upload.mapping
    assert (mapping["sheet"], mapping["first"], mapping["last"]) == ("Bedarf 2027", 6, 7)
    assert {"article", "specification", "quantity", "unit", "price"} <= {column["field"] for column in mapping["columns"]}
    assert db.session.scalar(select(func.count()).select_from(PurchaseRequestLine)) == 0


def test_case_09_hidden_rows_are_reported_and_not_imported(app_once, clerk):
    upload = settle(make_upload(LISTS / "bernsdorf.xlsx", by=clerk), {"F123": ("value:36", "")}, by=clerk)

    assert [row.row for row in hidden_rows(upload)] == [53]
    request = write(intake.take_over, upload.id, by=clerk)
    assert not [line for line in request.lines if "Farbband für Schreibmaschine" in line.text]


def test_case_10_formula_without_value_is_reported_with_its_cell(app_once, clerk):
    upload = make_upload(LISTS / "bernsdorf.xlsx", by=clerk)

    (fault,) = faults_of(upload)
    assert (f"{fault.column}{fault.upload_row.row}", fault.field, fault.choices) == ("F123", "quantity", ["36"])
    assert "=3*12" in str(fault.said)


def test_case_12_same_file_twice_is_recognised(clerk):
    first = make_upload(LISTS / "laussnitz.csv", by=clerk)

    with pytest.raises(SameFile) as refusal:
        make_upload(LISTS / "laussnitz.csv", by=clerk)

    assert refusal.value.upload_id == first.id
    assert db.session.scalar(select(func.count()).select_from(Upload)) == 1


def test_case_12_page_leads_to_the_first_upload(client, clerk):
    first = make_upload(LISTS / "laussnitz.csv", by=clerk)
    sign_in(client, clerk)

    file = (io.BytesIO((LISTS / "laussnitz.csv").read_bytes()), "laussnitz.csv")
    answer = client.post("/beschaffung/bedarf/hochladen", data={"file": file, "measure_id": first.measure_id, "year": 2027, "replaces_id": ""})

    assert answer.headers["Location"].endswith(f"/beschaffung/hochgeladen/{first.id}")


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "@SUM(A1)", "-2+3 cmd|' /C calc'!A0"], ids=["equals", "plus", "at", "minus"])
def test_case_13_formula_in_a_text_is_neutralised(app_once, text):
    bundle = make_bundle(make_approved(lines=((text, "3", "Stück"),)))

    sheet = openpyxl.load_workbook(io.BytesIO(bundling.bill_sheet_of(bundle, by=lead()))).active

    cells = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str) and cell.value.endswith(text)]
    assert [(cell.value, cell.data_type) for cell in cells] == [(f"'{text}", "s")]


def test_case_19_undone_merge_leaves_lines_quantities_and_log_intact(world):
    bundle = make_bundle(make_approved(lines=(PAPER, SALT)), make_approved(town="ossling", lines=(PAPER_ELSEWHERE,)))
    before = state_of(bundle)
    first, second = [row.id for row in position_rows(bundle, lead()) if row.base_unit == "LEF"]

    merge = write(bundling.merge, bundle.id, first, second, by=lead())
    assert state_of(bundle) != before
    write(bundling.undo, bundle.id, merge.id, by=lead())

    assert state_of(bundle) == before
    assert [entry.act for entry in entries_about("bundle", bundle.id)][-2:] == ["bundle.merge", "bundle.undone"]
    write(chain)
    assert verify().first_bad is None


def state_of(bundle):
    db.session.expire_all()
    lines = db.session.execute(
        select(PurchaseRequestLine.id, PurchaseRequestLine.quantity_sent, PurchaseRequestLine.quantity_in_base_unit).order_by(PurchaseRequestLine.id)
    )
    places = db.session.execute(select(BundleLine.line_id, BundleLine.position_id).order_by(BundleLine.line_id))
    proposals = db.session.execute(select(MatchProposal.id, MatchProposal.stage).order_by(MatchProposal.id))
    totals = [(row.id, row.total, dict(row.totals)) for row in position_rows(bundle, lead())]
    return [tuple(row) for row in lines], [tuple(row) for row in places], [tuple(row) for row in proposals], totals


def test_case_74_other_town_gets_no_demand_by_its_number(client, world):
    request = make_request(internal_note="nur für uns")
    others = [world.actor("ossling", Role.CLERK), world.actor("ossling", Role.MAYOR), world.actor("koenigsbrueck", Role.PROCUREMENT_OFFICER), world.stranger]

    for other in others:
        sign_in(client, other)
        assert client.get(f"/beschaffung/bedarf/{request.id}").status_code == 404, other


def test_case_74_lead_sees_lines_and_prices_without_notes(client, world):
    request = make_approved(internal_note="nur für uns", price="4,17")
    write(intake.comment, request.id, text="Bitte knapp halten", by=world.actor("bernsdorf", Role.CLERK))
    make_bundle(request)
    sign_in(client, lead())

    page = client.get(f"/beschaffung/bedarf/{request.id}").get_data(as_text=True)

    assert "Kopierpapier DIN A4" in page
    assert "4,17" in page
    assert "nur für uns" not in page
    assert "Bitte knapp halten" not in page


def test_case_74_own_town_sees_its_notes(client, world):
    request = make_approved(internal_note="nur für uns")
    make_bundle(request)

    for role in (Role.CLERK, Role.BUDGET_HOLDER, Role.MAYOR):
        sign_in(client, world.actor("bernsdorf", role))
        assert "nur für uns" in client.get(f"/beschaffung/bedarf/{request.id}").get_data(as_text=True)


def test_case_74_attachment_of_another_town_is_not_handed_out(client, world):
    request = make_approved()
    attached = write(intake.attach, request.id, name="angebot.pdf", media_type="application/pdf", content=b"x", by=world.actor("bernsdorf", Role.CLERK))
    make_bundle(request)

    for actor, status in ((lead(), 404), (world.actor("ossling", Role.CLERK), 404), (world.actor("bernsdorf", Role.CLERK), 200)):
        sign_in(client, actor)
        assert client.get(f"/beschaffung/bedarf/{request.id}/anlagen/{attached.id}").status_code == status


def test_case_18_units_without_a_ratio_of_the_article_are_not_joined(world):
    made = make_bundle(make_approved(lines=(("Splitt 2/5", "8", "t"),)), make_approved(town="ossling", lines=(("Splitt 2/5", "3", "m³"),)))
    mass, volume = sorted(position_rows(made, lead()), key=lambda row: row.base_unit)

    with pytest.raises(bundling.RatioMissing):
        write(bundling.merge, made.id, mass.id, volume.id, by=lead())

    assert {row.total for row in position_rows(reloaded(made), lead())} == {8000, 3}


@pytest.mark.parametrize(
    ("asked", "packs", "total", "surplus", "alone"),
    [((7, 4, 2), 3, 15, 2, 20), ((4, 2, 0), 2, 10, 4, 10)],
    ids=["case_21", "case_22_and_26"],
)
def test_case_21_22_26_packs_over_all_towns_of_a_bundle(world, asked, packs, total, surplus, alone):
    towns = [(town, amount) for town, amount in zip(("bernsdorf", "ossling", "laussnitz"), asked, strict=True) if amount]
    made = make_bundle(*(make_approved(town=town, lines=(("Klebstoff im Fass", str(amount), "Stück"),)) for town, amount in towns))
    bundling.match_bundle(made.id, by=lead())
    (row,) = position_rows(reloaded(made), lead())
    position = get_position(reloaded(made), row.id)
    five = Pack(name="Packung 5", content=Decimal(5), scales=(Scale(from_packs=1, price=Decimal(10)),))

    plan = bundling.plan_packs(lines_in(position, made, lead()), asked_in(position), bundling.Terms(packs=[five]))

    assert ([count for _, count in plan.packs], plan.total, plan.surplus, plan.alone) == ([packs], total, surplus, alone)
    assert set(plan.shares) == {world.actor(town, Role.CLERK).municipality_name for town, _ in towns}  # who asks for nothing gets no surplus
