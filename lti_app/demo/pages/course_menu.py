"""A course's *Settings → Navigation*: which tools its menu shows."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lti_app.demo.current import the_canvas
from lti_app.demo.world.courses import Course

from .visitor import Visitor, visitor_in

blueprint = Blueprint("course_menu", __name__, url_prefix="/as/<login>/courses/<int:course_id>/settings")


def _manager(login: str, course_id: int) -> tuple[Visitor, Course]:
    who, course = visitor_in(login, course_id)
    if not who.can_manage:
        abort(403)
    return who, course


@blueprint.get("")
def navigation(login: str, course_id: int) -> str:
    """The tools that the menu could show, each with its switch."""
    who, course = _manager(login, course_id)
    entries = the_canvas().navigation.entries(course_id)
    return render_template("course_menu.html", who=who, course=course, entries=entries)


@blueprint.post("/navigation/<int:tool_id>")
def change(login: str, course_id: int, tool_id: int) -> BaseResponse:
    """Enable or disable one."""
    _manager(login, course_id)
    if all(entry.tool.id != tool_id for entry in the_canvas().navigation.entries(course_id)):
        abort(404)
    the_canvas().navigation.show(course_id, tool_id, is_shown=request.form.get("shown") == "1")
    return redirect(url_for("course_menu.navigation", login=login, course_id=course_id))
