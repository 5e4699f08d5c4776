"""Whether a file is a certificate as it was signed: by whom, when, unchanged, whole, by a key that counts.

The PDF is not parsed: a signature that covers the whole file covers every object in it, so that nothing else
can matter; `signed_bytes.py` finds it. Not here: whether the certificate was revoked, which only the tool's
database knows. Source: RFC 5652.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from itertools import islice
from typing import Any

from asn1crypto import cms, tsp
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms
from pyhanko.sign.validation.status import StandardCMSSignatureStatus
from pyhanko_certvalidator import ValidationContext

from lti_app.certificates.keys import DEVELOPMENT, MOST_ABOVE, as_asn1, public_key_of
from lti_app.certificates.signed_bytes import Signature, claimed_time, signature_in

MOST_BYTES = 20_000_000

# What it cannot trust is a finding here; its log would also name who signed.
logging.getLogger("pyhanko.sign.validation").setLevel(logging.CRITICAL)

# Ways from one certificate to a trusted one grow with the factorial of those that say the same name. A
# timestamp authority sends its own and up to four above it, and so do we.
_MOST_CERTIFICATES = 1 + MOST_ABOVE
_NAMING = "signing_certificate_v2"
_SIGNED_ATTRIBUTES = {"content_type", "message_digest", _NAMING}


class Finding(StrEnum):
    """What is to be said of a file, in one word."""

    VALID = "valid"
    DEVELOPMENT = "development"
    UNTRUSTED = "untrusted"
    COMPROMISED = "compromised"
    EXTENDED = "extended"
    CHANGED = "changed"
    NOT_SIGNED = "not_signed"
    TOO_LARGE = "too_large"


_WHOLE = {Finding.VALID, Finding.DEVELOPMENT}
_NONE: Mapping[bytes, datetime] = {}


@dataclass(frozen=True)
class Verdict:
    """What was found. `signed_at` is proved only if `is_timestamped`, otherwise as the signer says.

    `has_trusted_certificate` says that the signature carries the certificate of a key that is trusted,
    whatever it is worth: without it, a file that counts for changed need never have been one of ours.
    """

    finding: Finding
    signed_by: str = ""
    signed_at: datetime | None = None
    is_timestamped: bool = False
    is_intact: bool = False
    covers_whole_file: bool = False
    is_trusted: bool = False
    has_trusted_certificate: bool = False

    @property
    def is_valid(self) -> bool:
        """Whether the file is whole, unchanged, and signed with a key that counts."""
        return self.finding is Finding.VALID


def verify(
    pdf: bytes, trust: Sequence[Certificate], compromised: Mapping[bytes, datetime] = _NONE
) -> Verdict:
    """Judge a file by the certificates of signing keys, and of who certified timestamps. Never raises.

    What a key signed that is compromised since a moment counts only if a timestamp proves that it was before:
    one by an authority that no such key has certified, else whoever has the key sets the clock, too.
    """
    if len(pdf) > MOST_BYTES:
        return Verdict(Finding.TOO_LARGE)
    found = None
    try:
        found = signature_in(pdf)
        if found is None:
            return Verdict(Finding.NOT_SIGNED)
        verdict = _judged(found, trust, compromised)
    except Exception:  # whatever the libraries stumble over is no certificate of ours
        verdict = Verdict(Finding.CHANGED)
    carried = found.der if found is not None else b""
    is_carried = any(each.public_bytes(Encoding.DER) in carried for each in trust)
    return replace(verdict, has_trusted_certificate=is_carried)


def _judged(found: Signature, trust: Sequence[Certificate], compromised: Mapping[bytes, datetime]) -> Verdict:
    signed_data = _plain(cms.ContentInfo.load(found.der, strict=True))
    claimed = claimed_time(found.content)
    roots = [each for each in trust if public_key_of(each) not in compromised]
    status = _status(found.content, signed_data, roots, claimed)
    timestamp = status.timestamp_validity
    is_intact = bool(status.intact and status.valid) and (
        timestamp is None or bool(timestamp.intact and timestamp.valid)
    )
    is_timestamped = timestamp is not None and bool(timestamp.trusted) and is_intact
    signed_by = _name(status.signing_cert)
    signed_at = timestamp.timestamp if timestamp is not None and is_timestamped else claimed
    is_known = is_intact and _counts(status.signing_cert, trust, signed_at)
    until = compromised.get(status.signing_cert.public_key.dump())
    is_proved_before = is_timestamped and signed_at is not None and until is not None and signed_at < until
    is_trusted = is_known and (until is None or is_proved_before)
    finding = _finding(is_intact, found.covers_whole_file, is_known, signed_by == DEVELOPMENT)
    return Verdict(
        Finding.COMPROMISED if finding in _WHOLE and not is_trusted else finding,
        signed_by=signed_by,
        signed_at=signed_at,
        is_timestamped=is_timestamped,
        is_intact=is_intact,
        covers_whole_file=found.covers_whole_file,
        is_trusted=is_trusted,
    )


def _finding(is_intact: bool, covers: bool, is_trusted: bool, is_development: bool) -> Finding:
    if not is_intact:
        return Finding.CHANGED
    if not covers:
        return Finding.EXTENDED
    if not is_trusted:
        return Finding.UNTRUSTED
    return Finding.DEVELOPMENT if is_development else Finding.VALID


def _plain(content: Any) -> Any:
    """The signed data, if it has exactly the shape that ours have, with the signer's own certificate alone.

    Whoever hands in a file has chosen what else stands there: nothing may make pyHanko look for ways through
    many certificates. Raises ValueError.
    """
    signed = content["content"]
    signers, digests = signed["signer_infos"], signed["digest_algorithms"]
    tokens = _tokens(signers[0])
    is_plain = (
        content["content_type"].native == "signed_data"
        and signed["version"].native == "v1"
        and len(signers) == 1
        and len(digests) == 1
        and signers[0]["version"].native == "v1"
        and digests[0].dump() == signers[0]["digest_algorithm"].dump()
        and {each["type"].native for each in signers[0]["signed_attrs"]} == _SIGNED_ATTRIBUTES
        and signed["encap_content_info"]["content_type"].native == "data"
        and signed["encap_content_info"]["content"].native is None
        and len(tokens) <= 1
        and all(len(token["certificates"]) <= _MOST_CERTIFICATES for token in tokens)
        and _are_as_named(signed["certificates"], signers[0]["signed_attrs"])
    )
    if not is_plain:
        raise ValueError("not the shape of a signature of ours")
    signed["certificates"] = [_own(signed["certificates"], signers[0]["sid"].chosen)]
    return signed


def _are_as_named(certificates: Any, signed_attributes: Any) -> bool:
    """Whether those beside the signature are, to the bit, the ones that it names, if it names a whole chain.

    What we signed at first names the signer's alone. Source: RFC 5035 §3.
    """
    values = [each["values"].dump() for each in signed_attributes if each["type"].native == _NAMING]
    (names,) = tsp.SetOfSigningCertificatesV2.load(values[0])
    named = list(islice(names["certs"], _MOST_CERTIFICATES + 1))
    if len(named) == 1:
        return True
    beside = islice(certificates, _MOST_CERTIFICATES)
    hashes = sorted(sha256(each.dump()).digest() for each in beside)
    return len(certificates) == len(named) and hashes == sorted(each["cert_hash"].native for each in named)


def _own(certificates: Any, named: Any) -> Any:
    """The one that the signer names, byte for byte: pyHanko compares names as people do, in any case."""
    for each in certificates:
        certificate = each.chosen
        is_named = certificate.issuer.dump() == named["issuer"].dump()
        if is_named and certificate.serial_number == named["serial_number"].native:
            return each
    raise ValueError("the signer's certificate is not there")


def _counts(certificate: Any, trust: Sequence[Certificate], at: datetime | None) -> bool:
    """Whether this very certificate is trusted and held at that time.

    One above it does not do: an authority certifies others, too, and they issue no certificates of ours.
    """
    held = certificate.not_valid_before <= at <= certificate.not_valid_after if at else False
    return held and certificate.dump() in {each.public_bytes(Encoding.DER) for each in trust}


def _tokens(signer: Any) -> list[Any]:
    """The timestamp tokens beside a signature; nothing else may stand there."""
    attributes = list(signer["unsigned_attrs"] or ())
    if any(each["type"].native != "signature_time_stamp_token" for each in attributes):
        raise ValueError("unsigned attributes that are no timestamp")
    return [value["content"] for each in attributes for value in each["values"]]


def _status(
    content: bytes, signed_data: Any, trust: Sequence[Certificate], moment: datetime | None
) -> StandardCMSSignatureStatus:
    """Ask pyHanko whether signature and timestamp hold; only for the latter it judges trust, too."""
    roots = [as_asn1(each) for each in trust]
    try:
        return asyncio.run(_asked(content, signed_data, roots, moment))
    except Exception:
        # A trusted certificate of another kind of key under the same name makes it stumble: ask without any.
        return asyncio.run(_asked(content, signed_data, [], moment))


async def _asked(
    content: bytes, signed_data: Any, roots: list[Any], moment: datetime | None
) -> StandardCMSSignatureStatus:
    def context(trusted: list[Any]) -> ValidationContext:
        return ValidationContext(trust_roots=trusted, allow_fetching=False, moment=moment)

    return await async_validate_detached_cms(
        content,
        signed_data,
        signer_validation_context=context([]),
        ts_validation_context=context(roots),
    )


def _name(certificate: Any) -> str:
    """Who a certificate is for: common name, else organisation."""
    subject = certificate.subject.native
    return str(subject.get("common_name") or subject.get("organization_name") or "")
