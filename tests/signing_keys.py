"""Keys to sign with in tests: made once each, and as fast as they come."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption, pkcs12

from lti_app.certificates.keys import SigningKey, self_signed

NAME = "Lunds universitet"


@cache
def p256_key(name: str = NAME) -> SigningKey:
    """A P-256 key with a certificate of its own; another name gives another key."""
    private = ec.generate_private_key(ec.SECP256R1())
    return SigningKey(private, self_signed(private, name))


@cache
def rsa_key(name: str = NAME) -> SigningKey:
    """An RSA key, which takes a while to make."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return SigningKey(private, self_signed(private, name))


def stored(key: SigningKey, path: Path, passphrase: str = "") -> Path:
    """Write a key as an operator has it."""
    encryption = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(b"cim", key.private, key.certificate, None, encryption)
    )
    return path
