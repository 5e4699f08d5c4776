"""Plain factories: each makes one thing, with everything it needs, in the caller's session.

They flush, so that ids and defaults are there, and never commit.
"""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.certificates.models import Certificate
from lti_app.clock import now
from lti_app.people.actors import Actor
from lti_app.people.models import Course, Deployment, Enrolment, Institution, Person, Platform
from lti_app.people.roles import Role
from lti_app.portfolio.freezing import freeze
from lti_app.portfolio.models import Item, Portfolio, Submission
from lti_app.portfolio.states import ItemKind, ItemState, SubmissionState
from lti_app.schemes.catalogue import activity_types
from lti_app.schemes.models import CourseSetup
from lti_app.schemes.queries import bundled_schemes, document_of
from lti_app.schemes.service import publish
from lti_app.storage.models import StoredFile

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


def a_setup(
    session: Session, course: Course, *, scheme: str = "lund-medicine", programme: str = "lakare"
) -> CourseSetup:
    """The course runs this bundled scheme, as its institution has published it."""
    version = publish(session, course.institution_id, bundled_schemes()[scheme])
    teacher = a_person(session, course, Role.TEACHER, name="Eva Ek")
    return _kept(
        session,
        CourseSetup(
            course_id=course.id,
            institution_id=course.institution_id,
            scheme_id=version.scheme_id,
            scheme_version_id=version.id,
            programme_code=programme,
            set_up_by_id=teacher.id,
        ),
    )


def a_running_course(session: Session) -> Course:
    """A new course that is set up."""
    course = a_course(session)
    a_setup(session, course)
    return course


def a_portfolio(
    session: Session, student: Person, course: Course, *, printed_name: str | None = None
) -> Portfolio:
    """The student's portfolio in a course, which is set up when it is not yet; the name is not confirmed."""
    setup = session.get(CourseSetup, course.id) or a_setup(session, course)
    return _kept(
        session,
        Portfolio(
            institution_id=course.institution_id,
            person_id=student.id,
            scheme_id=setup.scheme_id,
            scheme_version_id=setup.scheme_version_id,
            programme_code=setup.programme_code,
            course_id=course.id,
            is_test=student.is_test,
            printed_name=student.name if printed_name is None else printed_name,
        ),
    )


def a_submitted_item(
    session: Session,
    portfolio: Portfolio,
    type_code: str = "conference_abroad",
    *,
    kind: ItemKind = ItemKind.ACTIVITY,
    state: ItemState = ItemState.APPROVED,
    title: str = "",
    starts_on: date | None = date(2026, 3, 2),
    ends_on: date | None = date(2026, 3, 6),
    attributes: dict[str, str] | None = None,
) -> Item:
    """An activity of a type (or the report, or a talk) that was submitted and is now in `state`."""
    is_activity = kind is ItemKind.ACTIVITY
    item = _kept(
        session,
        Item(
            institution_id=portfolio.institution_id,
            portfolio_id=portfolio.id,
            kind=kind,
            state=state,
            title=title or type_code if is_activity else "",
            type_code=type_code if is_activity else "",
            setting=activity_types()[type_code].setting if is_activity else "",
            starts_on=None if kind is ItemKind.FINAL_REPORT else starts_on,
            ends_on=ends_on if is_activity else None,
            attributes=attributes or {},
            form="talk" if kind is ItemKind.PRESENTATION else "",
        ),
    )
    document = document_of(session, portfolio.scheme_version_id)
    is_waiting = state is ItemState.SUBMITTED
    submission = Submission(
        institution_id=portfolio.institution_id,
        item_id=item.id,
        course_id=portfolio.course_id,
        revision=1,
        snapshot=freeze(document, portfolio, item, {}, ()).to_json(),
        state=SubmissionState.WAITING if is_waiting else SubmissionState.DECIDED,
        is_test=portfolio.is_test,
    )
    _kept(session, submission)
    return item


def an_earned_portfolio(session: Session, student: Person, course: Course) -> Portfolio:
    """A portfolio with everything that Lund asks for: three types, report, talk, a confirmed name."""
    portfolio = a_portfolio(session, student, course)
    for type_code in ("conference_abroad", "language_cafe", "journal_club"):
        a_submitted_item(session, portfolio, type_code)
    a_submitted_item(session, portfolio, kind=ItemKind.FINAL_REPORT)
    a_submitted_item(session, portfolio, kind=ItemKind.PRESENTATION)
    portfolio.name_confirmed_at = now()
    portfolio.name_confirmed_by_id = session.get_one(CourseSetup, course.id).set_up_by_id
    session.flush()
    return portfolio


def a_certificate(
    session: Session, portfolio: Portfolio, *, number: str, code: str, facts: str = "{}", **more: Any
) -> Certificate:
    """One that stands, by rows alone: of its file there are no bytes."""
    inside = {"institution_id": portfolio.institution_id}
    file = StoredFile(**inside, key=code, media_type="application/pdf", size_bytes=1, sha256="0" * 64)
    _kept(session, file)
    made = Certificate(
        **inside,
        portfolio_id=portfolio.id,
        number=number,
        code=code,
        facts=facts,
        stored_file_id=file.id,
        **more,
    )
    return _kept(session, made)


def _kept(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row
