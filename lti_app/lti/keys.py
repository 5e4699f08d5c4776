"""The tool's own RSA keys: made, published, rotated, encrypted at rest, loaded once per process.

A key is *next*, then *current* (the one that signs), then *retired*; all three are published, so a platform
that kept the set from before a rotation has the key that signs after it. The private part is stored as PEM,
sealed under CIM_SECRET_KEY (`sealing.py`). Loaded keys are cached by the stored text; which one is current is
asked each time, so every process signs with the new one as soon as a rotation has committed.
What platforms sign is checked by `lti/launch/platform_keys.py`.
Source: RFC 7517 (JWK), RFC 7638 (thumbprint as `kid`), 1EdTech Security Framework 1.0 §6.
"""

from __future__ import annotations

import base64
import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import Database, insert_into
from lti_app.errors import Problem
from lti_app.lti.models import KeyState, ToolKey
from lti_app.sealing import seal, unseal
from lti_app.settings import Settings

KEY_SIZE_BITS = 2048
_PURPOSE = "tool keys"
# How long a key is published before it signs: platforms keep a key set for minutes to an hour before they ask
# again. The next key is made by the rotation before, so it is usually published for months.
PUBLISHED_FOR = timedelta(hours=1)
# How long a retired key stays published. What it signed is over after four minutes; but some platforms fetch
# the set only every few days and then replace it as a whole, and proxies may hand out an older copy. For a
# week every copy in use shares a key with every other. It costs nothing: a retired key signs no more.
RETIRED_FOR = timedelta(days=7)


@dataclass(frozen=True)
class SigningKey:
    """A loaded private key and the `kid` that names it in a JWT header."""

    kid: str
    private_key: RSAPrivateKey


@dataclass(frozen=True)
class KeyView:
    """A key as the operator sees it: since when it is there, and since when in its state."""

    kid: str
    state: KeyState
    created_at: datetime
    changed_at: datetime


def current_key(db: Database, settings: Settings) -> SigningKey:
    """The key that the tool signs with, made if there is none yet.

    Opens short sessions of its own, so call it outside of any: a second writer would wait for the first.
    Raises Problem("not-ready") when CIM_SECRET_KEY is not the one the key was stored with.
    """
    with db.reading() as session:
        row = _row_in(session, KeyState.CURRENT)
    if row is None:
        row = _make_first(db, settings)
    return SigningKey(row.kid, _loaded(row.encrypted_pem, settings.secret_key))


def published_keys(db: Database, settings: Settings) -> dict[str, list[dict[str, str]]]:
    """The tool's JSON Web Key Set: the public parts of all its keys. Raises as `current_key`."""
    current_key(db, settings)
    with db.reading() as session:
        rows = session.scalars(select(ToolKey).order_by(ToolKey.created_at)).all()
    loaded = [(row.kid, _loaded(row.encrypted_pem, settings.secret_key)) for row in rows]
    return {
        "keys": [{"kid": kid, "use": "sig", "alg": "RS256", **_public_members(key)} for kid, key in loaded]
    }


def list_keys(session: Session) -> list[KeyView]:
    """All keys, the newest first."""
    rows = session.scalars(select(ToolKey).order_by(ToolKey.created_at.desc(), ToolKey.kid))
    return [
        KeyView(row.kid, row.state, row.created_at, row.changed_at or row.created_at) for row in rows.all()
    ]


def prepare_rotation(session: Session, settings: Settings) -> str:
    """See to it that there is a next key, published from now on; its `kid`. Safe to repeat, also at once."""
    found = _row_in(session, KeyState.NEXT)
    if found is not None:
        return found.kid
    made = _new_row(settings, KeyState.NEXT)
    values = {"kid": made.kid, "encrypted_pem": made.encrypted_pem, "state": made.state, "created_at": now()}
    session.execute(insert_into(session, ToolKey).values(values).on_conflict_do_nothing())
    return session.scalars(select(ToolKey.kid).where(ToolKey.state == KeyState.NEXT)).one()


