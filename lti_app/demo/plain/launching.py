"""The launch: the login that the browser starts at the tool, the authentication request, the public key.

Source: 1EdTech Security Framework 1.0 §5.1. The message hint is JSON, and must come back as it was, to the
last blank.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Response, abort, jsonify, render_template, request

from lti_app.demo.launch.jws import sign

from .claims import claims_of
from .school import DEPLOYMENT_ID, PlainPlatform, the_platform

NEEDED = ("scope", "response_type", "client_id", "redirect_uri", "login_hint", "nonce", "state")


@dataclass(frozen=True, slots=True)
class Pending:
    """A launch that the browser has begun."""

    login: str
    target_link_uri: str


@dataclass(frozen=True, slots=True)
class Login:
    """What the browser is to send to the tool: a form by POST, or the query of a redirect by GET."""

    method: str
    action: str
    fields: Mapping[str, str]

    @property
    def address(self) -> str:
        """Where a browser that is redirected goes."""
        return f"{self.action}?{urlencode(self.fields)}"


def start_launch(platform: PlainPlatform, login: str, target_link_uri: str = "") -> Login:
    """Begin a launch as somebody of the course; without a target it is the tool's launch address."""
    tool = platform.config.tool_url
    target = target_link_uri or f"{tool}/lti/launch"
    hint = json.dumps({"cmid": 7, "launchid": secrets.token_hex(8), "title": 'Å "&" =+%20'}, indent=1)
    platform.pending[hint] = Pending(login, target)
    fields = {
        "iss": platform.config.base_url,
        "client_id": platform.shape.client_id,
        "lti_deployment_id": DEPLOYMENT_ID,
        "target_link_uri": target,
        "login_hint": platform.sub_of(login),
        "lti_message_hint": hint,
    }
    return Login(platform.shape.login_method, f"{tool}/lti/login", fields)


def keys() -> Response:
    """The one public key."""
    return jsonify(keys=[the_platform().key.public_jwk()])


def authorize() -> str:
    """A form that posts the id_token, or an error, to the tool; 400 for a stranger."""
    platform = the_platform()
    values = request.values
    redirect_uri = values.get("redirect_uri", "")
    if redirect_uri != f"{platform.config.tool_url}/lti/launch":
        abort(400, "Invalid request")
    pending = platform.pending.pop(values.get("lti_message_hint", ""), None)
    fields = {"state": values.get("state", "")}
    if error := _error(platform, pending, values):
        fields["error"] = error
    elif pending is not None:
        fields["id_token"] = _id_token(platform, pending, values["nonce"])
    return render_template("answer.html", action=redirect_uri, fields=fields)


def _error(platform: PlainPlatform, pending: Pending | None, values: Mapping[str, str]) -> str:
    if pending is None or any(not values.get(name) for name in NEEDED):
        return "invalid_request"
    if values["client_id"] != platform.shape.client_id:
        return "unauthorized_client"
    if values["login_hint"] != platform.sub_of(pending.login):
        return "access_denied"
    if values["scope"] != "openid":
        return "invalid_scope"
    if values["response_type"] != "id_token":
        return "unsupported_response_type"
    is_usual = values.get("response_mode") == "form_post" and values.get("prompt", "none") == "none"
    return "" if is_usual else "invalid_request"


def _id_token(platform: PlainPlatform, pending: Pending, nonce: str) -> str:
    issued = int(platform.now().timestamp())
    times = {"nonce": nonce, "iat": issued, "exp": issued + platform.shape.id_token_seconds}
    claims = claims_of(platform, platform.people[pending.login], pending.target_link_uri)
    return sign(claims | times, key=platform.key.private, headers={"kid": platform.key.kid})
