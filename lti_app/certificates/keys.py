"""The key that certificates are signed with: read once per process, or made for development.

A PKCS#12 file holds key, certificate and chain. Without one, a development tool makes its own under the data
folder and keeps it; its certificate's subject says DEVELOPMENT, and so does every page signed with it.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, pkcs12
from cryptography.x509.oid import NameOID

from lti_app.certificates.purposes import why_not_for_signing
from lti_app.clock import now
from lti_app.settings import Settings

DEVELOPMENT = "CIM DEVELOPMENT – proves nothing"
SPECIMEN = "CIM SPECIMEN – proves nothing"

MOST_ABOVE = 4  # certificates above that of a key; there are hardly more than two
_DEVELOPMENT_FILE = "development-signing.p12"
_FEWEST_RSA_BITS = 2048
_DEVELOPMENT_DAYS = 3650


class NoSigningKey(Exception):  # noqa: N818 (says what is missing)
    """Certificates cannot be signed; the message is one sentence for the operator."""


@dataclass(frozen=True, eq=False)
class SigningKey:
    """A private key with its certificate and the certificates above that, upwards, without the root."""

    private: EllipticCurvePrivateKey | RSAPrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()
    is_development: bool = False


def signing_key(settings: Settings) -> SigningKey:
    """The key of this installation. Raises NoSigningKey, also when its certificate has ended."""
    if settings.signing_pkcs12:
        return _in_time(_loaded(settings.signing_pkcs12, settings.signing_passphrase))
    if settings.development:
        return _in_time(_development(settings.var_dir))
    raise NoSigningKey(
        "CIM_SIGNING_PKCS12 is not set: certificates are signed with the key and certificate in that file."
    )


def _in_time(key: SigningKey) -> SigningKey:
    ends_at = key.certificate.not_valid_after_utc
    if not key.certificate.not_valid_before_utc <= now() <= ends_at:
        raise NoSigningKey(
            f"The certificate of the signing key does not hold now; it ends {ends_at:%Y-%m-%d}."
        )
    return key


@lru_cache(maxsize=4)
def _loaded(path: str, passphrase: str) -> SigningKey:
    try:
        stored = Path(path).read_bytes()
    except OSError as error:
        raise NoSigningKey(f"CIM_SIGNING_PKCS12: {path} cannot be read: {error.strerror}.") from error
    try:
        read = pkcs12.load_pkcs12(stored, passphrase.encode() or None)
    except ValueError as error:
        raise NoSigningKey(
            f"CIM_SIGNING_PKCS12: {path} is no PKCS#12 file, or CIM_SIGNING_PASSPHRASE does not open it."
        ) from error
    private, certificate = read.key, read.cert
    if private is None or certificate is None:
        raise NoSigningKey(f"CIM_SIGNING_PKCS12: {path} needs a private key and its certificate.")
    match private:
        case EllipticCurvePrivateKey() if isinstance(private.curve, SECP256R1):
            pass
        case RSAPrivateKey() if private.key_size >= _FEWEST_RSA_BITS:
            pass
        case _:
            raise NoSigningKey(
                f"CIM_SIGNING_PKCS12: {path} must hold a P-256 key or an RSA key of at least "
                f"{_FEWEST_RSA_BITS} bits."
            )
    if reason := why_not_for_signing(as_asn1(certificate.certificate)):
        raise NoSigningKey(
            f"CIM_SIGNING_PKCS12: {path} holds a certificate that is not for signing documents: {reason}."
        )
    beside = [each.certificate for each in read.additional_certs]
    return SigningKey(private, certificate.certificate, _chain(certificate.certificate, beside))


def _chain(certificate: x509.Certificate, beside: Sequence[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """Those on the way up. A root proves nothing to who does not know it; nor does what certifies others."""
    chain = [certificate]
    while len(chain) <= MOST_ABOVE:
        above = (each for each in beside if each not in chain and _has_certified(each, chain[-1]))
        found = next(above, None)
        if found is None or found.subject == found.issuer:
            break
        chain.append(found)
    return tuple(chain[1:])


def _has_certified(above: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(above)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


@lru_cache(maxsize=4)
def _development(var_dir: str) -> SigningKey:
    path = Path(var_dir) / _DEVELOPMENT_FILE
    try:
        if not path.exists():
            _make(path)
        stored = path.read_bytes()
    except OSError as error:
        raise NoSigningKey(f"The development key {path} cannot be kept: {error.strerror}.") from error
    private, certificate, _ = pkcs12.load_key_and_certificates(stored, None)
    if not isinstance(private, EllipticCurvePrivateKey) or certificate is None:
        raise NoSigningKey(f"The development key {path} is not one; delete it.")
    return SigningKey(private, certificate, is_development=True)


def _make(path: Path) -> None:
    """Make the key; when two processes do so at once, the one that comes first stays."""
    private = generate_private_key(SECP256R1())
    stored = pkcs12.serialize_key_and_certificates(
        None, private, self_signed(private, DEVELOPMENT), None, NoEncryption()
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    fresh.touch(0o600)
    fresh.write_bytes(stored)
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def specimen_key() -> SigningKey:
    """A key for one specimen, forgotten afterwards: the real one must never sign what is not true."""
    private = generate_private_key(SECP256R1())
    return SigningKey(private, self_signed(private, SPECIMEN))


def as_asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    """The same certificate, as pyHanko knows them."""
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def public_key_of(certificate: x509.Certificate) -> bytes:
    """The public key in DER: what certificates of the same key have in common."""
    key: bytes = as_asn1(certificate).public_key.dump()
    return key


def self_signed(private: EllipticCurvePrivateKey | RSAPrivateKey, name: str) -> x509.Certificate:
    """A certificate of a key for itself, from yesterday on: enough to try things with."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=_DEVELOPMENT_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(private, hashes.SHA256())
    )
