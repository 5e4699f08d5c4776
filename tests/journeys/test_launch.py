"""A launch that is let in: what the browser gets, and where it lands."""

from __future__ import annotations

import re
import uuid

import pytest
from flask.testing import FlaskClient

from lti_app.db import Database
from tests.journeys.launching import TEACHER, role_on_page, roles, sid_of
from tests.queries import counting_queries
from tests.signing_platform import LTI, TOOL, SigningPlatform, post_launch, signed


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


def test_a_launch_that_says_nothing_new_costs_one_look_and_one_exchange(
    client: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    platform.launch(client)
    begun = platform.begin(client)
    with counting_queries(database.engine) as queries:
        post_launch(client, begun.state, signed(platform.claims(begun.nonce)))
    expired = [statement for statement in queries.statements if "expires_at <" in statement]
    exchange = 1 if database.engine.dialect.name == "postgresql" else 2
    assert queries.count - len(expired) == 1 + exchange


def test_a_login_costs_one_query(client: FlaskClient, platform: SigningPlatform, database: Database) -> None:
    platform.begin(client)
    with counting_queries(database.engine) as queries:
        client.post("/lti/login", data=platform.login_parameters())
    expired = [statement for statement in queries.statements if "expires_at <" in statement]
    assert queries.count - len(expired) == 1
