import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from procurement.exchange import tender_key
from procurement.exchange.tender_key import TenderKey
from procurement.rules.sealing import Label, envelope_hash, key_print, make_keys, open_bid
from procurement.rules.sealing_receipts import Receipt, make_signing_key, sign_receipt
from verbund.commands.bid import bid

KEYS = make_keys()
SIGNING, RECEIPTS = make_signing_key()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "angebot.xlsx").write_bytes(b"Preise")
    key = TenderKey(tender="2026-07", version=2, public=KEYS.public, receipts=RECEIPTS)
    (tmp_path / "schluessel.json").write_text(tender_key.write(key, key_print=key_print(KEYS.public)))
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(bid, [str(argument) for argument in arguments])


def sealed(folder):
    return run("seal", folder / "angebot.xlsx", "--key", folder / "schluessel.json", "--reference", "B-1")


def test_seal_writes_an_envelope_for_the_tender(folder):
    result = sealed(folder)

    envelope = (folder / "angebot.xlsx.vbid").read_bytes()
    assert (result.exit_code, json.loads(result.stdout)["sha256"]) == (0, envelope_hash(envelope))
    assert key_print(KEYS.public) in result.stderr
    assert open_bid(envelope, label=Label(tender="2026-07", version=2, lot="", reference="B-1"), private=KEYS.private) == b"Preise"


def test_seal_overwrites_nothing(folder):
    sealed(folder)

    assert sealed(folder).exit_code == 1


@pytest.mark.parametrize(
    "content", ["", "{}", '{"format": "verbund-tender-key 1", "tender": "x", "version": 1, "public_key": "AAAA", "receipt_key": "AAAA"}', "[]"]
)
def test_seal_refuses_another_file_as_key(folder, content):
    (folder / "schluessel.json").write_text(content)

    result = sealed(folder)

    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)


def test_check_tells_whether_a_receipt_fits(folder):
    sealed(folder)
    envelope = folder / "angebot.xlsx.vbid"
    at = datetime(2026, 11, 27, 11, tzinfo=UTC)
    receipt = Receipt(tender="2026-07", version=2, reference="B-1", received_at=at, envelope_hash=envelope_hash(envelope.read_bytes()), is_late=False)
    (folder / "quittung.json").write_text(json.dumps(dict(sign_receipt(receipt, private=SIGNING))))

    good = run("check", folder / "quittung.json", envelope, "--key", folder / "schluessel.json")
    other = run("check", folder / "quittung.json", folder / "angebot.xlsx", "--key", folder / "schluessel.json")
    broken = run("check", folder / "schluessel.json", envelope, "--key", folder / "schluessel.json")

    assert (good.exit_code, json.loads(good.stdout)["late"]) == (0, False)
    assert (other.exit_code, broken.exit_code) == (1, 1)
