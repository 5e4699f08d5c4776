"""What the world fetches to check a credential: who signed it, and whether it was revoked.

A status list is signed once for each version, day and process, not for each request: the last few are kept
in memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

from sqlalchemy.orm import Session

from lti_app.certificates.badge.did import did_document, did_web
from lti_app.certificates.badge.keys import known_keys, signer_if_any
from lti_app.certificates.badge.proof import as_json, as_jwt, with_proof
from lti_app.certificates.badge.queries import list_state, revoked_in
from lti_app.certificates.badge.status import list_credential, list_url, signed_on
from lti_app.clock import now
from lti_app.settings import Settings

_KEPT = 16


@dataclass(frozen=True)
class PublishedList:
    """A signed status list in its two forms, and a name for this version of it."""

    json_ld: bytes
    jwt: str
    etag: str


_signed: dict[tuple[str, str], PublishedList] = {}
_lock = Lock()


def published_did(session: Session, settings: Settings) -> dict[str, object]:
    """The DID document with every key that ever signed and counts.

    A compromised one is left out (DID 1.0 §9.8): there are verifiers that read no `revoked` beside a key.
    """
    counting = [key for key in known_keys(session) if key.compromised_at is None]
    return did_document(did_web(settings.public_url), counting)


def published_list(session: Session, settings: Settings, number: int) -> PublishedList | None:
    """This status list, signed by the current key; None if there is no such list.

    Raises Problem("not-ready") when CIM_SECRET_KEY does not read the key.
    """
    state = list_state(session, number)
    signer = signer_if_any(session, settings, did_web(settings.public_url))
    if state is None or signer is None:
        return None
    day = signed_on(now())
    url = list_url(settings.public_url, number)
    etag = f"{state.version}-{day:%Y%m%d}-{signer.jwk_fragment}"
    with _lock:
        kept = _signed.get((url, etag))
        if kept is None:
            document = list_credential(url, signer.did, revoked_in(session, number), state.changed_at, day)
            json_ld = as_json(with_proof(document, signer, max(day, state.changed_at)))
            kept = PublishedList(json_ld, as_jwt(document, signer, state.changed_at), etag)
            while len(_signed) >= _KEPT:
                del _signed[next(iter(_signed))]
            _signed[url, etag] = kept
    return kept
