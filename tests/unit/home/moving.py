"""A course whose scheme is about to have a newer version, for the tests of moving to it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from lti_app.certificates.snapshot import facts_of
from lti_app.people.actors import Actor
from lti_app.people.models import Course
from lti_app.people.roles import Role
from lti_app.portfolio.models import Portfolio
from lti_app.schemes.models import SchemeVersion
from lti_app.schemes.queries import bundled_schemes
from lti_app.schemes.requirements import Requirement
from lti_app.schemes.service import publish
from tests import world

TYPES = ("conference_abroad", "language_cafe", "journal_club")


@dataclass
class School:
    """A course, its teacher, and a student with three approved activities: Lund's requirement is met."""

    session: Session
    course: Course
    teacher: Actor
    student: Actor
    portfolio: Portfolio

    def published(self, requirement: Requirement) -> SchemeVersion:
        """A newer version that asks for this instead."""
        lund = bundled_schemes()["lund-medicine"]
        rules = replace(lund.rules, requirement=requirement)
        return publish(self.session, self.course.institution_id, replace(lund, rules=rules))


def a_school(session: Session) -> School:
    """The course as it is set up, with its first student."""
    course = world.a_running_course(session)
    teacher = world.an_actor(world.a_person(session, course, Role.TEACHER), course, Role.TEACHER)
    return School(session, course, teacher, *begun(session, course))


def begun(session: Session, course: Course, types: tuple[str, ...] = TYPES) -> tuple[Actor, Portfolio]:
    """Another student, with an approved activity of each type."""
    person = world.a_person(session, course)
    portfolio = world.a_portfolio(session, person, course)
    for code in types:
        world.a_submitted_item(session, portfolio, code, starts_on=date(2026, 3, 2))
    return world.an_actor(person, course), portfolio


def certify(session: Session, portfolio: Portfolio) -> None:
    """Let a certificate rest on the portfolio."""
    number, code = uuid.uuid4().hex[:8], uuid.uuid4().hex[:12].upper()
    facts = facts_of(
        session,
        portfolio,
        number=number,
        code=code,
        verify_url="http://localhost/verify/x",
        issued_on=date(2026, 6, 1),
    )
    world.a_certificate(session, portfolio, number=number, code=code, facts=facts.to_json())
