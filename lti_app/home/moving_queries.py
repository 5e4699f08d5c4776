"""What would change if a portfolio followed the newest version of its scheme, by the one progress function.

The number of queries does not grow with the number of portfolios.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from lti_app.certificates.models import CertificateClaim
from lti_app.clock import now
from lti_app.home.consequences import Consequences, consequences
from lti_app.people.models import Course, Person
from lti_app.portfolio.models import Portfolio
from lti_app.portfolio.queries import items_by_portfolio, judged
from lti_app.portfolio.records import ItemRow
from lti_app.portfolio.states import ItemKind, ItemState
from lti_app.schemes.comparing import new_questions
from lti_app.schemes.document import Question, SchemeDocument
from lti_app.schemes.models import CourseSetup, SchemeVersion, VersionState
from lti_app.schemes.queries import document_of, newer_version, setup_of
from lti_app.web.paging import ROWS, Place

_CourseId = uuid.UUID | InstrumentedAttribute[uuid.UUID]


@dataclass(frozen=True)
class Outcome:
    """What the newest version would mean for one portfolio; `questions` are those that would be new."""

    portfolio_id: uuid.UUID
    student_name: str
    to_version_id: uuid.UUID
    new: SchemeDocument
    would: Consequences
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class CoursePage:
    """A course whose portfolios could move: the newest version, and what it would mean for some of them.

    `behind` are all that could, `certified` all that stay; `next_cursor` is empty on the last page.
    """

    course_id: uuid.UUID
    title: str
    version: SchemeVersion
    document: SchemeDocument
    is_course_older: bool
    outcomes: tuple[Outcome, ...]
    behind: int
    certified: int
    next_cursor: str


def outcome_of(session: Session, portfolio: Portfolio) -> Outcome | None:
    """What would change for this portfolio; None when it follows the newest version already."""
    newer = newer_version(session, portfolio.scheme_version_id)
    if newer is None:
        return None
    (found,) = _outcomes(session, [portfolio], newer)
    return found


def course_page(session: Session, course: Course, *, after: str = "", rows: int = ROWS) -> CoursePage | None:
    """A page of the portfolios worked on in this course that could move; None when nothing here has a newer
    version. Raises Problem("bad-request") for a place that is none.
    """
    setup = setup_of(session, course.id)
    if setup is None:
        return None
    newest = newer_version(session, setup.scheme_version_id) or session.get_one(
        SchemeVersion, setup.scheme_version_id
    )
    place = Place.from_cursor(after) if after else None
    found = session.scalars(portfolios_behind(course.id, newest, place, rows + 1)).all()
    counts = count_behind(session, course.id, newest)
    is_course_older = setup.scheme_version_id != newest.id
    if not any(counts) and not is_course_older:
        return None
    return CoursePage(
        course_id=course.id,
        title=course.title,
        version=newest,
        document=document_of(session, newest.id),
        is_course_older=is_course_older,
        outcomes=_outcomes(session, found[:rows], newest),
        behind=counts[0],
        certified=counts[1],
        next_cursor=place_of(found[rows - 1]).cursor if len(found) > rows else "",
    )


def behind_in(session: Session, course_id: uuid.UUID) -> int:
    """How many of the course's portfolios could move to a newer version of the scheme that it runs."""
    each = select(func.count()).where(*_could_move(course_id)).correlate(SchemeVersion).scalar_subquery()
    return int(session.scalar(_older(course_id).with_only_columns(func.sum(each))) or 0)


def has_behind() -> ColumnElement[bool]:
    """Whether any of a course's portfolios could move, to select by from courses."""
    any_of_it = exists().where(*_could_move(Course.id)).correlate(SchemeVersion, Course)
    return _older(Course.id).where(any_of_it).exists()


