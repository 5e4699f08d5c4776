"""Telling a line item that has just been connected what happened before it was: how each student stands now.

Once for each person, not event by event: the latest attempt, whichever portfolio it is in, unless one was
told already, and the grade that is reached, unless one was told; and each certificate whose file was not
handed in, the last issued last – of a portfolio that has moved on to another course only if it was handed in
here before, to an assignment that is gone. Comments of that time stay in the tool. What is told waits for the
undo window, as every review does. Repeating tells nothing twice, so a worker may die at any point.
"""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from lti_app.certificates.handing_in import hand_in_at, told_in
from lti_app.certificates.models import Certificate, CertificateState
from lti_app.clock import now
from lti_app.db import Database
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti.ags import gradebook
from lti_app.lti.ags.models import LineItem, LineItemKind
from lti_app.lti.ags.results import is_since
from lti_app.lti.ags.scores import Score
from lti_app.lti.ags.subjects import order_key_of
from lti_app.portfolio.models import Item, Portfolio, Submission
from lti_app.portfolio.states import ItemKind, SubmissionState
from lti_app.review.reporting import share_of, take_turns

_ITEMS = {
    LineItemKind.ACTIVITIES: (ItemKind.ACTIVITY,),
    LineItemKind.FINAL_REPORT: (ItemKind.FINAL_REPORT, ItemKind.PRESENTATION),
}


def catch_up(db: Database, line_item_id: uuid.UUID, undo_for: timedelta) -> None:
    """Queue how everybody stands on this line item, each in a transaction of its own."""
    with db.reading() as session:
        line_item = session.get(LineItem, line_item_id)
        portfolio_ids = _concerned(session, line_item) if line_item and line_item.url else []
    left = deque(portfolio_ids)

    def tell_next(session: Session) -> bool:
        _tell(session, line_item_id, left.popleft(), undo_for)
        return bool(left)

    if left:
        db.write_in_turns(tell_next)


def _concerned(session: Session, line_item: LineItem) -> list[uuid.UUID]:
    """The portfolios with anything that the line item could be told, in the order in which it happened; never
    a Test Student's.
    """
    happened_at: InstrumentedAttribute[datetime]
    if line_item.kind is LineItemKind.CERTIFICATE:
        happened_at = Certificate.issued_at
        worked_on_here = (
            select(Certificate.id)
            .join(Portfolio, Portfolio.id == Certificate.portfolio_id)
            .where(Portfolio.course_id == line_item.course_id)
        )
        wanted = (
            select(Portfolio.id)
            .join(Certificate, Certificate.portfolio_id == Portfolio.id)
            .where(
                Certificate.id.in_(worked_on_here.union(told_in(line_item.course_id))),
                Certificate.state == CertificateState.ISSUED,
            )
        )
    else:
        happened_at = Submission.submitted_at
        wanted = (
            select(Portfolio.id)
            .join(Item, Item.portfolio_id == Portfolio.id)
            .join(Submission, Submission.item_id == Item.id)
            .where(
                Submission.course_id == line_item.course_id,
                Submission.is_plan.is_(False),
                Item.kind.in_(_ITEMS[line_item.kind]),
            )
        )
    in_order = wanted.group_by(Portfolio.id).order_by(func.max(happened_at), Portfolio.id)
    return list(session.scalars(in_order.where(Portfolio.is_test.is_(False))))


def _tell(session: Session, line_item_id: uuid.UUID, portfolio_id: uuid.UUID, undo_for: timedelta) -> None:
    portfolio = session.get_one(Portfolio, portfolio_id, with_for_update=True)
    take_turns(session, portfolio.person_id)
    line_item = session.get_one(LineItem, line_item_id)
    told = _told(session, line_item, portfolio.person_id)
    handed_in = [each.handed_in for each in told if each.handed_in]
    if line_item.kind is LineItemKind.CERTIFICATE:
        _tell_certificate(session, portfolio, line_item, {each.stored_file_id for each in handed_in})
        return
    if not handed_in:
        _tell_attempt(session, line_item, portfolio.person_id)
    fraction = share_of(session, line_item.kind, portfolio, line_item.course_id)
    if fraction is not None and not any(each.says_grade for each in told):
        gradebook.report_reviewed(
            session,
            course_id=line_item.course_id,
            person_id=portfolio.person_id,
            kind=line_item.kind,
            fraction=fraction,
            comment="",
            cause_id=None,
            not_before=now() + undo_for,
        )


def _told(session: Session, line_item: LineItem, person_id: uuid.UUID) -> list[Score]:
    """What the platform has been told of somebody for this line item, or still will be."""
    rows = session.execute(
        select(Delivery.state, Delivery.payload, Delivery.finished_at).where(
            Delivery.order_key == order_key_of(line_item.id, person_id),
            Delivery.kind == gradebook.SCORE,
            Delivery.state != DeliveryState.CANCELLED,
        )
    )
    arrived = (DeliveryState.SENT, DeliveryState.UNCERTAIN)
    return [
        Score.from_payload(row.payload)
        for row in rows
        if row.state not in arrived or is_since(line_item.connected_at, row.finished_at)
    ]


def _tell_attempt(session: Session, line_item: LineItem, person_id: uuid.UUID) -> None:
    """The submission that somebody would open from the gradebook: the latest from this course."""
    submission_id = session.scalars(
        select(Submission.id)
        .join(Item, Item.id == Submission.item_id)
        .join(Portfolio, Portfolio.id == Item.portfolio_id)
        .where(
            Portfolio.person_id == person_id,
            Item.kind.in_(_ITEMS[line_item.kind]),
            Submission.course_id == line_item.course_id,
            Submission.state != SubmissionState.WITHDRAWN,
            Submission.is_test.is_(False),
            Submission.is_plan.is_(False),
        )
        .order_by(Submission.submitted_at.desc(), Submission.revision.desc())
        .limit(1)
    ).first()
    if submission_id is not None:
        gradebook.report_submitted(
            session,
            course_id=line_item.course_id,
            person_id=person_id,
            kind=line_item.kind,
            submission_id=submission_id,
            cause_id=submission_id,
        )


def _tell_certificate(
    session: Session, portfolio: Portfolio, line_item: LineItem, handed_in: Collection[uuid.UUID | None]
) -> None:
    issued = session.scalars(
        select(Certificate).where(
            Certificate.portfolio_id == portfolio.id, Certificate.state == CertificateState.ISSUED
        )
    ).one_or_none()
    if issued is not None and issued.stored_file_id not in handed_in:
        hand_in_at(session, portfolio, issued, line_item.course_id)
