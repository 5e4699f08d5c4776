"""*Apps* in the account: installing by client id, dynamic registration and its review, availability."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lti_app.demo.current import the_canvas
from lti_app.demo.world.tools import DeveloperKey

from .endpoints import configuration_url
from .keys_pages import administrator
from .registrations import Registration
from .wishes import PRIVACY_LEVELS, is_address

blueprint = Blueprint("apps", __name__, url_prefix="/as/<login>/accounts/1/apps")


@blueprint.get("")
def overview(login: str) -> str:
    """The account's apps, and the two ways to a new one."""
    return _overview(login)


def _overview(login: str, problem: str = "") -> str:
    canvas = the_canvas()
    apps = [tool for tool in canvas.tools.all() if tool.course_id is None]
    return render_template("apps.html", who=administrator(login), apps=apps, problem=problem)


@blueprint.post("")
def install(login: str) -> BaseResponse | tuple[str, int]:
    """Add the app of a client id; its key must be on."""
    administrator(login)
    canvas = the_canvas()
    client_id = request.form.get("client_id", "").strip()
    key = canvas.tools.key(client_id)
    if key is None or not key.is_active:
        return _overview(login, f"Could not find Client ID {client_id}, or its key is off."), 422
    if any(tool.client_id == client_id for tool in canvas.tools.all()):
        return _overview(login, "The app is installed already."), 422
    canvas.registrations.install(client_id)
    return redirect(url_for("apps.overview", login=login))


@blueprint.post("/<int:tool_id>/availability")
def make_available(login: str, tool_id: int) -> BaseResponse:
    """Show an app to everybody, or to nobody."""
    administrator(login)
    try:
        the_canvas().tools.change(tool_id, is_available=request.form.get("available") == "1")
    except KeyError:
        abort(404)
    return redirect(url_for("apps.overview", login=login))


@blueprint.post("/registrations")
def begin(login: str) -> BaseResponse | tuple[str, int]:
    """Start a dynamic registration with the address that a tool has given."""
    who = administrator(login)
    tool_url = request.form.get("tool_url", "").strip()
    if not is_address(tool_url):
        return _overview(login, "Dynamic Registration URL is no address."), 422
    started = the_canvas().registrations.begin(who.person, tool_url)
    return redirect(url_for("apps.registering", login=login, uuid=started.uuid))


@blueprint.get("/registrations/<uuid>")
def registering(login: str, uuid: str) -> str:
    """The tool's own page in a frame, until it says that it may be closed."""
    who, registration = administrator(login), _registration(uuid)
    canvas = the_canvas()
    token = canvas.registrations.token(registration)
    source = _with_query(
        registration.tool_url, openid_configuration=configuration_url(token), registration_token=token
    )
    parts = urlsplit(registration.tool_url)
    origin = f"{parts.scheme}://{parts.netloc}"
    return render_template("registering.html", who=who, source=source, origin=origin, uuid=uuid)


@blueprint.get("/registrations/<uuid>/review")
def review(login: str, uuid: str) -> str:
    """What the tool asked for, to take from; or that it did not register."""
    who, registration = administrator(login), _registration(uuid)
    key = _key(registration)
    made = the_canvas().registrations.configuration(key.client_id) if key else None
    return render_template(
        "review.html", who=who, uuid=uuid, key=key, configuration=made, levels=PRIVACY_LEVELS
    )


@blueprint.post("/registrations/<uuid>/review")
def enable(login: str, uuid: str) -> BaseResponse:
    """Keep what the administrator has left of it, and switch it on."""
    administrator(login)
    canvas, key = the_canvas(), _key(_registration(uuid))
    level = request.form.get("privacy_level", "")
    if key is None or level not in PRIVACY_LEVELS:
        abort(400)
    scopes, placements = set(request.form.getlist("scopes")), set(request.form.getlist("placements"))
    canvas.tools.change_key(
        key.client_id,
        is_active=True,
        scopes=tuple(scope for scope in key.scopes if scope in scopes),
        placements=tuple(each for each in key.placements if each["placement"] in placements),
    )
    canvas.registrations.choose_level(key.client_id, level)
    for tool in canvas.tools.all():
        if tool.client_id == key.client_id:
            canvas.tools.change(tool.id, is_available=True, privacy_level=level)
    return redirect(url_for("apps.overview", login=login))


def _registration(uuid: str) -> Registration:
    try:
        return the_canvas().registrations.get(uuid)
    except KeyError:
        abort(404)


def _key(registration: Registration) -> DeveloperKey | None:
    return the_canvas().tools.key(registration.client_id) if registration.client_id else None


def _with_query(url: str, **more: str) -> str:
    """The address with further parameters beside those that it has."""
    parts = urlsplit(url)
    query = [*parse_qsl(parts.query, keep_blank_values=True), *more.items()]
    return urlunsplit(parts._replace(query=urlencode(query)))
