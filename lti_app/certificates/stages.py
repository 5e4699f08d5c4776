"""How far a portfolio's certificate has come, as its page tells it: open, coming, stuck, there."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.certificates.hindrances import Hindrance
from lti_app.certificates.models import Certificate, CertificateState, Revocation
from lti_app.certificates.queries import (
    ISSUE,
    CertificateView,
    Standing,
    certificate_of,
    order_key,
    revoked_for_good,
    standing,
    standing_of,
    view_of,
    waits_for_staff,
)
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.jobs.reasons import Reason
from lti_app.lti.ags.gradebook import SCORE
from lti_app.portfolio.models import Portfolio
from lti_app.portfolio.records import ItemRow
from lti_app.schemes.queries import document_of


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
        handing_in = _handing_in(session, found.id, portfolio_id)
        return IssueState(_ISSUED_STAGES.get(handing_in, Stage.STUCK), certificate=found)
    revoked = revoked_for_good(session, portfolio_id)
    if revoked is not None:
        return IssueState(Stage.REVOKED, certificate=view_of(revoked))
    now_standing = standing_of(session, portfolio_id)
    if not now_standing.is_earned:
        return IssueState(Stage.OPEN, standing=now_standing)
    portfolio = session.get_one(Portfolio, portfolio_id)
    if waits_for_staff(session, portfolio) and not _is_queued(session, portfolio_id):
        return IssueState(Stage.AT_STAFF, standing=now_standing)
    return _under_way(_newest_issue(session, portfolio_id), now_standing)


def stages_of(
    session: Session, held: Collection[tuple[Portfolio, Collection[ItemRow]]]
) -> dict[uuid.UUID, Stage]:
    """How far the certificates of these portfolios have come, for a list, which does not ask whether one that
    is issued was handed in. Two queries at most, however many there are.
    """
    lasts = _lasts(session, [portfolio.id for portfolio, _ in held])
    found = {portfolio_id: _ENDED[state] for portfolio_id, state in lasts.items() if state is not None}
    earned = {}
    for portfolio, items in held:
        document = document_of(session, portfolio.scheme_version_id)
        if portfolio.id not in found and standing(portfolio, document, items).is_earned:
            earned[portfolio.id] = document.certificate.is_issued_by_staff
    newest = _newest_attempts(session, earned)
    for portfolio_id, is_left_to_staff in earned.items():
        attempt = newest.get(portfolio_id)
        if attempt is DeliveryState.FAILED:
            found[portfolio_id] = Stage.FAILED
        else:
            is_coming = attempt is DeliveryState.WAITING or not is_left_to_staff
            found[portfolio_id] = Stage.COMING if is_coming else Stage.AT_STAFF
    return found


_ENDED = {CertificateState.ISSUED: Stage.ISSUED, CertificateState.REVOKED: Stage.REVOKED}


def _lasts(
    session: Session, portfolio_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, CertificateState | None]:
    """How the last certificate of each that had one stands; None where another may follow."""
    if not portfolio_ids:
        return {}
    rows = session.execute(
        select(Certificate.portfolio_id, Certificate.state, Certificate.erased_at, Revocation.may_be_followed)
        .outerjoin(Revocation, Revocation.certificate_id == Certificate.id)
        .where(Certificate.portfolio_id.in_(portfolio_ids), Certificate.state != CertificateState.SUPERSEDED)
        .order_by(Certificate.state == CertificateState.ISSUED, Certificate.issued_at)
    )
    return {
        each.portfolio_id: None if each.may_be_followed and each.erased_at is None else each.state
        for each in rows
    }


def _newest_attempts(
    session: Session, portfolio_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, DeliveryState]:
    keys = {order_key(each): each for each in portfolio_ids}
    if not keys:
        return {}
    rows = session.execute(
        select(Delivery.order_key, Delivery.state)
        .where(
            Delivery.order_key.in_(list(keys)),
            Delivery.kind == ISSUE,
            Delivery.state != DeliveryState.CANCELLED,
        )
        .order_by(Delivery.sequence)
    )
    return {keys[each.order_key]: each.state for each in rows}


def reissue_of(session: Session, portfolio_id: uuid.UUID) -> IssueState:
    """How far the next certificate has come while the one that stands is being corrected: open as long as
    something is to be mended or approved, then coming, or failed.
    """
    last, now_standing = _newest_issue(session, portfolio_id), standing_of(session, portfolio_id)
    if last is None or last.state is DeliveryState.SENT or not now_standing.is_earned:
        return IssueState(Stage.OPEN, standing=now_standing)
    return _under_way(last, now_standing)


def _under_way(last: Delivery | None, now_standing: Standing) -> IssueState:
    """Coming, or failed at this newest attempt."""
    hindrance = _hindrance(last)
    is_failed = hindrance is not None and hindrance.is_failed
    return IssueState(Stage.FAILED if is_failed else Stage.COMING, standing=now_standing, hindrance=hindrance)


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


def _handing_in(session: Session, certificate_id: uuid.UUID, portfolio_id: uuid.UUID) -> DeliveryState | None:
    """How handing it in stands, in the course that the portfolio is worked on in, or else in another; None
    where no course has a place for it.
    """
    worked_on_in = select(Portfolio.course_id).where(Portfolio.id == portfolio_id).scalar_subquery()
    return session.scalars(
        select(Delivery.state)
        .where(Delivery.cause_id == certificate_id, Delivery.kind == SCORE)
        .order_by((Delivery.course_id == worked_on_in).desc(), Delivery.sequence.desc())
        .limit(1)
    ).one_or_none()
