"""A key, an issuance and a world in which to look both up, for tests without a database."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lti_app.certificates.badge.credential import Issuance
from lti_app.certificates.badge.did import did_document
from lti_app.certificates.badge.keys import KnownKey
from lti_app.certificates.badge.models import BadgeKeyState
from lti_app.certificates.badge.proof import Signer, as_jwt, signer_of
from lti_app.certificates.badge.signing import Prepared
from lti_app.certificates.badge.status import list_credential, list_url, signed_on
from lti_app.clock import now

URL = "https://cim.example.org"
DID = "did:web:cim.example.org"
AT = datetime(2026, 11, 21, 10, 0, 30, tzinfo=UTC)
SIGNER = signer_of(Ed25519PrivateKey.from_private_bytes(b"1" * 32), DID)
ANOTHER = signer_of(Ed25519PrivateKey.from_private_bytes(b"2" * 32), DID)
ISSUANCE = Issuance(
    issuer_did=DID,
    issuer_url=URL,
    institution_id=uuid.UUID("9f1a0f4e-3c56-4b0e-9a3c-0f3c4a1d2b11"),
    at=AT,
    salt="00112233445566778899aabbccddeeff",
    status_list_url=list_url(URL, 1),
    status_index=94_567,
)


def prepared(number: str) -> Prepared:
    """What `prepare` would have allotted to this certificate number."""
    return Prepared(number, ISSUANCE, SIGNER)


def published(signer: Signer = SIGNER) -> KnownKey:
    """The key as the DID document gets it."""
    public = signer.private_key.public_key().public_bytes_raw()
    return KnownKey(signer.jwk_fragment, public, BadgeKeyState.CURRENT, AT)


def the_world(
    *keys: Signer, revoked: tuple[int, ...] = (), listed_at: datetime | None = None
) -> Callable[[str], bytes]:
    """What anybody can fetch: the document of these keys, and a status list signed by the first, today or at
    another time.
    """
    listed = list_credential(list_url(URL, 1), DID, revoked, AT, signed_on(listed_at or now()))
    pages = {
        f"{URL}/.well-known/did.json": json.dumps(did_document(DID, [published(each) for each in keys])),
        list_url(URL, 1): as_jwt(listed, keys[0], AT),
    }
    return lambda url: pages[url].encode()
