"""The class: a course's students, how far each has come, and one student's portfolio as a teacher sees it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Uuid, func, literal, select, tuple_
from sqlalchemy.orm import Session, aliased

from lti_app.certificates.stages import Stage, stages_of
from lti_app.errors import Problem
from lti_app.people.models import Enrolment, Person
from lti_app.people.roles import Role
from lti_app.portfolio.models import Item, Portfolio, Submission
from lti_app.portfolio.permissions import Owned
from lti_app.portfolio.queries import items_by_portfolio, judged, portfolios_in
from lti_app.portfolio.records import ItemRow
from lti_app.portfolio.states import ItemKind, ItemState
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.models import CourseSetup, SchemeVersion, VersionState
from lti_app.schemes.queries import Setup, document_of, setup_of
from lti_app.schemes.rules import Progress
from lti_app.schemes.text import Text
from lti_app.web.paging import ROWS, from_cursor, to_cursor


@dataclass(frozen=True)
class OtherWork:
    """A further portfolio that a student has in the course; without `progress` she works on it elsewhere."""

    portfolio_id: uuid.UUID
    scheme: Text
    progress: Progress | None
    certificate: Stage


@dataclass(frozen=True)
class ClassRow:
    """A student of the course. `progress` is None for one who has not started, or works on it elsewhere.

    One whom only the platform's roster names has not launched. `other_scheme` is what the portfolio follows
    that was begun when the course ran that, None for what it runs now. `others` are further portfolios.
    """

    person_id: uuid.UUID
    name: str
    has_launched: bool
    portfolio_id: uuid.UUID | None
    is_elsewhere: bool
    progress: Progress | None
    waiting: int
    report: ItemState | None
    presentation: ItemState | None
    certificate: Stage
    last_change_at: datetime | None
    other_scheme: Text | None
    others: tuple[OtherWork, ...]


@dataclass(frozen=True)
class ClassPage:
    """Some students, by name. `progress` is what an empty portfolio has of what the course runs."""

    setup: Setup | None
    document: SchemeDocument | None
    progress: Progress | None
    rows: tuple[ClassRow, ...]
    next_cursor: str


@dataclass(frozen=True)
class StudentPage:
    """Whose portfolio it is, for a teacher; its items and record come from the portfolio room. `others` are
    the student's further portfolios that are worked on in the same course, with what they follow.
    """

    portfolio_id: uuid.UUID
    student_name: str
    programme_code: str
    scheme_version_id: uuid.UUID
    scheme_name: Text
    printed_name: str
    name_confirmed_at: datetime | None
    is_test: bool
    owned: Owned
    version_number: int
    has_newer_version: bool
    others: tuple[tuple[uuid.UUID, Text], ...]


def class_page(
    session: Session,
    institution_id: uuid.UUID,
    course_id: uuid.UUID,
    *,
    has_left: bool = False,
    after: str = "",
    rows: int = ROWS,
) -> ClassPage:
    """The course's students by name, those who are in it or those who have left, Test Students left out.

    Raises Problem("bad-request").
    """
    setup = setup_of(session, course_id)
    wanted = _students(institution_id, course_id, has_left=has_left)
    students = _after(session, wanted, after, rows + 1)
    shown = students[:rows]
    scheme_id = setup.scheme_id if setup else uuid.UUID(int=0)
    theirs = portfolios_in(session, course_id, scheme_id, [each.id for each in shown])
    here = [each for found in theirs.values() for each in found if each.course_id == course_id]
    items = items_by_portfolio(session, [each.id for each in here])
    stages = stages_of(session, [(each, items.get(each.id, ())) for each in here])
    held = _Held(course_id, scheme_id, theirs, items, stages)
    document = document_of(session, setup.scheme_version_id) if setup else None
    last = shown[-1] if len(students) > rows else None
    return ClassPage(
        setup=setup,
        document=document,
        progress=judged(document, setup.programme_code, ()) if setup and document else None,
        rows=tuple(_row(session, each, held) for each in shown),
        next_cursor=to_cursor(last.name_key, last.id.hex) if last else "",
    )


def student_page(session: Session, institution_id: uuid.UUID, portfolio_id: uuid.UUID) -> StudentPage | None:
    """Whose portfolio this is; None when the institution has no such one."""
    newer = aliased(SchemeVersion)
    newest = select(func.max(newer.number)).where(
        newer.scheme_id == Portfolio.scheme_id, newer.state == VersionState.PUBLISHED
    )
    row = session.execute(
        select(Portfolio, Person.name, SchemeVersion.number, newest.scalar_subquery().label("newest"))
        .join(Person, Person.id == Portfolio.person_id)
        .join(SchemeVersion, SchemeVersion.id == Portfolio.scheme_version_id)
        .where(Portfolio.id == portfolio_id, Portfolio.institution_id == institution_id)
    ).one_or_none()
    if row is None:
        return None
    portfolio: Portfolio = row[0]
    submitted_in = session.scalars(
        select(Submission.course_id)
        .join(Item, Item.id == Submission.item_id)
        .where(Item.portfolio_id == portfolio_id)
        .distinct()
    )
    return StudentPage(
        portfolio_id=portfolio.id,
        student_name=row.name,
        programme_code=portfolio.programme_code,
        scheme_version_id=portfolio.scheme_version_id,
        scheme_name=document_of(session, portfolio.scheme_version_id).name,
        printed_name=portfolio.printed_name,
        name_confirmed_at=portfolio.name_confirmed_at,
        is_test=portfolio.is_test,
        owned=Owned(institution_id, portfolio.person_id, frozenset({portfolio.course_id, *submitted_in})),
        version_number=row.number,
        has_newer_version=row.newest > row.number,
        others=_others(session, portfolio),
    )


def _others(session: Session, portfolio: Portfolio) -> tuple[tuple[uuid.UUID, Text], ...]:
    runs = select(CourseSetup.scheme_id).where(CourseSetup.course_id == portfolio.course_id).scalar_subquery()
    theirs = portfolios_in(session, portfolio.course_id, runs, [portfolio.person_id])
    return tuple(
        (each.id, document_of(session, each.scheme_version_id).name)
        for each in theirs.get(portfolio.person_id, ())
        if each.id != portfolio.id and each.course_id == portfolio.course_id
    )


@dataclass(frozen=True)
class _Held:
    """What the students of a page have: portfolios by person, and by portfolio items and how far its
    certificate has come, if it has.
    """

    course_id: uuid.UUID
    scheme_id: uuid.UUID
    portfolios: Mapping[uuid.UUID, tuple[Portfolio, ...]]
    items: Mapping[uuid.UUID, tuple[ItemRow, ...]]
    stages: Mapping[uuid.UUID, Stage]


def _students(institution_id: uuid.UUID, course_id: uuid.UUID, *, has_left: bool) -> Select[*tuple[Any, ...]]:
    return (
        select(Person.id, Person.name, Person.has_launched, Person.name_key)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(
            Person.institution_id == institution_id,
            Person.is_test.is_(False),
            Enrolment.course_id == course_id,
            Enrolment.role == Role.STUDENT,
            Enrolment.is_active.is_(not has_left),
        )
    )


def _after(session: Session, wanted: Select[*tuple[Any, ...]], after: str, rows: int) -> Sequence[Any]:
    """So many of them by name, from where the page before ended."""
    order = (Person.name_key, Person.id)
    if after:
        wanted = wanted.where(tuple_(*order) > tuple_(*_place(after)))
    return session.execute(wanted.order_by(*order).limit(rows)).all()


def _place(after: str) -> tuple[Any, ...]:
    name_key, person_id = from_cursor(after, 2)
    try:
        return (literal(name_key), literal(uuid.UUID(person_id), Uuid()))
    except ValueError as error:
        raise Problem("bad-request", "cursor") from error


def _row(session: Session, student: Any, held: _Held) -> ClassRow:
    """The first portfolio that is worked on here is in the table, and what else there is beside it."""
    theirs = held.portfolios.get(student.id, ())
    main = next((each for each in theirs if each.course_id == held.course_id), None)
    own = held.items.get(main.id, ()) if main else ()
    states = {each.kind: each.state for each in own if each.kind is not ItemKind.ACTIVITY}
    document = document_of(session, main.scheme_version_id) if main else None
    return ClassRow(
        person_id=student.id,
        name=student.name,
        has_launched=student.has_launched,
        portfolio_id=main.id if main else None,
        is_elsewhere=main is None and bool(theirs),
        progress=judged(document, main.programme_code, own) if main and document else None,
        waiting=sum(each.state is ItemState.SUBMITTED for each in own),
        report=states.get(ItemKind.FINAL_REPORT),
        presentation=states.get(ItemKind.PRESENTATION),
        certificate=held.stages.get(main.id, Stage.OPEN) if main else Stage.OPEN,
        last_change_at=max((each.updated_at for each in own), default=None),
        other_scheme=document.name if main and document and main.scheme_id != held.scheme_id else None,
        others=tuple(_other(session, each, held) for each in theirs if main and each.id != main.id),
    )


def _other(session: Session, portfolio: Portfolio, held: _Held) -> OtherWork:
    document = document_of(session, portfolio.scheme_version_id)
    is_here = portfolio.course_id == held.course_id
    own = held.items.get(portfolio.id, ())
    return OtherWork(
        portfolio.id,
        document.name,
        judged(document, portfolio.programme_code, own) if is_here else None,
        held.stages.get(portfolio.id, Stage.OPEN),
    )
