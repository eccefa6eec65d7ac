"""The public key file of a tender, as it stands beside the documents for everybody; pure."""

import base64
import binascii
import json
import re
from dataclasses import dataclass

from commons.errors import RuleBroken
from commons.words import say

TENDER = re.compile(r"[0-9]{1,18}")


class KeyFileFaulty(RuleBroken):
    """Nothing is sealed to a key that cannot be read with certainty."""

    def __init__(self) -> None:
        super().__init__(say("Diese Datei ist keine Schlüsseldatei einer Ausschreibung."))


@dataclass(frozen=True, kw_only=True)
class TenderKey:
    """Tender, version of its documents, the key to seal to and the key that signs receipts."""

    tender: str
    version: int
    public: bytes
    receipts: bytes


def write(key: TenderKey, *, key_print: str) -> str:
    """Write the file; the print stands in it for people, reading computes it again."""
    data = {
        "format": "verbund-tender-key 1",
        "tender": key.tender,
        "version": key.version,
        "public_key": base64.b64encode(key.public).decode(),
        "receipt_key": base64.b64encode(key.receipts).decode(),
        "print": key_print,
    }
    return json.dumps(data, ensure_ascii=False, indent=1)


def read(content: bytes) -> TenderKey:
    """Read the file strictly."""
    try:
        data = json.loads(content)
        if data["format"] != "verbund-tender-key 1" or type(data["version"]) is not int or data["version"] < 1 or not TENDER.fullmatch(data["tender"]):
            raise KeyFileFaulty
        keys = [base64.b64decode(data[name], validate=True) for name in ("public_key", "receipt_key")]
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error) as error:
        raise KeyFileFaulty from error
    if any(len(key) != 32 for key in keys):
        raise KeyFileFaulty
    return TenderKey(tender=data["tender"], version=data["version"], public=keys[0], receipts=keys[1])
