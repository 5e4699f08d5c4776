"""Bytes as text in the family of Verifiable Credentials: base58btc and base64url, each with its letter.

Source: W3C Controlled Identifiers 1.0 §2.4 (Multibase) and §2.2.2 (Multikey).
"""

from __future__ import annotations

import base64

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519_PUBLIC = b"\xed\x01"  # the multicodec prefix


def base58btc(data: bytes) -> str:
    """`z` and the number in base 58; each leading zero byte is a 1."""
    number, digits = int.from_bytes(data, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        digits = _BASE58[rest] + digits
    return "z" + "1" * (len(data) - len(data.lstrip(b"\0"))) + digits


def base64url(data: bytes) -> str:
    """`u` and base64url without padding."""
    return "u" + base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def multikey(ed25519_public: bytes) -> str:
    """A public Ed25519 key of 32 bytes as `publicKeyMultibase`; it begins with z6Mk."""
    return base58btc(_ED25519_PUBLIC + ed25519_public)
