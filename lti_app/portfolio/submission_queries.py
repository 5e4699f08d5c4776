"""What was submitted, with what it froze and what was decided on it, as frozen values.

Nothing here checks who asks, as in queries.py.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.people.models import Person
from lti_app.portfolio.models import Decision, Item, Portfolio, Submission
from lti_app.portfolio.records import DecisionView, SubmissionRow, SubmissionView
from lti_app.portfolio.rubric import chosen_from_json
from lti_app.portfolio.snapshots import Snapshot


def submissions_of(session: Session, item_ids: Iterable[uuid.UUID]) -> tuple[SubmissionRow, ...]:
    """Every submission of these items with its decisions, oldest first. Two queries."""
    rows = session.execute(
        select(
            Submission.id,
            Submission.item_id,
            Submission.course_id,
            Submission.revision,
            Submission.snapshot["title"].as_string().label("title"),
            Submission.state,
            Submission.submitted_at,
            Submission.opened_at,
            Submission.is_plan,
        )
        .where(Submission.item_id.in_(list(item_ids)))
        .order_by(Submission.submitted_at, Submission.revision)
    ).all()
    decided = decisions_on(session, [row.id for row in rows])
    return tuple(
        SubmissionRow(
            **row._mapping, decisions=tuple(each for each in decided if each.submission_id == row.id)
        )
        for row in rows
    )


def decisions_on(session: Session, submission_ids: Sequence[uuid.UUID]) -> tuple[DecisionView, ...]:
    """The decisions on these submissions that were not undone, oldest first."""
    rows = session.execute(
        select(
            Decision.id,
            Decision.submission_id,
            Decision.kind,
            Decision.comment,
            Person.name,
            Decision.decided_at,
            Decision.levels,
        )
        .join(Person, Person.id == Decision.reviewer_id)
        .where(Decision.submission_id.in_(submission_ids), Decision.undone_at.is_(None))
        .order_by(Decision.decided_at, Decision.id)
    )
    return tuple(
        DecisionView(
            id=row.id,
            submission_id=row.submission_id,
            kind=row.kind,
            comment=row.comment,
            reviewer_name=row.name,
            decided_at=row.decided_at,
            levels=chosen_from_json(row.levels),
        )
        for row in rows
    )


def submission_view(session: Session, submission_id: uuid.UUID) -> SubmissionView | None:
    """A submission with what it froze and what was decided; None when there is none."""
    row = session.execute(
        select(Submission, Item.kind, Item.state, Item.portfolio_id, Portfolio.person_id, Person.name)
        .join(Item, Item.id == Submission.item_id)
        .join(Portfolio, Portfolio.id == Item.portfolio_id)
        .join(Person, Person.id == Portfolio.person_id)
        .where(Submission.id == submission_id)
    ).one_or_none()
    if row is None:
        return None
    submission: Submission = row.Submission
    return SubmissionView(
        id=submission.id,
        item_id=submission.item_id,
        item_kind=row.kind,
        item_state=row.state,
        portfolio_id=row.portfolio_id,
        institution_id=submission.institution_id,
        course_id=submission.course_id,
        student_id=row.person_id,
        student_name=row.name,
        revision=submission.revision,
        state=submission.state,
        is_test=submission.is_test,
        submitted_at=submission.submitted_at,
        opened_at=submission.opened_at,
        snapshot=Snapshot.from_json(submission.snapshot),
        others=submissions_of(session, [submission.item_id]),
    )
