"""A bid sealed to the key of its tender: until two officers open together nobody reads it, and no change stays unseen; pure."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from commons.errors import RuleBroken
from commons.words import say

MAGIC = b"VERBUND-BID\x01"  # the last byte is the version of the format
LARGEST_ENVELOPE = 8 * 1024 * 1024
BUCKET = 4096  # contents are filled up to whole buckets, so that the size says little
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class EnvelopeTampered(RuleBroken):
    """An envelope that was altered, or belongs elsewhere, does not open; the others do."""

    def __init__(self, reference: str) -> None:
        super().__init__(
            say("Der Umschlag %(reference)s lässt sich nicht öffnen: Er wurde verändert oder gehört nicht zu dieser Ausschreibung.", reference=reference)
        )
        self.reference = reference


class NotAnEnvelope(RuleBroken):
    """Only a sealed bid is taken as one."""

    def __init__(self) -> None:
        super().__init__(say("Diese Datei ist kein versiegeltes Angebot."))


@dataclass(frozen=True, kw_only=True)
class KeyPair:
    """A key pair as raw bytes."""

    private: bytes
    public: bytes


@dataclass(frozen=True, kw_only=True)
class Label:
    """What is bound into the seal and readable outside: tender, version of its documents, lot ("" for all) and the bid's reference."""

    tender: str
    version: int
    lot: str
    reference: str

    def encoded(self, public: bytes) -> bytes:
        """Return the label with the print of the key, always the same bytes for the same label."""
        data = {"key": key_print(public), "lot": self.lot, "reference": self.reference, "tender": self.tender, "version": self.version}
        return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What an opening brought to light, and which envelopes failed."""

    contents: Mapping[str, bytes]
    tampered: tuple[str, ...]


def make_keys() -> KeyPair:
    """Make a fresh key pair from the machine's randomness."""
    private = X25519PrivateKey.generate()
    return KeyPair(private=private.private_bytes_raw(), public=private.public_key().public_bytes_raw())


def public_of(private: bytes) -> bytes:
    """Return the public half of a private key."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def key_print(public: bytes) -> str:
    """Return the print of a key that people compare, in groups of four."""
    digest = hashlib.sha256(b"Verbund key\n" + public).hexdigest()[:32]
    return " ".join(digest[start : start + 4] for start in range(0, 32, 4))


def seal_bid(content: bytes, *, label: Label, public: bytes) -> bytes:
    """Seal a bid to the tender's key; only the label stays readable."""
    head = label.encoded(public)
    sealed = SUITE.encrypt(_filled(content), X25519PublicKey.from_public_bytes(public), info=MAGIC + head)
    return MAGIC + len(head).to_bytes(4, "big") + head + sealed


def label_of(envelope: bytes) -> Label:
    """Read the label outside an envelope; it is only proven by opening."""
    head, _sealed = _parts(envelope)
    try:
        data = json.loads(head)
        return Label(tender=str(data["tender"]), version=int(data["version"]), lot=str(data["lot"]), reference=str(data["reference"]))
    except (ValueError, KeyError, TypeError) as error:
        raise NotAnEnvelope from error


def open_bid(envelope: bytes, *, label: Label, private: bytes) -> bytes:
    """Open an envelope that must carry exactly this label."""
    try:
        head, sealed = _parts(envelope)
        if head != label.encoded(public_of(private)):
            _tampered(label)
        return _unfilled(SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(private), info=MAGIC + head))
    except (InvalidTag, ValueError, NotAnEnvelope) as error:
        raise EnvelopeTampered(label.reference) from error


def open_all(envelopes: Mapping[Label, bytes], *, private: bytes) -> Opened:
    """Open every envelope of a tender; an altered one fails alone and is named."""
    contents: dict[str, bytes] = {}
    tampered: list[str] = []
    for label, envelope in envelopes.items():
        try:
            contents[label.reference] = open_bid(envelope, label=label, private=private)
        except EnvelopeTampered as broken:
            tampered.append(broken.reference)
    return Opened(contents=contents, tampered=tuple(sorted(tampered)))


def envelope_hash(envelope: bytes) -> str:
    """Return the hash that stands on the receipt and in the protocol of the opening."""
    return hashlib.sha256(envelope).hexdigest()


def _tampered(label: Label) -> NoReturn:
    raise EnvelopeTampered(label.reference)


def _parts(envelope: bytes) -> tuple[bytes, bytes]:
    start = len(MAGIC) + 4
    if not envelope.startswith(MAGIC) or len(envelope) < start:
        raise NotAnEnvelope
    length = int.from_bytes(envelope[len(MAGIC) : start], "big")
    if len(envelope) < start + length:
        raise NotAnEnvelope
    return envelope[start : start + length], envelope[start + length :]


def _filled(content: bytes) -> bytes:
    whole = len(content).to_bytes(8, "big") + content
    return whole + bytes(-len(whole) % BUCKET)


def _unfilled(filled: bytes) -> bytes:
    length = int.from_bytes(filled[:8], "big")
    if length > len(filled) - 8:
        raise ValueError("the content is shorter than it says")
    return filled[8 : 8 + length]
