"""The class: a course's students, how far each has come, and one student's portfolio as a teacher sees it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Uuid, func, literal, select, tuple_
from sqlalchemy.orm import Session, aliased

from lti_app.certificates.models import Certificate, CertificateState
from lti_app.errors import Problem
from lti_app.people.models import Enrolment, Person
from lti_app.people.roles import Role
from lti_app.portfolio.models import Item, Portfolio, Submission
from lti_app.portfolio.permissions import Owned
from lti_app.portfolio.queries import items_by_portfolio, judged, portfolio_in
from lti_app.portfolio.records import ItemRow
from lti_app.portfolio.states import ItemKind, ItemState
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.models import SchemeVersion, VersionState
from lti_app.schemes.queries import Setup, document_of, setup_of
from lti_app.schemes.rules import Progress
from lti_app.schemes.text import Text
from lti_app.web.paging import ROWS, from_cursor, to_cursor


@dataclass(frozen=True)
class ClassRow:
    """A student of the course. `progress` is None for one who has not started, or works on it elsewhere.

    One whom only the platform's roster names has not launched. `other_scheme` is what one follows who began
    when the course ran that, None for the others.
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
    is_certified: bool
    last_change_at: datetime | None
    other_scheme: Text | None


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
    """Whose portfolio it is, for a teacher; its items and record come from the portfolio room."""

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
    wanted = _after(_students(institution_id, course_id, has_left=has_left), after).limit(rows + 1)
    students = session.execute(_with_portfolios(wanted, course_id, setup)).all()
    shown = students[:rows]
    here = [each.portfolio_id for each in shown if each.portfolio_id and each.course_id == course_id]
    items = items_by_portfolio(session, here)
    certified = _certified(session, here)
    document = document_of(session, setup.scheme_version_id) if setup else None
    last = shown[-1] if len(students) > rows else None
    return ClassPage(
        setup=setup,
        document=document,
        progress=judged(document, setup.programme_code, ()) if setup and document else None,
        rows=tuple(_row(session, each, course_id, setup, items, certified) for each in shown),
        next_cursor=to_cursor(last.family_name, last.given_name, last.id.hex) if last else "",
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
    )


def _students(institution_id: uuid.UUID, course_id: uuid.UUID, *, has_left: bool) -> Select[*tuple[Any, ...]]:
    return (
        select(Person.id, Person.name, Person.has_launched, Person.given_name, Person.family_name)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(
            Person.institution_id == institution_id,
            Person.is_test.is_(False),
            Enrolment.course_id == course_id,
            Enrolment.role == Role.STUDENT,
            Enrolment.is_active.is_(not has_left),
        )
    )


def _after(wanted: Select[*tuple[Any, ...]], after: str) -> Select[*tuple[Any, ...]]:
    """Those by name, from where the page before ended."""
    order = (Person.family_name, Person.given_name, Person.id)
    if after:
        wanted = wanted.where(tuple_(*order) > tuple_(*_place(after)))
    return wanted.order_by(*order)


def _with_portfolios(
    page: Select[*tuple[Any, ...]], course_id: uuid.UUID, setup: Setup | None
) -> Select[*tuple[Any, ...]]:
    """The students of one page with their portfolios, which nobody looks up for the rest of the class."""
    student = page.subquery()
    scheme_id = setup.scheme_id if setup else uuid.UUID(int=0)
    return (
        select(
            student,
            Portfolio.id.label("portfolio_id"),
            Portfolio.course_id,
            Portfolio.scheme_id,
            Portfolio.scheme_version_id,
            Portfolio.programme_code,
        )
        .outerjoin(Portfolio, Portfolio.id == portfolio_in(course_id, scheme_id, student.c.id))
        .order_by(student.c.family_name, student.c.given_name, student.c.id)
    )


def _place(after: str) -> tuple[Any, ...]:
    family_name, given_name, person_id = from_cursor(after, 3)
    try:
        return (literal(family_name), literal(given_name), literal(uuid.UUID(person_id), Uuid()))
    except ValueError as error:
        raise Problem("bad-request", "cursor") from error


def _certified(session: Session, portfolio_ids: Iterable[uuid.UUID]) -> frozenset[uuid.UUID]:
    return frozenset(
        session.scalars(
            select(Certificate.portfolio_id).where(
                Certificate.portfolio_id.in_(list(portfolio_ids)),
                Certificate.state == CertificateState.ISSUED,
            )
        )
    )


def _row(
    session: Session,
    student: Any,
    course_id: uuid.UUID,
    setup: Setup | None,
    items: Mapping[uuid.UUID, tuple[ItemRow, ...]],
    certified: frozenset[uuid.UUID],
) -> ClassRow:
    is_here = student.portfolio_id is not None and student.course_id == course_id
    document = document_of(session, student.scheme_version_id) if is_here else None
    follows_other = is_here and setup is not None and student.scheme_id != setup.scheme_id
    own = items.get(student.portfolio_id, ()) if is_here else ()
    states = {each.kind: each.state for each in own if each.kind is not ItemKind.ACTIVITY}
    return ClassRow(
        person_id=student.id,
        name=student.name,
        has_launched=student.has_launched,
        portfolio_id=student.portfolio_id if is_here else None,
        is_elsewhere=student.portfolio_id is not None and not is_here,
        progress=judged(document, student.programme_code, own) if document else None,
        waiting=sum(each.state is ItemState.SUBMITTED for each in own),
        report=states.get(ItemKind.FINAL_REPORT),
        presentation=states.get(ItemKind.PRESENTATION),
        is_certified=student.portfolio_id in certified,
        last_change_at=max((each.updated_at for each in own), default=None),
        other_scheme=document.name if document and follows_other else None,
    )
