"""The private key of an officer: locked by a passphrase, and a second time by the code on a sheet in the safe; pure."""

import os
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from commons.errors import RuleBroken
from commons.words import say

MAGIC = b"VERBUND-KEY\x01"
SECRET_MAGIC = b"VERBUND-SEC\x01"
FULL_STRENGTH = (3, 4, 65536)  # rounds, lanes and KiB of Argon2id: what a passphrase of a person needs
CODE_STRENGTH = (1, 1, 64)  # 160 random bits need no stretching
STRENGTH = FULL_STRENGTH
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: without I, L, O, U, which are misread
CODE_BYTES = 20
SHORTEST_PASSPHRASE = 12


class WrongPassphrase(RuleBroken):
    """A key opens with its passphrase, or with the code of its sheet, and with nothing else."""

    def __init__(self) -> None:
        super().__init__(say("Das Kennwort oder der Code passt nicht zu diesem Schlüssel."), field="passphrase")


class PassphraseTooShort(RuleBroken):
    """A passphrase that guards sealed bids is long enough not to be guessed."""

    def __init__(self) -> None:
        super().__init__(say("Bitte wählen Sie ein Kennwort mit mindestens %(count)s Zeichen.", count=SHORTEST_PASSPHRASE), field="passphrase")


@dataclass(frozen=True, kw_only=True)
class RecoverySheet:
    """What is printed for the safe, and the locked key that belongs to it. The code is shown once and kept nowhere."""

    code: str
    locked: bytes


def lock_key(private: bytes, passphrase: str) -> bytes:
    """Lock a private key by a passphrase (Argon2id, 64 MiB, AES-256-GCM); the figures stand in front, so that they can rise later."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise PassphraseTooShort
    return _locked(private, passphrase, STRENGTH)


def _locked(private: bytes, passphrase: str, strength: tuple[int, int, int]) -> bytes:
    head = MAGIC + b"".join(figure.to_bytes(4, "big") for figure in strength) + os.urandom(16)
    nonce = os.urandom(12)
    return head + nonce + AESGCM(_stretched(passphrase, head)).encrypt(nonce, private, head)


def unlock_key(locked: bytes, passphrase: str) -> bytes:
    """Return the private key, or refuse a wrong passphrase."""
    size = len(MAGIC) + 12 + 16
    head, nonce, sealed = locked[:size], locked[size : size + 12], locked[size + 12 :]
    if not head.startswith(MAGIC):
        raise WrongPassphrase
    try:
        return AESGCM(_stretched(passphrase, head)).decrypt(nonce, sealed, head)
    except InvalidTag as error:
        raise WrongPassphrase from error


def make_recovery_sheet(private: bytes) -> RecoverySheet:
    """Lock the key a second time, by a code of 160 random bits: a forgotten or reset passphrase never loses the key."""
    code = _written(os.urandom(CODE_BYTES))
    return RecoverySheet(code=code, locked=_locked(private, _plain(code), CODE_STRENGTH))


def unlock_with_sheet(locked: bytes, code: str) -> bytes:
    """Return the private key by the code of the sheet, however it was typed."""
    return unlock_key(locked, _plain(code))


def seal_with_secret(content: bytes, *, secret: str, purpose: str) -> bytes:
    """Seal a draft to the secret of a supplier's link: whoever holds the database alone cannot read it."""
    salt, nonce = os.urandom(16), os.urandom(12)
    return SECRET_MAGIC + salt + nonce + AESGCM(_derived(secret, salt, purpose)).encrypt(nonce, content, SECRET_MAGIC + purpose.encode())


def open_with_secret(sealed: bytes, *, secret: str, purpose: str) -> bytes:
    """Open a draft with the secret of its link."""
    start = len(SECRET_MAGIC)
    salt, nonce, body = sealed[start : start + 16], sealed[start + 16 : start + 28], sealed[start + 28 :]
    try:
        return AESGCM(_derived(secret, salt, purpose)).decrypt(nonce, body, SECRET_MAGIC + purpose.encode())
    except (InvalidTag, ValueError) as error:
        raise WrongPassphrase from error


def _stretched(passphrase: str, head: bytes) -> bytes:
    figures = head[len(MAGIC) :]
    rounds, lanes, memory = (int.from_bytes(figures[start : start + 4], "big") for start in (0, 4, 8))
    if not (0 < rounds <= 16 and 0 < lanes <= 16 and 0 < memory <= 1 << 20):
        raise WrongPassphrase
    return Argon2id(salt=figures[12:28], length=32, iterations=rounds, lanes=lanes, memory_cost=memory).derive(passphrase.encode())


def _derived(secret: str, salt: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"Verbund draft\n" + purpose.encode()).derive(secret.encode())


def _written(code: bytes) -> str:
    number = int.from_bytes(code, "big")
    digits = [ALPHABET[number >> shift & 31] for shift in range(CODE_BYTES * 8 - 5, -1, -5)]
    return "-".join("".join(digits[start : start + 4]) for start in range(0, len(digits), 4))


def _plain(code: str) -> str:
    """Return the code without spaces and dashes, and with the letters that people misread put right."""
    return re.sub(r"[\s-]", "", code.upper()).translate(str.maketrans("OIL", "011"))
