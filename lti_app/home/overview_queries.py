"""A coordinator's overview: the institution's courses, what each runs, and how far its students have come.

Two queries for a page, however many courses it shows; found by their place, so that a last page costs what
the first one does. Nothing is counted further than the page tells, for what waits at an institution may be
very much. (A scheme's document is read once per process.)
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from lti_app.home.moving_queries import has_behind
from lti_app.lti.course_page import course_page
from lti_app.people.models import Course, Platform
from lti_app.portfolio.models import Portfolio, Submission
from lti_app.portfolio.states import SubmissionState
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.models import CourseSetup, SchemeVersion, VersionState
from lti_app.schemes.queries import document_of
from lti_app.web.paging import ROWS, Place

MOST_WAITING, MOST_PEOPLE = 99, 999


@dataclass(frozen=True)
class CourseRow:
    """A course and what it runs; `scheme` is None before its set-up. Test Students are counted nowhere.

    What waits is counted no further than to MOST_WAITING and one more, students and certificates to
    MOST_PEOPLE and one more.
    `has_newer_version` says that the course could follow one, or portfolios in it.
    `opened_at` is when the tool was first opened in it: it tells courses of one title apart.
    `address` is that of the course's page in its platform, or empty.
    """

    course_id: uuid.UUID
    title: str
    label: str
    opened_at: datetime
    scheme: SchemeDocument | None
    programme_code: str
    students: int
    waiting: int
    certificates: int
    has_newer_version: bool
    address: str


@dataclass(frozen=True)
class Overview:
    """Some courses, the newest first; `next_cursor` is empty on the last page."""

    rows: tuple[CourseRow, ...]
    next_cursor: str


def overview_of(
    session: Session, institution_id: uuid.UUID, *, after: str = "", rows: int = ROWS
) -> Overview:
    """The institution's courses. Raises Problem("bad-request") for a place that is none."""
    found = session.execute(_courses(institution_id, after).limit(rows + 1)).all()
    shown = found[:rows]
    counted = {each.id: each for each in session.execute(_counts([each.id for each in shown]))}
    last = shown[-1] if len(found) > rows else None
    return Overview(
        rows=tuple(
            CourseRow(
                course_id=each.id,
                title=each.title,
                label=each.label,
                opened_at=each.created_at,
                scheme=document_of(session, each.scheme_version_id) if each.scheme_version_id else None,
                programme_code=each.programme_code or "",
                students=counted[each.id].students,
                waiting=counted[each.id].waiting,
                certificates=counted[each.id].certificates,
                has_newer_version=each.has_portfolios_behind or (each.newest or 0) > (each.number or 0),
                address=course_page(each.product_family, each.memberships_url, each.lineitems_url),
            )
            for each in shown
        ),
        next_cursor=Place(last.created_at, last.id).cursor if last else "",
    )


def _courses(institution_id: uuid.UUID, after: str) -> Select[*tuple[Any, ...]]:
    newer = aliased(SchemeVersion)
    newest = select(func.max(newer.number)).where(
        newer.scheme_id == CourseSetup.scheme_id, newer.state == VersionState.PUBLISHED
    )
    wanted = (
        select(
            Course.id,
            Course.title,
            Course.label,
            Course.created_at,
            Course.memberships_url,
            Course.lineitems_url,
            Platform.product_family,
            CourseSetup.scheme_version_id,
            CourseSetup.programme_code,
            SchemeVersion.number,
            newest.scalar_subquery().label("newest"),
            has_behind().label("has_portfolios_behind"),
        )
        .join(Platform, Platform.id == Course.platform_id)
        .outerjoin(CourseSetup, CourseSetup.course_id == Course.id)
        .outerjoin(SchemeVersion, SchemeVersion.id == CourseSetup.scheme_version_id)
        .where(Course.institution_id == institution_id)
        .order_by(Course.created_at.desc(), Course.id.desc())
    )
    if after:
        wanted = wanted.where(tuple_(Course.created_at, Course.id) < Place.from_cursor(after).bound)
    return wanted


def _counts(course_ids: Sequence[uuid.UUID]) -> Select[*tuple[Any, ...]]:
    """Of each course: whose portfolios are worked on in it (who has several is one), what waits, and how many
    certificates there are.
    """
    here = Portfolio.course_id == Course.id
    students = select(Portfolio.person_id).where(here, Portfolio.is_test.is_(False)).distinct()
    waiting = select(Submission.id).where(
        Submission.course_id == Course.id,
        Submission.state == SubmissionState.WAITING,
        Submission.is_test.is_(False),
    )
    certificates = select(Portfolio.course_id).where(here, Portfolio.certified_at.is_not(None))
    return select(
        Course.id,
        _counted(students, MOST_PEOPLE).label("students"),
        _counted(waiting, MOST_WAITING).label("waiting"),
        _counted(certificates, MOST_PEOPLE).label("certificates"),
    ).where(Course.id.in_(course_ids))


def _counted(rows: Select[uuid.UUID], most: int) -> ScalarSelect[int]:
    """How many rows a course has, as far as they are counted."""
    bounded = rows.correlate(Course).limit(most + 1).subquery()
    return select(func.count()).select_from(bounded).scalar_subquery()
