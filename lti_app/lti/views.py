"""The tool's entrance: `/lti/login`, `/lti/launch`, `/lti/jwks.json`.

A login sends the browser on to its platform with a cookie of that login's own; the platform posts a signed
token back, and a launch that passes every check is answered by a redirect into its frame. Refusals set no
cookie. Source: 1EdTech Security Framework 1.0 §5.1.1, LTI 1.3 core §4.
"""

from __future__ import annotations

import re
import uuid

from flask import Blueprint, Response, current_app, jsonify, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from lti_app.errors import Problem
from lti_app.lti.addresses import launch_path
from lti_app.lti.arrivals import arrive
from lti_app.lti.claims import LTI, LaunchClaims, claimed_id
from lti_app.lti.jws import SignedToken, read_token
from lti_app.lti.keys import published_keys
from lti_app.lti.logins import LOGIN_LIFETIME, LoginRequest, PendingLogin, pending_login, start_login
from lti_app.lti.platform_keys import PlatformKeys
from lti_app.lti.platforms import note_deployment
from lti_app.lti.verification import DeploymentInactiveError, verify_launch
from lti_app.web.context import parts, reading, writing
from lti_app.web.frame import set_launch_cookie
from lti_app.web.limits import limiter
from lti_app.web.problems import problem_page

MAX_BODY_BYTES = 256 * 1024
_PER_ADDRESS = "1200 per minute"  # a whole school may share one address
_LONGEST_HINT = 8000
_COOKIE_PATH = "/lti/"
_STATE = re.compile(r"[A-Za-z0-9_-]{22}")
_SUBMISSION = re.compile(r"/submission/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE)
_PLATFORM_ERRORS = {
    "login_required": "platform-login-required",
    "launch_no_longer_valid": "platform-launch-over",
    "unauthorized_client": "platform-tool-unavailable",
}

entrance = Blueprint("lti", __name__, url_prefix="/lti")
blueprints: tuple[Blueprint, ...] = (entrance,)


@entrance.before_request
def _limit_body() -> None:
    request.max_content_length = MAX_BODY_BYTES


@entrance.errorhandler(RequestEntityTooLarge)
def _too_large(_error: RequestEntityTooLarge) -> Response:
    return problem_page("launch-too-large")


@entrance.route("/login", methods=["GET", "POST"])
@limiter.limit(_PER_ADDRESS)
def login() -> Response:
    """Start the login that a platform asks for, and send the browser on to it."""
    asked = _login_request()
    settings = parts().settings
    if launch_path(asked.target_link_uri, settings.public_origin) is None:
        raise Problem("target-foreign")
    with writing() as session:
        started = start_login(session, asked, redirect_uri=f"{settings.public_url}/lti/launch")
    response = _redirect(started.authentication_url, 302)
    response.set_cookie(
        _cookie_name(started.state),
        started.browser_secret,
        max_age=LOGIN_LIFETIME,
        path=_COOKIE_PATH,
        secure=True,
        httponly=True,
        samesite="None",
        partitioned=True,
    )
    return response


@entrance.post("/launch")
@limiter.limit(_PER_ADDRESS)
def launch() -> Response:
    """Let in whom the platform vouches for, once per login."""
    state, id_token = _launch_form()
    token = read_token(id_token)
    with reading() as session:
        pending = pending_login(session, state, claimed_id(token.payload, LTI + "deployment_id"))
    claims, institution_id = _verified(token, pending)
    with writing() as session:
        development = parts().settings.development
        arrival = arrive(session, pending, institution_id, claims, development=development)
    response = _redirect(_landing(arrival.sid, claims), 303)
    set_launch_cookie(response, arrival.sid, arrival.secret)
    response.delete_cookie(
        _cookie_name(state),
        path=_COOKIE_PATH,
        secure=True,
        httponly=True,
        samesite="None",
        partitioned=True,
    )
    return response


@entrance.get("/jwks.json")
def jwks() -> Response:
    """The tool's public keys, for platforms that check what it signs."""
    response = jsonify(published_keys(parts().db, parts().settings))
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


def _login_request() -> LoginRequest:
    """The login parameters, from the body or the address. Raises Problem("login-invalid")."""
    asked = LoginRequest(
        issuer=_parameter("iss", 500),
        client_id=_parameter("client_id", 200),
        login_hint=_parameter("login_hint", _LONGEST_HINT),
        message_hint=_parameter("lti_message_hint", _LONGEST_HINT),
        target_link_uri=_parameter("target_link_uri", 2000),
    )
    for name, value in (
        ("iss", asked.issuer),
        ("login_hint", asked.login_hint),
        ("target_link_uri", asked.target_link_uri),
    ):
        if not value:
            raise Problem("login-invalid", f"{name} is missing")
    if not asked.issuer.isprintable() or not asked.client_id.isprintable():
        raise Problem("login-invalid", "control characters")
    return asked


def _parameter(name: str, longest: int) -> str:
    value = request.form.get(name) or request.args.get(name, "")
    if len(value) > longest:
        raise Problem("login-invalid", f"{name} is longer than {longest} characters")
    return value


def _launch_form() -> tuple[str, str]:
    """State and token; a platform that could not log the person in posts an error instead. Raises Problem."""
    id_token, error = request.form.get("id_token", ""), request.form.get("error", "")
    if not id_token and error:
        raise Problem(_PLATFORM_ERRORS.get(error, "platform-refused"), f"error {error[:40]!r}")
    state = request.form.get("state", "")
    if not id_token or not state:
        raise Problem("launch-incomplete")
    if not _STATE.fullmatch(state):
        raise Problem("launch-used", "no state of ours")
    return state, id_token


def _verified(token: SignedToken, pending: PendingLogin) -> tuple[LaunchClaims, uuid.UUID]:
    """The claims, and the institution that the deployment belongs to. Raises Problem."""
    keys: PlatformKeys = current_app.extensions["cim.platform_keys"]
    secret = request.cookies.get(_cookie_name(pending.state), "")
    try:
        claims = verify_launch(token, pending, secret, keys, public_origin=parts().settings.public_origin)
        if pending.institution_id is None:
            raise DeploymentInactiveError(pending.platform_id, claims.deployment_id)
    except DeploymentInactiveError as refusal:
        with writing() as session:
            is_approved = note_deployment(session, refusal.platform_id, refusal.deployment_id)
        if not is_approved:
            raise
        with reading() as session:
            pending = pending_login(session, pending.state, refusal.deployment_id)
        return _verified(token, pending)
    return claims, pending.institution_id


def _landing(sid: str, claims: LaunchClaims) -> str:
    """Where this launch goes: to the submission that its signed target names, else to the start."""
    path = launch_path(claims.target_link_uri, parts().settings.public_origin) or ""
    submission = _SUBMISSION.fullmatch(path)
    if submission is None:
        return url_for("home.landing", sid=sid)
    return url_for("home.submission", sid=sid, submission_id=uuid.UUID(submission[1]))


def _redirect(address: str, status: int) -> Response:
    return Response(status=status, headers={"Location": address, "Cache-Control": "no-store"})


def _cookie_name(state: str) -> str:
    """Each login has a cookie of its own, so that two tabs cannot overwrite each other's."""
    return f"cim_login_{state}"
