"""A status list: a bit for each credential, set once it is revoked, and how the bits are published.

Every list has the same length and is fetched whole, so that asking about one credential does not tell which.
It says after how long it is to be fetched again, and when it counts no more: a holder may hand it to a
verifier herself, and one from before a revocation must not do so for ever
(docs/decisions/037-status-lists-end.md). Source: W3C Bitstring Status List 1.0.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from lti_app.certificates.badge.encoding import base64url
from lti_app.certificates.badge.proof import Document, written

SIZE_BITS = 131_072  # the least that the specification allows
KEPT_SECONDS = 300  # how long anybody may go by a list or a key without asking again
_COUNTS_FOR = timedelta(days=2)


def list_url(public_url: str, number: int) -> str:
    """Where a list is published; credentials name it for ever."""
    return f"{public_url}/credentials/status/{number}"


def encoded(indexes: Iterable[int]) -> str:
    """The list with these bits set: the first index is the leftmost bit, compressed, as multibase."""
    bits = bytearray(SIZE_BITS // 8)
    for index in indexes:
        bits[index // 8] |= 0x80 >> index % 8
    return "u" + base64url(gzip.compress(bits, mtime=0))


def signed_on(moment: datetime) -> datetime:
    """The beginning of the day in UTC, from which a list is signed that is fetched at this moment: the same
    for every process and all day long.
    """
    return datetime.combine(moment.astimezone(UTC).date(), time(), UTC)


def list_credential(
    url: str, issuer_did: str, revoked: Iterable[int], changed_at: datetime, day: datetime
) -> Document:
    """The unsigned credential of a list. `changed_at` is when its last bit was set, or when it began; `day`
    (see `signed_on`) is the first of the two on which it counts.
    """
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer_did,
        "validFrom": written(changed_at),
        "validUntil": written(day + _COUNTS_FOR),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded(revoked),
            "ttl": KEPT_SECONDS * 1000,
        },
    }
