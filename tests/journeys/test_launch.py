"""A launch that is let in: what the browser gets, and what is stored of who is where."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lti_app.db import Database
from lti_app.lti.models import LoginState
from lti_app.people.models import Course, Enrolment, Person, Platform, RoleGrant
from lti_app.people.roles import Role
from lti_app.web.models import LaunchSession
from tests.queries import counting_queries
from tests.signing_platform import LEARNER, LTI, MEMBERSHIP, TOOL, SigningPlatform, post_launch, signed

TEACHER = MEMBERSHIP + "Instructor"
ADMINISTRATOR = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"
ACCOUNT = {"id": "account", "title": "Lunds universitet", "type": ["Account"]}


def roles(*uris: str) -> dict[str, Any]:
    return {LTI + "roles": list(uris)}


def sid_of(response: TestResponse) -> str:
    assert response.status_code == 303, response.text
    found = re.fullmatch(r"/l/([A-Za-z0-9_-]{22})/", response.location)
    assert found, response.location
    return found[1]


def role_on_page(client: FlaskClient, response: TestResponse) -> str:
    landing = client.get(response.location, follow_redirects=True)
    assert landing.status_code == 200, landing.text
    shown = re.search(r'<body data-role="(\w+)"', landing.text)
    assert shown, landing.text
    return shown[1]


def test_a_student_lands_on_a_page_with_her_name(client: FlaskClient, platform: SigningPlatform) -> None:
    landing = client.get(platform.launch(client).location)
    assert landing.status_code == 200
    assert "Åsa Öberg" in landing.text
    assert 'lang="sv"' in landing.text


def test_the_launch_cookie_proves_one_launch_and_the_state_cookie_is_gone(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    begun = platform.begin(client)
    response = post_launch(client, begun.state, signed(platform.claims(begun.nonce)))
    sid = sid_of(response)
    launch, state = response.headers.getlist("Set-Cookie")
    for word in (f"Path=/l/{sid}/", "Secure", "HttpOnly", "SameSite=None", "Partitioned"):
        assert word in launch
    assert state.startswith(f"cim_login_{begun.state}=;")
    for word in ("Max-Age=0", "Path=/lti/", "Secure", "Partitioned"):
        assert word in state
    assert client.get_cookie(f"cim_login_{begun.state}", path="/lti/") is None


def test_a_page_without_its_cookie_is_closed(client: FlaskClient, platform: SigningPlatform) -> None:
    location = platform.launch(client).location
    response = client.application.test_client().get(location)
    assert response.status_code == 401
    assert 'data-error-code="session-missing"' in response.text


def test_two_tabs_with_two_people_live_side_by_side(client: FlaskClient, platform: SigningPlatform) -> None:
    first, second = platform.begin(client), platform.begin(client)
    student = post_launch(client, first.state, signed(platform.claims(first.nonce)))
    teacher_claims = platform.claims(second.nonce, sub="teacher", name="Bo Ek", **roles(TEACHER))
    teacher = post_launch(client, second.state, signed(teacher_claims))
    assert role_on_page(client, student) == "student"
    assert role_on_page(client, teacher) == "teacher"
    assert "Bo Ek" not in client.get(student.location, follow_redirects=True).text
    assert "Åsa" not in client.get(teacher.location, follow_redirects=True).text


def test_the_frame_may_stand_in_the_platform_and_the_school_only(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    policy = client.get(platform.launch(client).location).headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors 'self' https://canvas.test https://school.test")


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.test; script-src *",
        "https://x\r\nX-Injected: 1",
        "https://a,b",
        "https://*",
        "ftp://x.test",
    ],
)
def test_an_address_cannot_smuggle_words_into_the_policy(
    url: str, client: FlaskClient, platform: SigningPlatform
) -> None:
    back = {LTI + "launch_presentation": {"return_url": url}}
    answer = client.get(platform.launch(client, **back).location)
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors 'self' https://canvas.test https://school.test")
    assert "X-Injected" not in answer.headers


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


def test_speedgrader_opens_the_submission_that_the_signed_target_names(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    submission = uuid.uuid4()
    target = {LTI + "target_link_uri": f"{TOOL}/lti/launch/submission/{submission}?x=1"}
    response = platform.launch(client, **roles(TEACHER), **target)
    assert re.fullmatch(rf"/l/[\w-]+/submissions?/{submission}", response.location)


@pytest.mark.parametrize("path", ["/", "/picker", "/submission/x", f"/submission/{'-' * 36}", "?a=b"])
def test_other_targets_of_ours_lead_to_the_start(
    path: str, client: FlaskClient, platform: SigningPlatform
) -> None:
    sid_of(platform.launch(client, **{LTI + "target_link_uri": f"{TOOL}/lti/launch{path}"}))


def test_the_same_sub_at_two_platforms_is_two_people(
    client: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    other = SigningPlatform(platform.server, issuer="https://other.test")
    other.register(database, "Uppsala universitet")
    platform.launch(client, sub="2")
    other.launch(client, sub="2")
    with database.reading() as session:
        assert session.scalar(select(func.count(func.distinct(Person.institution_id)))) == 2


def test_a_launch_that_says_nothing_new_costs_four_queries(
    client: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    platform.launch(client)
    begun = platform.begin(client)
    with counting_queries(database.engine) as queries:
        post_launch(client, begun.state, signed(platform.claims(begun.nonce)))
    expired = [statement for statement in queries.statements if "expires_at <" in statement]
    assert queries.count - len(expired) == 4


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
