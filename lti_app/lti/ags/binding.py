"""Binding assignments that were made by deep linking, or by copying a course, to the course's line items.

A course has at most one line item of each kind. One that is expected (a teacher chose it in a deep link) has
no address yet; the first launch of the assignment brings it, or a look at the platform's line items, where
ours are known by their tag. One that is bound stays: a second assignment of its kind opens the same pages,
is told nothing, and is kept as a spare one (`spares.py`). Nothing here talks to the platform, as
lti/ags/finding.py does.
Source: 1EdTech Assignment and Grade Services 2.0 §3.1 (`lineitem` claim), §3.2 (`tag`, `resourceId`).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import insert_into
from lti_app.jobs import outbox
from lti_app.lti.ags import gradebook
from lti_app.lti.ags.gradebook import WantedLineItem
from lti_app.lti.ags.models import LONGEST_LABEL, LineItem, LineItemKind
from lti_app.lti.ags.spares import forget_spare, is_same, note_spare
from lti_app.lti.ags.subjects import lane_of
from lti_app.lti.launch.carried import Carried
from lti_app.lti.models import CourseHint
from lti_app.people.models import Course
from lti_app.web.typed import clean_line

FIND = "ags.find"
_TAG = "cim:"


@dataclass(frozen=True)
class Found:
    """A line item of ours as the platform has it."""

    kind: LineItemKind
    url: str
    label: str
    score_maximum: Decimal


def tag_of(kind: LineItemKind) -> str:
    """The tag by which a line item of ours is known, in a copied course too."""
    return f"{_TAG}{kind.value}"


def expect_line_items(
    session: Session, *, course: Course, wanted: Iterable[WantedLineItem]
) -> list[LineItem]:
    """Note that a teacher is making these assignments at the platform; one that is bound is left as it is."""
    return [_expected(session, course, each) for each in wanted]


def note_launch(
    session: Session,
    *,
    institution_id: uuid.UUID,
    course_id: uuid.UUID,
    carried: Carried,
    line_item_url: str,
    title: str,
) -> LineItemKind | None:
    """Which of the three assignments was opened, if any; its address is kept if the course lacks one.

    An address that is known says the kind, whatever the link carries.
    """
    if not line_item_url:
        return carried.kind
    rows = session.execute(select(LineItem.kind, LineItem.url).where(LineItem.course_id == course_id)).all()
    known = next((row.kind for row in rows if is_same(row.url, line_item_url)), None)
    if known is not None or carried.kind is None:
        return known
    found = Found(carried.kind, line_item_url, title, carried.points or Decimal(1))
    course = session.get_one(Course, course_id)
    if bind(session, institution_id, course_id, found):
        look_for_others(session, course)
    else:
        note_spare(session, course, found.kind, found.url, title)
    return carried.kind


def bind(session: Session, institution_id: uuid.UUID, course_id: uuid.UUID, found: Found) -> bool:
    """Make this the course's line item of its kind, unless there is one that stands. Whether it was done.

    One that was expected keeps its label and maximum; what waited for its address is tried at once, and what
    happened before is told.
    """
    fresh = {
        "id": uuid.uuid4(),
        "institution_id": institution_id,
        "course_id": course_id,
        "kind": found.kind,
        "label": clean_line(found.label)[:LONGEST_LABEL] or tag_of(found.kind),
        "url": found.url,
        "score_maximum": found.score_maximum,
        "created_at": now(),
        "connected_at": now(),
    }
    insertion = insert_into(session, LineItem).values(fresh)
    kept = insertion.table.c
    insertion = insertion.on_conflict_do_update(
        index_elements=["course_id", "kind"],
        set_={"url": found.url, "connected_at": now(), "gone_at": None},
        where=or_(kept.url == "", kept.gone_at.is_not(None)),
    )
    bound_id = session.scalar(insertion.returning(kept.id))
    if bound_id is not None:
        forget_spare(session, course_id, found.url)
        gradebook.send_again(session, bound_id)
        outbox.hurry(session, course_id, gradebook.SCORE)
        gradebook.queue_connecting(session, session.get_one(Course, course_id), bound_id)
    return bound_id is not None


def look_for_others(session: Session, course: Course, *, not_before: datetime | None = None) -> None:
    """Queue a look at the platform for assignments of this course that are not bound yet; once at a time."""
    order_key = f"find:{course.id}"
    if not outbox.is_waiting(session, order_key, FIND):
        outbox.enqueue(
            session,
            kind=FIND,
            payload={"course_id": str(course.id)},
            institution_id=course.institution_id,
            course_id=course.id,
            order_key=order_key,
            not_before=not_before,
            lane=lane_of(course),
        )


def note_hint(session: Session, institution_id: uuid.UUID, course_id: uuid.UUID, carried: Carried) -> None:
    """Keep what a launch says of how this course may be set up; a later launch that says more replaces it."""
    if not carried.says_setup:
        return
    hint = session.get(CourseHint, course_id)
    if hint is None:
        empty = {"course_id": course_id, "institution_id": institution_id, "earlier_contexts": []}
        session.execute(insert_into(session, CourseHint).values(empty).on_conflict_do_nothing())
        hint = session.get_one(CourseHint, course_id)
    if carried.scheme and carried.programme:
        hint.scheme_slug, hint.programme_code = carried.scheme, carried.programme
    if carried.earlier_contexts:
        hint.earlier_contexts = list(carried.earlier_contexts)


def _expected(session: Session, course: Course, wanted: WantedLineItem) -> LineItem:
    line_item = gradebook.locked_line_item(session, course, wanted.kind)
    if line_item is None:
        line_item = LineItem(institution_id=course.institution_id, course_id=course.id, kind=wanted.kind)
        session.add(line_item)
    if not line_item.url:
        line_item.label, line_item.score_maximum = wanted.label, wanted.score_maximum
    session.flush()
    return line_item
