"""The token endpoint: every check of an assertion, and what an access token opens."""

from __future__ import annotations

import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_app.demo import SmallCanvas
from lti_app.demo.launch.jws import sign

from .conftest import BASE, Caller, Clock, FileServer

LINE_ITEM = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class TokenAsker:
    """Asks for a token with a good assertion, changed as told."""

    def __init__(self, canvas: SmallCanvas, client: FlaskClient, key: RSAPrivateKey) -> None:
        self.canvas, self.client, self.key = canvas, client, key

    def claims(self, **changes: Any) -> dict[str, Any]:
        now = int(self.canvas.now().timestamp())
        claims = {
            "iss": self.canvas.client_id,
            "sub": self.canvas.client_id,
            "aud": f"{BASE}/login/oauth2/token",
            "iat": now,
            "exp": now + 300,
            "jti": "one",
            **changes,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def ask(
        self, assertion: str | None = None, *, form: dict[str, str] | None = None, **changes: Any
    ) -> TestResponse:
        if assertion is None:
            assertion = sign(self.claims(**changes), key=self.key, headers={"kid": "tool-1"})
        fields = {
            "grant_type": "client_credentials",
            "client_assertion_type": TYPE,
            "client_assertion": assertion,
            "scope": f"{LINE_ITEM} {SCORE}",
            **(form or {}),
        }
        return self.client.post("/login/oauth2/token", data=fields)


@pytest.fixture
def asker(canvas: SmallCanvas, client: FlaskClient, tool_key: RSAPrivateKey) -> TokenAsker:
    return TokenAsker(canvas, client, tool_key)


def refusal(answer: TestResponse) -> tuple[int, str, str]:
    return answer.status_code, answer.json["error"], answer.json["error_description"]


def test_a_good_assertion_gives_a_token_for_an_hour(asker: TokenAsker) -> None:
    answer = asker.ask()
    assert answer.status_code == 200
    assert answer.json["expires_in"] == 3600
    assert answer.json["scope"] == f"{LINE_ITEM} {SCORE}"
    opened = asker.client.get(
        "/api/lti/courses/1/line_items", headers={"Authorization": f"Bearer {answer.json['access_token']}"}
    )
    assert opened.status_code == 200


@pytest.mark.parametrize("name", ["aud", "exp", "iat", "iss", "jti"])
def test_an_assertion_without_a_claim_is_refused_by_name(asker: TokenAsker, name: str) -> None:
    status, error, description = refusal(asker.ask(**{name: None}))
    assert (status, error) == (400, "invalid_request")
    assert description == f"the following assertions are missing: {name}"


@pytest.mark.parametrize(
    "audience",
    [f"{BASE}/login/oauth2/token/", BASE, "https://canvas.instructure.com/login/oauth2/token", ["other"]],
)
def test_the_audience_is_exactly_the_token_url(asker: TokenAsker, audience: object) -> None:
    assert refusal(asker.ask(aud=audience))[2] == "the 'aud' is invalid"


def test_the_audience_may_be_one_of_a_list(asker: TokenAsker) -> None:
    assert asker.ask(aud=["other", f"{BASE}/login/oauth2/token"]).status_code == 200


def test_an_expired_assertion_is_refused(asker: TokenAsker) -> None:
    now = int(asker.canvas.now().timestamp())
    assert refusal(asker.ask(exp=now))[2] == "the JWT has expired"
    assert asker.ask(exp=now + 1).status_code == 200


def test_iat_is_at_most_300_seconds_old_and_30_ahead(asker: TokenAsker) -> None:
    now = int(asker.canvas.now().timestamp())
    assert refusal(asker.ask(iat=now - 301))[2] == "the 'iat' must be less than 300 seconds old"
    assert refusal(asker.ask(iat=now + 31))[2] == "the 'iat' must not be in the future"
    assert refusal(asker.ask(iat="now"))[2] == "the 'iat' must be less than 300 seconds old"
    assert asker.ask(iat=now - 300).status_code == 200
    assert asker.ask(iat=now + 30).status_code == 200


def test_an_unknown_or_inactive_client_is_refused(asker: TokenAsker) -> None:
    assert refusal(asker.ask(sub="10000000000999"))[:2] == (401, "invalid_client")
    asker.canvas.tools.change_key(asker.canvas.client_id, is_active=False)
    assert refusal(asker.ask())[:2] == (401, "invalid_client")


def test_a_signature_by_another_key_is_refused(asker: TokenAsker) -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assertion = sign(asker.claims(), key=stranger, headers={"kid": "tool-1"})
    assert refusal(asker.ask(assertion))[2] == "JWS signature invalid."


def test_only_rs256_with_a_known_kid_is_taken(asker: TokenAsker) -> None:
    claims = asker.claims()
    unsigned = sign(claims, key=None, algorithm="none", headers={"kid": "tool-1"})
    longer = sign(claims, key=asker.key, algorithm="RS512", headers={"kid": "tool-1"})
    assert refusal(asker.ask(unsigned))[2] == "JWS signature invalid."
    assert refusal(asker.ask(longer))[2] == "JWS signature invalid."
    assert refusal(asker.ask(sign(claims, key=asker.key)))[2].startswith("JWK Error")
    assert refusal(asker.ask(sign(claims, key=asker.key, headers={"kid": "old"})))[2].startswith("JWK Error")


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("grant_type", "authorization_code", "unsupported_grant_type"),
        ("client_assertion_type", "urn:wrong", "invalid_request"),
        ("client_assertion", "not-a-jwt", "invalid_request"),
        ("scope", "", "invalid_scope"),
        ("scope", f"{SCORE} https://example.org/unknown", "invalid_scope"),
    ],
)
def test_a_wrong_form_field_is_refused(asker: TokenAsker, field: str, value: str, error: str) -> None:
    assert refusal(asker.ask(form={field: value}))[:2] == (400, error)


