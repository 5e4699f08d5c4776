"""Signing a credential: a Data Integrity proof inside it, or a JSON Web Token around it.

Both are deterministic: the same document, key and time give the same bytes. Checking is other people's
business: the tool recognises its own credentials by what it has kept.
Source: Data Integrity EdDSA Cryptosuites 1.0 §3.2 (eddsa-rdfc-2022), Open Badges 3.0 §8.2.4 (VC-JWT).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lti_app.certificates.badge.encoding import base58btc, multikey, thumbprint

Document = dict[str, object]


@dataclass(frozen=True)
class Signer:
    """Who signs: an issuer's DID, its key, and the names of the key's two verification methods."""

    did: str
    jwk_fragment: str
    multikey_fragment: str
    private_key: Ed25519PrivateKey = field(repr=False)


def signer_of(private_key: Ed25519PrivateKey, did: str) -> Signer:
    """A signer by this key for this DID."""
    public = private_key.public_key().public_bytes_raw()
    return Signer(did, thumbprint(public), multikey(public), private_key)


def with_proof(document: Mapping[str, object], signer: Signer, at: datetime) -> Document:
    """The document with its proof, in a list of one: both forms of the official schema take that."""
    from lti_app.certificates.badge.canonical import digest  # noqa: PLC0415 (it loads 11 MB that few need)

    options: Document = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": written(at),
        "verificationMethod": f"{signer.did}#{signer.multikey_fragment}",
        "proofPurpose": "assertionMethod",
    }
    hashed = digest({"@context": document["@context"], **options}) + digest(document)
    proof = {**options, "proofValue": base58btc(signer.private_key.sign(hashed))}
    return {**document, "proof": [proof]}


def as_jwt(document: Mapping[str, object], signer: Signer, at: datetime) -> str:
    """The document as the payload of a token, with the registered claims that repeat its members."""
    claims = {**document, "iss": signer.did, "jti": document["id"], "nbf": int(at.timestamp())}
    if isinstance(until := document.get("validUntil"), str):
        claims["exp"] = int(datetime.fromisoformat(until).timestamp())
    subject = document["credentialSubject"]
    if isinstance(subject, Mapping) and "id" in subject:
        claims["sub"] = subject["id"]
    headers = {"kid": f"{signer.did}#{signer.jwk_fragment}"}
    return jwt.encode(claims, signer.private_key, "EdDSA", headers=headers)


def kid_of(token: str) -> str:
    """The name of the key that a token of ours says has signed it."""
    _, _, kid = str(jwt.get_unverified_header(token)["kid"]).partition("#")
    return kid


def as_json(document: Document) -> bytes:
    """The document as the bytes that are kept, attached and published."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def written(at: datetime) -> str:
    """A moment as credentials write it, in UTC and whole seconds."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
