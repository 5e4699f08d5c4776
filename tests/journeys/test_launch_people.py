"""A launch that is let in: what is stored of who is where, and the rights that come of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lti_app.db import Database
from lti_app.lti.models import LoginState
from lti_app.people.models import Course, Enrolment, Person, Platform, RoleGrant
from lti_app.people.names import name_key
from lti_app.people.roles import Role
from lti_app.web.models import LaunchSession
from tests.journeys.launching import TEACHER, role_on_page, roles, sid_of
from tests.signing_platform import LEARNER, LTI, MEMBERSHIP, SigningPlatform

ADMINISTRATOR = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"
ACCOUNT = {"id": "account", "title": "Lunds universitet", "type": ["Account"]}


def test_what_the_launch_says_is_stored(
    client: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    platform.launch(client)
    with database.reading() as session:
        person = session.scalars(select(Person)).one()
        assert (person.name, person.given_name, person.family_name) == ("Åsa Öberg", "Åsa", "Öberg")
        assert (person.email, person.is_test) == ("asa@canvas.test", False)
        course = session.scalars(select(Course)).one()
        assert (course.label, course.title) == ("INTM01", "Internationella meriter")
        assert course.lineitems_url == "https://school.test/api/lti/courses/3/line_items"
        assert course.memberships_url == "https://school.test/api/lti/courses/3/names_and_roles"
        enrolment = session.scalars(select(Enrolment)).one()
        assert (enrolment.role, enrolment.is_active) == (Role.STUDENT, True)
        assert session.scalars(select(Platform)).one().product_family == "canvas"
        assert session.scalar(select(func.count()).select_from(LoginState)) == 0


def test_a_later_launch_refreshes_what_it_says_and_keeps_what_it_leaves_out(
    client: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    platform.launch(client)
    nameless = {"name": None, "given_name": None, "family_name": None}
    services = {
        "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": None,
        "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice": None,
    }
    course = {LTI + "context": {"id": "d3a2504b", "title": "Nytt namn"}}
    platform.launch(client, email="ny@canvas.test", **nameless, **services, **course)
    with database.reading() as session:
        person = session.scalars(select(Person)).one()
        assert (person.name, person.given_name, person.email) == ("Åsa Öberg", "Åsa", "ny@canvas.test")
        assert person.name_key == name_key("", "Åsa", "Öberg")
        kept = session.scalars(select(Course)).one()
        assert (kept.label, kept.title) == ("INTM01", "Nytt namn")
        assert kept.lineitems_url.endswith("/line_items")


def test_a_new_name_replaces_the_old_one_whole(
    client: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    platform.launch(client)
    platform.launch(client, name="Madonna", given_name="Madonna", family_name="")
    with database.reading() as session:
        person = session.scalars(select(Person)).one()
        assert (person.name, person.given_name, person.family_name) == ("Madonna", "Madonna", "")
        assert person.name_key == name_key("", "Madonna", "")


def test_a_launch_without_any_name_is_welcome(client: FlaskClient, platform: SigningPlatform) -> None:
    nobody = {"name": None, "given_name": None, "family_name": None, "email": None}
    assert role_on_page(client, platform.launch(client, **nobody)) == "student"


def test_texts_that_no_column_holds_are_cleaned(
    client: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    platform.launch(
        client,
        name="Å\x00sa \ud83d " + "Ö" * 400,
        email="x" * 400 + "@canvas.test",
        locale="sv" * 50,
        **{LTI + "context": {"id": "d3a2504b", "label": "L" * 999, "title": "T\x00" * 999}},
    )
    with database.reading() as session:
        person = session.scalars(select(Person)).one()
        assert person.name.startswith("Åsa Ö")
        assert len(person.name) == 300
        assert person.email == ""
        assert len(session.scalars(select(Course)).one().title) == 500


def test_a_name_that_nobody_can_see_counts_as_missing(
    client: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    platform.launch(client, name="\u200d\u200b", given_name="Åsa", family_name="\u2060")
    with database.reading() as session:
        assert session.scalars(select(Person)).one().name == "Åsa"


def test_unresolved_variables_count_as_missing(
    client: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    unresolved = {"name": "$Person.name.full", "email": "$Person.email.primary"}
    platform.launch(client, given_name=None, family_name=None, **unresolved)
    with database.reading() as session:
        person = session.scalars(select(Person)).one()
        assert (person.name, person.email) == ("", "")


@pytest.mark.parametrize(
    ("claim", "shown"),
    [
        ([LEARNER], "student"),
        (["Learner"], "student"),
        ([TEACHER], "teacher"),
        ([MEMBERSHIP.replace("#", "/Instructor#") + "TeachingAssistant"], "teacher"),
        ([TEACHER, LEARNER], "teacher"),
        ([MEMBERSHIP + "Administrator"], "teacher"),
        ([MEMBERSHIP + "ContentDeveloper"], "designer"),
        ([MEMBERSHIP + "Mentor"], "observer"),
        ([LEARNER, "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"], "student"),
        (["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"], "observer"),
        ([ADMINISTRATOR], "coordinator"),
        ([ADMINISTRATOR, LEARNER], "student"),
        (["something new", "\ud800"], "observer"),
        ([], "observer"),
    ],
)
def test_rights_come_from_the_roles_in_the_course(
    claim: list[str], shown: str, client: FlaskClient, platform: SigningPlatform
) -> None:
    assert role_on_page(client, platform.launch(client, **roles(*claim))) == shown


def test_roles_are_refreshed_and_lost_ones_end(
    client: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    platform.launch(client, **roles(TEACHER, LEARNER))
    assert role_on_page(client, platform.launch(client)) == "student"
    with database.reading() as session:
        kept = {row.role: row.is_active for row in session.scalars(select(Enrolment))}
    assert kept == {Role.STUDENT: True, Role.TEACHER: False}
    assert role_on_page(client, platform.launch(client, **roles(TEACHER))) == "teacher"
    assert role_on_page(client, platform.launch(client, **roles())) == "observer"
    with database.reading() as session:
        assert not any(session.scalars(select(Enrolment.is_active)))


def test_the_test_student_is_known_as_one(
    client: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    assert role_on_page(client, platform.launch(client, **roles(LEARNER, TEST_USER))) == "student"
    with database.reading() as session:
        assert session.scalars(select(Person.is_test)).one()


@pytest.mark.parametrize("context", [None, {}, ACCOUNT])
def test_an_account_administrator_needs_no_course(
    context: dict[str, Any] | None, client: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    response = platform.launch(client, **roles(ADMINISTRATOR), **{LTI + "context": context})
    sid_of(response)
    with database.reading() as session:
        assert session.scalars(select(LaunchSession.course_id)).one() is None
        assert session.scalar(select(func.count()).select_from(Course)) == 0


def test_a_granted_coordinator_needs_no_course_and_stays_one_in_a_course(
    client: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    platform.launch(client, **roles(TEACHER))
    with database.writing() as session:
        person = session.scalars(select(Person)).one()
        grant = RoleGrant(institution_id=person.institution_id, person_id=person.id, role=Role.COORDINATOR)
        session.add(grant)
    sid_of(platform.launch(client, **roles(), **{LTI + "context": ACCOUNT}))
    sid = sid_of(platform.launch(client, **roles(TEACHER)))
    with database.reading() as session:
        assert session.get_one(LaunchSession, sid).roles == "coordinator teacher"
        assert set(session.scalars(select(Enrolment.role))) == {Role.TEACHER}


def test_the_same_sub_at_two_platforms_is_two_people(
    client: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    other = SigningPlatform(platform.server, issuer="https://other.test")
    other.register(database, "Uppsala universitet")
    platform.launch(client, sub="2")
    other.launch(client, sub="2")
    with database.reading() as session:
        assert session.scalar(select(func.count(func.distinct(Person.institution_id)))) == 2


def test_a_visit_is_noted_at_least_hourly(
    client: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    later = datetime.now(UTC) + timedelta(hours=2)
    platform.launch(client)
    with time_machine.travel(later):
        platform.launch(client)
    with database.reading() as session:
        assert session.scalars(select(Person.last_launch_at)).one() >= later
        assert session.scalars(select(Enrolment.seen_at)).one() >= later
