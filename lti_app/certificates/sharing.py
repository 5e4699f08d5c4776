"""Links by which a holder shows a certificate's merits or full name to whomever she likes, until taken back.

A code alone tells a stranger little (queries.py); a link tells what its holder chose, and never reflections
or evidence, which no certificate holds.
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_app.certificates.facts import CertificateFacts
from lti_app.certificates.models import Certificate, CertificateState, Share
from lti_app.certificates.permissions import PERMISSIONS
from lti_app.certificates.queries import owned_of
from lti_app.certificates.shown import as_shown
from lti_app.clock import now
from lti_app.errors import Conflict, NotFound, Problem
from lti_app.people.actors import Actor, require

MOST_LINKS = 20
TOKEN_CHARS = 22  # 128 bits


@dataclass(frozen=True)
class ShareView:
    """A link as its holder sees it."""

    id: uuid.UUID
    token: str
    shows_name: bool
    shows_merits: bool
    created_at: datetime


@dataclass(frozen=True)
class Shared:
    """What whoever has the link sees beyond the public view; empty where the holder keeps it.

    `facts` are those that the certificate prints.
    """

    name: str
    facts: CertificateFacts | None


def share(
    session: Session, actor: Actor, certificate_id: uuid.UUID, *, shows_name: bool, shows_merits: bool
) -> Share:
    """Make a link. Raises Problem("bad-request") for one that shows nothing, Conflict for a certificate that
    does not stand and for more links than anybody needs.
    """
    found = _own(session, actor, certificate_id)
    if not (shows_name or shows_merits):
        raise Problem("bad-request", "a link that shows nothing")
    _require_room(session, found)
    made = Share(
        institution_id=found.institution_id,
        certificate_id=found.id,
        token=secrets.token_urlsafe(16),
        shows_name=shows_name,
        shows_merits=shows_merits,
    )
    session.add(made)
    session.flush()
    return made


def stop_sharing(session: Session, actor: Actor, share_id: uuid.UUID) -> None:
    """Take a link back: from now on it shows no more than the code does. Done twice, it is done once."""
    found = session.get(Share, share_id)
    if found is None:
        raise NotFound("share")
    _own(session, actor, found.certificate_id)
    found.withdrawn_at = found.withdrawn_at or now()


def share_again(session: Session, actor: Actor, share_id: uuid.UUID) -> None:
    """Let a link that was taken back show what it showed. Done twice, it is done once. Raises as `share`."""
    found = session.get(Share, share_id)
    if found is None:
        raise NotFound("share")
    certificate = _own(session, actor, found.certificate_id)
    if found.withdrawn_at is not None:
        _require_room(session, certificate)
        found.withdrawn_at = None


def lapsed_of(session: Session, portfolio_id: uuid.UUID) -> int:
    """How many links were never taken back, and show no more because their certificate was replaced."""
    lapsed = (
        select(func.count())
        .select_from(Share)
        .join(Certificate, Certificate.id == Share.certificate_id)
        .where(
            Certificate.portfolio_id == portfolio_id,
            Certificate.state == CertificateState.SUPERSEDED,
            Share.withdrawn_at.is_(None),
        )
    )
    return session.scalar(lapsed) or 0


def shares_of(session: Session, certificate_id: uuid.UUID) -> tuple[ShareView, ...]:
    """The links that work, newest first."""
    rows = session.scalars(
        select(Share)
        .where(Share.certificate_id == certificate_id, Share.withdrawn_at.is_(None))
        .order_by(Share.created_at.desc(), Share.id)
    )
    return tuple(
        ShareView(each.id, each.token, each.shows_name, each.shows_merits, each.created_at) for each in rows
    )


def shared_with(session: Session, code: str, token: str) -> Shared | None:
    """What the link shows of the certificate with this code; None when there is no such link.

    Of a superseded or revoked certificate, and of an erased one, a link shows nothing more than the code.
    """
    if "\0" in token:  # PostgreSQL keeps none
        return None
    row = session.execute(
        select(Share, Certificate)
        .join(Certificate, Certificate.id == Share.certificate_id)
        .where(Share.token == token[: TOKEN_CHARS + 1], Certificate.code == code)
    ).one_or_none()
    if row is None or row.Share.withdrawn_at is not None:
        return None
    if row.Certificate.state is not CertificateState.ISSUED or row.Certificate.erased_at is not None:
        return Shared("", None)
    facts = as_shown(CertificateFacts.from_json(row.Certificate.facts))
    return Shared(
        facts.holder_name if row.Share.shows_name else "", facts if row.Share.shows_merits else None
    )


def _require_room(session: Session, found: Certificate) -> None:
    """Pass when one more link may show this certificate."""
    if found.state is not CertificateState.ISSUED or found.erased_at is not None:
        raise Conflict(f"the certificate is {found.state}")
    active = select(func.count()).where(Share.certificate_id == found.id, Share.withdrawn_at.is_(None))
    if (session.scalar(active) or 0) >= MOST_LINKS:
        raise Conflict("too many links", slug="too-many-links")


def _own(session: Session, actor: Actor, certificate_id: uuid.UUID) -> Certificate:
    found = session.get(Certificate, certificate_id)
    owned = owned_of(session, found.portfolio_id) if found is not None else None
    if found is None or owned is None:
        raise NotFound("certificate")
    require(PERMISSIONS, "certificate.share", actor, owned)
    return found
