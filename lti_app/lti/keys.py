"""The tool's own RSA keys: made on first need, encrypted at rest, loaded once per process.

The private part is stored as PEM under a Fernet key derived (HKDF) from CIM_SECRET_KEY. Loading one costs
some 40 ms, signing with a loaded one 0.3 ms, hence the cache; it is keyed by the stored text, so a key that
another process makes or rotates is seen at once. What platforms sign is checked by `lti/platform_keys.py`.
Source: RFC 7517 (JWK), RFC 7638 (thumbprint as `kid`), 1EdTech Security Framework 1.0 §6.
"""

from __future__ import annotations

import base64
import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lti_app.db import Database
from lti_app.errors import Problem
from lti_app.lti.models import KeyState, ToolKey
from lti_app.settings import Settings

KEY_SIZE_BITS = 2048


@dataclass(frozen=True)
class SigningKey:
    """A loaded private key and the `kid` that names it in a JWT header."""

    kid: str
    private_key: RSAPrivateKey


def current_key(db: Database, settings: Settings) -> SigningKey:
    """The key that the tool signs with, made if there is none yet.

    Opens short sessions of its own, so call it outside of any: a second writer would wait for the first.
    Raises Problem("not-ready") when CIM_SECRET_KEY is not the one the key was stored with.
    """
    with db.reading() as session:
        row = _current_row(session)
    if row is None:
        row = _make_first(db, settings)
    return SigningKey(row.kid, _loaded(row.encrypted_pem, settings.secret_key))


def published_keys(db: Database, settings: Settings) -> dict[str, list[dict[str, str]]]:
    """The tool's JSON Web Key Set: the public parts of all its keys. Raises as `current_key`."""
    current_key(db, settings)
    with db.reading() as session:
        rows = session.scalars(select(ToolKey).order_by(ToolKey.created_at)).all()
    loaded = [(row.kid, _loaded(row.encrypted_pem, settings.secret_key)) for row in rows]
    return {
        "keys": [{"kid": kid, "use": "sig", "alg": "RS256", **_public_members(key)} for kid, key in loaded]
    }


def _current_row(session: Session) -> ToolKey | None:
    return session.scalars(select(ToolKey).where(ToolKey.state == KeyState.CURRENT)).one_or_none()


def _make_first(db: Database, settings: Settings) -> ToolKey:
    """Make and store a key, unless another process was faster: the index on the current one lets one win."""
    fresh = rsa.generate_private_key(public_exponent=65537, key_size=KEY_SIZE_BITS)
    pem = fresh.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    stored = _cipher(settings.secret_key).encrypt(pem).decode("ascii")
    with suppress(IntegrityError), db.writing() as session:
        session.add(ToolKey(kid=_thumbprint(fresh), encrypted_pem=stored, state=KeyState.CURRENT))
    with db.reading() as session:
        row = _current_row(session)
    if row is None:
        raise Problem("not-ready", "the tool's key was neither stored nor found")
    return row


@lru_cache(maxsize=16)
def _loaded(encrypted_pem: str, secret_key: str) -> RSAPrivateKey:
    try:
        pem = _cipher(secret_key).decrypt(encrypted_pem.encode("ascii"))
    except InvalidToken:
        raise Problem("not-ready", "the tool's key was stored with another CIM_SECRET_KEY") from None
    key = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(key, RSAPrivateKey):
        raise Problem("not-ready", "the tool's key is no RSA key")
    return key


def _cipher(secret_key: str) -> Fernet:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"cim: tool keys at rest")
    return Fernet(base64.urlsafe_b64encode(derived.derive(secret_key.encode())))


def _public_members(key: RSAPrivateKey) -> dict[str, str]:
    numbers = key.public_key().public_numbers()
    return {"kty": "RSA", "n": _base64url(numbers.n), "e": _base64url(numbers.e)}


def _thumbprint(key: RSAPrivateKey) -> str:
    """The base64url SHA-256 of the key's required members in alphabetical order (RFC 7638 §3)."""
    canonical = json.dumps(_public_members(key), sort_keys=True, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(hashlib.sha256(canonical).digest()).rstrip(b"=").decode("ascii")


def _base64url(number: int) -> str:
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
