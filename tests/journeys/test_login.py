"""A platform asks the tool to log somebody in: `/lti/login`."""

from __future__ import annotations

from http.cookies import SimpleCookie

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lti_app.db import Database
from lti_app.lti.models import LoginState
from lti_app.people.models import Platform
from tests.inspect_page import page
from tests.signing_platform import TOOL, SigningPlatform


def logins(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(LoginState)) or 0


def test_the_browser_is_sent_on_with_everything_the_platform_demands(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    hints = {"login_hint": '{"a": "å&="}', "lti_message_hint": "a+b/c==.{}%20\n"}
    begun = platform.begin(client, **hints)
    assert begun.response.location.startswith("https://canvas.test/api/lti/authorize_redirect?")
    assert begun.parameters == hints | {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": platform.client_id,
        "redirect_uri": f"{TOOL}/lti/launch",
        "state": begun.state,
        "nonce": begun.nonce,
    }
    assert len(begun.state) >= 22
    assert len(begun.nonce) >= 22


def test_the_state_cookie_lives_in_this_frame_only(client: FlaskClient, platform: SigningPlatform) -> None:
    response = client.post("/lti/login", data=platform.login_parameters())
    state_cookie, mark = response.headers.getlist("Set-Cookie")
    for sent, longest in ((state_cookie, 600), (mark, 400 * 86_400)):
        ((name, morsel),) = SimpleCookie(sent.replace("; Partitioned", "")).items()
        assert name in {f"cim_login_{response.location.rpartition('/')[2]}", "cim_cookies"}
        assert (morsel["path"], morsel["samesite"], morsel["max-age"]) == ("/lti/", "None", str(longest))
        assert morsel["secure"]
        assert morsel["httponly"]
        assert sent.endswith("; Partitioned")
        assert morsel.value == "1" or morsel.value not in response.location


def test_parameters_come_in_the_address_or_in_the_body(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    parameters = platform.login_parameters()
    assert client.get("/lti/login", query_string=parameters).status_code == 302
    assert client.post("/lti/login", query_string=parameters).status_code == 302
    assert client.post("/lti/login", data=parameters).status_code == 302


def test_a_query_of_the_platforms_own_is_kept(
    client: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    with database.writing() as session:
        session.scalars(select(Platform)).one().auth_url = "https://canvas.test/authorize?tenant=7"
    location = platform.begin(client).response.location
    assert location.startswith("https://canvas.test/authorize?tenant=7&scope=openid&")


def test_an_issuer_with_one_client_need_not_name_it(client: FlaskClient, platform: SigningPlatform) -> None:
    assert platform.begin(client, client_id="").parameters["client_id"] == platform.client_id


def test_an_issuer_with_two_clients_must_name_one(
    client: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    SigningPlatform(platform.server, client_id="2").register(database, "Uppsala universitet")
    response = client.post("/lti/login", data=platform.login_parameters(client_id=""))
    assert 'data-error-code="platform-unknown"' in response.text
    assert platform.begin(client, client_id="2").parameters["client_id"] == "2"


@pytest.mark.parametrize(
    ("changes", "slug"),
    [
        ({"iss": ""}, "login-invalid"),
        ({"login_hint": ""}, "login-invalid"),
        ({"target_link_uri": ""}, "login-invalid"),
        ({"login_hint": "x" * 8001}, "login-invalid"),
        ({"iss": "https://canvas.test\r\nX: y"}, "login-invalid"),
        ({"iss": "https://other.test"}, "platform-unknown"),
        ({"iss": "https://canvas.test/"}, "platform-unknown"),
        ({"iss": "HTTPS://canvas.test"}, "platform-unknown"),
        ({"client_id": "1000000000000"}, "platform-unknown"),
        ({"client_id": "%"}, "platform-unknown"),
        ({"target_link_uri": "https://evil.test/lti/launch"}, "target-foreign"),
        ({"target_link_uri": "//evil.test/lti/launch"}, "target-foreign"),
        ({"target_link_uri": f"{TOOL}.evil.test/lti/launch"}, "target-foreign"),
        ({"target_link_uri": f"{TOOL}/elsewhere"}, "target-foreign"),
        ({"target_link_uri": "javascript:alert(1)"}, "target-foreign"),
        ({"target_link_uri": "x" * 300_000}, "launch-too-large"),
    ],
)
def test_a_login_that_cannot_be_right_is_refused(
    changes: dict[str, str],
    slug: str,
    client: FlaskClient,
    platform: SigningPlatform,
    database: Database,
) -> None:
    response = client.post("/lti/login", data=platform.login_parameters(**changes))
    assert f'data-error-code="{slug}"' in response.text
    assert "Set-Cookie" not in response.headers
    assert "Location" not in response.headers
    assert logins(database) == 0
    page(response)


def test_a_platform_that_is_switched_off_cannot_log_in(
    client: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    with database.writing() as session:
        session.scalars(select(Platform)).one().is_active = False
    response = client.post("/lti/login", data=platform.login_parameters())
    assert 'data-error-code="platform-inactive"' in response.text
