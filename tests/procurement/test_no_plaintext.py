"""A bid handed in by form and by sheet leaves no readable trace: not in files, logs, mails, backups, the search or an error report."""

import base64
import io
import logging
import tempfile
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.exc import StatementError

from commons.database import db
from commons.letters import Letter
from commons.permissions import Role
from procurement.models import Bid, BidLine, OpenedBid, Tender
from procurement.queries import search
from procurement.queries.tender_documents import current_version
from tests.procurement.sheets import filled_in
from tests.procurement.tender_builders import FIRMS, make_published, secret_of
from tests.world import World, sign_in
from verbund.backup import back_up

MARK, PRICE = "ZZKLARTEXTMARKEZZ", "7,6543"
TRACES = (MARK.encode(), base64.b64encode(MARK.encode()).rstrip(b"=")[:-2], b"7.6543", b"7,6543", b"76543")


def found_in(content: bytes) -> list[bytes]:
    return [trace for trace in TRACES if trace in content]


def files_of(folder: Path) -> dict[Path, float]:
    return {file: file.stat().st_mtime for file in folder.rglob("*") if file.is_file()}


def hand_in_by_form(client, tender: Tender) -> int:
    client.get(f"/angebot/einladung/{secret_of(tender, FIRMS[0])}")
    prices = {f"price-{position.id}": PRICE for position in current_version(tender).positions}
    client.post(f"/angebot/{tender.id}/schreiben", data={"address": MARK, "contact": MARK, "remark": MARK, **prices})
    assert PRICE in client.get(f"/angebot/{tender.id}/pruefen").get_data(as_text=True)
    return client.post(f"/angebot/{tender.id}/abgeben").status_code


def hand_in_by_sheet(client, tender: Tender) -> int:
    client.get(f"/angebot/einladung/{secret_of(tender, FIRMS[1])}")
    sheet = filled_in(current_version(tender).sheet.content, price=7.6543, mark=MARK)
    uploaded = client.post(f"/angebot/{tender.id}/preisblatt", data={"file": (io.BytesIO(sheet), f"{MARK}.xlsx")})
    assert uploaded.headers["Location"].endswith("/pruefen")
    return client.post(f"/angebot/{tender.id}/abgeben").status_code


def test_no_trace_of_a_bid_can_be_read_before_the_opening(app_once, client_once, caplog, tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))  # whatever makes a temporary file makes it here
    caplog.set_level(logging.DEBUG)
    tender = make_published()
    database = Path(db.engine.url.database)

    assert [hand_in_by_form(client_once, tender), hand_in_by_sheet(client_once, tender)] == [302, 302]
    db.session.rollback()
    back_up(db.engine, tmp_path / "backup.zip", key=None)

    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        kept = {name: found_in(archive.read(name)) for name in archive.namelist()}
    beside = {file.name: found_in(file.read_bytes()) for file in database.parent.glob(f"{database.name}*")}
    letters = "".join(f"{letter.subject_line} {letter.body}" for letter in db.session.query(Letter))
    assert {name: traces for name, traces in kept.items() if traces} == {}
    assert len(beside) > 0
    assert {name: traces for name, traces in beside.items() if traces} == {}
    assert found_in(letters.encode()) == []
    assert found_in(caplog.text.encode()) == []
    assert files_of(scratch) == {}
    assert (db.session.query(BidLine).count(), db.session.query(OpenedBid).count()) == (0, 0)  # a price as a whole number would not be found as text
    assert all(search(World().actor("koenigsbrueck", role), MARK) == [] for role in (Role.PROCUREMENT_OFFICER, Role.ADMINISTRATOR, Role.MAYOR))


def test_an_error_while_handing_in_reports_nothing_of_the_bid(app_once, client_once, caplog):
    """A broken key makes the sealing fail: the report names the place, never what was typed."""
    tender = make_published()
    db.session.execute(update(Tender).where(Tender.id == tender.id).values(public_key=b"kaputt"))
    db.session.commit()
    before, app_once.config["PROPAGATE_EXCEPTIONS"] = app_once.config["PROPAGATE_EXCEPTIONS"], False

    status = hand_in_by_form(client_once, tender)
    app_once.config["PROPAGATE_EXCEPTIONS"] = before

    assert status == 500
    assert "Traceback" in caplog.text
    assert found_in(caplog.text.encode()) == []


def test_the_report_of_a_database_error_repeats_nothing(app_once):
    bid = Bid(tender_id=0, invitation_id=0, reference=MARK, version=1, note=MARK)
    db.session.add(bid)

    with pytest.raises(StatementError) as fault:
        db.session.flush()
    db.session.rollback()

    assert found_in(str(fault.value).encode()) == []


def test_administrators_read_nothing_of_a_bid_on_any_page_that_lists_what_happened(app_once, client_once):
    tender = make_published()
    hand_in_by_form(client_once, tender)

    for role in (Role.ADMINISTRATOR, Role.AUDITOR, Role.PROCUREMENT_OFFICER):
        sign_in(client_once, World().actor("koenigsbrueck", role))
        for address in ("/", "/verwaltung", "/verwaltung/briefe", "/verwaltung/protokoll", f"/beschaffung/vergaben/{tender.id}", "/suche?q=Papier"):
            page = client_once.get(address).get_data(as_text=True)
            assert found_in(page.encode()) == [], address
