"""The queue: what waits for review in a course or at an institution, oldest first, a page at a time."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, select, tuple_
from sqlalchemy.orm import Session, aliased

from lti_app.people.models import Person
from lti_app.portfolio.models import Item, Portfolio, Submission
from lti_app.portfolio.states import ItemKind, SubmissionState
from lti_app.review.permissions import Scope
from lti_app.web.paging import ROWS, Place


class Kind(StrEnum):
    """What the queue can be narrowed to; an activity's plan is a kind of its own there."""

    ACTIVITY = "activity"
    PLAN = "plan"
    FINAL_REPORT = "final_report"
    PRESENTATION = "presentation"


@dataclass(frozen=True)
class Waiting:
    """One row of the queue. `opened_by` is empty until a reviewer has looked."""

    submission_id: uuid.UUID
    student_name: str
    kind: ItemKind
    title: str
    type_code: str
    setting: str
    form: str
    revision: int
    submitted_at: datetime
    opened_at: datetime | None
    opened_by: str
    is_plan: bool


@dataclass(frozen=True)
class QueuePage:
    """Some rows of the queue; `next_cursor` is empty on the last page."""

    rows: tuple[Waiting, ...]
    next_cursor: str


def queue_for(
    session: Session,
    scope: Scope,
    *,
    not_of: uuid.UUID,
    kind: Kind | None = None,
    after: Place | None = None,
    rows: int = ROWS,
) -> QueuePage:
    """The next submissions that wait, without Test Students' and without the reviewer's own (`not_of`)."""
    found = session.execute(waiting_statement(scope, not_of, kind, after).limit(rows + 1)).all()
    shown = tuple(_row(each) for each in found[:rows])
    if len(found) <= rows:
        return QueuePage(shown, "")
    return QueuePage(shown, Place(shown[-1].submitted_at, shown[-1].submission_id).cursor)


def next_in_queue(
    session: Session, scope: Scope, *, not_of: uuid.UUID, kind: Kind | None, after: Place
) -> uuid.UUID | None:
    """The submission to review after this place; None at the end of the queue."""
    page = queue_for(session, scope, not_of=not_of, kind=kind, after=after, rows=1)
    return page.rows[0].submission_id if page.rows else None


def waiting_statement(
    scope: Scope, not_of: uuid.UUID, kind: Kind | None, after: Place | None
) -> Select[*tuple[Any, ...]]:
    """What the queue asks of the database, without its limit: an index walk from the place on."""
    opener = aliased(Person)
    wanted = (
        select(
            Submission.id,
            Submission.revision,
            Submission.submitted_at,
            Submission.opened_at,
            Submission.is_plan,
            Item.kind,
            Item.title,
            Item.type_code,
            Item.setting,
            Item.form,
            Person.name.label("student_name"),
            opener.name.label("opened_by"),
        )
        .join(Item, Item.id == Submission.item_id)
        .join(Portfolio, Portfolio.id == Item.portfolio_id)
        .join(Person, Person.id == Portfolio.person_id)
        .outerjoin(opener, opener.id == Submission.opened_by_id)
        .where(*_within(scope), Portfolio.person_id != not_of)
        .order_by(Submission.submitted_at, Submission.id)
    )
    if kind is not None:
        is_plan = kind is Kind.PLAN
        of_kind = ItemKind.ACTIVITY if is_plan else ItemKind(kind.value)
        wanted = wanted.where(Item.kind == of_kind, Submission.is_plan.is_(is_plan))
    if after is not None:
        wanted = wanted.where(tuple_(Submission.submitted_at, Submission.id) > after.bound)
    return wanted


def _within(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """What ix_submission_queue (of a course) and ix_submission_institution_queue are made for."""
    course = (Submission.course_id == scope.course_id,) if scope.course_id else ()
    return (
        Submission.institution_id == scope.institution_id,
        *course,
        Submission.state == SubmissionState.WAITING,
        Submission.is_test.is_(False),
    )


def _row(row: Any) -> Waiting:
    return Waiting(
        submission_id=row.id,
        student_name=row.student_name,
        kind=row.kind,
        title=row.title,
        type_code=row.type_code,
        setting=row.setting,
        form=row.form,
        revision=row.revision,
        submitted_at=row.submitted_at,
        opened_at=row.opened_at,
        opened_by=row.opened_by or "",
        is_plan=row.is_plan,
    )
