"""Bytes and public keys as text, the ways credentials and their keys are written.

Source: W3C Controlled Identifiers 1.0 §2.4 (Multibase) and §2.2.2 (Multikey), RFC 8037 (Ed25519 as JSON Web
Key), RFC 7638 (its thumbprint).
"""

from __future__ import annotations

import base64
import hashlib
import json

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519_PUBLIC = b"\xed\x01"  # the multicodec prefix


def base64url(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def base58btc(data: bytes) -> str:
    """Multibase: `z` and the number in base 58; each leading zero byte is a 1."""
    number, digits = int.from_bytes(data, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        digits = _BASE58[rest] + digits
    return "z" + "1" * (len(data) - len(data.lstrip(b"\0"))) + digits


def multikey(public: bytes) -> str:
    """An Ed25519 key's 32 public bytes as `publicKeyMultibase`; it begins with z6Mk."""
    return base58btc(_ED25519_PUBLIC + public)


def jwk(public: bytes) -> dict[str, str]:
    """The same as JSON Web Key: the members that its thumbprint covers, in their order."""
    return {"crv": "Ed25519", "kty": "OKP", "x": base64url(public)}


def thumbprint(public: bytes) -> str:
    """The base64url SHA-256 of the JSON Web Key, by which it is named."""
    canonical = json.dumps(jwk(public), separators=(",", ":")).encode()
    return base64url(hashlib.sha256(canonical).digest())
