"""What the platform is told of a certificate, for its holder: the file with full marks and where to verify
it, and later what staff answered to the correction that she asked for. And what of that can be taken back.

A portfolio may be worked on in one course after another, and its certificate handed in in several: the outbox
knows in which, and all of them are told what becomes of it.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from decimal import Decimal

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from lti_app.certificates.facts import CertificateFacts
from lti_app.certificates.models import Certificate, Correction, CorrectionState
from lti_app.certificates.queries import ISSUE, last_of, order_key, others_of
from lti_app.db import IN_TURN
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti.ags import gradebook
from lti_app.lti.ags.models import LineItemKind
from lti_app.people.models import Person
from lti_app.portfolio.models import Portfolio

_IS_THERE = (DeliveryState.WAITING, DeliveryState.SENT, DeliveryState.UNCERTAIN)
# Of the attempts of one that failed, one whose answer was lost may have arrived.
_MAY_BE_THERE = (*_IS_THERE, DeliveryState.FAILED)


def hand_in(session: Session, portfolio: Portfolio, issued: Certificate) -> None:
    """Queue a new one in the course that the portfolio is worked on in, and in every course that has what it
    takes the place of.
    """
    before = may_be_at(session, line_of(session, issued))
    for course_id in dict.fromkeys((portfolio.course_id, *before)):
        hand_in_at(session, portfolio, issued, course_id)


def hand_in_at(session: Session, portfolio: Portfolio, issued: Certificate, course_id: uuid.UUID) -> None:
    """Queue it in this course, if that has an assignment for it. Of an erased one there is nothing to hand
    in.
    """
    if issued.erased_at is not None:
        return
    facts = CertificateFacts.from_json(issued.facts)
    gradebook.report_certificate(
        session,
        course_id=course_id,
        person_id=portfolio.person_id,
        stored_file_id=issued.stored_file_id,
        file_title=f"{facts.number}.pdf",
        comment=_comment(facts),
        cause_id=issued.id,
    )


def tell_answer(session: Session, portfolio: Portfolio, certificate: Certificate, asked: Correction) -> None:
    """Queue how the holder's own correction was decided, as a comment wherever the certificate was handed in.

    The full marks that stand there go along, and no attempt: Canvas is not sure to keep a comment that comes
    without a grade. Where nothing was handed in, or somebody else asked, nobody is told.
    """
    if asked.requested_by_id != portfolio.person_id:
        return
    for course_id in _courses(session, [certificate.id], _IS_THERE):
        gradebook.report_reviewed(
            session,
            course_id=course_id,
            person_id=portfolio.person_id,
            kind=LineItemKind.CERTIFICATE,
            fraction=Decimal(1),
            comment=_answer(certificate.number, asked),
            cause_id=asked.id,
        )


def tell_revoked(
    session: Session, portfolio: Portfolio, certificate: Certificate, course_id: uuid.UUID
) -> None:
    """Queue that it was revoked, as a comment in this course, which erases its full marks there, unless they
    are those of another certificate, too: by another scheme, handed in there and standing.
    """
    # Of two that are revoked at once, one sees that the other stands no more.
    session.get_one(Person, portfolio.person_id, with_for_update=IN_TURN)
    others = [each.id for each in others_of(session, portfolio.id).values()]
    stays = course_id in _courses(session, others, _IS_THERE)
    number = certificate.number
    gradebook.report_reviewed(
        session,
        course_id=course_id,
        person_id=portfolio.person_id,
        kind=LineItemKind.CERTIFICATE,
        fraction=Decimal(1) if stays else None,
        comment=f"Certifikatet {number} är återkallat. / The certificate {number} is revoked.",
        cause_id=certificate.id,
        takes_back=not stays,
    )


def line_of(session: Session, certificate: Certificate) -> list[uuid.UUID]:
    """It, the one that it took the place of, the one before that, and so on."""
    rows = session.execute(
        select(Certificate.superseded_by_id, Certificate.id).where(
            Certificate.portfolio_id == certificate.portfolio_id, Certificate.superseded_by_id.is_not(None)
        )
    )
    before = {row.superseded_by_id: row.id for row in rows}
    line = [certificate.id]
    while line[-1] in before:
        line.append(before[line[-1]])
    return line


def may_be_at(session: Session, certificate_ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """Every course that has one of these handed in, may have it, or is about to."""
    return _courses(session, certificate_ids, _MAY_BE_THERE)


def told_in(course_id: uuid.UUID) -> Select[uuid.UUID | None]:
    """What this course was told of, may have been or is about to be, by its id: certificates among others."""
    return select(Delivery.cause_id).where(
        Delivery.course_id == course_id,
        Delivery.kind == gradebook.SCORE,
        Delivery.state.in_(_MAY_BE_THERE),
    )


def queued_of(
    session: Session, certificate: Certificate, *, line: Collection[uuid.UUID] = ()
) -> Sequence[Delivery]:
    """What was queued to hand it in, to answer a correction of it or to issue another after it, locked; and
    that it was revoked. The same of those before it in its `line`, if that is given.
    """
    ids = {certificate.id, *line}
    corrections = select(Correction.id).where(Correction.certificate_id.in_(ids))
    is_told = or_(Delivery.cause_id.in_(ids), Delivery.cause_id.in_(corrections))
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


def _courses(
    session: Session, certificate_ids: Collection[uuid.UUID], states: Collection[DeliveryState]
) -> list[uuid.UUID]:
    found = session.scalars(
        select(Delivery.course_id)
        .where(
            Delivery.cause_id.in_(certificate_ids),
            Delivery.kind == gradebook.SCORE,
            Delivery.state.in_(states),
        )
        .group_by(Delivery.course_id)
        .order_by(func.min(Delivery.sequence))
    )
    return [each for each in found if each is not None]


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
