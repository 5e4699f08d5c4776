"""Whatever arrives at /lti/: a page or a redirect, never a failure of ours."""

from __future__ import annotations

import json
from typing import Any

from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.signing_platform import LTI, SigningPlatform, post_launch, signed

FUZZ = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
NAMES = st.sampled_from(
    [
        "iss",
        "client_id",
        "login_hint",
        "lti_message_hint",
        "target_link_uri",
        "lti_deployment_id",
        "state",
        "id_token",
        "error",
        "error_description",
    ]
)
VALUES = st.text(max_size=60) | st.sampled_from(
    ["https://canvas.test", "10000000000001", "http://localhost/lti/launch", "x" * 9000, "\ud800", "$x"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
CLAIMS = st.sampled_from(
    [
        "iss",
        "aud",
        "azp",
        "sub",
        "exp",
        "iat",
        "nbf",
        "name",
        "given_name",
        "email",
        "locale",
        "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint",
        "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice",
        *(
            LTI + name
            for name in (
                "message_type",
                "version",
                "deployment_id",
                "target_link_uri",
                "resource_link",
                "roles",
                "context",
                "launch_presentation",
                "tool_platform",
            )
        ),
    ]
)
NESTED = st.dictionaries(
    st.sampled_from(["id", "title", "label", "type", "return_url", "lineitems", "product_family_code"]), JSON
)


def harmless(status: int) -> bool:
    return status < 500


@FUZZ
@given(
    path=st.sampled_from(["/lti/login", "/lti/launch", "/lti/jwks.json", "/lti/", "/lti/launch/x"]),
    method=st.sampled_from(["GET", "POST", "HEAD", "PUT", "OPTIONS"]),
    query=st.dictionaries(NAMES, VALUES, max_size=5),
    form=st.dictionaries(NAMES, VALUES, max_size=6),
)
def test_random_parameters_are_answered(
    client: FlaskClient,
    platform: SigningPlatform,
    path: str,
    method: str,
    query: dict[str, str],
    form: dict[str, str],
) -> None:
    def sendable(fields: dict[str, str]) -> dict[str, str]:
        return {name: value.encode("utf-8", "replace").decode() for name, value in fields.items()}

    response = client.open(path, method=method, query_string=sendable(query), data=sendable(form))
    assert harmless(response.status_code)


@FUZZ
@given(
    body=st.binary(max_size=300),
    kind=st.sampled_from(
        [
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "multipart/form-data",
            "application/json",
            "",
            "x",
        ]
    ),
)
def test_random_bodies_are_answered(client: FlaskClient, body: bytes, kind: str) -> None:
    for path in ("/lti/login", "/lti/launch"):
        assert harmless(client.post(path, data=body, content_type=kind).status_code)


@FUZZ
@given(claim=CLAIMS, value=JSON | NESTED)
def test_random_claims_properly_signed_are_answered(
    client: FlaskClient, platform: SigningPlatform, claim: str, value: Any
) -> None:
    begun = platform.begin(client)
    payload = json.dumps(platform.claims(begun.nonce) | {claim: value}).encode()
    response = post_launch(client, begun.state, signed(payload))
    assert harmless(response.status_code), response.text
    assert response.status_code == 303 or "Set-Cookie" not in response.headers


@FUZZ
@given(token=st.text(st.sampled_from("aA0-_.=+/"), max_size=80) | st.text(max_size=60))
def test_random_tokens_are_answered(client: FlaskClient, platform: SigningPlatform, token: str) -> None:
    begun = platform.begin(client)
    response = post_launch(client, begun.state, token.encode("utf-8", "replace").decode())
    assert harmless(response.status_code)


@FUZZ
@given(header=JSON | st.dictionaries(st.sampled_from(["alg", "kid", "typ", "jwk"]), JSON))
def test_random_headers_are_answered(client: FlaskClient, platform: SigningPlatform, header: Any) -> None:
    begun = platform.begin(client)
    members = header if isinstance(header, dict) else {"kid": header}
    members = {str(name): value for name, value in members.items()}
    response = post_launch(client, begun.state, signed(platform.claims(begun.nonce), **members))
    assert harmless(response.status_code)
