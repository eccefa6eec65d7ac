"""A receipt for a sealed bid: time of the server's clock and hash, signed, so that neither side can change it later; pure."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from commons.errors import RuleBroken
from commons.words import say


class ReceiptWrong(RuleBroken):
    """A receipt counts only as it was signed."""

    def __init__(self) -> None:
        super().__init__(say("Diese Quittung wurde verändert oder nicht von dieser Vergabestelle ausgestellt."))


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """Which bid arrived when, as which bytes, and whether in time."""

    tender: str
    version: int
    reference: str
    received_at: datetime
    envelope_hash: str
    is_late: bool

    def encoded(self) -> bytes:
        """Return the bytes that are signed."""
        data = {
            "envelope_sha256": self.envelope_hash,
            "late": self.is_late,
            "received_at": self.received_at.astimezone(UTC).isoformat(),
            "reference": self.reference,
            "tender": self.tender,
            "version": self.version,
        }
        return b"VERBUND-RECEIPT 1\n" + json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def make_signing_key() -> tuple[bytes, bytes]:
    """Make the key pair (private, public) that signs receipts."""
    private = Ed25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def sign_receipt(receipt: Receipt, *, private: bytes) -> Mapping[str, object]:
    """Return the receipt as plain data with its signature, to download and to keep."""
    signature = Ed25519PrivateKey.from_private_bytes(private).sign(receipt.encoded())
    data: dict[str, object] = json.loads(receipt.encoded().partition(b"\n")[2])
    return {**data, "signature": base64.b64encode(signature).decode()}


def check_receipt(data: Mapping[str, object], *, public: bytes) -> Receipt:
    """Return what a receipt says, or refuse it."""
    try:
        receipt = Receipt(
            tender=str(data["tender"]),
            version=int(str(data["version"])),
            reference=str(data["reference"]),
            received_at=datetime.fromisoformat(str(data["received_at"])),
            envelope_hash=str(data["envelope_sha256"]),
            is_late=data["late"] is True,
        )
        Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(str(data["signature"])), receipt.encoded())
    except (KeyError, ValueError, InvalidSignature) as error:
        raise ReceiptWrong from error
    return receipt