def rotate(session: Session, settings: Settings, kid: str, *, is_urgent: bool = False) -> list[KeyView]:
    """Sign with the next key, which has this `kid`, from now on, retire the current one, make a new next one;
    all keys, as they stand then. Retired ones that have been published long enough are deleted.

    Needs `prepare_rotation`, committed. Raises ValueError when that key has been published for less than an
    hour and it is not urgent, or is not the next one any more: of two rotations at once one is carried out.
    Raises Problem("not-ready") when CIM_SECRET_KEY does not read it.
    """
    moment = now()
    rows = session.scalars(select(ToolKey).order_by(ToolKey.kid).with_for_update()).all()
    current = next((each for each in rows if each.state is KeyState.CURRENT), None)
    following = next((each for each in rows if each.kid == kid and each.state is KeyState.NEXT), None)
    if following is None:
        raise ValueError("Somebody else has just rotated the keys; `cim keys list` shows them.")
    ready_at = following.created_at + PUBLISHED_FOR
    if moment < ready_at and not is_urgent:
        minutes = -(-(ready_at - moment) // timedelta(minutes=1))
        raise ValueError(
            f"The next key {following.kid} has been published for less than an hour, so platforms may not "
            f"know it yet. Rotate in {minutes} min, or with --now if the current key must not be used."
        )
    _loaded(following.encrypted_pem, settings.secret_key)
    session.execute(
        delete(ToolKey).where(
            ToolKey.state == KeyState.RETIRED,
            func.coalesce(ToolKey.changed_at, ToolKey.created_at) <= moment - RETIRED_FOR,
        )
    )
    if current is not None:
        current.state, current.changed_at = KeyState.RETIRED, moment
        session.flush()
    following.state, following.changed_at = KeyState.CURRENT, moment
    session.flush()
    session.add(_new_row(settings, KeyState.NEXT))
    session.flush()
    return list_keys(session)


def reencrypt(session: Session, settings: Settings, old_secret: str | None) -> int:
    """Store every key under the present CIM_SECRET_KEY instead of an old one; how many were not yet.

    When the old secret is lost (None), what cannot be read is deleted, and a new key made when it is needed.
    Safe to repeat. Raises ValueError when neither secret reads a key, and changes none then.
    """
    rows = session.scalars(select(ToolKey).with_for_update()).all()
    changed = 0
    for row in rows:
        if unseal(settings.secret_key, _PURPOSE, row.encrypted_pem) is not None:
            continue
        changed += 1
        if old_secret is None:
            session.delete(row)
            continue
        pem = unseal(old_secret, _PURPOSE, row.encrypted_pem)
        if pem is None:
            raise ValueError(f"Neither CIM_SECRET_KEY nor the old secret reads the key {row.kid}.")
        row.encrypted_pem = seal(settings.secret_key, _PURPOSE, pem)
    return changed


def _row_in(session: Session, state: KeyState) -> ToolKey | None:
    return session.scalars(select(ToolKey).where(ToolKey.state == state)).one_or_none()


def _new_row(settings: Settings, state: KeyState) -> ToolKey:
    fresh = rsa.generate_private_key(public_exponent=65537, key_size=KEY_SIZE_BITS)
    pem = fresh.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    stored = seal(settings.secret_key, _PURPOSE, pem)
    return ToolKey(kid=_thumbprint(fresh), encrypted_pem=stored, state=state)


def _make_first(db: Database, settings: Settings) -> ToolKey:
    """Make and store a key, unless another process was faster: the index on the current one lets one win."""
    made = _new_row(settings, KeyState.CURRENT)
    with suppress(IntegrityError), db.writing() as session:
        session.add(made)
    with db.reading() as session:
        row = _row_in(session, KeyState.CURRENT)
    if row is None:
        raise Problem("not-ready", "the tool's key was neither stored nor found")
    return row


@lru_cache(maxsize=16)
def _loaded(encrypted_pem: str, secret_key: str) -> RSAPrivateKey:
    pem = unseal(secret_key, _PURPOSE, encrypted_pem)
    if pem is None:
        raise Problem("not-ready", "the tool's key was stored with another CIM_SECRET_KEY")
    # Fernet has shown that it is the one we stored; to prove its primes once more would take 50 ms.
    key = serialization.load_pem_private_key(pem, password=None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, RSAPrivateKey):
        raise Problem("not-ready", "the tool's key is no RSA key")
    return key


def _public_members(key: RSAPrivateKey) -> dict[str, str]:
    numbers = key.public_key().public_numbers()
    return {"kty": "RSA", "n": _base64url(numbers.n), "e": _base64url(numbers.e)}


def _thumbprint(key: RSAPrivateKey) -> str:
    """The base64url SHA-256 of the key's required members in alphabetical order (RFC 7638 §3)."""
    canonical = json.dumps(_public_members(key), sort_keys=True, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(hashlib.sha256(canonical).digest()).rstrip(b"=").decode("ascii")


def _base64url(number: int) -> str:
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
