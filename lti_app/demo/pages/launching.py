"""The documents inside tool frames: each is a form that posts the login initiation to the tool by itself."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lti_app.demo.current import the_canvas
from lti_app.demo.launch.claims import LaunchFacts
from lti_app.demo.launch.starting import NoLaunchError

from .adding import link_for
from .visitor import Visitor, assignment_for, visitor, visitor_in

blueprint = Blueprint("launching", __name__, url_prefix="/as/<login>")


@blueprint.errorhandler(NoLaunchError)
def no_launch(error: NoLaunchError) -> tuple[str, int]:
    """Why this page cannot open the tool."""
    return render_template("message.html", title="The tool cannot be opened", message=str(error)), 400


def _form(facts: LaunchFacts, who: Visitor) -> str:
    initiation = the_canvas().launches.begin(facts, who.session_id)
    return render_template("post_form.html", action=initiation.action, fields=initiation.fields)


@blueprint.get("/courses/<int:course_id>/external_tools/<int:tool_id>/launch")
def navigation(login: str, course_id: int, tool_id: int) -> str:
    """From the course menu."""
    who, course = visitor_in(login, course_id)
    try:
        tool = the_canvas().tools.get(tool_id)
    except KeyError:
        abort(404)
    return _form(the_canvas().starting.navigation(who.person, course, tool), who)


@blueprint.get("/courses/<int:course_id>/assignments/<int:assignment_id>/launch")
def assignment(login: str, course_id: int, assignment_id: int) -> str:
    """From an assignment."""
    who, course = visitor_in(login, course_id)
    return _form(
        the_canvas().starting.assignment(who.person, assignment_for(who, course, assignment_id)), who
    )


@blueprint.get("/courses/<int:course_id>/modules/items/<int:link_id>/launch")
def module_item(login: str, course_id: int, link_id: int) -> str:
    """From a link in a module."""
    who, course = visitor_in(login, course_id)
    return _form(the_canvas().starting.module_item(who.person, link_for(who, course, link_id)), who)


@blueprint.get("/courses/<int:course_id>/external_tools/<int:tool_id>/selection_launch")
def selection(login: str, course_id: int, tool_id: int) -> str:
    """From a dialog that asks for content: for those who may edit the course."""
    who, course = visitor_in(login, course_id)
    if not who.can_manage:
        abort(403)
    try:
        tool = the_canvas().tools.get(tool_id)
    except KeyError:
        abort(404)
    placement = request.args.get("placement", "")
    return _form(the_canvas().starting.selection(placement, who.person, course, tool), who)


@blueprint.get("/courses/<int:course_id>/external_tools/retrieve")
def retrieve(login: str, course_id: int) -> str:
    """A stored submission address, from SpeedGrader or the submission details."""
    canvas = the_canvas()
    who, course = visitor_in(login, course_id)
    assignment_id = request.args.get("assignment_id", type=int)
    about = assignment_for(who, course, assignment_id) if assignment_id else None
    url = request.args.get("url", "")
    return _form(canvas.starting.retrieve(who.person, course, url, about, canvas.switches), who)


@blueprint.get("/accounts/1/external_tools/<int:tool_id>")
def account_tool(login: str, tool_id: int) -> str:
    """The page with the tool in a frame, from the account menu: for administrators."""
    who = visitor(login)
    if not who.person.is_admin:
        abort(403)
    source = url_for("launching.account_navigation", login=login, tool_id=tool_id)
    return render_template("tool.html", who=who, course=None, title="International Merits", source=source)


@blueprint.get("/accounts/1/external_tools/<int:tool_id>/launch")
def account_navigation(login: str, tool_id: int) -> str | BaseResponse:
    """From the account menu."""
    who = visitor(login)
    if not who.person.is_admin:
        abort(403)
    try:
        tool = the_canvas().tools.get(tool_id)
    except KeyError:
        abort(404)
    return _form(the_canvas().starting.account_navigation(who.person, tool), who)
