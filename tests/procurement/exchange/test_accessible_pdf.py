"""What people write comes out as a PDF that everybody can read and an archive keeps, whatever characters they use."""

import io

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procurement.exchange import paper
from procurement.exchange.paper import Paper, PaperTable, Section


def made(text: str) -> bytes:
    """Return a paper that holds a text in every kind of place."""
    table = PaperTable(head=("Pos.", text), rows=(("1", text),))
    section = Section(title=text, paragraphs=(text,), points=(text,), tables=(table,))
    return paper.write(
        Paper(
            title=text,
            kind=text,
            author=text,
            printed="25.11.2026",
            journal="1, abc",
            facts=((text, text),),
            sections=(section,),
            signatures=(text,),
            notes=(text,),
        )
    )


@pytest.mark.parametrize("text", ["Salz 🧂 & Söhne", "中文有限公司", "a\u0308rgerlich", "Zahl\u202e321", "\x07\x1b[0m", "\ue000", "\u17b4", "👨‍👩‍👧", "\ud800"])
def test_a_name_in_any_characters_costs_no_paper(text):
    with pikepdf.open(io.BytesIO(made(f"Firma {text}"))) as document:
        assert str(document.docinfo["/Title"]).startswith("Firma")


@settings(max_examples=40, deadline=None)
@given(st.text(min_size=1, max_size=30))
def test_no_text_at_all_costs_a_paper(text):
    assert made(f"x{text}").startswith(b"%PDF")


def test_a_paper_is_tagged_titled_in_german_and_says_that_it_is_for_the_archive():
    with pikepdf.open(io.BytesIO(made("Ł ź ć ó ě – 12,50 € ★"))) as document:
        root = document.Root
        assert (str(root.Lang), bool(root.MarkInfo.Marked), bool(root.ViewerPreferences.DisplayDocTitle)) == ("de-DE", True, True)
        with document.open_metadata() as metadata:
            assert (metadata["pdfuaid:part"], metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("1", "2", "A")
        kinds = list(kinds_of(root.StructTreeRoot))
        assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/L", "/P"} <= set(kinds)


def kinds_of(node):
    if isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield str(node.S)
        children = node.get("/K", [])
        for child in children if isinstance(children, pikepdf.Array) else [children]:
            yield from kinds_of(child)
