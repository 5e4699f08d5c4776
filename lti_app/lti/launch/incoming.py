"""What a browser brings to the entrance, read out of its request: a login's parameters, a launch's form."""

from __future__ import annotations

import re

from flask import request

from lti_app.errors import Problem
from lti_app.lti.launch.logins import LoginRequest

# A login's parameters in the order of LoginRequest, and how long each may be.
_LONGEST = {
    "iss": 500,
    "client_id": 200,
    "login_hint": 8000,
    "lti_message_hint": 8000,
    "target_link_uri": 2000,
    "lti_storage_target": 200,
}
_STATE = re.compile(r"[A-Za-z0-9_-]{22}")


def login_request() -> LoginRequest:
    """The login parameters, from the body or the address. Raises Problem("login-invalid")."""
    told = request.args.to_dict()
    if request.method == "POST":
        told.update((name, value) for name, value in request.form.to_dict().items() if value)
    given = {name: told.get(name, "") for name in _LONGEST}
    for name, value in given.items():
        if len(value) > _LONGEST[name]:
            raise Problem("login-invalid", f"{name} is longer than {_LONGEST[name]} characters")
    asked = LoginRequest(*given.values())
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


def launch_form() -> tuple[str, str]:
    """State and token. Raises Problem."""
    form = request.form
    id_token, state = form.get("id_token", ""), form.get("state", "")
    if not id_token or not state:
        raise Problem("launch-incomplete")
    if not _STATE.fullmatch(state):
        raise Problem("launch-used", "no state of ours")
    return state, id_token
