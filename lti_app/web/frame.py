"""Everything under /l/<sid>/: which launch, whether its cookie proves it, and whether a form was really ours.

Each room makes its blueprint with `frame_blueprint`; views never see `sid`, and `url_for` fills it in.
"""

from __future__ import annotations

import hmac
from typing import Any

from flask import Blueprint, Response, g, request

from lti_app.errors import Problem
from lti_app.web.context import current_launch, parts, reading, writing
from lti_app.web.cookies import sent_cookie, set_frame_cookie
from lti_app.web.sessions import LONGEST, load_launch, touch

COOKIE = "cim_launch"


def frame_blueprint(name: str, import_name: str) -> Blueprint:
    """A blueprint whose pages live in the frame of one launch."""
    blueprint = Blueprint(name, import_name, url_prefix="/l/<sid>")
    blueprint.url_value_preprocessor(_take_sid)
    blueprint.url_defaults(_give_sid)
    blueprint.before_request(_enter)
    return blueprint


def set_launch_cookie(response: Response, sid: str, secret: str) -> None:
    """Prove the launch to its own addresses only, in this frame only."""
    set_frame_cookie(response, COOKIE, secret, path=root_of(sid), lifetime=LONGEST)


def root_of(sid: str) -> str:
    """The address of a launch's first page, below which all its pages lie."""
    return f"/l/{sid}/"


def _take_sid(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.sid = values.pop("sid", "") if values else ""


def _give_sid(_endpoint: str, values: dict[str, Any]) -> None:
    values.setdefault("sid", g.get("sid", ""))


def _enter() -> None:
    secret_key = parts().settings.secret_key
    with reading() as session:
        g.launch = load_launch(session, g.sid, sent_cookie(COOKIE) or "", secret_key)
    if request.method not in {"GET", "HEAD", "OPTIONS"}:
        _check_csrf()
    if g.launch.needs_touch:
        with writing() as session:
            touch(session, g.sid)


def _check_csrf() -> None:
    sent = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")
    if not hmac.compare_digest(sent.encode(), current_launch().csrf_token.encode()):
        raise Problem("form-expired")