def test_a_scope_the_key_lacks_is_refused(asker: TokenAsker) -> None:
    asker.canvas.tools.change_key(asker.canvas.client_id, scopes=(SCORE,))
    assert refusal(asker.ask())[1] == "invalid_scope"
    assert asker.ask(form={"scope": SCORE}).status_code == 200


def test_the_tool_s_keys_are_fetched_during_each_request(asker: TokenAsker, file_server: FileServer) -> None:
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(asker.key.public_key()))
    keys = json.dumps({"keys": [{**public, "kid": "tool-1"}]}).encode()
    url = file_server.offer("/jwks.json", keys, "application/json")
    asker.canvas.tools.change_key(asker.canvas.client_id, public_jwk_url=url)
    assert asker.ask().status_code == 200
    assert asker.ask().status_code == 200
    assert len(file_server.seen) == 2
    file_server.offer("/jwks.json", b"broken", "application/json")
    assert refusal(asker.ask())[2].startswith("JWK Error")
    file_server.offer("/jwks.json", b"", status=500)
    assert refusal(asker.ask())[2].startswith("JWK Error")


def test_a_token_ends_after_an_hour_and_by_revocation(
    canvas: SmallCanvas, caller: Caller, clock: Clock
) -> None:
    path = "/api/lti/courses/1/line_items"
    headers = caller.headers()
    clock.move(minutes=59)
    assert caller.client.get(path, headers=headers).status_code == 200
    clock.move(minutes=1)
    assert caller.client.get(path, headers=headers).status_code == 401
    headers = caller.headers()
    canvas.tokens.revoke_all()
    answer = caller.client.get(path, headers=headers)
    assert (answer.status_code, answer.json["errors"]["type"]) == (401, "unauthorized")
    assert caller.get(path).status_code == 200


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer nonsense", "Basic abc"])
def test_a_missing_or_broken_token_answers_401(client: FlaskClient, authorization: str) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    assert client.get("/api/lti/courses/1/line_items", headers=headers).status_code == 401


def test_every_service_needs_its_scope(canvas: SmallCanvas, caller: Caller, column: str) -> None:
    powerless = Caller(
        canvas, caller.client, scopes=["https://purl.imsglobal.org/spec/lti/scope/noticehandlers"]
    )
    assert powerless.get("/api/lti/courses/1/line_items").status_code == 401
    assert powerless.get(column).status_code == 401
    assert powerless.get(f"{column}/results").status_code == 401
    assert powerless.score(column).status_code == 401
    assert powerless.get("/api/lti/courses/1/names_and_roles").status_code == 401
    assert powerless.delete(column).status_code == 401
    readonly = Caller(canvas, caller.client, scopes=[f"{LINE_ITEM}.readonly"])
    assert readonly.get(column).status_code == 200
    assert readonly.send("PUT", column, {"label": "New"}).status_code == 401


def test_a_key_turned_off_or_a_tool_gone_from_the_course_answers_401(
    canvas: SmallCanvas, caller: Caller
) -> None:
    path = "/api/lti/courses/1/line_items"
    canvas.tools.change(canvas.tool.id, is_available=False)
    assert caller.get(path).status_code == 401
    canvas.tools.change(canvas.tool.id, is_available=True)
    canvas.tools.change_key(canvas.client_id, is_active=False)
    assert caller.get(path).status_code == 401
