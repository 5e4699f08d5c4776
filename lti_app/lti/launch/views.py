"""The tool's entrance: `/lti/login`, `/lti/launch`, `/lti/jwks.json`.

A login sends the browser on to its platform with a cookie of that login's own – once it is known that the
browser keeps cookies here, for the platform's hint works only once; where it does not, another way is found
(docs/decisions/008-where-a-browser-keeps-its-secret.md). The platform posts a signed token back, and a launch
that passes every check is answered by a redirect into its frame. Refusals set no cookie.
Source: 1EdTech Security Framework 1.0 §5.1.1, LTI 1.3 core §4.
"""

from __future__ import annotations

import re
import uuid

from flask import Blueprint, Response, current_app, jsonify, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from lti_app.errors import Problem
from lti_app.lti.addresses import launch_path
from lti_app.lti.deep_linking.requested import receive, token_of
from lti_app.lti.keys import published_keys
from lti_app.lti.launch import storage
from lti_app.lti.launch.arrivals import Arrival, arrive
from lti_app.lti.launch.claims import LaunchClaims, named_by
from lti_app.lti.launch.cookies import forget_state_cookie, keeps_cookies, set_state_cookie, state_secret
from lti_app.lti.launch.handover import handover, page_in_frame
from lti_app.lti.launch.incoming import launch_form, login_request
from lti_app.lti.launch.jws import SignedToken, read_token
from lti_app.lti.launch.logins import LoginRequest, PendingLogin, pending_login, start_login, waiting_login
from lti_app.lti.launch.platform_keys import PlatformKeys
from lti_app.lti.launch.returning import arrive_again
from lti_app.lti.launch.verification import DeploymentInactiveError, verify_launch
from lti_app.lti.operating.refusals import note_refusal
from lti_app.lti.platforms import note_deployment
from lti_app.web.context import parts, writing
from lti_app.web.frame import root_of, set_launch_cookie
from lti_app.web.limits import WHOLE_SCHOOL, limiter
from lti_app.web.problems import problem_page
from lti_app.web.redirects import redirect_to

