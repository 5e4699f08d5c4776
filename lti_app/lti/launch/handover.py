"""A launch that only the platform's storage proved goes on in a tab of its own, where its cookie can live.

Its page in the frame holds a ticket, and gives it to no window but a page of ours that this page's own link
opened: by postMessage, never in an address. That page posts the ticket once, and gets the launch's cookie. A
ticket posted from elsewhere is refused, so that nobody can be put into another's launch. Loaded again, the
frame's page is one that knows the way back to the course and nothing else; the browser may have the ticket.
Source: docs/decisions/008-where-a-browser-keeps-its-secret.md.
"""

from __future__ import annotations

import re

from flask import Blueprint, Response, g, make_response, render_template, request, url_for
from itsdangerous import BadSignature, URLSafeSerializer

from lti_app.errors import NotFound, Problem
from lti_app.lti.launch.arrivals import Arrival
from lti_app.lti.launch.cookies import comes_from_our_own_page, keeps_cookies, set_mark
from lti_app.web.context import parts, writing
from lti_app.web.frame import set_launch_cookie
from lti_app.web.limits import WHOLE_SCHOOL, limiter
from lti_app.web.sessions import enter_launch

_PAGE = re.compile(r"/l/([A-Za-z0-9_-]{22})/[A-Za-z0-9/_-]*")

handover = Blueprint("handover", __name__, url_prefix="/lti")


def page_in_frame(arrival: Arrival, page: str, back: str) -> Response:
    """The page that stays in the frame: it offers the tab, and hands over the ticket for `page`.

    `back` is the way back to the course, or empty.
    """
    g.frame_ancestors = arrival.frame_ancestors
    again = url_for("handover.again", token=_ways_back().dumps(back))
    return _uncached(render_template("lti/in_frame.html", ticket=arrival.secret, page=page, again=again))


@handover.get("/again/<token>")
@limiter.limit(WHOLE_SCHOOL)
def again(token: str) -> Response:
    """The frame's page loaded again, which has no ticket: what is left to do."""
    try:
        back = _ways_back().loads(token)
    except BadSignature as error:
        raise NotFound("way back") from error
    return _uncached(render_template("lti/in_frame.html", ticket="", page="", again=request.path, back=back))


@handover.get("/tab")
def tab() -> Response:
    """The page in the tab, which asks the frame for the ticket, and tries whether a cookie stays here."""
    g.may_be_framed = False
    response = _uncached(render_template("lti/in_tab.html"))
    if not keeps_cookies():
        set_mark(response)
    return response


@handover.post("/tab")
@limiter.limit(WHOLE_SCHOOL)
def enter() -> Response:
    """Open the launch in this tab, once."""
    if not comes_from_our_own_page():
        raise Problem("form-expired", "posted from elsewhere")
    if not keeps_cookies():
        raise Problem("cookies-blocked")
    page = _PAGE.fullmatch(request.form.get("page", ""))
    if page is None:
        raise Problem("bad-request", "no page of a launch")
    with writing() as session:
        secret = enter_launch(session, page[1], request.form.get("ticket", ""))
    response = Response(status=303, headers={"Location": page[0]})
    set_launch_cookie(response, page[1], secret)
    return response


def _ways_back() -> URLSafeSerializer:
    """Signs a way back to the course, so that nobody can make a page of ours lead elsewhere."""
    return URLSafeSerializer(parts().settings.secret_key, salt="way back to the course")


def _uncached(page: str) -> Response:
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response
