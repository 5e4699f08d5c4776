"""From facts to a signed credential, in both forms; knows no database, so no transaction need be open.

What a certificate's number was allotted comes from `service.prepare`; a specimen needs nothing.
"""

from __future__ import annotations

import hashlib
import uuid
import zlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lti_app.certificates.badge.credential import Issuance, credential
from lti_app.certificates.badge.proof import Signer, as_json, as_jwt, kid_of, signer_of, with_proof
from lti_app.certificates.facts import CertificateFacts

SALT_BYTES = 16


@dataclass(frozen=True)
class Prepared:
    """Everything `make` needs beside the facts; it says nothing of the database any more."""

    number: str
    issuance: Issuance
    signer: Signer


@dataclass(frozen=True)
class SignedCredential:
    """One credential in two forms: JSON-LD (bytes of UTF-8) with its proof inside, and a JSON Web Token."""

    number: str
    json_ld: bytes
    jwt: str

    @property
    def kid(self) -> str:
        """The name of the key that signed it."""
        return kid_of(self.jwt)


def make(facts: CertificateFacts, prepared: Prepared) -> SignedCredential:
    """Write and sign the credential. The same facts, prepared alike, give the same bytes.

    Raises ValueError for the facts of another certificate or of a specimen.
    """
    if facts.specimen or facts.number != prepared.number:
        raise ValueError(f"{prepared.number} was not prepared for these facts")
    return _signed(facts, prepared.issuance, prepared.signer)


def specimen(facts: CertificateFacts, public_url: str) -> SignedCredential:
    """A credential that certifies nothing: its issuer is a key anybody can make, and it has no status.

    Raises ValueError for the facts of a certificate.
    """
    if not facts.specimen:
        raise ValueError("this is no specimen")
    key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"cim: specimen").digest())
    own = signer_of(key, "")
    did, fragment = f"did:key:{own.multikey_fragment}", own.multikey_fragment
    signer = replace(own, did=did, jwk_fragment=fragment)
    issuance = Issuance(
        issuer_did=signer.did,
        issuer_url=public_url,
        institution_id=uuid.UUID(int=0),
        at=datetime.combine(facts.issued_on, time(), UTC),
        salt="0" * 2 * SALT_BYTES,
    )
    return _signed(facts, issuance, signer)


def _signed(facts: CertificateFacts, issuance: Issuance, signer: Signer) -> SignedCredential:
    document = credential(facts, issuance)
    json_ld = attachable(as_json(with_proof(document, signer, issuance.at)))
    return SignedCredential(facts.number, json_ld, as_jwt(document, signer, issuance.at))


def attachable(json_ld: bytes) -> bytes:
    """The document with as many blanks behind it, which mean nothing, as an attachment needs.

    Compressed, it ends in the last byte of its checksum (RFC 1950 §2.2); where that is CR or LF, some readers
    of the PDF take the line end after it for part of it (ISO 19005-3 §6.1.7.1).
    """
    while zlib.adler32(json_ld) & 0xFF in b"\r\n":
        json_ld += b" "
    return json_ld
