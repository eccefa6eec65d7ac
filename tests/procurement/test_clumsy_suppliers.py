"""What suppliers really send: wrong files, changed sheets, two tabs. Each gets a sentence that helps, none a fault, and nothing is handed in unread."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from commons.database import db, write
from procurement import bidding
from procurement.bid_content import check_content
from procurement.bidding.writing import SheetOfAnother
from procurement.exchange.price_sheet import PriceUnreadable
from procurement.models import Bid, Tender
from procurement.queries.bids import get_invitation
from procurement.queries.tender_documents import current_version
from procurement.rules.bid_check import Weight
from tests.procurement.sheets import filled_in
from tests.procurement.tender_builders import content_of, make_published, secret_of


def changed(sheet: bytes, change: Callable[[Any], None]) -> bytes:
    """Return a sheet after a change in its only page."""
    book = openpyxl.load_workbook(io.BytesIO(sheet))
    change(book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def packed(content: bytes, name: str = "xl/workbook.xml") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


WRONG_FILES: dict[str, Callable[[bytes], bytes]] = {
    "csv_of_something": lambda _sheet: b"Artikel;Preis\nPapier;3,50\n",
    "word": lambda _sheet: packed(b"<w:document/>", "word/document.xml"),
    "pdf": lambda _sheet: b"%PDF-1.7 rubbish",
    "old_excel": lambda _sheet: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),
    "bomb": lambda _sheet: packed(b"0" * 200_000_000),
    "cut_off": lambda sheet: sheet[: len(sheet) // 2],
    "empty": lambda _sheet: b"",
    "six_megabytes": lambda sheet: sheet + bytes(6 * 1024 * 1024),
    "entities": lambda _sheet: packed(b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><workbook>&b;</workbook>'),
}


def upload(client, tender: Tender, content: bytes) -> Any:
    """Send a file as a browser does; the test client would keep a large one in a temporary file."""
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="preisblatt.xlsx"\r\n\r\n'
    return client.post(f"/angebot/{tender.id}/preisblatt", data=head + content + b"\r\n--x--\r\n", content_type="multipart/form-data; boundary=x")


def test_wrong_files_are_refused_in_words_and_change_nothing(app_once, client_once):
    tender = make_published()
    client_once.get(f"/angebot/einladung/{secret_of(tender)}")
    sheet = current_version(tender).sheet.content

    for name, make in WRONG_FILES.items():
        answer = upload(client_once, tender, make(sheet))
        said = client_once.get(f"/angebot/{tender.id}").get_data(as_text=True)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/angebot/{tender.id}"), name
        assert 'class="flash"' in said, name
    assert upload(client_once, tender, bytes(30 * 1024 * 1024)).status_code == 413
    assert bidding.load_draft(get_invitation(secret_of(tender)), secret=secret_of(tender)) is None


def read(tender: Tender, sheet: bytes) -> Any:
    invitation, version = get_invitation(secret_of(tender)), current_version(tender)
    return bidding.content_from_sheet(sheet, invitation, version, before=bidding.empty_content(invitation, version))


def test_a_sheet_with_macros_or_saved_as_csv_or_with_hidden_rows_is_read_as_it_is(app_once):
    tender = make_published()
    sheet = filled_in(current_version(tender).sheet.content, price=3.25)
    plain = read(tender, sheet)
    with_macro = io.BytesIO(sheet)
    with zipfile.ZipFile(with_macro, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 rubbish")
    hidden = changed(sheet, lambda page: page.row_dimensions.__getitem__(8).__setattr__("hidden", True))

    assert read(tender, with_macro.getvalue()).lines == plain.lines
    assert read(tender, hidden).lines == plain.lines
    assert read(tender, as_csv(sheet)).lines == plain.lines


def as_csv(sheet: bytes) -> bytes:
    rows = openpyxl.load_workbook(io.BytesIO(sheet)).active.iter_rows(values_only=True)
    texts = [
        ";".join("" if cell is None or str(cell).startswith("=") else str(cell).replace(".", ",") if isinstance(cell, float) else str(cell) for cell in row)
        for row in rows
    ]
    return "\n".join(texts).encode("utf-8-sig")


def test_a_changed_text_or_quantity_and_a_price_of_zero_are_found_before_handing_in(app_once):
    tender = make_published()
    version = current_version(tender)
    sheet = filled_in(version.sheet.content, price=3.25)

    def change(page: Any) -> None:
        page["B8"], page["C9"], page["E10"] = "Recyclingpapier", 1, 0

    findings = {finding.position: finding.weight for finding in check_content(version, read(tender, changed(sheet, change))).findings}

    assert findings == {"1.1": Weight.EXCLUDE, "1.2": Weight.EXCLUDE, "1.3": Weight.ASK}


def test_a_formula_without_its_result_is_asked_for_and_not_taken_for_an_empty_price(app_once):
    tender = make_published()
    sheet = changed(filled_in(current_version(tender).sheet.content, price=3.25), lambda page: page.__setitem__("E8", "=1+1"))

    with pytest.raises(PriceUnreadable, match="E8"):
        read(tender, sheet)


def test_a_sheet_of_another_tender_is_not_read(app_once):
    tender, other = make_published(), make_published()

    with pytest.raises(SheetOfAnother):
        read(tender, filled_in(current_version(other).sheet.content, price=3.25))


def test_a_draft_that_another_tab_has_changed_is_not_handed_in_unread(app_once, client_once):
    tender = make_published()
    secret, page = secret_of(tender), f"/angebot/{tender.id}"
    client_once.get(f"/angebot/einladung/{secret}")
    seen = content_of(tender)
    write(bidding.save_draft, get_invitation(secret).id, seen, secret=secret)
    address = handing_in_address(client_once.get(f"{page}/pruefen").get_data(as_text=True))
    write(bidding.save_draft, get_invitation(secret).id, replace(seen, discount_percent=Decimal(50)), secret=secret)

    stale = client_once.post(address)
    kept = db.session.query(Bid).count()
    anew = client_once.post(handing_in_address(client_once.get(f"{page}/pruefen").get_data(as_text=True)))

    assert (stale.status_code, stale.headers["Location"], kept) == (302, f"{page}/pruefen", 0)
    assert (anew.status_code, db.session.query(Bid).count()) == (302, 1)


def handing_in_address(page: str) -> str:
    start = page.index('action="', page.index("Angebot verbindlich abgeben") - 600)
    return page[start + 8 : page.index('"', start + 8)].replace("&amp;", "&")
