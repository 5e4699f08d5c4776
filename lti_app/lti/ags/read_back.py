"""Reading back what a platform's gradebook shows, for everybody on a line item: once a night, or on demand.

Whoever shows another grade than was last told is kept (`results.py`), whoever shows it again is let go.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.jobs import Failed, Work, outbox
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti.ags.client import Gradebook, Result
from lti_app.lti.ags.gradebook import SCORE, may_read_results
from lti_app.lti.ags.grades import Grade, means_same
from lti_app.lti.ags.models import LineItem
from lti_app.lti.ags.results import forget, grade_of, graded_by, is_since, note
from lti_app.lti.ags.scores import Score
from lti_app.lti.ags.subjects import lane_of, order_key_of
from lti_app.lti.answers import as_outcomes
from lti_app.lti.services import Access, ServiceClient
from lti_app.lti.verdicts import NOBODY
from lti_app.people.models import Course, Person, Platform

RESULTS = "ags.results"
_ARRIVED = (DeliveryState.SENT, DeliveryState.UNCERTAIN)


def queue_reading(session: Session, course: Course, *, not_before: datetime | None = None) -> None:
    """Queue that the grades of a course be read back; once at a time, and only where the platform lets us."""
    if not course.lineitems_url or not may_read_results(course):
        return
    for line_item_id in session.scalars(
        select(LineItem.id).where(LineItem.course_id == course.id, LineItem.url != "")
    ):
        order_key = f"results:{line_item_id}"
        if outbox.is_waiting(session, order_key, RESULTS):
            continue
        outbox.forget_finished(session, order_key, RESULTS)
        outbox.enqueue(
            session,
            kind=RESULTS,
            payload={"line_item_id": str(line_item_id)},
            institution_id=course.institution_id,
            course_id=course.id,
            order_key=order_key,
            lane=lane_of(course),
            not_before=not_before,
        )


def read_results(work: Work) -> None:
    """Compare all that the platform shows on a line item with what it was told. Safe to repeat."""
    with work.db.reading() as session:
        row = session.execute(
            select(LineItem, Course, Platform)
            .join(Course, Course.id == LineItem.course_id)
            .join(Platform, Platform.id == Course.platform_id)
            .where(LineItem.id == uuid.UUID(work.payload["line_item_id"]))
        ).one_or_none()
    if row is None:
        raise Failed(NOBODY)
    line_item, course, platform = row
    if not line_item.url:
        return
    with ServiceClient(work.settings, work.db, Access.to(platform)) as client, as_outcomes():
        pages = Gradebook(client, course.lineitems_url).results(line_item.url)
        asked_at = now()
        for page in pages:
            with work.db.writing() as session:
                _compare(session, course, line_item, page, asked_at)
            asked_at = now()


def _compare(
    session: Session, course: Course, line_item: LineItem, page: Sequence[Result], asked_at: datetime
) -> None:
    people = session.scalars(
        select(Person).where(
            Person.institution_id == course.institution_id,
            Person.platform_id == course.platform_id,
            Person.sub.in_([each.user_id for each in page]),
            Person.is_test.is_(False),
        )
    )
    by_sub = {each.sub: each for each in people}
    told = _told(session, line_item, [each.id for each in by_sub.values()], asked_at)
    for result in page:
        person = by_sub.get(result.user_id)
        if person is None or person.id not in told:
            continue
        if means_same(grade_of(result), told[person.id]):
            forget(session, line_item.id, [person.id])
        else:
            note(session, line_item.id, person, result)


def _told(
    session: Session, line_item: LineItem, person_ids: Sequence[uuid.UUID], asked_at: datetime
) -> dict[uuid.UUID, Grade | None]:
    """The grade that each was last told, leaving those out for whom something is under way."""
    keys = {order_key_of(line_item.id, each): each for each in person_ids}
    rows = session.execute(
        select(Delivery.order_key, Delivery.state, Delivery.payload, Delivery.finished_at, Delivery.attempts)
        .where(Delivery.order_key.in_(list(keys)), Delivery.kind == SCORE)
        .order_by(Delivery.sequence)
    )
    told: dict[uuid.UUID, Grade | None] = dict.fromkeys(person_ids)
    busy: set[uuid.UUID] = set()
    for row in rows:
        person_id = keys[row.order_key]
        is_open = row.state is DeliveryState.WAITING and row.attempts > 0
        if is_open or (row.finished_at is not None and row.finished_at >= asked_at):
            busy.add(person_id)
        if row.state in _ARRIVED and is_since(line_item.connected_at, row.finished_at):
            score = Score.from_payload(row.payload)
            told[person_id] = graded_by(score) if score.says_grade else told[person_id]
    return {each: grade for each, grade in told.items() if each not in busy}
