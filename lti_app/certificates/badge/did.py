"""The tool's own identity as an issuer: a did:web of its public address, and the document that resolves it.

did:web asks for https and the same host for ever; the demo's http address makes a DID of the same form that
nobody else can resolve.
Source: did:web method specification; DID 1.0; W3C Controlled Identifiers 1.0 (JsonWebKey, Multikey).
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from lti_app.certificates.badge.encoding import jwk, multikey
from lti_app.certificates.badge.keys import KnownKey

_CONTEXTS = [
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/jwk/v1",
    "https://w3id.org/security/multikey/v1",
]


def did_web(public_url: str) -> str:
    """`did:web:cim.example.se`; a port's colon is written %3A, since a plain one would begin a path."""
    return f"did:web:{quote(urlsplit(public_url).netloc, safe='')}"


def did_document(did: str, keys: Sequence[KnownKey]) -> dict[str, object]:
    """What `/.well-known/did.json` says: each key as JWK for tokens and as Multikey for embedded proofs."""
    methods: list[dict[str, object]] = []
    for key in keys:
        as_multikey = multikey(key.public)
        methods += [
            {
                "id": f"{did}#{key.kid}",
                "type": "JsonWebKey",
                "controller": did,
                "publicKeyJwk": {**jwk(key.public), "kid": key.kid, "alg": "EdDSA", "use": "sig"},
            },
            {
                "id": f"{did}#{as_multikey}",
                "type": "Multikey",
                "controller": did,
                "publicKeyMultibase": as_multikey,
            },
        ]
    return {
        "@context": _CONTEXTS,
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }
