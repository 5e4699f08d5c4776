"""The Ed25519 keys that sign credentials: made by the first worker, rotated, sealed at rest, published.

One key is *current* and signs; *retired* ones sign no more, but stay published, because credentials outlive
them by decades. Of a *compromised* one nothing counts, because a credential says by itself when it was
signed. All institutions share the keys, since they belong to the tool's own address. A key signs as soon as
it is made: whoever verifies looks it up then, and keeps the answer for minutes (`views.py`). Which key is
current is asked each time, so a rotation counts at once in every process.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.certificates.badge.encoding import thumbprint
from lti_app.certificates.badge.models import BadgeKey, BadgeKeyState
from lti_app.certificates.badge.proof import Signer, signer_of
from lti_app.clock import now
from lti_app.db import insert_into
from lti_app.errors import Problem
from lti_app.sealing import seal, unseal
from lti_app.settings import Settings

_PURPOSE = "badge keys"


@dataclass(frozen=True)
class KnownKey:
    """A key by its name and its 32 public bytes, which are published unless it is compromised."""

    kid: str
    public: bytes
    state: BadgeKeyState
    changed_at: datetime
    compromised_at: datetime | None = None


def have_one(session: Session, settings: Settings) -> None:
    """Make the key that will sign, if there is none; needs a writing session. Safe at once."""
    if _current(session) is None:
        _insert(session, settings)


def current_signer(session: Session, settings: Settings, did: str) -> Signer:
    """The key that signs for this DID, made if there is none yet; needs a writing session. Safe at once.

    Raises Problem("not-ready") when CIM_SECRET_KEY is not the one the key was stored with.
    """
    have_one(session, settings)
    found = _current(session)
    if found is None:
        raise Problem("not-ready", "the badge key was neither stored nor found")
    return _signer(found, settings, did)


def signer_if_any(session: Session, settings: Settings, did: str) -> Signer | None:
    """The same in a reading session; None as long as there is none."""
    found = _current(session)
    return None if found is None else _signer(found, settings, did)


def known_keys(session: Session) -> list[KnownKey]:
    """Every key there ever was, the current one first, then the newest."""
    rows = session.scalars(
        select(BadgeKey).order_by(BadgeKey.state, BadgeKey.created_at.desc(), BadgeKey.kid)
    )
    return [KnownKey(row.kid, row.public, row.state, row.changed_at, row.compromised_at) for row in rows]


def is_compromised(session: Session, kid: str) -> bool:
    """Whether a key counts no more. Until the end of the transaction nobody can mark it."""
    found = session.get(BadgeKey, kid, with_for_update={"read": True}, populate_existing=True)
    return found is not None and found.compromised_at is not None


def rotate(session: Session, settings: Settings) -> list[KnownKey]:
    """Sign with a new key from now on, and retire the current one; all keys, as they stand then."""
    current = _current(session, is_locked=True)
    if current is not None:
        current.state, current.changed_at = BadgeKeyState.RETIRED, now()
        session.flush()
    _insert(session, settings)
    return known_keys(session)


def mark_compromised(session: Session, settings: Settings, kid: str, at: datetime) -> list[KnownKey]:
    """Let nothing that a key signed count any more, because others had it from a moment on; all keys, then.

    Its private half is given up, and if it was the current one, a new one signs at once. Marked again, the
    earlier moment stays. Raises LookupError for a key that is not there.
    """
    found = session.get(BadgeKey, kid, with_for_update=True, populate_existing=True)
    if found is None:
        raise LookupError(f"no badge key {kid}")
    is_current = found.state is BadgeKeyState.CURRENT
    if is_current:
        found.state, found.changed_at = BadgeKeyState.RETIRED, now()
    found.compromised_at, found.sealed_private = min(found.compromised_at or at, at), ""
    session.flush()
    if is_current:
        _insert(session, settings)
    return known_keys(session)


def reencrypt(session: Session, settings: Settings, old_secret: str | None) -> int:
    """Store every key under the present CIM_SECRET_KEY instead of an old one; how many were not yet.

    When the old secret is lost (None), what cannot be read is given up and its key retired: it stays
    published, and a new one is made when it is needed. Safe to repeat. Raises ValueError when neither secret
    reads a key.
    """
    changed = 0
    for row in session.scalars(select(BadgeKey).where(BadgeKey.sealed_private != "").with_for_update()):
        if unseal(settings.secret_key, _PURPOSE, row.sealed_private) is not None:
            continue
        changed += 1
        if old_secret is None:
            row.sealed_private, row.state, row.changed_at = "", BadgeKeyState.RETIRED, now()
            continue
        plain = unseal(old_secret, _PURPOSE, row.sealed_private)
        if plain is None:
            raise ValueError(f"Neither CIM_SECRET_KEY nor the old secret reads the badge key {row.kid}.")
        row.sealed_private = seal(settings.secret_key, _PURPOSE, plain)
    return changed


def _current(session: Session, *, is_locked: bool = False) -> BadgeKey | None:
    query = select(BadgeKey).where(BadgeKey.state == BadgeKeyState.CURRENT)
    return session.scalars(query.with_for_update() if is_locked else query).one_or_none()


def _insert(session: Session, settings: Settings) -> None:
    """Make and store the current key, unless another process was faster: the index on it lets one win."""
    fresh = Ed25519PrivateKey.generate()
    public = fresh.public_key().public_bytes_raw()
    row = {
        "kid": thumbprint(public),
        "public": public,
        "sealed_private": seal(settings.secret_key, _PURPOSE, fresh.private_bytes_raw()),
        "state": BadgeKeyState.CURRENT,
        "created_at": now(),
        "changed_at": now(),
    }
    session.execute(insert_into(session, BadgeKey).values(row).on_conflict_do_nothing())


def _signer(row: BadgeKey, settings: Settings, did: str) -> Signer:
    return signer_of(_loaded(row.sealed_private, settings.secret_key), did)


@lru_cache(maxsize=16)
def _loaded(sealed: str, secret_key: str) -> Ed25519PrivateKey:
    plain = unseal(secret_key, _PURPOSE, sealed)
    if plain is None:
        raise Problem("not-ready", "the badge key was stored with another CIM_SECRET_KEY")
    return Ed25519PrivateKey.from_private_bytes(plain)
