"""A launch at the small Canvas by hand: its forms read, the tool's request, the claims of the token."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import jwt
from flask.testing import FlaskClient

from lti_app.demo import SmallCanvas

from .conftest import TOOL

M = "http://purl.imsglobal.org/vocab/lis/v2/membership"
I = "http://purl.imsglobal.org/vocab/lis/v2/institution/person"  # noqa: E741
Y = "http://purl.imsglobal.org/vocab/lis/v2/system/person"
REDIRECT = f"{TOOL}/lti/launch"


def form_of(html: str) -> tuple[str, dict[str, str]]:
    """The address and fields of the only form of a page that posts itself."""
    action = re.search(r'action="([^"]*)"', html)
    assert action is not None
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', html)
    return unescape(action[1]), {unescape(name): unescape(value) for name, value in fields}


def request_for(fields: dict[str, str], **changes: Any) -> dict[str, str]:
    """The authentication request a tool makes of login fields; None leaves a parameter out."""
    wanted = {
        "client_id": fields["client_id"],
        "login_hint": fields["login_hint"],
        "lti_message_hint": fields["lti_message_hint"],
        "nonce": "the-nonce",
        "prompt": "none",
        "redirect_uri": REDIRECT,
        "response_mode": "form_post",
        "response_type": "id_token",
        "scope": "openid",
        "state": "the-state",
        **changes,
    }
    return {name: value for name, value in wanted.items() if value is not None}


def authorize(client: FlaskClient, wanted: dict[str, str]) -> dict[str, str]:
    answer = client.get("/api/lti/authorize", query_string=wanted)
    assert answer.status_code == 200, answer.text
    action, fields = form_of(answer.text)
    assert action == wanted["redirect_uri"]
    return fields


def claims_in(canvas: SmallCanvas, token: str) -> dict[str, Any]:
    keys = {jwk["kid"]: jwk for jwk in canvas.keys.public_set()["keys"]}
    key = jwt.PyJWK(keys[jwt.get_unverified_header(token)["kid"]])
    options = {"verify_exp": False, "verify_iat": False, "verify_aud": False}
    return jwt.decode(token, key, algorithms=["RS256"], options=options)  # type: ignore[arg-type]


def launched(canvas: SmallCanvas, client: FlaskClient, person: str = "asa", **where: Any) -> dict[str, Any]:
    initiation = canvas.start_launch(person, **where)
    return claims_in(canvas, authorize(client, request_for(initiation.fields))["id_token"])
