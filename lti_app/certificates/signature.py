"""Signing a finished certificate: PAdES B-B, with a timestamp B-T (ETSI EN 319 142-1), over the whole file.

It is a certification signature that allows no change (ISO 32000-1 §12.8.2.2). pyHanko writes it as an
increment; two things that it would add are kept out, because PDF/A-3 does not allow them: a rewritten XMP
packet (without the description of the pdfuaid schema) and, for P-256, version 2.0 with an extension.
"""

from __future__ import annotations

import io
import re
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from lti_app.certificates.keys import SigningKey, as_asn1
from lti_app.certificates.pdf import SIGNATURE_FIELD, is_doubtful
from lti_app.certificates.timestamps import DIGEST, TimestampUnavailable

_ROOM = re.compile(rb"/Contents <([0-9a-fA-F]+)>")


def sign(pdf: bytes, key: SigningKey, *, timestamps: TimeStamper | None = None) -> bytes:
    """Sign a finished certificate; nothing may be saved to it afterwards. Raises TimestampUnavailable."""
    signer = _signer(key)
    reserved = None if timestamps else signer.reserved
    while True:
        signed = _signed(pdf, signer, timestamps, reserved)
        room = _room_of(signed, len(pdf))
        if not is_doubtful(signed, len(pdf)):
            break
        reserved = room + 2
    if timestamps is None:
        signer.reserved = room
    return signed


def _room_of(signed: bytes, start: int) -> int:
    found = _ROOM.search(signed, start)
    if found is None:
        raise SigningError("no signature was written")
    return len(found[1])


def _signed(pdf: bytes, signer: _KeptSigner, timestamps: TimeStamper | None, reserved: int | None) -> bytes:
    meta = PdfSignatureMetadata(
        field_name=SIGNATURE_FIELD,
        md_algorithm=DIGEST,
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    signing = _PlainPdfSigner(meta, signer=signer, timestamper=timestamps)
    try:
        signed = signing.sign_pdf(
            _Increment(io.BytesIO(pdf)), existing_fields_only=True, bytes_reserved=reserved
        )
    except TimestampRequestError as error:
        raise TimestampUnavailable(str(error)) from error
    except SigningError as error:
        if timestamps is None:
            raise
        raise TimestampUnavailable(str(error)) from error
    return bytes(signed.getvalue())


class _Increment(IncrementalPdfFileWriter):
    def _update_meta(self) -> None:
        """Leave Info and XMP as they are: they say the same and are complete."""


class _PlainPdfSigner(PdfSigner):
    def register_extensions(self, pdf_out: BasePdfFileWriter, *, md_algorithm: str) -> None:
        """Register none: the file stays PDF 1.7, and any reader of PAdES knows what it needs."""


class _KeptSigner(Signer):
    """Signs with a key object that stays: parsing it anew each time would cost more than signing.

    `reserved` is how many hexadecimal digits a signature without a timestamp is given, once that is known.
    """

    reserved: int | None = None

    def __init__(self, key: SigningKey) -> None:
        certificates = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        certificates.register_multiple(map(as_asn1, key.chain))
        super().__init__(signing_cert=as_asn1(key.certificate), cert_registry=certificates)
        self._private = key.private

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if isinstance(self._private, EllipticCurvePrivateKey):
            return self._private.sign(data, ECDSA(hashes.SHA256()))
        return self._private.sign(data, PKCS1v15(), hashes.SHA256())


@lru_cache(maxsize=4)
def _signer(key: SigningKey) -> _KeptSigner:
    return _KeptSigner(key)