MAX_BODY_BYTES = 256 * 1024
_SUBMISSION = re.compile(r"/submission/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE)
_PLATFORM_ERRORS = {
    "login_required": "platform-login-required",
    "launch_no_longer_valid": "platform-launch-over",
    "unauthorized_client": "platform-tool-unavailable",
    "invalid_request_object": "platform-request-refused",
}

entrance = Blueprint("lti", __name__, url_prefix="/lti")
entrance.after_request(note_refusal)
blueprints: tuple[Blueprint, ...] = (entrance, handover)


@entrance.before_request
def _limit_body() -> None:
    request.max_content_length = MAX_BODY_BYTES


@entrance.errorhandler(RequestEntityTooLarge)
def _too_large(_error: RequestEntityTooLarge) -> Response:
    return problem_page("launch-too-large")


@entrance.route("/login", methods=["GET", "POST"])
@limiter.limit(WHOLE_SCHOOL)
def login() -> Response:
    """Start the login that a platform asks for, and send the browser on to it."""
    asked = login_request()
    if launch_path(asked.target_link_uri, parts().settings.public_origin) is None:
        raise Problem("target-foreign")
    return _begin(asked)


@entrance.get("/login/<state>")
@limiter.limit(WHOLE_SCHOOL)
def look(state: str) -> Response:
    """Send the browser on if the login's cookie came back; else find another way, the hint still unspent."""
    with parts().db.direct() as direct:
        waiting = waiting_login(direct, state, redirect_uri=_redirect_uri())
    if waiting.is_browser(state_secret(state)):
        return redirect_to(waiting.authentication_url, 302)
    if "tab" in request.args or request.headers.get("Sec-Fetch-Dest") == "document":
        raise Problem("cookies-blocked")
    if not waiting.request.storage_target:
        return _problem_with_tab("cookies-in-frame", state)
    with parts().db.direct() as direct:
        started = start_login(direct, waiting.request, redirect_uri=_redirect_uri(), uses_storage=True)
    return storage.keeping_page(started, waiting.request.storage_target)


@entrance.get("/login/<state>/tab")
@limiter.limit(WHOLE_SCHOOL)
def tab(state: str) -> Response:
    """Begin the same login again, at the top of a tab: with a state, nonce and secret of its own."""
    with parts().db.direct() as direct:
        waiting = waiting_login(direct, state, redirect_uri=_redirect_uri())
    return _begin(waiting.request, in_tab=True)


@entrance.post("/launch")
@limiter.limit(WHOLE_SCHOOL)
def launch() -> Response:
    """Let in whom the platform vouches for, once per login."""
    if request.form.get("error") and not request.form.get("id_token"):
        return _platform_refusal(request.form["error"], request.form.get("state", ""))
    state, id_token = launch_form()
    token = read_token(id_token)
    with parts().db.direct() as direct:
        pending = pending_login(direct, state, named_by(token.payload))
    secret = storage.stored_secret() if pending.uses_storage else state_secret(state)
    if secret is None:
        return storage.asking_page(pending, id_token)
    if not pending.is_browser(secret):
        return _problem_with_tab("cookie-missing", state)
    claims, institution_id = _verified(token, pending, secret)
    if claims.deep_linking is not None:
        return _to_picker(pending, institution_id, claims)
    arrival = _arrived(pending, institution_id, claims)
    page = _landing(arrival, claims)
    if pending.uses_storage:
        return page_in_frame(arrival, page, claims.return_url)
    response = redirect_to(page, 303)
    set_launch_cookie(response, arrival.sid, arrival.secret)
    forget_state_cookie(response, state)
    return response


@entrance.get("/jwks.json")
def jwks() -> Response:
    """The tool's public keys, for platforms that check what it signs."""
    response = jsonify(published_keys(parts().db, parts().settings))
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


def _begin(asked: LoginRequest, *, in_tab: bool = False) -> Response:
    """Store a login; go on to the platform if the browser is known to keep cookies here, else look first."""
    with parts().db.direct() as direct:
        started = start_login(direct, asked, redirect_uri=_redirect_uri(), is_in_tab=in_tab)
    if keeps_cookies():
        response = redirect_to(started.authentication_url, 302)
    else:
        response = redirect_to(url_for("lti.look", state=started.state, tab=in_tab or None), 302)
    set_state_cookie(response, started)
    return response


def _platform_refusal(error: str, state: str) -> Response:
    """The page for what a platform posts when it could not log the person in.

    A platform whose own cookies are kept from the frame may know the person in a tab of its own.
    """
    slug, detail = _PLATFORM_ERRORS.get(error, "platform-refused"), f"error {error[:40]!r}"
    if slug != "platform-login-required":
        return problem_page(slug, detail)
    try:
        with parts().db.direct() as direct:
            waiting_login(direct, state, redirect_uri=_redirect_uri())
    except Problem:
        return problem_page(slug, detail)
    return _problem_with_tab(slug, state, detail)


def _verified(token: SignedToken, pending: PendingLogin, secret: str) -> tuple[LaunchClaims, uuid.UUID]:
    """The claims, and the institution that the deployment belongs to. Raises Problem."""
    keys: PlatformKeys = current_app.extensions["cim.platform_keys"]
    try:
        claims = verify_launch(token, pending, secret, keys, public_origin=parts().settings.public_origin)
        if pending.institution_id is None:
            raise DeploymentInactiveError(pending.platform_id, claims.deployment_id)
    except DeploymentInactiveError as refusal:
        try:
            with writing() as session:
                is_approved = note_deployment(session, refusal.platform_id, refusal.deployment_id)
        except Problem as problem:
            problem.return_url = refusal.return_url
            raise
        if not is_approved:
            raise
        with parts().db.direct() as direct:
            pending = pending_login(direct, pending.state, named_by(token.payload))
        return _verified(token, pending, secret)
    return claims, pending.institution_id


def _arrived(pending: PendingLogin, institution_id: uuid.UUID, claims: LaunchClaims) -> Arrival:
    """Carry the launch out. Raises Problem, with the way back to the course."""
    room = parts()
    dev, origin = room.settings.development, room.settings.public_origin
    try:
        with room.db.direct() as direct:
            again = arrive_again(
                direct, pending, institution_id, claims, development=dev, public_origin=origin
            )
        if again is not None:
            return again
        with room.db.writing() as session:
            return arrive(session, pending, institution_id, claims, development=dev, public_origin=origin)
    except Problem as problem:
        problem.return_url = claims.return_url
        raise


def _to_picker(pending: PendingLogin, institution_id: uuid.UUID, claims: LaunchClaims) -> Response:
    """The page where content is chosen; it needs no cookie, so its address says which request it answers."""
    settings = parts().settings
    try:
        with writing() as session:
            asked = receive(session, pending, institution_id, claims, development=settings.development)
    except Problem as problem:
        problem.return_url = claims.return_url
        raise
    response = redirect_to(url_for("picker.show", token=token_of(settings.secret_key, asked)), 303)
    forget_state_cookie(response, pending.state)
    return response


def _landing(arrival: Arrival, claims: LaunchClaims) -> str:
    """Where this launch goes: to the submission that its signed target names, to what belongs to the
    assignment that was opened, else to the start.
    """
    path = launch_path(claims.target_link_uri, parts().settings.public_origin) or ""
    submission = _SUBMISSION.fullmatch(path)
    if submission is not None:
        return url_for("home.submission", sid=arrival.sid, submission_id=uuid.UUID(submission[1]))
    if arrival.kind is not None:
        return url_for("assignments.opened", sid=arrival.sid, kind=arrival.kind.value)
    return root_of(arrival.sid)


def _problem_with_tab(slug: str, state: str, detail: str = "") -> Response:
    """A refusal that the same login in a tab of its own may get around."""
    return problem_page(slug, detail, template="lti/new_tab.html", tab=url_for("lti.tab", state=state))


def _redirect_uri() -> str:
    return f"{parts().settings.public_url}/lti/launch"
