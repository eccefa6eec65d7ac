"""Files locked with a passphrase: scrypt makes the key, AES-256-GCM seals chunk after chunk.

Layout: MAGIC, 16 bytes of salt, then chunks of 4 bytes length and the sealed bytes. The nonce of a chunk is its number; the last one
is marked in what is authenticated, so that nothing can be cut off, swapped or put in unseen.
"""

import io
import os
import struct
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from typing_extensions import Buffer

MAGIC = b"VERBUND-LOCKED-1\n"
CHUNK = 1 << 20
SALT = 16


class WrongKey(ValueError):
    """The passphrase does not fit the file, or the file was changed."""

    def __init__(self) -> None:
        super().__init__("The backup key does not fit this file, or the file is damaged.")


class LockingWriter(io.RawIOBase):
    """Write bytes that only the passphrase opens again; complete when closed."""

    def __init__(self, target: BinaryIO, passphrase: str) -> None:
        super().__init__()
        salt = os.urandom(SALT)
        self._target = target
        self._cipher = _cipher(passphrase, salt)
        self._number = 0
        self._waiting = bytearray()
        target.write(MAGIC + salt)

    def writable(self) -> bool:
        """Say that this is for writing."""
        return True

    def write(self, data: Buffer, /) -> int:
        """Take bytes, and pass on what fills a chunk."""
        view = bytes(data)
        self._waiting += view
        while len(self._waiting) > CHUNK:  # one byte at least stays for the last chunk
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(view)

    def close(self) -> None:
        """Seal the last chunk."""
        if not self.closed:
            self._seal(bytes(self._waiting), last=True)
            super().close()

    def _seal(self, plain: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number), plain, _mark(last=last))
        self._target.write(struct.pack(">I", len(sealed)) + sealed)
        self._number += 1


def is_locked(source: BinaryIO) -> bool:
    """Tell whether a file was locked, and leave it at its beginning."""
    source.seek(0)
    found = source.read(len(MAGIC)) == MAGIC
    source.seek(0)
    return found


def unlock(source: BinaryIO, target: BinaryIO, passphrase: str) -> None:
    """Copy a locked file in the clear; raise WrongKey before any byte that cannot be trusted is written."""
    source.seek(len(MAGIC))
    cipher = _cipher(passphrase, source.read(SALT))
    number, sealed = 0, _chunk(source)
    while sealed is not None:
        following = _chunk(source)
        try:
            target.write(cipher.decrypt(_nonce(number), sealed, _mark(last=following is None)))
        except InvalidTag:
            raise WrongKey from None
        number, sealed = number + 1, following
    if number == 0:
        raise WrongKey


def _chunk(source: BinaryIO) -> bytes | None:
    length = source.read(4)
    return source.read(struct.unpack(">I", length)[0]) if len(length) == 4 else None


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _mark(*, last: bool) -> bytes:
    return b"last" if last else b"more"


def _cipher(passphrase: str, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=1 << 15, r=8, p=1).derive(passphrase.encode()))
