"""The tool's operator on the web, who comes from no platform: a one-time link, and the session it opens.

`cim admin-link` prints the link; whoever can run it can read the database anyway, so it asks for no password.
A link is spent once and lives for minutes. A session lasts 2 hours after its last use and 8 hours at most. Of
both only a hash is kept. Cookie, guard and pages are in admin.py.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.errors import Problem
from lti_app.settings import Settings
from lti_app.web.models import OperatorLink, OperatorSession

# Every page of the operator lies below it.
PREFIX = "/admin"
LONGEST_LINK_LIFE = timedelta(hours=24)
IDLE = timedelta(hours=2)
LONGEST = timedelta(hours=8)
_TOUCH_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class Operator:
    """The operator's session that a request belongs to. `language` is the one chosen there, or empty."""

    secret_hash: str
    csrf_token: str
    language: str
    needs_touch: bool


def new_link(session: Session, settings: Settings, *, lives: timedelta) -> str:
    """A new way in, good once and for that long. What has expired is cleared away. Raises ValueError."""
    if not timedelta(0) < lives <= LONGEST_LINK_LIFE:
        hours = LONGEST_LINK_LIFE // timedelta(hours=1)
        raise ValueError(f"A link for the operator lives for at most {hours} hours.")
    moment = now()
    for expiring in (OperatorLink, OperatorSession):
        session.execute(delete(expiring).where(expiring.expires_at <= moment))
    token = secrets.token_urlsafe(32)
    session.add(OperatorLink(token_hash=_hash(token), expires_at=moment + lives))
    session.flush()
    return f"{settings.public_url}{PREFIX}/enter/{token}"


def check_link(session: Session, token: str) -> None:
    """Pass when the link can still be used, and leave it as it is. Raises Problem("operator-link-used")."""
    found = session.get(OperatorLink, _hash(token))
    if found is None or found.expires_at <= now():
        raise Problem("operator-link-used")


def enter(session: Session, token: str) -> str:
    """Spend the link and open a session; its secret. Raises Problem("operator-link-used")."""
    moment = now()
    spent = session.execute(
        delete(OperatorLink)
        .where(OperatorLink.token_hash == _hash(token), OperatorLink.expires_at > moment)
        .returning(OperatorLink.token_hash)
    ).one_or_none()
    if spent is None:
        raise Problem("operator-link-used")
    secret = secrets.token_urlsafe(32)
    session.add(
        OperatorSession(
            secret_hash=_hash(secret), created_at=moment, last_used_at=moment, expires_at=moment + IDLE
        )
    )
    return secret


def load_operator(session: Session, secret: str, secret_key: str) -> Operator:
    """The session that this cookie proves. Raises Problem("operator-session-missing")."""
    kept = session.get(OperatorSession, _hash(secret))
    if kept is None or kept.expires_at <= now():
        raise Problem("operator-session-missing")
    return Operator(
        secret_hash=kept.secret_hash,
        csrf_token=_csrf_token(secret_key, kept.secret_hash),
        language=kept.language,
        needs_touch=now() - kept.last_used_at > _TOUCH_EVERY,
    )


def touch_operator(session: Session, operator: Operator) -> None:
    """Note that the session is in use, which moves its end, though never beyond 8 hours from its start."""
    which = OperatorSession.secret_hash == operator.secret_hash
    begun_at = session.scalar(select(OperatorSession.created_at).where(which))
    if begun_at is not None:
        moment = now()
        ends_at = min(moment + IDLE, begun_at + LONGEST)
        touched = update(OperatorSession).where(which)  # without effect if it was left just now
        session.execute(touched.values(last_used_at=moment, expires_at=ends_at))


def leave(session: Session, operator: Operator) -> None:
    """End the session."""
    session.execute(delete(OperatorSession).where(OperatorSession.secret_hash == operator.secret_hash))


def save_operator_language(session: Session, operator: Operator, language: str) -> None:
    """Keep the language chosen, for as long as the session lasts."""
    session.execute(
        update(OperatorSession)
        .where(OperatorSession.secret_hash == operator.secret_hash)
        .values(language=language)
    )


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _csrf_token(secret_key: str, secret_hash: str) -> str:
    message = f"operator-csrf:{secret_hash}".encode()
    return hmac.new(secret_key.encode(), message, hashlib.sha256).hexdigest()
