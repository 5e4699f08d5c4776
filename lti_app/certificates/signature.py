"""Signing a finished certificate: PAdES B-B, with a timestamp B-T (ETSI EN 319 142-1), over the whole file.

It is a certification signature that allows no change (ISO 32000-1 §12.8.2.2). pyHanko writes it as an
increment; two things that it would add are kept out, because PDF/A-3 does not allow them: a rewritten XMP
packet (without the description of the pdfuaid schema) and, for P-256, version 2.0 with an extension.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from asn1crypto import tsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.attributes import (
    CMSAttributeProvider,
    SignedAttributeProviderSpec,
    SigningCertificateV2Provider,
)
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError, as_signing_certificate_v2
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


class _Attributes(SignedAttributeProviderSpec):
    """What PAdES has signed beside the file, with the whole chain: only so is it protected, too."""

    def __init__(self, certificate: x509.Certificate, chain: Sequence[x509.Certificate]) -> None:
        self._named = _Named(certificate, chain)

    def signed_attr_providers(
        self, data_digest: bytes, digest_algorithm: str
    ) -> Iterable[CMSAttributeProvider]:
        return [self._named]


class _Named(SigningCertificateV2Provider):
    """The signer's certificate first, then those above it by their hashes (RFC 5035 §3)."""

    def __init__(self, certificate: x509.Certificate, chain: Sequence[x509.Certificate]) -> None:
        super().__init__(certificate)
        named = as_signing_certificate_v2(certificate)
        certs = [*named["certs"], *(tsp.ESSCertIDv2({"cert_hash": each.sha256}) for each in chain)]
        self._der = tsp.SigningCertificateV2({"certs": certs}).dump()

    async def build_attr_value(self, dry_run: bool = False) -> tsp.SigningCertificateV2:
        return tsp.SigningCertificateV2.load(self._der)  # encoding anew what was put together is slow


class _KeptSigner(Signer):
    """Signs with a key object that stays: parsing it anew each time would cost more than signing.

    `reserved` is how many hexadecimal digits a signature without a timestamp is given, once that is known.
    """

    reserved: int | None = None

    def __init__(self, key: SigningKey) -> None:
        certificate, chain = as_asn1(key.certificate), [as_asn1(each) for each in key.chain]
        certificates = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        certificates.register_multiple(chain)
        super().__init__(signing_cert=certificate, cert_registry=certificates)
        if chain:
            self.signed_attr_prov_spec = _Attributes(certificate, chain)
        self._private = key.private

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if isinstance(self._private, EllipticCurvePrivateKey):
            return self._private.sign(data, ECDSA(hashes.SHA256()))
        return self._private.sign(data, PKCS1v15(), hashes.SHA256())


@lru_cache(maxsize=4)
def _signer(key: SigningKey) -> _KeptSigner:
    return _KeptSigner(key)
