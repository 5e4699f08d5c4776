"""A coordinator's overview: the institution's courses, what each runs, and how far its students have come.

Four queries for a page, however many courses it shows; found by their place, so that a last page costs what
the first one does. (A scheme's document is read once per process.)
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from lti_app.certificates.models import Certificate, CertificateState
from lti_app.home.moving_queries import could_move
from lti_app.lti.course_page import course_page
from lti_app.people.models import Course, Platform
from lti_app.portfolio.models import Portfolio, Submission
from lti_app.portfolio.states import SubmissionState
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.models import CourseSetup, SchemeVersion, VersionState
from lti_app.schemes.queries import document_of
from lti_app.web.paging import ROWS, Place

Counts = Mapping[uuid.UUID, int]


@dataclass(frozen=True)
class CourseRow:
    """A course and what it runs; `scheme` is None before its set-up. Test Students are counted nowhere.

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
    course_ids = [each.id for each in shown]
    students = _counted(session, _students(course_ids))
    waiting = _counted(session, _waiting(institution_id, course_ids))
    certificates = _counted(session, _certificates(course_ids))
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
                students=students.get(each.id, 0),
                waiting=waiting.get(each.id, 0),
                certificates=certificates.get(each.id, 0),
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
            could_move()
            .where(Portfolio.course_id == Course.id)
            .correlate(Course)
            .exists()
            .label("has_portfolios_behind"),
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


def _students(course_ids: Sequence[uuid.UUID]) -> Select[*tuple[Any, ...]]:
    """Those whose portfolios are worked on in these courses; who has several is one."""
    return (
        select(Portfolio.course_id, func.count(Portfolio.person_id.distinct()).label("number"))
        .where(Portfolio.course_id.in_(course_ids), Portfolio.is_test.is_(False))
        .group_by(Portfolio.course_id)
    )


def _waiting(institution_id: uuid.UUID, course_ids: Sequence[uuid.UUID]) -> Select[*tuple[Any, ...]]:
    return (
        select(Submission.course_id, func.count().label("number"))
        .where(
            Submission.institution_id == institution_id,
            Submission.course_id.in_(course_ids),
            Submission.state == SubmissionState.WAITING,
            Submission.is_test.is_(False),
        )
        .group_by(Submission.course_id)
    )


def _certificates(course_ids: Sequence[uuid.UUID]) -> Select[*tuple[Any, ...]]:
    return (
        select(Portfolio.course_id, func.count().label("number"))
        .join(Certificate, Certificate.portfolio_id == Portfolio.id)
        .where(Portfolio.course_id.in_(course_ids), Certificate.state == CertificateState.ISSUED)
        .group_by(Portfolio.course_id)
    )


def _counted(session: Session, wanted: Select[*tuple[Any, ...]]) -> Counts:
    return {course_id: count for course_id, count in session.execute(wanted)}  # noqa: C416 (rows are no pairs to mypy)
