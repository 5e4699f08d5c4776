"""What lies encrypted in the database: sealed under CIM_SECRET_KEY, for one purpose each.

The key is derived (HKDF-SHA256) from the secret and the purpose: what was sealed for one can be opened
for no other; the cipher is Fernet. Whose keys those are is the business of the rooms above.
"""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def seal(secret_key: str, purpose: str, plain: bytes) -> str:
    """Encrypt for the database, as text."""
    return _cipher(secret_key, purpose).encrypt(plain).decode("ascii")


def unseal(secret_key: str, purpose: str, sealed: str) -> bytes | None:
    """What was sealed; None when that was with another secret, for another purpose, or not at all."""
    try:
        return _cipher(secret_key, purpose).decrypt(sealed.encode("ascii"))
    except (InvalidToken, UnicodeEncodeError):
        return None


@lru_cache(maxsize=8)
def _cipher(secret_key: str, purpose: str) -> Fernet:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=f"cim: {purpose} at rest".encode())
    return Fernet(base64.urlsafe_b64encode(derived.derive(secret_key.encode())))
