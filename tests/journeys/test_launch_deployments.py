"""Several deployments of one platform: of one university they share portfolios, of two they share nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lti_app.db import Database
from lti_app.demo.plain import MOODLE
from lti_app.people.actors import Actor
from lti_app.people.models import Course, Deployment, Institution, Person, Platform
from lti_app.people.roles import Role
from lti_app.portfolio import service as student_service
from lti_app.portfolio.models import Portfolio
from lti_app.portfolio.service import Details
from lti_app.schemes.service import set_up_course
from lti_app.settings import Settings
from tests.classroom import TYPES
from tests.hands import read_roster
from tests.journeys.launching import TEACHER, roles
from tests.served_plain import served_plain
from tests.signing_platform import LTI, TOOL, SigningPlatform

TITLE = "Ett utbyte i Nairobi"
Arrive = Callable[..., TestResponse]


@pytest.fixture
def deployments(platform: SigningPlatform, database: Database) -> dict[str, SigningPlatform]:
    """One registration, three deployments: two of Lund, one of Uppsala."""
    with database.writing() as session:
        registered = session.scalars(select(Platform)).one()
        lund = session.scalars(select(Institution)).one()
        uppsala = Institution(name="Uppsala universitet")
        session.add(uppsala)
        session.flush()
        for name, institution in (("2:lund", lund), ("3:uppsala", uppsala)):
            session.add(
                Deployment(
                    platform_id=registered.id,
                    deployment_id=name,
                    institution_id=institution.id,
                    is_approved=True,
                )
            )
    return {
        "lund": platform,
        "lund again": replace(platform, deployment_id="2:lund"),
        "uppsala": replace(platform, deployment_id="3:uppsala"),
    }


def arrive(
    client: FlaskClient,
    platform: SigningPlatform,
    context: str,
    *,
    is_teacher: bool = False,
    target: str = "",
) -> TestResponse:
    """Launch into the course of that context; the page at the end."""
    course = {LTI + "context": {"id": context, "title": f"Kurs {context}"}}
    who = {"sub": "teacher", **roles(TEACHER)} if is_teacher else {}
    there = {LTI + "target_link_uri": f"{TOOL}/lti/launch{target}"}
    launched = platform.launch(client, **course, **who, **there)
    assert launched.status_code == 303, launched.text
    return client.get(launched.location, follow_redirects=True)


def set_up(database: Database, context: str) -> None:
    """The teacher who has launched into the course sets it up."""
    with database.writing() as session:
        course = session.scalars(select(Course).where(Course.context_id == context)).one()
        teacher = session.scalars(
            select(Person).where(Person.sub == "teacher", Person.institution_id == course.institution_id)
        ).one()
        actor = Actor(
            course.institution_id, course.platform_id, teacher.id, course.id, frozenset({Role.TEACHER})
        )
        set_up_course(session, actor, "lund-medicine", "lakare")


def log_an_activity(database: Database, context: str) -> None:
    """The student logs an activity in the course."""
    with database.writing() as session:
        course = session.scalars(select(Course).where(Course.context_id == context)).one()
        student = session.scalars(
            select(Person).where(Person.sub != "teacher", Person.institution_id == course.institution_id)
        ).one()
        actor = Actor(
            course.institution_id, course.platform_id, student.id, course.id, frozenset({Role.STUDENT})
        )
        student_service.add_activity(session, actor, TYPES[0], Details(TITLE, None, None))


def test_one_person_and_one_portfolio_through_several_deployments_of_one_university(
    client: FlaskClient, deployments: dict[str, SigningPlatform], database: Database
) -> None:
    for name, context in (("lund", "autumn"), ("lund again", "spring")):
        arrive(client, deployments[name], context, is_teacher=True)
        set_up(database, context)
        arrive(client, deployments[name], context)
    log_an_activity(database, "autumn")
    page = arrive(client, deployments["lund again"], "spring")
    assert TITLE in page.text
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Portfolio)) == 1
        assert session.scalar(select(func.count()).select_from(Person).where(Person.sub != "teacher")) == 1


def test_one_client_id_keeps_two_universities_apart(
    client: FlaskClient, deployments: dict[str, SigningPlatform], database: Database
) -> None:
    """The same `sub`, even the same context id, by a deployment of the other university."""
    for name in ("lund", "uppsala"):
        arrive(client, deployments[name], "course", is_teacher=True)
        arrive(client, deployments[name], "course")
    with database.writing() as session:
        assert session.scalar(select(func.count()).select_from(Course)) == 2
        assert session.scalar(select(func.count()).select_from(Person)) == 4
        lund = session.scalars(select(Institution).where(Institution.name == "Lunds universitet")).one()
        course = session.scalars(select(Course).where(Course.institution_id == lund.id)).one()
        course.context_id = "of Lund"
    with database.writing() as session:
        session.scalars(select(Course).where(Course.context_id == "course")).one().context_id = "of Uppsala"
    for context in ("of Lund", "of Uppsala"):
        set_up(database, context)
    log_an_activity(database, "of Lund")
    assert TITLE in arrive(client, deployments["lund"], "of Lund").text
    assert TITLE not in arrive(client, deployments["uppsala"], "of Uppsala").text


def test_a_signed_target_does_not_open_a_submission_of_another_university(
    client: FlaskClient, deployments: dict[str, SigningPlatform], database: Database
) -> None:
    arrive(client, deployments["lund"], "of Lund", is_teacher=True)
    arrive(client, deployments["lund"], "of Lund")
    set_up(database, "of Lund")
    with database.writing() as session:
        course = session.scalars(select(Course)).one()
        student = session.scalars(select(Person).where(Person.sub != "teacher")).one()
        actor = Actor(
            course.institution_id, course.platform_id, student.id, course.id, frozenset({Role.STUDENT})
        )
        from tests.classroom import a_submitted_activity

        submission = a_submitted_activity(session, actor, title=TITLE).id
    target = f"/submission/{submission}"
    assert TITLE in arrive(client, deployments["lund"], "of Lund", is_teacher=True, target=target).text
    page = arrive(client, deployments["uppsala"], "of Uppsala", is_teacher=True, target=target)
    assert 'data-error-code="not-found"' in page.text
    assert TITLE not in page.text


def test_each_platform_is_called_with_its_own_access_token(settings: Settings, database: Database) -> None:
    """Both Moodles know the tool by the same client id; neither takes the other's token."""
    with (
        served_plain(MOODLE, settings, database, "Lunds universitet") as lund,
        served_plain(MOODLE, settings, database, "Uppsala universitet") as uppsala,
    ):
        for _ in range(2):
            for moodle in (lund, uppsala):
                address = moodle.url(MOODLE.paths.memberships)
                assert read_roster(settings, database, address, moodle.config.base_url)
        for moodle in (lund, uppsala):
            asked = moodle.requests.all()
            assert [call.path for call in asked].count(MOODLE.paths.token) == 1
            assert {call.status for call in asked} == {200}
