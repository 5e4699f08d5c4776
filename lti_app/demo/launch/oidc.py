"""The OpenID Connect endpoints: the shared redirect, the authentication request, the public key set.

Source: 1EdTech Security Framework 1.0 §5.1; Canvas answers wrong requests by a form posted to the tool,
except a wrong redirect URI or message hint, which it answers itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from lti_app.demo.current import the_canvas
from lti_app.demo.world.tools import DeveloperKey

from .launches import InvalidHintError, PendingLaunch

MANDATORY = (
    "client_id",
    "login_hint",
    "lti_message_hint",
    "nonce",
    "prompt",
    "redirect_uri",
    "response_mode",
    "response_type",
    "scope",
)
JWKS_MAX_AGE_SECONDS = 864_000

blueprint = Blueprint("oidc", __name__, url_prefix="/api/lti")


@blueprint.get("/security/jwks")
def jwks() -> Response:
    """Past, present and future key."""
    if the_canvas().launch_trouble.are_keys_unreachable:
        return Response("Service Unavailable", status=503)
    response = jsonify(the_canvas().keys.public_set())
    response.headers["Cache-Control"] = f"max-age={JWKS_MAX_AGE_SECONDS}"
    return response


@blueprint.route("/authorize_redirect", methods=["GET", "POST"])
def authorize_redirect() -> BaseResponse | tuple[str, int]:
    """Sends the browser from the shared host to the school's own, with the same parameters."""
    if the_canvas().launch_trouble.take("expired_hint"):
        return _refusal("Invalid lti_message_hint")
    try:
        the_canvas().launches.read_hint(request.values.get("lti_message_hint", ""))
    except InvalidHintError:
        return _refusal("Invalid lti_message_hint")
    known = {name: value for name, value in request.values.items() if name in (*MANDATORY, "state")}
    return redirect(f"{the_canvas().config.base_url}/api/lti/authorize?{urlencode(known)}")


@blueprint.route("/authorize", methods=["GET", "POST"])
def authorize() -> str | tuple[str, int]:
    """Answers the authentication request with a form that posts the id_token, or an error, to the tool."""
    canvas = the_canvas()
    values = request.values
    try:
        pending = canvas.launches.read_hint(values.get("lti_message_hint", ""))
    except InvalidHintError:
        return _refusal("Invalid lti_message_hint")
    key = canvas.tools.key(pending.client_id)
    redirect_uri = values.get("redirect_uri", "")
    if key is None or not redirect_uri_is_registered(redirect_uri, key):
        return _refusal("Invalid redirect_uri")
    fields = _trouble() or _error(values, pending, key)
    if fields is None:
        token = canvas.launches.consume(pending, values["nonce"])
        fields = {"id_token": token} if token else _launch_is_over()
        if token and pending.storage_target:
            fields["lti_storage_target"] = pending.storage_target
    if "state" in values:
        fields["state"] = values["state"]
    extras = {"utf8": "✓", "authenticity_token": "rails-form-token"}
    return render_template("post_form.html", action=redirect_uri, fields={**extras, **fields})


def redirect_uri_is_registered(requested: str, key: DeveloperKey) -> bool:
    """Equal to a registered URI without query; a registered query must be contained in the requested one."""
    base, _, query = requested.partition("?")
    for registered in key.redirect_uris:
        registered_base, mark, registered_query = registered.partition("?")
        if registered_base == base and (
            not mark or set(parse_qsl(registered_query)) <= set(parse_qsl(query))
        ):
            return bool(urlsplit(base).scheme)
    return False


def _trouble() -> dict[str, str] | None:
    """An error that was ordered."""
    trouble = the_canvas().launch_trouble
    if trouble.take("login_required"):
        return _described("login_required", "Must have an active user session")
    if trouble.take("unauthorized_client"):
        return _described("unauthorized_client", "Client not authorized in requested context")
    return _launch_is_over() if trouble.take("launch_no_longer_valid") else None


def _error(values: Mapping[str, str], pending: PendingLaunch, key: DeveloperKey) -> dict[str, str] | None:
    missing = [name for name in MANDATORY if not values.get(name)]
    if missing:
        return _described(
            "invalid_request_object", f"The following parameters are missing: {','.join(missing)}"
        )
    if values["scope"] != "openid":
        return _described("invalid_request_object", "The 'scope' must be 'openid'")
    person = the_canvas().sessions.person_of(pending.session_id)
    if person is None or person.opaque_id != values["login_hint"]:
        return _described("login_required", "Must have an active user session")
    tools = [
        tool for tool in the_canvas().tools.all() if tool.client_id == key.client_id and tool.is_available
    ]
    if values["client_id"] != key.client_id or not key.is_active or not tools:
        return _described("unauthorized_client", "Client not authorized in requested context")
    return None


def _launch_is_over() -> dict[str, str]:
    return _described("launch_no_longer_valid", "The launch has either expired or already been consumed")


def _described(error: str, description: str) -> dict[str, str]:
    return {"error": error, "error_description": description}


def _refusal(message: str) -> tuple[str, int]:
    return render_template("message.html", title="Bad request", message=message), 400
