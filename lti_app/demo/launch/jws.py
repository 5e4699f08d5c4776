"""Writes JSON Web Signatures byte by byte, so that wrong ones can be made on purpose; reads nothing.

Source: RFC 7515 (compact serialization), RFC 7518 §3 (algorithms).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "RS256": hashes.SHA256(),
    "RS384": hashes.SHA384(),
    "RS512": hashes.SHA512(),
}


def base64url(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def sign(
    payload: Mapping[str, Any] | bytes,
    *,
    key: RSAPrivateKey | bytes | None,
    algorithm: str = "RS256",
    headers: Mapping[str, Any] | None = None,
) -> str:
    """A compact JWS over claims or raw bytes.

    `RS256`/`RS384`/`RS512` take an RSA key, `HS256` bytes, `none` nothing. Headers with value None are left
    out.
    """
    given = {"typ": "JWT", "alg": algorithm, **(headers or {})}
    header = json.dumps({name: value for name, value in given.items() if value is not None}).encode()
    body = payload if isinstance(payload, bytes) else json.dumps(payload, ensure_ascii=False).encode()
    message = f"{base64url(header)}.{base64url(body)}"
    return f"{message}.{base64url(_signature(message.encode(), key, algorithm))}"


def _signature(message: bytes, key: RSAPrivateKey | bytes | None, algorithm: str) -> bytes:
    if algorithm == "none":
        return b""
    if algorithm == "HS256" and isinstance(key, bytes):
        return hmac.new(key, message, hashlib.sha256).digest()
    if algorithm in _HASHES and isinstance(key, RSAPrivateKey):
        return key.sign(message, padding.PKCS1v15(), _HASHES[algorithm])
    raise ValueError(f"no way to sign {algorithm} with {type(key).__name__}")