def _older(course_id: _CourseId) -> Select[uuid.UUID]:
    """The versions of the scheme that the course runs which have a newer one.

    They are few and asked first: from each of them ix_portfolio_certified leads to the portfolios that could
    move, however many there are that stay.
    """
    newer = aliased(SchemeVersion)
    has_newer = exists().where(
        newer.scheme_id == SchemeVersion.scheme_id,
        newer.number > SchemeVersion.number,
        newer.state == VersionState.PUBLISHED,
    )
    return (
        select(SchemeVersion.id)
        .join(CourseSetup, CourseSetup.scheme_id == SchemeVersion.scheme_id)
        .where(CourseSetup.course_id == course_id, has_newer)
        .correlate(Course)
    )


def _could_move(course_id: _CourseId) -> tuple[ColumnElement[bool], ...]:
    """That a portfolio is worked on in the course, follows this version, and is free to move."""
    return Portfolio.course_id == course_id, Portfolio.scheme_version_id == SchemeVersion.id, _is_free()


def portfolios_behind(
    course_id: uuid.UUID, newest: SchemeVersion, after: Place | None, rows: int
) -> Select[Portfolio]:
    """The course's next portfolios, after this place, that follow an older version and are not certified by
    it, the first begun first.
    """
    wanted = select(Portfolio).where(*_behind(course_id, newest), _is_free())
    if after is not None:
        wanted = wanted.where(tuple_(Portfolio.created_at, Portfolio.id) > after.bound)
    return wanted.order_by(Portfolio.created_at, Portfolio.id).limit(rows)


def place_of(portfolio: Portfolio) -> Place:
    """Where a portfolio stands among those of its course."""
    return Place(portfolio.created_at, portfolio.id)


def count_behind(session: Session, course_id: uuid.UUID, newest: SchemeVersion) -> tuple[int, int]:
    """How many of the course's portfolios are behind and could move, and how many stay with an older version
    because they are certified by it.
    """
    every, free = func.count(), func.count().filter(_is_free())
    wanted = select(free, every - free).select_from(Portfolio).where(*_behind(course_id, newest))
    could_move, stay = session.execute(wanted).one()
    return could_move, stay


def _is_free() -> ColumnElement[bool]:
    """That no certificate rests on the portfolio's version, nor one that is being drawn this very moment."""
    drawn = exists().where(
        CertificateClaim.portfolio_id == Portfolio.id, CertificateClaim.lease_until > now()
    )
    return and_(Portfolio.certified_at.is_(None), ~drawn)


def _behind(course_id: uuid.UUID, newest: SchemeVersion) -> tuple[ColumnElement[bool], ...]:
    return (
        Portfolio.course_id == course_id,
        Portfolio.scheme_id == newest.scheme_id,
        Portfolio.scheme_version_id != newest.id,
    )


def _outcomes(session: Session, portfolios: Sequence[Portfolio], newer: SchemeVersion) -> tuple[Outcome, ...]:
    people = session.execute(
        select(Person.id, Person.name).where(Person.id.in_({each.person_id for each in portfolios}))
    )
    names = {row.id: row.name for row in people}
    items = items_by_portfolio(session, [each.id for each in portfolios])
    return tuple(
        _outcome(session, each, names.get(each.person_id, ""), items.get(each.id, ()), newer)
        for each in portfolios
    )


def _outcome(
    session: Session, portfolio: Portfolio, name: str, items: tuple[ItemRow, ...], newer: SchemeVersion
) -> Outcome:
    old, new = document_of(session, portfolio.scheme_version_id), document_of(session, newer.id)
    before = judged(old, portfolio.programme_code, items)
    after = judged(new, portfolio.programme_code, items)
    rows = [each for each in items if each.kind is ItemKind.ACTIVITY]
    open_types = {each.type_code for each in rows if each.state is not ItemState.APPROVED}
    return Outcome(
        portfolio_id=portfolio.id,
        student_name=name,
        to_version_id=newer.id,
        new=new,
        would=consequences(rows, before, after),
        questions=new_questions(old, new, open_types),
    )
