"""The platform's three RSA signing keys, past, present and future; *present* signs, rotation shifts."""

from __future__ import annotations

import json
import threading
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from .jws import base64url


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One RSA key with its `kid`, a timestamp as in Canvas."""

    kid: str
    private: RSAPrivateKey

    def public_jwk(self) -> dict[str, str]:
        """The public half as RFC 7517 tells."""
        numbers = self.private.public_key().public_numbers()
        return {
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.kid,
            "n": base64url(numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8)),
            "e": base64url(numbers.e.to_bytes((numbers.e.bit_length() + 7) // 8)),
        }

    def public_pem(self) -> bytes:
        """The public half as PEM, the classic bait for HS256 confusion."""
        return self.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )


def new_key(at: datetime) -> SigningKey:
    """A fresh 2048-bit key named after its time."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return SigningKey(f"{at:%Y-%m-%dT%H:%M:%SZ}_{uuid.uuid4()}", private)


class KeyRing:
    """The three keys, kept in one JSON file."""

    def __init__(self, path: Path, now: datetime) -> None:
        self._path = path
        self._lock = threading.Lock()
        if path.exists():
            stored = json.loads(path.read_text(encoding="utf-8"))
            self._keys = [_from_stored(entry) for entry in stored]
        else:
            self._keys = [new_key(now) for _ in range(3)]
            self._save()

    @property
    def past(self) -> SigningKey:
        """Still published, signs no more."""
        return self._keys[0]

    @property
    def present(self) -> SigningKey:
        """Signs."""
        return self._keys[1]

    @property
    def future(self) -> SigningKey:
        """Published ahead of its use."""
        return self._keys[2]

    def public_set(self) -> dict[str, list[dict[str, str]]]:
        """The JSON Web Key Set."""
        return {"keys": [key.public_jwk() for key in self._keys]}

    def rotate(self, now: datetime) -> None:
        """Present becomes past, future becomes present, a new future comes."""
        with self._lock:
            self._keys = [self._keys[1], self._keys[2], new_key(now)]
            self._save()

    def replace_all(self, now: datetime) -> None:
        """Three new keys at once, as after a restore: no kid known to a tool stays valid."""
        with self._lock:
            self._keys = [new_key(now) for _ in range(3)]
            self._save()

    def _save(self) -> None:
        stored: list[dict[str, Any]] = [
            {"kid": key.kid, "pem": _private_pem(key.private)} for key in self._keys
        ]
        self._path.write_text(json.dumps(stored), encoding="utf-8")
        self._path.chmod(0o600)


def _private_pem(private: RSAPrivateKey) -> str:
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode("ascii")


def _from_stored(entry: dict[str, str]) -> SigningKey:
    # The file is our own; checking the primes again would cost 50 ms per key at each start.
    private = serialization.load_pem_private_key(
        entry["pem"].encode("ascii"), password=None, unsafe_skip_rsa_key_validation=True
    )
    if not isinstance(private, RSAPrivateKey):
        raise TypeError("the stored signing key is no RSA key")
    return SigningKey(entry["kid"], private)
