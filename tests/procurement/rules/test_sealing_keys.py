from datetime import UTC, datetime

import pytest

from procurement.rules import sealing_keys
from procurement.rules.sealing import make_keys
from procurement.rules.sealing_keys import (
    PassphraseTooShort,
    WrongPassphrase,
    lock_key,
    make_recovery_sheet,
    open_with_secret,
    seal_with_secret,
    unlock_key,
    unlock_with_sheet,
)
from procurement.rules.sealing_receipts import Receipt, ReceiptWrong, check_receipt, make_signing_key, sign_receipt

KEY = make_keys().private
PASSPHRASE = "Grün ist die Heide"


def test_key_opens_with_its_passphrase_only():
    locked = lock_key(KEY, PASSPHRASE)

    assert unlock_key(locked, PASSPHRASE) == KEY
    assert KEY not in locked
    with pytest.raises(WrongPassphrase):
        unlock_key(locked, PASSPHRASE + ".")


@pytest.mark.parametrize("position", [0, 15, 27, -1], ids=["magic", "rounds", "salt", "seal"])
def test_altered_locked_key_does_not_open(position):
    locked = bytearray(lock_key(KEY, PASSPHRASE))
    locked[position] ^= 1

    with pytest.raises(WrongPassphrase):
        unlock_key(bytes(locked), PASSPHRASE)


def test_a_passphrase_is_stretched_over_64_mebibytes(monkeypatch):
    monkeypatch.setattr(sealing_keys, "STRENGTH", sealing_keys.FULL_STRENGTH)
    locked = lock_key(KEY, PASSPHRASE)

    figures = locked[len(sealing_keys.MAGIC) :]
    assert [int.from_bytes(figures[start : start + 4], "big") for start in (0, 4, 8)] == [3, 4, 64 * 1024]
    assert unlock_key(locked, PASSPHRASE) == KEY


def test_short_passphrase_is_refused():
    with pytest.raises(PassphraseTooShort):
        lock_key(KEY, "kurz")


def test_sheet_opens_the_key_however_its_code_is_typed():
    sheet = make_recovery_sheet(KEY)

    assert len(sheet.code.replace("-", "")) == 32
    assert unlock_with_sheet(sheet.locked, sheet.code.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == KEY


def test_two_sheets_have_different_codes():
    assert make_recovery_sheet(KEY).code != make_recovery_sheet(KEY).code


def test_draft_opens_with_the_secret_of_its_link_and_purpose():
    sealed = seal_with_secret(b"Entwurf", secret="geheim", purpose="draft:7")

    assert open_with_secret(sealed, secret="geheim", purpose="draft:7") == b"Entwurf"
    for secret, purpose in (("falsch", "draft:7"), ("geheim", "draft:8")):
        with pytest.raises(WrongPassphrase):
            open_with_secret(sealed, secret=secret, purpose=purpose)


def make_receipt() -> Receipt:
    at = datetime(2026, 11, 27, 11, 0, 0, tzinfo=UTC)
    return Receipt(tender="2026-07", version=2, reference="B-1", received_at=at, envelope_hash="ab" * 32, is_late=False)


def test_receipt_is_checked_by_its_signature():
    private, public = make_signing_key()
    data = sign_receipt(make_receipt(), private=private)

    assert check_receipt(data, public=public) == make_receipt()
    with pytest.raises(ReceiptWrong):
        check_receipt(data, public=make_signing_key()[1])


@pytest.mark.parametrize(
    "change",
    [
        {"late": True},
        {"received_at": "2026-11-27T10:59:59+00:00"},
        {"envelope_sha256": "cd" * 32},
        {"reference": "B-2"},
        {"signature": "AAAA"},
        {"signature": None},
    ],
    ids=["late", "time", "hash", "reference", "signature", "no_signature"],
)
def test_changed_receipt_is_refused(change):
    private, public = make_signing_key()

    with pytest.raises(ReceiptWrong):
        check_receipt({**sign_receipt(make_receipt(), private=private), **change}, public=public)
