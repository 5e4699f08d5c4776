"""Plain factories: each makes one thing, with everything it needs, in the caller's session.

They flush, so that ids and defaults are there, and never commit.
"""

from __future__ import annotations

import uuid
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.people.actors import Actor
from lti_app.people.models import Course, Deployment, Enrolment, Institution, Person, Platform
from lti_app.people.roles import Role

Row = TypeVar("Row")
ISSUER = "https://canvas.test"
CLIENT_ID = "10000000000001"


def an_institution(session: Session, name: str = "Lunds universitet") -> Institution:
    """The institution of that name, made when it is not there."""
    found = session.scalar(select(Institution).where(Institution.name == name))
    return found or _kept(session, Institution(name=name))


def a_platform(session: Session, *, issuer: str = ISSUER, client_id: str = CLIENT_ID) -> Platform:
    """The platform of that issuer and client, made when it is not there."""
    wanted = select(Platform).where(Platform.issuer == issuer, Platform.client_id == client_id)
    return session.scalar(wanted) or _kept(
        session,
        Platform(
            name="Canvas",
            issuer=issuer,
            client_id=client_id,
            auth_url=f"{issuer}/api/lti/authorize_redirect",
            token_url=f"{issuer}/login/oauth2/token",
            jwks_url=f"{issuer}/api/lti/security/jwks",
            product_family="canvas",
        ),
    )


def a_deployment(
    session: Session,
    platform: Platform | None = None,
    institution: Institution | None = None,
    *,
    deployment_id: str = "1:deployment",
) -> Deployment:
    """An approved deployment that attaches the platform to the institution."""
    platform = platform or a_platform(session)
    institution = institution or an_institution(session)
    deployment = Deployment(
        platform_id=platform.id,
        deployment_id=deployment_id,
        institution_id=institution.id,
        is_approved=True,
    )
    return _kept(session, deployment)


def a_course(
    session: Session,
    institution: Institution | None = None,
    platform: Platform | None = None,
    *,
    title: str = "Internationella meriter",
) -> Course:
    """A new course, with the addresses of its platform's services."""
    institution = institution or an_institution(session)
    platform = platform or a_platform(session)
    context_id = uuid.uuid4().hex
    return _kept(
        session,
        Course(
            institution_id=institution.id,
            platform_id=platform.id,
            context_id=context_id,
            label="INTM01",
            title=title,
            lineitems_url=f"{platform.issuer}/api/lti/courses/{context_id}/line_items",
            memberships_url=f"{platform.issuer}/api/lti/courses/{context_id}/names_and_roles",
        ),
    )


def a_person(
    session: Session,
    course: Course,
    role: Role = Role.STUDENT,
    *,
    name: str = "Åsa Öberg",
    is_test: bool = False,
) -> Person:
    """A new person, enrolled in the course with that role."""
    given, _, family = name.rpartition(" ")
    person = _kept(
        session,
        Person(
            institution_id=course.institution_id,
            platform_id=course.platform_id,
            sub=str(uuid.uuid4()),
            name=name,
            given_name=given,
            family_name=family,
            is_test=is_test,
        ),
    )
    an_enrolment(session, person, course, role)
    return person


def an_enrolment(session: Session, person: Person, course: Course, role: Role = Role.STUDENT) -> Enrolment:
    """The person's role in the course."""
    enrolment = Enrolment(
        institution_id=course.institution_id, person_id=person.id, course_id=course.id, role=role
    )
    return _kept(session, enrolment)


def an_actor(person: Person, course: Course | None, *roles: Role) -> Actor:
    """The person acting in a launch of that course; a student when no role is given."""
    return Actor(
        institution_id=person.institution_id,
        platform_id=person.platform_id,
        person_id=person.id,
        course_id=course.id if course else None,
        roles=frozenset(roles or {Role.STUDENT}),
        is_test=person.is_test,
    )


def _kept(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row
