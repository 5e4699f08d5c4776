"""Invitations to register a platform: one-time addresses that the operator hands to an administrator.

An invitation names the institution, so that whoever registers cannot choose one. It is held while a
registration is under way, consumed in the transaction that stores the platform, and let go of when nothing
was registered (docs/decisions/009-who-may-register-a-platform.md).
"""

from __future__ import annotations

import hashlib
import re
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.errors import Problem
from lti_app.lti.models import Invitation
from lti_app.lti.platform_faults import fault_of
from lti_app.settings import Settings

DEFAULT_LIFE = timedelta(days=7)
LONGEST_LIFE = timedelta(days=90)
FIRST_DEPLOYMENT_LIFE = timedelta(days=30)
# Longer than a registration takes at most (lti/fetching.py, lti/outbound.py).
_HOLD = timedelta(minutes=2)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class Invited:
    """A valid invitation. `held_until` is set for whoever holds it, and tells holders apart."""

    id: uuid.UUID
    institution: str
    held_until: datetime | None = None


def invite(session: Session, settings: Settings, *, institution: str, lives: timedelta = DEFAULT_LIFE) -> str:
    """A new registration address, valid once and for that long. Raises ValueError with a sentence."""
    if fault := fault_of("institution", institution, development=settings.development):
        raise ValueError(f"The institution {fault}.")
    if not timedelta(0) < lives <= LONGEST_LIFE:
        raise ValueError(f"An invitation is valid for at most {LONGEST_LIFE.days} days.")
    token = secrets.token_urlsafe(32)
    session.add(Invitation(token_hash=_hash(token), institution=institution, expires_at=now() + lives))
    session.flush()
    return f"{settings.public_url}/lti/register/{token}"


def open_invitation(session: Session, token: str) -> Invited:
    """The invitation of this token, if it can still be used.

    Raises Problem: invitation-unknown, invitation-used, invitation-expired.
    """
    found = session.scalars(select(Invitation).where(Invitation.token_hash == _hash(token))).one_or_none()
    if found is None or not _TOKEN.fullmatch(token):
        raise Problem("invitation-unknown")
    if found.used_at is not None:
        raise Problem("invitation-used")
    if found.expires_at <= now():
        raise Problem("invitation-expired")
    return Invited(found.id, found.institution)


def open_invitations(session: Session) -> Sequence[Invitation]:
    """Those that can still be used, the newest first."""
    found = select(Invitation).where(Invitation.used_at.is_(None), Invitation.expires_at > now())
    return session.scalars(found.order_by(Invitation.created_at.desc(), Invitation.id)).all()


def withdraw_invitation(session: Session, invitation_id: uuid.UUID) -> None:
    """Make an invitation that nobody has used worthless; without effect for one that is gone.

    Raises Problem: invitation-used, and invitation-busy while somebody registers by it.
    """
    found = session.get(Invitation, invitation_id, with_for_update=True)
    if found is None:
        return
    if found.used_at is not None:
        raise Problem("invitation-used")
    if found.taken_until is not None and found.taken_until > now():
        raise Problem("invitation-busy")
    session.delete(found)


def hold(session: Session, token: str) -> Invited:
    """Keep the invitation for one registration: of all who ask at once, one gets it.

    Raises Problem as `open_invitation` does, and invitation-busy.
    """
    invited = open_invitation(session, token)
    moment = now()
    is_free = or_(Invitation.taken_until.is_(None), Invitation.taken_until <= moment)
    taken = session.execute(
        update(Invitation)
        .where(Invitation.id == invited.id, Invitation.used_at.is_(None), is_free)
        .values(taken_until=moment + _HOLD)
        .returning(Invitation.id)
    ).one_or_none()
    if taken is None:
        open_invitation(session, token)  # used or withdrawn meanwhile
        raise Problem("invitation-busy")
    return Invited(invited.id, invited.institution, moment + _HOLD)


def release(session: Session, held: Invited) -> None:
    """Let go of an invitation by which nothing was registered. Without effect for one not held any more."""
    session.execute(
        update(Invitation)
        .where(Invitation.id == held.id, Invitation.taken_until == held.held_until)
        .values(taken_until=None)
    )


def consume(
    session: Session,
    held: Invited,
    platform_id: uuid.UUID,
    *,
    registered_from: str,
    awaits_deployment: bool,
) -> None:
    """Use the invitation up for this platform. Raises Problem("registration-not-stored") if not held."""
    moment = now()
    used = session.execute(
        update(Invitation)
        .where(
            Invitation.id == held.id,
            Invitation.used_at.is_(None),
            Invitation.taken_until == held.held_until,
        )
        .values(
            used_at=moment,
            taken_until=None,
            platform_id=platform_id,
            registered_from=registered_from,
            first_deployment_until=moment + FIRST_DEPLOYMENT_LIFE if awaits_deployment else None,
        )
        .returning(Invitation.id)
    ).one_or_none()
    if used is None:
        raise Problem("registration-not-stored", "the invitation was no longer held")


def claim_first_deployment(session: Session, platform_id: uuid.UUID) -> str:
    """The institution that a platform's first deployment was promised to; empty when it was to none.

    A promise is kept once, and for 30 days after the registration.
    """
    promised = session.execute(
        update(Invitation)
        .where(Invitation.platform_id == platform_id, Invitation.first_deployment_until > now())
        .values(first_deployment_until=None)
        .returning(Invitation.institution)
    ).first()
    return promised[0] if promised else ""


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
