"""How far a portfolio's certificate has come, as its page tells it: open, coming, stuck, there."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.certificates.hindrances import Hindrance
from lti_app.certificates.queries import (
    ISSUE,
    CertificateView,
    Standing,
    certificate_of,
    order_key,
    revoked_for_good,
    standing_of,
    view_of,
    waits_for_staff,
)
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.jobs.reasons import Reason
from lti_app.portfolio.models import Portfolio


class Stage(StrEnum):
    """How far a certificate has come, as its page tells it."""

    OPEN = "open"  # something is left to do, or it is the Test Student's
    AT_STAFF = "at_staff"  # earned, and left to staff to issue
    COMING = "coming"
    FAILED = "failed"
    LEAVING = "leaving"  # issued, and on its way to the platform
    THERE = "there"  # issued, and handed in with the platform
    STUCK = "stuck"  # issued, and not handed in: staff must look
    ISSUED = "issued"  # issued, and the course has no place for it
    REVOKED = "revoked"  # revoked, and no other follows


@dataclass(frozen=True)
class IssueState:
    """What the certificate's page tells: the certificate, or what is known of why there is none."""

    stage: Stage
    certificate: CertificateView | None = None
    standing: Standing | None = None
    hindrance: Hindrance | None = None


_ISSUED_STAGES = {
    None: Stage.ISSUED,
    DeliveryState.WAITING: Stage.LEAVING,
    DeliveryState.SENT: Stage.THERE,
    DeliveryState.CANCELLED: Stage.ISSUED,
}


def state_of(session: Session, portfolio_id: uuid.UUID) -> IssueState:
    """How far the portfolio's certificate has come. Raises LookupError for a portfolio that is not there."""
    found = certificate_of(session, portfolio_id)
    if found is not None:
        handing_in = _handing_in(session, found.id)
        return IssueState(_ISSUED_STAGES.get(handing_in, Stage.STUCK), certificate=found)
    revoked = revoked_for_good(session, portfolio_id)
    if revoked is not None:
        return IssueState(Stage.REVOKED, certificate=view_of(revoked))
    standing = standing_of(session, portfolio_id)
    if not standing.is_earned:
        return IssueState(Stage.OPEN, standing=standing)
    portfolio = session.get_one(Portfolio, portfolio_id)
    if waits_for_staff(session, portfolio) and not _is_queued(session, portfolio_id):
        return IssueState(Stage.AT_STAFF, standing=standing)
    hindrance = _hindrance(_newest_issue(session, portfolio_id))
    is_failed = hindrance is not None and hindrance.is_failed
    return IssueState(Stage.FAILED if is_failed else Stage.COMING, standing=standing, hindrance=hindrance)


def reissue_of(session: Session, portfolio_id: uuid.UUID) -> IssueState:
    """How far the next certificate has come while the one that stands is being corrected: open as long as
    something is to be mended or approved, then coming, or failed.
    """
    last, standing = _newest_issue(session, portfolio_id), standing_of(session, portfolio_id)
    if last is None or last.state is DeliveryState.SENT or not standing.is_earned:
        return IssueState(Stage.OPEN, standing=standing)
    hindrance = _hindrance(last)
    is_failed = hindrance is not None and hindrance.is_failed
    return IssueState(Stage.FAILED if is_failed else Stage.COMING, standing=standing, hindrance=hindrance)


def _hindrance(last: Delivery | None) -> Hindrance | None:
    """What the newest attempt to issue stumbled over, if it did."""
    if last is None or not last.reason:
        return None
    return Hindrance(last.state is DeliveryState.FAILED, Reason.read(last.reason))


def _newest_issue(session: Session, portfolio_id: uuid.UUID) -> Delivery | None:
    return session.scalars(
        select(Delivery)
        .where(
            Delivery.order_key == order_key(portfolio_id),
            Delivery.kind == ISSUE,
            Delivery.state != DeliveryState.CANCELLED,
        )
        .order_by(Delivery.sequence.desc())
        .limit(1)
    ).one_or_none()


def _is_queued(session: Session, portfolio_id: uuid.UUID) -> bool:
    """Whether an issue waits, or has failed and waits for staff to try again."""
    queued = select(Delivery.id).where(
        Delivery.order_key == order_key(portfolio_id),
        Delivery.kind == ISSUE,
        Delivery.state.in_((DeliveryState.WAITING, DeliveryState.FAILED, DeliveryState.UNCERTAIN)),
    )
    return session.execute(queued.limit(1)).first() is not None


def _handing_in(session: Session, certificate_id: uuid.UUID) -> DeliveryState | None:
    """How handing it in with the platform stands; None where the course has no place for it."""
    return session.scalars(
        select(Delivery.state)
        .where(Delivery.cause_id == certificate_id)
        .order_by(Delivery.sequence.desc())
        .limit(1)
    ).one_or_none()
