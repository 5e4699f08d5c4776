"""The way of a launch: login fields, the single-use hint, errors by form, the signed answer and its keys."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from flask.testing import FlaskClient

from lti_app.demo import SmallCanvas

from .conftest import BASE, TOOL, Clock
from .launching import REDIRECT, authorize, claims_in, form_of, request_for


def test_the_course_menu_posts_the_login_initiation(canvas: SmallCanvas, client: FlaskClient) -> None:
    action, fields = form_of(client.get("/as/asa/courses/1/external_tools/1/launch").text)
    hint = fields.pop("lti_message_hint")
    assert action == f"{TOOL}/lti/login"
    assert fields == {
        "iss": BASE,
        "login_hint": canvas.people.get("asa").opaque_id,
        "client_id": "10000000000002",
        "lti_deployment_id": canvas.deployment_id,
        "target_link_uri": REDIRECT,
        "canvas_environment": "prod",
        "canvas_region": "not_configured",
        "lti_storage_target": "post_message_forwarding",
    }
    assert jwt.get_unverified_header(hint)["alg"] == "HS256"
    assert re.fullmatch(r"1:[0-9a-f]{40}", canvas.deployment_id)
    assert re.fullmatch(r"[0-9a-f]{40}", fields["login_hint"])


def test_the_shared_host_redirects_to_the_school_s_with_the_same_parameters(
    canvas: SmallCanvas, client: FlaskClient
) -> None:
    wanted = request_for(canvas.start_launch("asa").fields)
    answer = client.get("/api/lti/authorize_redirect", query_string=wanted)
    parts = urlsplit(answer.headers["Location"])
    assert answer.status_code == 302
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{BASE}/api/lti/authorize"
    assert {name: values[0] for name, values in parse_qs(parts.query).items()} == wanted


def test_the_answer_is_a_form_with_token_state_and_rails_extras(
    canvas: SmallCanvas, client: FlaskClient, clock: Clock
) -> None:
    fields = authorize(client, request_for(canvas.start_launch("asa").fields))
    claims = claims_in(canvas, fields.pop("id_token"))
    assert set(fields) == {"state", "lti_storage_target", "utf8", "authenticity_token"}
    assert fields["state"] == "the-state"
    assert claims["nonce"] == "the-nonce"
    assert (claims["iat"], claims["exp"] - claims["iat"]) == (int(clock.now.timestamp()), 3600)
    assert claims["aud"] == claims["azp"] == canvas.client_id
    assert claims["sub"] == canvas.people.get("asa").lti_id != canvas.people.get("asa").opaque_id


def test_without_platform_storage_there_is_no_storage_target(
    canvas: SmallCanvas, client: FlaskClient
) -> None:
    canvas.switch(storage_target=None)
    initiation = canvas.start_launch("asa")
    assert "lti_storage_target" not in initiation.fields
    assert "lti_storage_target" not in authorize(client, request_for(initiation.fields))


def test_the_request_may_come_by_post(canvas: SmallCanvas, client: FlaskClient) -> None:
    answer = client.post("/api/lti/authorize", data=request_for(canvas.start_launch("asa").fields))
    assert "id_token" in form_of(answer.text)[1]


def test_a_hint_works_once(canvas: SmallCanvas, client: FlaskClient) -> None:
    wanted = request_for(canvas.start_launch("asa").fields)
    assert "id_token" in authorize(client, wanted)
    again = authorize(client, wanted)
    assert again["error"] == "launch_no_longer_valid"
    assert again["state"] == "the-state"
    assert "id_token" not in again


def test_a_refused_request_does_not_consume_the_hint(canvas: SmallCanvas, client: FlaskClient) -> None:
    fields = canvas.start_launch("asa").fields
    assert authorize(client, request_for(fields, scope="email"))["error"] == "invalid_request_object"
    assert "id_token" in authorize(client, request_for(fields))


def test_a_hint_lives_five_minutes(canvas: SmallCanvas, client: FlaskClient, clock: Clock) -> None:
    first, second = (request_for(canvas.start_launch("asa").fields) for _ in range(2))
    clock.move(minutes=4, seconds=59)
    assert "id_token" in authorize(client, first)
    clock.move(seconds=1)
    for path in ("/api/lti/authorize", "/api/lti/authorize_redirect"):
        answer = client.get(path, query_string=second)
        assert answer.status_code == 400
        assert "Invalid lti_message_hint" in answer.text


def test_a_forged_or_missing_hint_answers_400(canvas: SmallCanvas, client: FlaskClient) -> None:
    fields = canvas.start_launch("asa").fields
    forged = jwt.encode({"verifier": "x", "exp": 9_999_999_999}, "another secret of some length....", "HS256")
    for hint in (forged, "nonsense", None):
        answer = client.get("/api/lti/authorize", query_string=request_for(fields, lti_message_hint=hint))
        assert answer.status_code == 400


@pytest.mark.parametrize(
    "uri",
    [f"{TOOL}/lti/launch/", f"{TOOL}/lti/launch/submission/1", "https://evil.example/lti/launch", "", None],
)
def test_a_redirect_uri_that_is_not_registered_answers_400(
    canvas: SmallCanvas, client: FlaskClient, uri: str | None
) -> None:
    wanted = request_for(canvas.start_launch("asa").fields, redirect_uri=uri)
    answer = client.get("/api/lti/authorize", query_string=wanted)
    assert answer.status_code == 400
    assert "Invalid redirect_uri" in answer.text
    assert "id_token" not in answer.text


def test_a_query_on_the_redirect_uri_is_ignored_unless_registered(
    canvas: SmallCanvas, client: FlaskClient
) -> None:
    wanted = request_for(canvas.start_launch("asa").fields, redirect_uri=f"{REDIRECT}?more=1")
    assert "id_token" in authorize(client, wanted)
    canvas.tools.change_key(canvas.client_id, redirect_uris=(f"{REDIRECT}?school=lund",))
    wanted = request_for(canvas.start_launch("asa").fields)
    assert client.get("/api/lti/authorize", query_string=wanted).status_code == 400
    wanted = request_for(canvas.start_launch("asa").fields, redirect_uri=f"{REDIRECT}?a=1&school=lund")
    assert "id_token" in authorize(client, wanted)


@pytest.mark.parametrize(
    "name", ["client_id", "login_hint", "nonce", "prompt", "response_mode", "response_type"]
)
def test_a_missing_parameter_is_told_to_the_tool(canvas: SmallCanvas, client: FlaskClient, name: str) -> None:
    told = authorize(client, request_for(canvas.start_launch("asa").fields, **{name: None}))
    assert told["error"] == "invalid_request_object"
    assert name in told["error_description"]


def test_another_person_or_an_ended_session_needs_a_login(canvas: SmallCanvas, client: FlaskClient) -> None:
    fields = canvas.start_launch("asa").fields
    other = canvas.people.get("bjorn").opaque_id
    assert authorize(client, request_for(fields, login_hint=other))["error"] == "login_required"
    canvas.sessions.end_all()
    assert authorize(client, request_for(fields))["error"] == "login_required"


def test_a_key_turned_off_is_an_unauthorized_client(canvas: SmallCanvas, client: FlaskClient) -> None:
    fields = canvas.start_launch("asa").fields
    assert authorize(client, request_for(fields, client_id="1"))["error"] == "unauthorized_client"
    canvas.tools.change_key(canvas.client_id, is_active=False)
    assert authorize(client, request_for(fields))["error"] == "unauthorized_client"


def test_the_key_set_has_three_keys_for_ten_days_and_rotation_shifts_them(
    canvas: SmallCanvas, client: FlaskClient
) -> None:
    answer = client.get("/api/lti/security/jwks")
    before = [jwk["kid"] for jwk in answer.json["keys"]]
    assert len(set(before)) == 3
    assert answer.headers["Cache-Control"] == "max-age=864000"
    assert not {"d", "p", "q"} & set(answer.json["keys"][0])
    signed_with = jwt.get_unverified_header(canvas.make_id_token())["kid"]
    canvas.keys.rotate(canvas.now())
    after = [jwk["kid"] for jwk in client.get("/api/lti/security/jwks").json["keys"]]
    assert signed_with == before[1]
    assert after[:2] == before[1:]
    assert jwt.get_unverified_header(canvas.make_id_token())["kid"] == before[2]
