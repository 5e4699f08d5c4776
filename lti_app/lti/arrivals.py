"""What a verified launch changes: its login is consumed, person, course and enrolments are as it says, and a
launch session is open. One transaction with few statements, for every visit of everybody passes through here.

Rights come from the roles of this launch alone, plus a coordinator's grant. What a launch leaves out (a name
on a platform that hides it, the services on a link that has none) keeps its last value.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, func, select, update
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import insert_into
from lti_app.errors import Problem
from lti_app.lti.addresses import origins, refusal_of
from lti_app.lti.claims import CourseContext, LaunchClaims
from lti_app.lti.logins import PendingLogin, consume_login
from lti_app.people.actors import Actor
from lti_app.people.models import Course, Enrolment, Person, Platform, RoleGrant
from lti_app.people.roles import Role, is_test_student, roles_from
from lti_app.web.sessions import NewLaunch, open_launch

_MOST_ORIGINS_LENGTH = 2000


@dataclass(frozen=True)
class Arrival:
    """An open launch session: its `sid`, and the secret for its cookie."""

    sid: str
    secret: str


def arrive(
    session: Session,
    login: PendingLogin,
    institution_id: uuid.UUID,
    claims: LaunchClaims,
    *,
    development: bool,
) -> Arrival:
    """Carry out a verified launch, once. Raises Problem: launch-used, no-course (but for coordinators)."""
    consume_login(session, login.state)
    is_test = is_test_student(claims.roles)
    person_id, is_coordinator = _person(session, login, institution_id, claims, is_test)
    roles = roles_from(claims.roles) | ({Role.COORDINATOR} if is_coordinator else set())
    if claims.course is None and Role.COORDINATOR not in roles:
        raise Problem("no-course")
    course_id = None
    if claims.course is not None:
        course_id = _course(session, login, institution_id, claims, claims.course, development)
        _enrol(session, institution_id, person_id, course_id, roles - {Role.COORDINATOR})
    _note_product(session, login, claims.product_family)
    actor = Actor(institution_id, login.platform_id, person_id, course_id, frozenset(roles), is_test)
    ancestors = origins(
        (login.issuer, login.auth_url, claims.return_url, claims.lineitems_url, claims.memberships_url),
        max_length=_MOST_ORIGINS_LENGTH,
    )
    return Arrival(*open_launch(session, NewLaunch(actor, claims.locale, claims.return_url, ancestors)))


def _person(
    session: Session, login: PendingLogin, institution_id: uuid.UUID, claims: LaunchClaims, is_test: bool
) -> tuple[uuid.UUID, bool]:
    """The person's id, and whether an administrator made them a coordinator."""
    statement = insert_into(session, Person)
    new = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=[Person.institution_id, Person.platform_id, Person.sub],
        set_={
            "name": _kept_if_empty(new.name, Person.name),
            "given_name": case((new.name == "", Person.given_name), else_=new.given_name),
            "family_name": case((new.name == "", Person.family_name), else_=new.family_name),
            "email": _kept_if_empty(new.email, Person.email),
            "is_test": new.is_test,
            "last_launch_at": new.last_launch_at,
        },
    )
    person_id: uuid.UUID = session.execute(
        statement.returning(statement.table.c.id),
        {
            "institution_id": institution_id,
            "platform_id": login.platform_id,
            "sub": claims.sub,
            "name": claims.name,
            "given_name": claims.given_name,
            "family_name": claims.family_name,
            "email": claims.email,
            "is_test": is_test,
            "last_launch_at": now(),
        },
    ).scalar_one()
    return person_id, session.execute(_GRANTED, {"to_person": person_id}).one_or_none() is not None


def _course(
    session: Session,
    login: PendingLogin,
    institution_id: uuid.UUID,
    claims: LaunchClaims,
    context: CourseContext,
    development: bool,
) -> uuid.UUID:
    statement = insert_into(session, Course)
    new = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=[Course.institution_id, Course.platform_id, Course.context_id],
        set_={
            "label": _kept_if_empty(new.label, Course.label),
            "title": _kept_if_empty(new.title, Course.title),
            "lineitems_url": _kept_if_empty(new.lineitems_url, Course.lineitems_url),
            "memberships_url": _kept_if_empty(new.memberships_url, Course.memberships_url),
        },
    )
    found: uuid.UUID = session.execute(
        statement.returning(statement.table.c.id),
        {
            "institution_id": institution_id,
            "platform_id": login.platform_id,
            "context_id": context.id,
            "label": context.label,
            "title": context.title,
            "lineitems_url": _callable(claims.lineitems_url, development),
            "memberships_url": _callable(claims.memberships_url, development),
        },
    ).scalar_one()
    return found


def _enrol(
    session: Session,
    institution_id: uuid.UUID,
    person_id: uuid.UUID,
    course_id: uuid.UUID,
    roles: frozenset[Role],
) -> None:
    """Make these the person's active roles in the course, and all others inactive."""
    if roles:
        statement = insert_into(session, Enrolment)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=[Enrolment.person_id, Enrolment.course_id, Enrolment.role],
                set_={"is_active": True, "seen_at": statement.excluded.seen_at},
            ),
            [
                {
                    "institution_id": institution_id,
                    "person_id": person_id,
                    "course_id": course_id,
                    "role": role,
                }
                for role in sorted(roles)
            ],
        )
    session.execute(_END_OTHERS, {"of_person": person_id, "in_course": course_id, "held": sorted(roles)})


def _note_product(session: Session, login: PendingLogin, product_family: str) -> None:
    if product_family and product_family != login.product_family:
        session.execute(
            update(Platform).where(Platform.id == login.platform_id).values(product_family=product_family)
        )


def _kept_if_empty(new: ColumnElement[str], old: Any) -> ColumnElement[str]:
    return func.coalesce(func.nullif(new, ""), old)


def _callable(url: str, development: bool) -> str:
    """A service's address if the tool may call it. Platforms behind a proxy write http and mean https."""
    if url and not development and url.startswith("http://"):
        url = "https://" + url.removeprefix("http://")
    return "" if refusal_of(url, development=development) else url


_GRANTED = select(RoleGrant.id).where(
    RoleGrant.person_id == bindparam("to_person"), RoleGrant.role == Role.COORDINATOR
)
_END_OTHERS = (
    update(Enrolment)
    .where(
        and_(
            Enrolment.person_id == bindparam("of_person"),
            Enrolment.course_id == bindparam("in_course"),
            Enrolment.is_active,
            Enrolment.role.not_in(bindparam("held", expanding=True)),
        )
    )
    .values(is_active=False)
    .execution_options(synchronize_session=False)
)
