"""The start page "who are you?", a person's dashboard, and the small things Canvas serves to everyone."""

from __future__ import annotations

import base64

from flask import Blueprint, Response, abort, redirect, render_template, request, session, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from lti_app.demo.current import the_canvas
from lti_app.demo.world.people import Person
from lti_app.demo.world.tools import Tool

from .visitor import visitor

blueprint = Blueprint("account", __name__)

ROLE_NAMES = {
    "TeacherEnrollment": "Teacher",
    "StudentEnrollment": "Student",
    "TaEnrollment": "Teaching assistant",
    "DesignerEnrollment": "Designer",
    "ObserverEnrollment": "Observer",
    "StudentViewEnrollment": "Test Student",
}
GREY_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)


@blueprint.app_errorhandler(HTTPException)
def error_page(error: HTTPException) -> tuple[str, int]:
    """A page with a plain sentence for every refused address."""
    code = error.code or 500
    return render_template("message.html", title=error.name, message=error.description), code


@blueprint.app_context_processor
def everywhere() -> dict[str, object]:
    """What every template may name."""
    return {"school": the_canvas().courses.account(), "role_names": ROLE_NAMES}


@blueprint.get("/")
def start() -> str:
    """Everybody to choose from."""
    canvas = the_canvas()
    people = [(person, _role_of(person)) for person in canvas.people.all() if not person.is_test_student]
    return render_template("start.html", people=people[:40], left_out=max(len(people) - 40, 0))


def _role_of(person: Person) -> str:
    kinds = {enrolment.type for enrolment in the_canvas().people.active_enrolments(person.id)}
    names = sorted(ROLE_NAMES[kind] for kind in kinds)
    return ", ".join(names + ["Account administrator"] * person.is_admin) or "No enrolment"


@blueprint.post("/session")
def log_in() -> BaseResponse:
    """Log this browser in as one more person and go to her dashboard."""
    login = request.form.get("login", "")
    visitor(login)
    return redirect(url_for("account.dashboard", login=login))


@blueprint.post("/as/<login>/logout")
def log_out(login: str) -> BaseResponse:
    """End the person's session in this browser; a launch already begun answers `login_required`."""
    who = visitor(login)
    the_canvas().sessions.end(session["browser"], who.person)
    return redirect(url_for("account.start"))


@blueprint.get("/as/<login>/")
def dashboard(login: str) -> str:
    """The person's courses."""
    canvas = the_canvas()
    who = visitor(login)
    mine = {enrolment.course_id for enrolment in canvas.people.active_enrolments(who.person.id)}
    courses = [course for course in canvas.courses.all() if who.person.is_admin or course.id in mine]
    return render_template("dashboard.html", who=who, courses=courses, tools=_account_tools(who.person))


def _account_tools(person: Person) -> list[Tool]:
    """The apps in the account's menu, which administrators see."""
    canvas, found = the_canvas(), []
    for tool in canvas.tools.all() if person.is_admin else []:
        key = canvas.tools.key(tool.client_id)
        is_usable = key is not None and key.is_active and tool.is_available and tool.course_id is None
        if key and is_usable and key.placement("account_navigation"):
            found.append(tool)
    return found


@blueprint.get("/as/<login>/accounts/1")
def admin(login: str) -> str:
    """What an account administrator can do."""
    who = visitor(login)
    if not who.person.is_admin:
        abort(403)
    return render_template("admin.html", who=who, tools=_account_tools(who.person))


@blueprint.get("/courses/<path:rest>")
def without_person(rest: str) -> BaseResponse:
    """An address as in Canvas, without a person: goes to the one last used in this browser."""
    login = session.get("login")
    if not login:
        return redirect(url_for("account.start"))
    query = request.query_string.decode("latin-1")
    return redirect(f"/as/{login}/courses/{rest}" + (f"?{query}" if query else ""))


@blueprint.get("/images/<name>")
def image(name: str) -> Response:
    """The avatar everybody has."""
    if name != "avatar-50.png":
        abort(404)
    return Response(GREY_PIXEL, mimetype="image/png")
