"""Everything under /admin/: whether an operator's cookie proves who asks, and the way in and out.

Rooms make their operator's pages with `operator_blueprint`. Nothing here is ever framed or indexed. The link
that lets an operator in shows one button first, so that whoever merely previews it does not spend it.
"""

from __future__ import annotations

import hmac
from typing import Any

from flask import Blueprint, Flask, Response, g, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from lti_app.errors import Problem
from lti_app.i18n import LANGUAGES
from lti_app.web.context import parts, reading, writing
from lti_app.web.limits import limiter
from lti_app.web.operators import (
    LONGEST,
    PREFIX,
    Operator,
    check_link,
    enter,
    leave,
    load_operator,
    save_operator_language,
    touch_operator,
)

# A browser takes a cookie of this prefix only with Secure, for this very host and for all of its paths.
COOKIE = "__Host-cim_operator"
_PER_ADDRESS = "300 per minute"
_WAYS_IN_PER_ADDRESS = "20 per minute"


def operator_blueprint(name: str, import_name: str) -> Blueprint:
    """A blueprint whose pages are for the operator who has come in."""
    blueprint = _private_blueprint(name, import_name)
    blueprint.before_request(_enter)
    blueprint.context_processor(_template_names)
    limiter.limit_all(blueprint, _PER_ADDRESS)
    return blueprint


def current_operator() -> Operator:
    """The operator's session of this request. Raises Problem("operator-session-missing") elsewhere."""
    operator: Operator | None = g.get("operator")
    if operator is None:
        raise Problem("operator-session-missing")
    return operator


def _private_blueprint(name: str, import_name: str) -> Blueprint:
    blueprint = Blueprint(name, import_name, url_prefix=PREFIX)
    blueprint.before_request(_refuse_frames)
    blueprint.after_request(_keep_private)
    return blueprint


def _refuse_frames() -> None:
    g.may_be_framed = False


def _keep_private(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _enter() -> None:
    with reading() as session:
        secret = request.cookies.get(COOKIE, "")
        g.operator = load_operator(session, secret, parts().settings.secret_key)
    if request.method not in {"GET", "HEAD", "OPTIONS"}:
        sent = request.form.get("csrf_token", "")
        if not hmac.compare_digest(sent.encode(), g.operator.csrf_token.encode()):
            raise Problem("form-expired")
    if g.operator.needs_touch:
        with writing() as session:
            touch_operator(session, g.operator)


def _is_in(session: Session) -> bool:
    try:
        load_operator(session, request.cookies.get(COOKIE, ""), parts().settings.secret_key)
    except Problem:
        return False
    return True


def _template_names() -> dict[str, Any]:
    return {"csrf_field": _csrf_field}


def _csrf_field() -> Markup:
    """The hidden field every form of an operator's page carries."""
    token = current_operator().csrf_token
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(token)


way_in = _private_blueprint("way_in", __name__)
pages = operator_blueprint("admin", __name__)


def init_app(app: Flask) -> None:
    """Register the way in and out."""
    app.register_blueprint(way_in)
    app.register_blueprint(pages)


@way_in.get("/enter/<token>")
@limiter.limit(_WAYS_IN_PER_ADDRESS)
def look(token: str) -> AnyResponse:
    """The page behind a link: one button. Whoever came in by it and goes back is in already."""
    with reading() as session:
        try:
            check_link(session, token)
        except Problem:
            if not _is_in(session):
                raise
            return redirect(url_for("operating.platforms"), 303)
    return make_response(render_template("operator/enter.html", token=token))


@way_in.post("/enter/<token>")
@limiter.limit(_WAYS_IN_PER_ADDRESS)
def come_in(token: str) -> AnyResponse:
    """Spend the link, and open the operator's session."""
    with writing() as session:
        secret = enter(session, token)
    response = redirect(url_for("operating.platforms"), 303)
    response.set_cookie(COOKIE, secret, max_age=LONGEST, path="/", secure=True, httponly=True, samesite="Lax")
    return response


@pages.get("/")
def start() -> AnyResponse:
    """The operator's first page."""
    return redirect(url_for("operating.platforms"), 303)


@pages.post("/leave")
def sign_out() -> Response:
    """End the session, and say so."""
    with writing() as session:
        leave(session, current_operator())
    response = make_response(render_template("operator/left.html"))
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Lax")
    return response


@pages.post("/language")
def language() -> AnyResponse:
    """Keep the language chosen, and go back to the page it was chosen on."""
    chosen, back = request.form.get("language", ""), request.form.get("back", "")
    if chosen not in LANGUAGES:
        raise Problem("bad-request", "unknown language")
    with writing() as session:
        save_operator_language(session, current_operator(), chosen)
    is_ours = back.startswith(f"{PREFIX}/") and "\\" not in back and back.isprintable()
    return redirect(back if is_ours else url_for("operating.platforms"), 303)
