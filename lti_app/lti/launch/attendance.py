"""Keeping person, course and enrolments as each launch says, with as few statements as that takes.

One select tells what is known; when the launch says nothing new, nothing is written (that somebody was here
is noted once an hour). Everything else is an upsert, so that two launches at once cannot collide. What a
launch leaves out keeps its last value: names where the platform hides them, services on a link without any.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, func, literal_column, select, update
from sqlalchemy.orm import Session
from sqlalchemy.types import String

from lti_app.clock import now
from lti_app.db import insert_into, table_of
from lti_app.db.direct import Row
from lti_app.lti.launch.claims import CourseContext, LaunchClaims
from lti_app.people.models import Course, Enrolment, Person, RoleGrant
from lti_app.people.roles import Role, is_test_student, roles_from

_NOTED_EVERY = timedelta(hours=1)
_NAMES = ("name", "given_name", "family_name")
_PERSON_TEXTS = (*_NAMES, "email")
_COURSE_TEXTS = ("label", "title", "lineitems_url", "memberships_url", "gradebook_scopes")


@dataclass(frozen=True)
class Place:
    """Where a launch comes from, and the service addresses of its course that the tool may call."""

    institution_id: uuid.UUID
    platform_id: uuid.UUID
    lineitems_url: str
    memberships_url: str
    gradebook_scopes: str = ""


@dataclass(frozen=True)
class Attendance:
    """Who is there, in which course (none outside of courses), with which roles."""

    person_id: uuid.UUID
    course_id: uuid.UUID | None
    roles: frozenset[Role]
    is_test: bool


def attend(session: Session, place: Place, claims: LaunchClaims) -> Attendance:
    """Bring what is stored up to date. Rights come from this launch's roles, and from a grant."""
    asked = {
        "institution_id": place.institution_id,
        "platform_id": place.platform_id,
        "sub": claims.sub,
        "context_id": claims.course.id if claims.course else None,
    }
    known = session.execute(_WHO_IS_KNOWN, asked).one_or_none()
    there = unchanged(known, place, claims)
    if there is not None:
        return there
    roles, is_test = roles_from(claims.roles), is_test_student(claims.roles)
    person = {name: getattr(claims, name) for name in _PERSON_TEXTS} | {"is_test": is_test}
    # The course first, as whoever moves it and then tells the gradebook of its students.
    course_id = _store_course(session, place, claims.course)
    person_id = _store_person(session, place, claims.sub, person)
    if course_id is not None:
        _enrol(session, place.institution_id, person_id, course_id, roles - {Role.COORDINATOR})
    if known is not None and known.is_coordinator:
        roles |= {Role.COORDINATOR}
    return Attendance(person_id, course_id, roles, is_test)


def unchanged(known: Row | None, place: Place, claims: LaunchClaims) -> Attendance | None:
    """Who is there, if the launch says nothing that is not stored already; else None.

    `known` is a row with the columns of `KNOWN`, of the person and the course that the claims name.
    """
    roles, is_test = roles_from(claims.roles), is_test_student(claims.roles)
    if known is None or not known.has_launched or known.is_test != is_test:
        return None
    if now() - known.last_launch_at > _NOTED_EVERY or not _is_same_person(known, claims):
        return None
    if claims.course is not None and not _is_same_course(known, claims.course, place, roles):
        return None
    if known.is_coordinator:
        roles |= {Role.COORDINATOR}
    return Attendance(known.person_id, known.course_id, roles, is_test)


def _course_values(context: CourseContext, place: Place) -> dict[str, str]:
    return {
        "label": context.label,
        "title": context.title,
        "lineitems_url": place.lineitems_url,
        "memberships_url": place.memberships_url,
        "gradebook_scopes": place.gradebook_scopes,
    }


def _is_same_person(known: Any, claims: LaunchClaims) -> bool:
    """Whether names and address are as stored, or left out."""
    if claims.name and any(getattr(claims, name) != getattr(known, name) for name in _NAMES):
        return False
    return claims.email in {"", known.email}


def _is_same_course(known: Any, context: CourseContext, place: Place, roles: frozenset[Role]) -> bool:
    """Whether the course is as stored, or left out, and the person has exactly these roles in it."""
    if known.course_id is None or set((known.roles or "").split()) != roles - {Role.COORDINATOR}:
        return False
    values = _course_values(context, place)
    return all(values[name] in {"", getattr(known, name)} for name in _COURSE_TEXTS)


