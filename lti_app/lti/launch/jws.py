"""Reading and verifying a signed token: RS256 in compact form, and nothing else.

Strict on purpose: exactly three base64url parts, header and payload JSON objects without duplicate keys,
`alg` exactly RS256. A key that the header itself offers (`jwk`, `jku`, `x5c`, `x5u`) is never looked at.
Source: RFC 7515 §3–5, RFC 8725 §3, 1EdTech Security Framework 1.0 §5.1.3.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from lti_app.errors import Problem

_COMPACT = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)")
_LONGEST_KID = 500
_PADDING, _DIGEST = PKCS1v15(), SHA256()


@dataclass(frozen=True)
class SignedToken:
    """A token taken apart; nothing in it can be believed before `verify` has passed."""

    kid: str
    payload: dict[str, Any]
    signed_bytes: bytes
    signature: bytes

    def verify(self, key: RSAPublicKey) -> None:
        """Pass if `key` made the signature. Raises Problem("token-signature")."""
        try:
            key.verify(self.signature, self.signed_bytes, _PADDING, _DIGEST)
        except InvalidSignature:
            raise Problem("token-signature") from None


def read_token(compact: str) -> SignedToken:
    """Take a compact token apart. Raises Problem: token-malformed, token-algorithm or token-key-unknown."""
    parts = _COMPACT.fullmatch(compact)
    if parts is None:
        raise Problem("token-malformed", "not three base64url parts")
    header = _object(_decoded(parts[1]), "header")
    if header.get("alg") != "RS256":
        raise Problem("token-algorithm")
    if "crit" in header or "b64" in header:
        raise Problem("token-malformed", "the header demands an extension")
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid or len(kid) > _LONGEST_KID:
        raise Problem("token-key-unknown", "the header names no key")
    payload = _object(_decoded(parts[2]), "payload")
    return SignedToken(kid, payload, compact.rpartition(".")[0].encode("ascii"), _decoded(parts[3]))


def _decoded(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        raise Problem("token-malformed", "no base64url") from None


def _object(data: bytes, what: str) -> dict[str, Any]:
    try:
        found = _JSON.decode(data.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Problem("token-malformed", f"the {what} is no clean JSON") from None
    if not isinstance(found, dict):
        raise Problem("token-malformed", f"the {what} is no JSON object")
    return found


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate key")
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


_JSON = json.JSONDecoder(object_pairs_hook=_without_duplicates, parse_constant=_refuse)
