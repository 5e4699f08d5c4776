"""What the platform is told of a certificate, for its holder: the file with full marks and where to verify
it, and later what staff answered to the correction that she asked for. And what of that can be taken back.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from lti_app.certificates.facts import CertificateFacts
from lti_app.certificates.models import Certificate, Correction, CorrectionState
from lti_app.certificates.queries import ISSUE, last_of, order_key
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti.ags import gradebook
from lti_app.lti.ags.models import LineItemKind
from lti_app.portfolio.models import Portfolio


def hand_in(session: Session, portfolio: Portfolio, issued: Certificate) -> None:
    """Queue it in the course that the portfolio is worked on in, if that has an assignment for it.

    Of an erased one there is nothing to hand in.
    """
    if issued.erased_at is not None:
        return
    facts = CertificateFacts.from_json(issued.facts)
    gradebook.report_certificate(
        session,
        course_id=portfolio.course_id,
        person_id=portfolio.person_id,
        stored_file_id=issued.stored_file_id,
        file_title=f"{facts.number}.pdf",
        comment=_comment(facts),
        cause_id=issued.id,
    )


def tell_answer(session: Session, portfolio: Portfolio, certificate: Certificate, asked: Correction) -> None:
    """Queue how the holder's own correction was decided, as a comment where the certificate was handed in.

    The full marks that stand there go along, and no attempt: Canvas is not sure to keep a comment that comes
    without a grade. Where nothing was handed in, or somebody else asked, nobody is told.
    """
    course_id = handed_in_at(session, certificate.id)
    if course_id is None or asked.requested_by_id != portfolio.person_id:
        return
    gradebook.report_reviewed(
        session,
        course_id=course_id,
        person_id=portfolio.person_id,
        kind=LineItemKind.CERTIFICATE,
        fraction=Decimal(1),
        comment=_answer(certificate.number, asked),
        cause_id=asked.id,
    )


def handed_in_at(session: Session, certificate_id: uuid.UUID) -> uuid.UUID | None:
    """The course in which it was handed in, or is about to be."""
    return session.scalars(
        select(Delivery.course_id)
        .where(
            Delivery.cause_id == certificate_id,
            Delivery.kind == gradebook.SCORE,
            Delivery.state.in_((DeliveryState.WAITING, DeliveryState.SENT, DeliveryState.UNCERTAIN)),
        )
        .order_by(Delivery.sequence.desc())
        .limit(1)
    ).one_or_none()


def queued_of(session: Session, certificate: Certificate) -> Sequence[Delivery]:
    """What was queued to hand it in, to answer a correction of it or to issue another after it, locked; and
    that it was revoked.
    """
    corrections = select(Correction.id).where(Correction.certificate_id == certificate.id)
    is_told = or_(Delivery.cause_id == certificate.id, Delivery.cause_id.in_(corrections))
    concerned = [and_(Delivery.kind == gradebook.SCORE, is_told)]
    last = last_of(session, certificate.portfolio_id)
    if last is not None and last.id == certificate.id:
        is_next = Delivery.order_key == order_key(certificate.portfolio_id)
        concerned.append(and_(Delivery.kind == ISSUE, is_next))
    return session.scalars(
        select(Delivery)
        .where(or_(*concerned))
        .order_by(Delivery.sequence)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _answer(number: str, asked: Correction) -> str:
    """The decision in both languages, and the words of staff where they gave any."""
    if asked.state is CorrectionState.APPROVED:
        return (
            f"Rättelsen av certifikatet {number} är godkänd. Ett nytt certifikat ersätter det när det är"
            f" utfärdat. / The correction of the certificate {number} is approved. A new certificate takes"
            " its place once it is issued."
        )
    return (
        f"Rättelsen av certifikatet {number} är avslagen. / The correction of the certificate {number} was"
        f" declined.\n{asked.reply}"
    )


def _comment(facts: CertificateFacts) -> str:
    """What the platform shows beside the file, in both languages."""
    title = facts.title
    named = title.sv if title.sv == title.en else f"{title.sv} / {title.en}"
    return f"{named} {facts.number}: {facts.verify_url}"
