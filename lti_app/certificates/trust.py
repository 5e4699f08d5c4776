"""Which certificates of signing keys count: this installation's own, and those of earlier keys.

What a key signed stays verifiable for as long as its certificate is kept; taking it out is how a key that was
stolen stops counting. Beside them lie the root certificates of timestamp authorities.
"""

from __future__ import annotations

from pathlib import Path

from cryptography import x509

from lti_app.certificates.keys import NoSigningKey, signing_key
from lti_app.settings import Settings

_ENDINGS = {".pem", ".crt", ".cer", ".der"}
_PEM = b"-----BEGIN CERTIFICATE-----"
_MOST_BYTES = 1_000_000


class TrustUnreadable(ValueError):  # noqa: N818 (says what is unreadable)
    """What should be certificates cannot be read; the message is for the operator."""


def trust_of(settings: Settings) -> tuple[x509.Certificate, ...]:
    """Everything that counts. Raises TrustUnreadable."""
    kept = certificates_in(Path(settings.signing_trust)) if settings.signing_trust else ()
    try:
        return (signing_key(settings).certificate, *kept)
    except NoSigningKey:
        return kept  # a server that only verifies needs no key


def certificates_in(place: Path) -> tuple[x509.Certificate, ...]:
    """The certificates in a file, or in the files of a folder (PEM or DER). Raises TrustUnreadable."""
    try:
        files = sorted(place.iterdir()) if place.is_dir() else [place]
        chosen = [each for each in files if each == place or each.suffix.lower() in _ENDINGS]
        return tuple(certificate for each in chosen for certificate in _read(each))
    except OSError as error:
        raise TrustUnreadable(f"{place} cannot be read: {error.strerror}.") from error


def _read(file: Path) -> list[x509.Certificate]:
    with file.open("rb") as opened:
        stored = opened.read(_MOST_BYTES)
    try:
        if _PEM in stored:
            return x509.load_pem_x509_certificates(stored)
        return [x509.load_der_x509_certificate(stored)]
    except ValueError as error:
        raise TrustUnreadable(f"{file} holds no certificate.") from error
