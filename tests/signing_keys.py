"""Keys to sign with in tests: made once each, and as fast as they come."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path

import time_machine
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption, pkcs12
from cryptography.x509.oid import NameOID

from lti_app.certificates.keys import SigningKey, self_signed
from lti_app.clock import now

NAME = "Lunds universitet"
BEGAN_AT = now()  # the keys are kept, so they must not begin where a test has moved the clock to


@cache
def p256_key(name: str = NAME) -> SigningKey:
    """A P-256 key with a certificate of its own; another name gives another key."""
    return _by_itself(ec.generate_private_key(ec.SECP256R1()), name)


@cache
def rsa_key(name: str = NAME) -> SigningKey:
    """An RSA key, which takes a while to make."""
    return _by_itself(rsa.generate_private_key(public_exponent=65537, key_size=2048), name)


def _by_itself(private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, name: str) -> SigningKey:
    with time_machine.travel(BEGAN_AT, tick=False):
        return SigningKey(private, self_signed(private, name))


def stored(key: SigningKey, path: Path, passphrase: str = "") -> Path:
    """Write a key as an operator has it."""
    encryption = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(b"cim", key.private, key.certificate, key.chain, encryption)
    )
    return path


@cache
def certified_key() -> SigningKey:
    """A P-256 key as a university has it: with the certificate of the authority that certified it."""
    above, private = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "The tests' authority")])
    begins, ends = BEGAN_AT - timedelta(days=400), BEGAN_AT + timedelta(days=4000)
    root = (
        x509.CertificateBuilder(authority, authority, above.public_key(), x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(above, hashes.SHA256())
    )
    own = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, NAME)])
    certificate = (
        x509.CertificateBuilder(authority, own, private.public_key(), x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .sign(above, hashes.SHA256())
    )
    return SigningKey(private, certificate, (root,))
