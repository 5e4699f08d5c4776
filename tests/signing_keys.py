"""Keys to sign with in tests: made once each, and as fast as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterable
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
_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)
_SIGNS, _CERTIFIES = ("digital_signature", "content_commitment"), ("key_cert_sign", "crl_sign")


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
    return _certified(p256_key("certified"), p256_key("authority"))


@cache
def chained_key(make: Callable[[str], SigningKey] = p256_key) -> SigningKey:
    """A key, P-256 or RSA, with three authorities above it, the last of which is the root."""
    return _certified(*map(make, ("chained", "issuing", "policy", "root")))


def key_for(
    usage: Iterable[str] | None,
    purposes: Iterable[x509.ObjectIdentifier] | None,
    *,
    is_critical: bool = True,
    is_authority: bool = False,
    beside: Iterable[x509.ExtensionType] = (),
) -> SigningKey:
    """A P-256 key whose certificate, by p256_key("authority"), says what it is for; None says nothing."""
    own, above = p256_key("for something"), p256_key("authority")
    extensions: list[x509.ExtensionType] = [x509.BasicConstraints(ca=is_authority, path_length=None), *beside]
    if usage is not None:
        extensions.append(_usage(usage))
    if purposes is not None:
        extensions.append(x509.ExtendedKeyUsage(purposes))
    made = x509.CertificateBuilder(
        above.certificate.subject, _name_of(NAME), own.private.public_key(), x509.random_serial_number()
    )
    made = made.not_valid_before(BEGAN_AT - timedelta(days=400))
    made = made.not_valid_after(BEGAN_AT + timedelta(days=4000))
    for each in extensions:
        made = made.add_extension(each, critical=is_critical)
    return SigningKey(own.private, made.sign(above.private, hashes.SHA256()))


def _certified(own: SigningKey, *authorities: SigningKey) -> SigningKey:
    """The same key with the certificates above it: by each authority for the one below, last for itself."""
    names = [
        x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, NAME)]),
        *(_name_of(f"The tests' authority {place}") for place in range(len(authorities))),
    ]
    held, by = (own, *authorities), (*authorities, authorities[-1])
    certificates = [
        x509.CertificateBuilder(
            names[min(place + 1, len(authorities))],
            names[place],
            held[place].private.public_key(),
            x509.random_serial_number(),
        )
        .not_valid_before(BEGAN_AT - timedelta(days=400))
        .not_valid_after(BEGAN_AT + timedelta(days=4000))
        .add_extension(x509.BasicConstraints(ca=place > 0, path_length=None), critical=True)
        .add_extension(_usage(_CERTIFIES if place else _SIGNS), critical=True)
        .sign(by[place].private, hashes.SHA256())
        for place in range(len(held))
    ]
    return SigningKey(own.private, certificates[0], tuple(certificates[1:]))


def _name_of(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _usage(of: Iterable[str]) -> x509.KeyUsage:
    return x509.KeyUsage(**{name: name in of for name in _USAGES})
