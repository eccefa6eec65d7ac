"""The joint bill of quantities: the same figures on paper and in the sheet, tagged, titled, with the head of the journal."""

import io

import openpyxl
import pikepdf
import pytest

from commons import journal
from commons.chain import chain
from commons.database import write
from procurement import bundling
from tests.procurement.builders import PAPER, SALT, lead, make_approved, make_bundle, reloaded


@pytest.fixture
def bundle(app_once, world):
    made = make_bundle(make_approved(lines=(PAPER, SALT)), make_approved(town="ossling", lines=(PAPER,)))
    bundling.match_bundle(made.id, by=lead())
    write(bundling.propose_lots, made.id, by=lead())
    write(chain)
    return reloaded(made)


def test_sheet_holds_every_position_with_the_quantity_of_each_town(bundle):
    sheet = openpyxl.load_workbook(io.BytesIO(bundling.bill_sheet_of(bundle, by=lead()))).active

    rows = [row for row in sheet.iter_rows(values_only=True) if row[1] == PAPER[0]]
    assert [row[:7] for row in rows] == [("1.1", PAPER[0], "30197643-5", "Blatt", 5000, 5000, 10_000)]


def test_document_is_tagged_titled_and_german(bundle):
    document = pikepdf.open(io.BytesIO(bundling.bill_document_of(bundle, by=lead())))

    assert str(document.Root.Lang).startswith("de")
    assert document.Root.MarkInfo.Marked
    assert str(document.docinfo["/Title"]) == "Verbrauchsmaterial 2027"
    assert document.Root.ViewerPreferences.DisplayDocTitle
    with document.open_metadata() as data:
        assert data["pdfuaid:part"] == "1"


def test_document_has_headings_and_a_table_header_in_its_structure(bundle):
    document = pikepdf.open(io.BytesIO(bundling.bill_document_of(bundle, by=lead())))

    kinds = set(_kinds(document.Root.StructTreeRoot))
    assert {"/H1", "/H2", "/Table", "/TH", "/TD"} <= kinds


def _kinds(node):
    if isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield str(node.S)
        children = node.get("/K", [])
        for child in children if isinstance(children, pikepdf.Array) else [children]:
            yield from _kinds(child)


def test_bill_carries_the_head_of_the_journal(bundle):
    length, head = journal.head()

    bill = bundling.bill_of(bundle, by=lead())

    assert length > 0
    assert (bill.journal_length, bill.journal_head) == (length, head)


def test_text_of_a_member_is_never_run_as_typst(app_once, world):
    made = make_bundle(make_approved(lines=(("#panic() $x$ [*] <label> @ref", "3", "Stück"),)))

    assert bundling.bill_document_of(made, by=lead()).startswith(b"%PDF")
