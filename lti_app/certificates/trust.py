"""Which certificates of signing keys count: this installation's own, and those of earlier keys.

What a key signed stays verifiable for as long as its certificate is kept. A file of certificates may begin
with a line that says since when their keys are compromised: what such a key signed counts only if a timestamp
proves that it was before, and no other certificate of the same key is better. Beside them lie the root
certificates of timestamp authorities.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from cryptography import x509

from lti_app.certificates.keys import NoSigningKey, SigningKey, public_key_of, signing_key
from lti_app.settings import Settings
from lti_app.storage.local import flush_folder

_ENDINGS = {".pem", ".crt", ".cer", ".der"}
_PEM = b"-----BEGIN CERTIFICATE-----"
_MOST_BYTES = 1_000_000
_COMPROMISED = "Compromised since: "
_MARK = re.compile(rb"^Compromised since: (\S+)\s", re.MULTILINE)


class TrustUnreadable(ValueError):  # noqa: N818 (says what is unreadable)
    """What should be certificates cannot be read; the message is for the operator."""


class Trust(NamedTuple):
    """The certificates that count, and since when some of their keys, by `public_key_of`, are compromised."""

    certificates: tuple[x509.Certificate, ...]
    compromised: Mapping[bytes, datetime]


def trust_of(settings: Settings) -> Trust:
    """Everything that counts. Raises TrustUnreadable."""
    kept = trust_in(Path(settings.signing_trust)) if settings.signing_trust else Trust((), {})
    try:
        return Trust((signing_key(settings).certificate, *kept.certificates), kept.compromised)
    except NoSigningKey:
        return kept  # a server that only verifies needs no key


def usable_key(settings: Settings) -> SigningKey:
    """The key of this installation, if it may sign. Raises NoSigningKey."""
    key = signing_key(settings)
    try:
        compromised = trust_of(settings).compromised
    except TrustUnreadable as error:
        raise NoSigningKey(str(error)) from error
    if public_key_of(key.certificate) in compromised:
        raise NoSigningKey("The signing key is marked as compromised; set another one.")
    return key


def trust_in(place: Path) -> Trust:
    """The certificates in a file, or in the files of a folder (PEM or DER). Raises TrustUnreadable."""
    certificates: list[x509.Certificate] = []
    compromised: dict[bytes, datetime] = {}
    try:
        for file in _files(place):
            read, since = _read(file)
            certificates += read
            if since:
                for key in map(public_key_of, read):
                    compromised[key] = min(compromised.get(key, since), since)
    except OSError as error:
        raise TrustUnreadable(f"{place} cannot be read: {error.strerror}.") from error
    return Trust(tuple(certificates), compromised)


def mark_compromised(settings: Settings, file: Path, at: datetime) -> datetime:
    """Say in a file of certificates (PEM) since when their keys are compromised; that moment, then.

    Marked again, the earlier moment stays. Raises TrustUnreadable, also for a file that CIM_SIGNING_TRUST
    does not name: its mark would count nowhere.
    """
    try:
        if not any(each.samefile(file) for each in _named(settings)):
            raise TrustUnreadable(f"{file} is not among the files that CIM_SIGNING_TRUST names.")
        stored = file.read_bytes()
        if _PEM not in stored:
            raise TrustUnreadable(f"{file} holds no certificate in PEM form.")
        _, marked = _read(file)
        since = min(marked or at, at)
    except OSError as error:
        raise TrustUnreadable(f"{file} cannot be read: {error.strerror}.") from error
    try:
        _replace(file, f"{_COMPROMISED}{since.isoformat()}\n".encode() + _MARK.sub(b"", stored))
    except OSError as error:
        raise TrustUnreadable(
            f"{file} cannot be exchanged: {error.strerror}. Its folder must be writable, and the file no "
            "mount of its own."
        ) from error
    return since


def _replace(file: Path, content: bytes) -> None:
    """Exchange a file's content in one step: whoever reads it meanwhile, or after a power failure, reads the
    old one or the new one, whole.
    """
    there = file.resolve()  # a link stays one
    descriptor, fresh = tempfile.mkstemp(dir=there.parent, prefix=f".{there.name}.")
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(descriptor)
        kept = there.stat()
        os.chmod(fresh, kept.st_mode)
        with contextlib.suppress(PermissionError):  # only root gives files away
            os.chown(fresh, kept.st_uid, kept.st_gid)
        os.replace(fresh, there)
    except BaseException:
        Path(fresh).unlink(missing_ok=True)
        raise
    flush_folder(there.parent)


def _named(settings: Settings) -> Iterable[Path]:
    return _files(Path(settings.signing_trust)) if settings.signing_trust else ()


def _files(place: Path) -> list[Path]:
    """The file itself, or those of a folder that can hold certificates."""
    if not place.is_dir():
        return [place]
    return sorted(each for each in place.iterdir() if each.suffix.lower() in _ENDINGS)


def _read(file: Path) -> tuple[list[x509.Certificate], datetime | None]:
    with file.open("rb") as opened:
        stored = opened.read(_MOST_BYTES)
    try:
        if _PEM not in stored:
            return [x509.load_der_x509_certificate(stored)], None
        marked = _MARK.search(stored)
        since = datetime.fromisoformat(marked[1].decode()) if marked else None
        if since and since.tzinfo is None:
            raise TrustUnreadable(f"{file} says since when its key is compromised, but in no time zone.")
        return x509.load_pem_x509_certificates(stored), since
    except TrustUnreadable:
        raise
    except ValueError as error:
        raise TrustUnreadable(f"{file} holds no certificate.") from error
