"""The pages by which an administrator registers the tool: `/lti/register` and `/lti/canvas.json`.

The platform opens the first in a frame of its administration, so nothing here needs a cookie: the invitation
in the address is what proves that a form is meant. Looking writes nothing and fetches nothing; confirming
does both. The pages may be framed by anybody, for the platform is not known yet.
"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, make_response, render_template, request

from lti_app.errors import Problem
from lti_app.lti.registration.configuration import PLACEMENTS, SCOPES, developer_key
from lti_app.lti.registration.exchange import Offer, PlatformSaid, check_offer
from lti_app.lti.registration.invitations import open_invitation
from lti_app.lti.registration.registering import register
from lti_app.web.context import parts, reading
from lti_app.web.limits import limiter
from lti_app.web.problems import problem_page

_MAX_BODY_BYTES = 64 * 1024
_PER_ADDRESS = "60 per minute"

registration = Blueprint("registration", __name__, url_prefix="/lti")


@registration.before_request
def _limit_body() -> None:
    request.max_content_length = _MAX_BODY_BYTES


@registration.errorhandler(Problem)
def _refused(problem: Problem) -> Response:
    """A refusal with what an administrator can do something about: what is wrong, in technical words."""
    words = problem.words if isinstance(problem, PlatformSaid) else ""
    shown = problem.detail if problem.slug.startswith("registration-") else ""
    return problem_page(
        problem.slug, problem.detail, template="lti/register_problem.html", shown=shown, words=words
    )


@registration.get("/canvas.json")
def canvas_key() -> Response:
    """The configuration that Canvas reads for an LTI key."""
    response = jsonify(developer_key(parts().settings.public_url))
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@registration.get("/register", defaults={"token": ""})
@registration.get("/register/<token>")
@limiter.limit(_PER_ADDRESS)
def ask(token: str) -> Response:
    """What would be registered, and the form that does it."""
    token = token or request.args.get("invitation", "")
    with reading() as session:
        invited = open_invitation(session, token)
    offer = Offer(request.args.get("openid_configuration", ""), request.args.get("registration_token", ""))
    check_offer(offer, development=parts().settings.development)
    return _page(
        "lti/register.html", token=token, invited=invited, offer=offer, scopes=SCOPES, placements=PLACEMENTS
    )


@registration.post("/register/<token>")
@limiter.limit(_PER_ADDRESS)
def confirm(token: str) -> Response:
    """Register the tool with the platform, and say what is left to do there."""
    offer = Offer(request.form.get("openid_configuration", ""), request.form.get("registration_token", ""))
    done = register(parts().db, parts().settings, token, offer)
    return _page("lti/registered.html", done=done, scopes=SCOPES)


def _page(template: str, **values: object) -> Response:
    return make_response(render_template(template, **values))
