"""The queue: what waits for review in a course or at an institution, oldest first, a page at a time."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, Uuid, bindparam, func, select, tuple_
from sqlalchemy.orm import Session

from lti_app.db import UtcDateTime, table_of
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
    statement = waiting_statement(
        in_course=scope.course_id is not None, kind=kind, is_after=after is not None
    )
    found = session.execute(statement, values_for(scope, not_of, after, rows + 1)).all()
    shown = tuple(Waiting(*each) for each in found[:rows])
    if len(found) <= rows:
        return QueuePage(shown, "")
    return QueuePage(shown, Place(shown[-1].submitted_at, shown[-1].submission_id).cursor)


def next_in_queue(
    session: Session, scope: Scope, *, not_of: uuid.UUID, kind: Kind | None, after: Place
) -> uuid.UUID | None:
    """The submission to review after this place; None at the end of the queue."""
    page = queue_for(session, scope, not_of=not_of, kind=kind, after=after, rows=1)
    return page.rows[0].submission_id if page.rows else None


@cache
def waiting_statement(*, in_course: bool, kind: Kind | None, is_after: bool) -> Select[*tuple[Any, ...]]:
    """What the queue asks of the database: an index walk from a place on. Its columns are `Waiting`'s fields.

    Made once for each of its few forms, which takes as long as asking it.
    """
    submission, item, portfolio = (table_of(each) for each in (Submission, Item, Portfolio))
    person, opener = table_of(Person), table_of(Person).alias("opener")
    theirs = table_of(Portfolio).alias("theirs")
    own = select(theirs.c.id).where(theirs.c.person_id == bindparam("not_of"))
    wanted = (
        select(
            submission.c.id.label("submission_id"),
            person.c.name.label("student_name"),
            item.c.kind,
            item.c.title,
            item.c.type_code,
            item.c.setting,
            item.c.form,
            submission.c.revision,
            submission.c.submitted_at,
            submission.c.opened_at,
            func.coalesce(opener.c.name, "").label("opened_by"),
            submission.c.is_plan,
        )
        .join(item, item.c.id == submission.c.item_id)
        .join(portfolio, portfolio.c.id == item.c.portfolio_id)
        .join(person, person.c.id == portfolio.c.person_id)
        .outerjoin(opener, opener.c.id == submission.c.opened_by_id)
        # What ix_submission_queue (of a course) and ix_submission_institution_queue are made for.
        .where(
            submission.c.institution_id == bindparam("institution"),
            submission.c.state == SubmissionState.WAITING,
            submission.c.is_test.is_(False),
            # As a list, which is short: compared row by row, SQLite first reads every portfolio there is.
            item.c.portfolio_id.not_in(own),
        )
        .order_by(submission.c.submitted_at, submission.c.id)
        .limit(bindparam("rows", type_=Integer))
    )
    if in_course:
        wanted = wanted.where(submission.c.course_id == bindparam("course"))
    if kind is not None:
        is_plan = kind is Kind.PLAN
        of_kind = ItemKind.ACTIVITY if is_plan else ItemKind(kind.value)
        wanted = wanted.where(item.c.kind == of_kind, submission.c.is_plan.is_(is_plan))
    if is_after:
        place = tuple_(bindparam("at", type_=UtcDateTime()), bindparam("row_id", type_=Uuid()))
        wanted = wanted.where(tuple_(submission.c.submitted_at, submission.c.id) > place)
    return wanted


def values_for(scope: Scope, not_of: uuid.UUID, after: Place | None, rows: int) -> dict[str, Any]:
    """What `waiting_statement` is asked with."""
    place = {"at": after.at, "row_id": after.row_id} if after else {}
    within = {"institution": scope.institution_id, "course": scope.course_id}
    return {**within, "not_of": not_of, "rows": rows, **place}
