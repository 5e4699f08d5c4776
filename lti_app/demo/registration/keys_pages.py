"""*Developer Keys* in the account: an LTI key from pasted JSON or from an address, and its switch."""

from __future__ import annotations

import requests
from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lti_app.demo.current import the_canvas
from lti_app.demo.pages.visitor import Visitor, visitor

from .key_json import read_key
from .wishes import InvalidWishError, is_address

FETCH_TIMEOUT_SECONDS = 5
LARGEST_BYTES = 1_000_000

blueprint = Blueprint("developer_keys", __name__, url_prefix="/as/<login>/accounts/1/developer_keys")


def administrator(login: str) -> Visitor:
    """The person of the address, if she looks after the account; else 403."""
    who = visitor(login)
    if not who.person.is_admin:
        abort(403)
    return who


@blueprint.get("")
def overview(login: str) -> str:
    """Every key with its number and its switch, and the form for a new one."""
    who = administrator(login)
    return render_template("developer_keys.html", who=who, keys=the_canvas().tools.all_keys(), problems=())


@blueprint.post("")
def add(login: str) -> BaseResponse | tuple[str, int]:
    """Make a key, off, or say what is wrong with its configuration."""
    who = administrator(login)
    form = request.form
    try:
        source = form.get("configuration", "")
        if form.get("method") == "url":
            source = _fetched(form.get("json_url", "").strip())
        uris = tuple(form.get("redirect_uris", "").split())
        wish = read_key(source, name=form.get("key_name", "").strip(), redirect_uris=uris)
        the_canvas().registrations.add_key(wish, "json")
    except InvalidWishError as error:
        keys = the_canvas().tools.all_keys()
        return render_template("developer_keys.html", who=who, keys=keys, problems=error.messages), 422
    return redirect(url_for("developer_keys.overview", login=login))


@blueprint.post("/<client_id>/state")
def switch(login: str, client_id: str) -> BaseResponse:
    """Switch a key on or off."""
    administrator(login)
    try:
        the_canvas().tools.change_key(client_id, is_active=request.form.get("state") == "on")
    except KeyError:
        abort(404)
    return redirect(url_for("developer_keys.overview", login=login))


def _fetched(url: str) -> str:
    if not is_address(url):
        raise InvalidWishError(["JSON URL is no address"])
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(url, timeout=FETCH_TIMEOUT_SECONDS)
    except requests.RequestException as error:
        raise InvalidWishError([f"Could not retrieve settings ({type(error).__name__})"]) from error
    if answer.status_code != 200:
        raise InvalidWishError([f"Could not retrieve settings: the server answered {answer.status_code}"])
    if "application/json" not in answer.headers.get("Content-Type", ""):
        raise InvalidWishError(['Content type must be "application/json"'])
    return answer.text[:LARGEST_BYTES]
