"""A status list: a bit for each credential, set once it is revoked, and how the bits are published.

Every list has the same length and is fetched whole, so that asking about one credential does not tell which.
Source: W3C Bitstring Status List 1.0.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from datetime import datetime

from lti_app.certificates.badge.encoding import base64url
from lti_app.certificates.badge.proof import Document, written

SIZE_BITS = 131_072  # the least that the specification allows


def list_url(public_url: str, number: int) -> str:
    """Where a list is published; credentials name it for ever."""
    return f"{public_url}/credentials/status/{number}"


def encoded(indexes: Iterable[int]) -> str:
    """The list with these bits set: the first index is the leftmost bit, compressed, as multibase."""
    bits = bytearray(SIZE_BITS // 8)
    for index in indexes:
        bits[index // 8] |= 0x80 >> index % 8
    return "u" + base64url(gzip.compress(bits, mtime=0))


def list_credential(url: str, issuer_did: str, revoked: Iterable[int], changed_at: datetime) -> Document:
    """The unsigned credential of a list. `changed_at` is when its last bit was set, or when it began."""
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer_did,
        "validFrom": written(changed_at),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded(revoked),
        },
    }