def _store_person(session: Session, place: Place, sub: str, person: dict[str, Any]) -> uuid.UUID:
    statement = insert_into(session, Person)
    new, old = statement.excluded, statement.table.c
    names = {name: case((new.name != "", new[name]), else_=old[name]) for name in (*_NAMES, "name_key")}
    statement = statement.on_conflict_do_update(
        index_elements=["institution_id", "platform_id", "sub"],
        set_={
            **names,
            "email": func.coalesce(func.nullif(new.email, ""), old.email),
            "is_test": new.is_test,
            "last_launch_at": new.last_launch_at,
            "has_launched": True,
        },
    )
    row = person | {
        "institution_id": place.institution_id,
        "platform_id": place.platform_id,
        "sub": sub,
        "last_launch_at": now(),
        "has_launched": True,
    }
    found: uuid.UUID = session.execute(statement.returning(old.id), row).scalar_one()
    return found


def _store_course(session: Session, place: Place, context: CourseContext | None) -> uuid.UUID | None:
    if context is None:
        return None
    course = _course_values(context, place)
    statement = insert_into(session, Course)
    statement = statement.on_conflict_do_update(
        index_elements=["institution_id", "platform_id", "context_id"],
        set_={
            name: func.coalesce(func.nullif(statement.excluded[name], ""), statement.table.c[name])
            for name in _COURSE_TEXTS
        },
    )
    row = course | {
        "institution_id": place.institution_id,
        "platform_id": place.platform_id,
        "context_id": context.id,
    }
    found: uuid.UUID = session.execute(statement.returning(statement.table.c.id), row).scalar_one()
    return found


def _enrol(
    session: Session,
    institution_id: uuid.UUID,
    person_id: uuid.UUID,
    course_id: uuid.UUID,
    roles: frozenset[Role],
) -> None:
    """Make these the person's active roles in the course, and all others inactive."""
    statement = insert_into(session, Enrolment)
    statement = statement.on_conflict_do_update(
        index_elements=["person_id", "course_id", "role"],
        set_={"is_active": True, "seen_at": statement.excluded.seen_at},
    )
    here = {"institution_id": institution_id, "person_id": person_id, "course_id": course_id}
    for role in sorted(roles):
        session.execute(statement, here | {"role": role})
    session.execute(
        update(Enrolment)
        .where(
            Enrolment.person_id == person_id,
            Enrolment.course_id == course_id,
            Enrolment.is_active,
            Enrolment.role.not_in(sorted(roles)),
        )
        .values(is_active=False)
        .execution_options(synchronize_session=False)
    )


_PERSONS, _COURSES, _ENROLMENTS, _GRANTS = (
    table_of(model).c for model in (Person, Course, Enrolment, RoleGrant)
)
_BLANK: Any = literal_column("' '")  # as a text it would be filled in at each execution only
_ROLES_THERE = select(func.aggregate_strings(_ENROLMENTS.role.cast(String), _BLANK)).where(
    _ENROLMENTS.person_id == _PERSONS.id, _ENROLMENTS.course_id == _COURSES.id, _ENROLMENTS.is_active
)
_GRANTED = select(_GRANTS.id).where(_GRANTS.person_id == _PERSONS.id, _GRANTS.role == Role.COORDINATOR)
# What is known of somebody who was here before, and of the course: its own columns, the roles there, a grant.
KNOWN = (
    _PERSONS.id.label("person_id"),
    *(_PERSONS[name] for name in (*_PERSON_TEXTS, "is_test", "last_launch_at", "has_launched")),
    _COURSES.id.label("course_id"),
    *(_COURSES[name] for name in _COURSE_TEXTS),
    _ROLES_THERE.scalar_subquery().label("roles"),
    _GRANTED.exists().label("is_coordinator"),
)
IS_COURSE = and_(
    _COURSES.institution_id == _PERSONS.institution_id,
    _COURSES.platform_id == _PERSONS.platform_id,
    _COURSES.context_id == bindparam("context_id"),
)


def is_person(institution_id: Any, platform_id: Any) -> ColumnElement[bool]:
    """Whether a row of people is the person `sub` there."""
    return and_(
        _PERSONS.institution_id == institution_id,
        _PERSONS.platform_id == platform_id,
        _PERSONS.sub == bindparam("sub"),
    )


_WHO_IS_KNOWN = (
    select(*KNOWN)
    .select_from(table_of(Person).outerjoin(table_of(Course), IS_COURSE))
    .where(is_person(bindparam("institution_id"), bindparam("platform_id")))
)
