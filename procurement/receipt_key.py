"""The key that signs receipts: made from the secret of this installation, so that no backup of the database can forge one."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app


def receipt_keys() -> tuple[bytes, bytes]:
    """Return the private and the public half."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    private = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"Verbund receipts 1").derive(secret)
    return private, Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
