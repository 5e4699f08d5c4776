"""Who has earned a certificate, and queueing it: called after every decision.

A certificate that stands is issued anew only while a correction of it is approved, and is superseded by what
is issued then; one that was revoked is not followed by another unless staff say so (afterwards.py), and one
that was erased never. How the worker issues is issuing.py's matter. Whoever decides on a portfolio's items
locks the portfolio, as all of these do.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.certificates import code as codes
from lti_app.certificates.models import CertificateState
from lti_app.certificates.permissions import PERMISSIONS
from lti_app.certificates.queries import (
    ISSUE,
    is_being_corrected,
    last_of,
    order_key,
    owned_of,
    revoked_for_good,
    standing_of,
    waits_for_staff,
)
from lti_app.clock import now
from lti_app.errors import N_, Conflict, NotFound
from lti_app.jobs import outbox
from lti_app.jobs.models import Delivery, DeliveryState, is_unheld
from lti_app.people.actors import Actor, require
from lti_app.portfolio.models import Portfolio
from lti_app.settings import Settings

_TRIED_AGAIN = N_("Another attempt has taken its place.")


def settle(
    session: Session,
    portfolio_id: uuid.UUID,
    *,
    cause_id: uuid.UUID | None = None,
    not_before: datetime | None = None,
    by_staff: bool = False,
) -> bool:
    """Queue the certificate if it is due and none waits; answers whether it was queued now.

    An attempt that failed is taken back: this one is made in its place. One that waits already waits until
    `not_before` too: whatever it will say can be undone until then. Where the scheme leaves issuing to staff,
    it is queued only `by_staff`, unless it supersedes one.
    Raises LookupError for a portfolio that is not there.
    """
    portfolio = locked(session, portfolio_id)
    if not is_due(session, portfolio) or (not by_staff and waits_for_staff(session, portfolio)):
        return False
    if (waiting := _waiting(session, portfolio_id)) is not None:
        waiting.not_before = max(waiting.not_before, not_before or waiting.not_before)
        return False
    for failed in outbox.failed_of(session, order_key(portfolio_id), ISSUE):
        outbox.drop(failed, _TRIED_AGAIN)
    outbox.enqueue(
        session,
        kind=ISSUE,
        payload={"portfolio_id": str(portfolio_id)},
        institution_id=portfolio.institution_id,
        course_id=portfolio.course_id,
        order_key=order_key(portfolio_id),
        cause_id=cause_id,
        not_before=not_before,
    )
    return True


def issue_one(session: Session, actor: Actor, portfolio_id: uuid.UUID) -> bool:
    """Staff issue one certificate that is earned and not issued; answers whether it was queued now.

    Raises NotFound, and Conflict when none is due or one stands, even while that is being corrected.
    """
    owned = owned_of(session, portfolio_id)
    if owned is None:
        raise NotFound("portfolio")
    require(PERMISSIONS, "certificate.issue", actor, owned)
    portfolio = locked(session, portfolio_id)
    if portfolio.certified_at is not None or not is_due(session, portfolio):
        raise Conflict("none is due, or one stands")
    return settle(session, portfolio_id, by_staff=True)


def verify_url(settings: Settings, code: str) -> str:
    """The public address that tells whether a certificate is genuine; the QR code holds it."""
    return f"{settings.public_url}/verify/{codes.grouped(code)}"


def is_due(session: Session, portfolio: Portfolio) -> bool:
    """Whether a certificate is to be issued for this portfolio now: the first one, or a corrected one."""
    if portfolio.is_test or not standing_of(session, portfolio.id).is_earned:
        return False
    last = last_of(session, portfolio.id)
    if last is not None and last.erased_at is not None:
        return False
    return (
        last is None
        or (last.state is CertificateState.ISSUED and is_being_corrected(session, last.id))
        or (last.state is CertificateState.REVOKED and revoked_for_good(session, portfolio.id) is None)
    )


def locked(session: Session, portfolio_id: uuid.UUID) -> Portfolio:
    """The portfolio, locked, as the last transaction left it. Raises LookupError."""
    session.flush()
    found = session.get(Portfolio, portfolio_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise LookupError(f"no portfolio {portfolio_id}")
    return found


def _waiting(session: Session, portfolio_id: uuid.UUID) -> Delivery | None:
    """The issue that waits in no worker's hand: one in hand may have looked before this decision."""
    return session.scalars(
        select(Delivery)
        .where(
            Delivery.order_key == order_key(portfolio_id),
            Delivery.kind == ISSUE,
            Delivery.state == DeliveryState.WAITING,
            is_unheld(now()),
        )
        .order_by(Delivery.sequence)
        .limit(1)
        .with_for_update()
    ).one_or_none()
