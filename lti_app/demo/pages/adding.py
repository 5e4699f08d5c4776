"""Adding a tool's content: the dialogs of deep linking, the new assignment's form, modules with their items.

In the assignment's dialog one thing is chosen, and the assignment exists only after its form was saved; in
the module's dialog several things are made at once.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lti_app.demo.current import the_canvas
from lti_app.demo.launch.deep_linking import SEVERAL, Answered, AnswerRefusedError, read_answer, read_data
from lti_app.demo.world.content import Wanted, due_at_of, fault_in, name_of, points_of
from lti_app.demo.world.courses import Course
from lti_app.demo.world.resource_links import ChosenContent, ResourceLink
from lti_app.demo.world.tools import Tool

from .visitor import Visitor, assignment_for, visitor_in

blueprint = Blueprint("adding", __name__, url_prefix="/as/<login>/courses/<int:course_id>")


@blueprint.app_context_processor
def dialogs() -> dict[str, object]:
    """Lists the tools that have something to choose from, for the templates."""
    return {"tools_for": tools_for}


def tools_for(placement: str, course_id: int) -> list[tuple[Tool, str]]:
    """The available tools with this placement, and their names there."""
    canvas = the_canvas()
    found = []
    for tool in canvas.tools.all():
        key = canvas.tools.key(tool.client_id)
        entry = key.placement(placement) if key and key.is_active and tool.is_available else None
        if entry and tool.course_id in (None, course_id):
            found.append((tool, str(entry.get("text", tool.name))))
    return found


@blueprint.get("/external_tools/<int:tool_id>/resource_selection")
def selection(login: str, course_id: int, tool_id: int) -> str:
    """The dialog: the tool in a frame, asked for content."""
    who, course = _manager(login, course_id)
    placement = request.args.get("placement", "")
    entry = next((each for each in tools_for(placement, course_id) if each[0].id == tool_id), None)
    if entry is None:
        abort(404)
    source = url_for(
        "launching.selection", login=login, course_id=course_id, tool_id=tool_id, placement=placement
    )
    return render_template("tool.html", who=who, course=course, tool=entry[0], title=entry[1], source=source)


@blueprint.post("/deep_linking_response")
def answered(login: str, course_id: int) -> str | tuple[BaseResponse, int]:
    """What the tool sent back, through the browser: checked, then made or kept for the form."""
    who, course = visitor_in(login, course_id)
    canvas = the_canvas()
    try:
        given = read_answer(request.form.get("JWT", ""), canvas.tools, canvas.config.issuer_url, canvas.now())
        asked = read_data(request.args.get("data", ""), canvas.secret, canvas.now())
        if asked.course_id != course.id:
            raise AnswerRefusedError("data", "the data of the return address is for another course")
        tool = canvas.tools.of_client_in(given.client_id, course.id)
        if tool is None or tool.id != asked.tool_id:
            raise AnswerRefusedError("developer_key", "Developer key inactive in context")
    except AnswerRefusedError as refusal:
        return jsonify(refusal.errors), 400
    if not who.can_manage:
        abort(401)
    back, faults = _taken(given, asked.placement, tool, who, course)
    return render_template(
        "content_chosen.html", given=given, faults=faults, back=back, who=who, course=course
    )


def _taken(
    given: Answered, placement: str, tool: Tool, who: Visitor, course: Course
) -> tuple[str, list[str]]:
    """Where the dialog leads, and what was wrong with the items."""
    login, items = who.person.login, list(given.items)
    if placement in SEVERAL:
        faults = the_canvas().content.add_to_module(course.id, tool, items)
        return url_for("adding.modules", login=login, course_id=course.id), faults
    form = url_for("adding.new_assignment", login=login, course_id=course.id)
    faults = [fault for item in items if (fault := fault_in(item, tool))]
    if not items or faults:
        return form, faults
    return f"{form}?content={the_canvas().links.choose(course.id, tool.id, items[0]).id}", faults


@blueprint.get("/deep_linking_cancel")
def cancelled(login: str, course_id: int) -> str:
    """Where a tool leads back from a dialog in which nothing could be chosen."""
    who, course = visitor_in(login, course_id)
    given = Answered("", (), request.args.get("lti_msg", ""), request.args.get("lti_errormsg", ""))
    back = url_for("course.home", login=login, course_id=course_id)
    return render_template("content_chosen.html", given=given, faults=[], back=back, who=who, course=course)


@blueprint.get("/assignments/new")
def new_assignment(login: str, course_id: int) -> str:
    """The form of a new assignment: first what it opens, then its name and points."""
    who, course = _manager(login, course_id)
    content = _chosen(course) if "content" in request.args else None
    item = content.item if content else {}
    due_at = due_at_of(item)
    return render_template(
        "new_assignment.html",
        who=who,
        course=course,
        content=content,
        name=name_of(item) if item else "",
        points=points_of(item),
        due_at=due_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M") if due_at else "",
    )


@blueprint.post("/assignments/new")
def save_assignment(login: str, course_id: int) -> BaseResponse:
    """Make the assignment, unpublished."""
    _, course = _manager(login, course_id)
    canvas, content = the_canvas(), _chosen(course)
    wanted = Wanted(
        name=request.form.get("name", "").strip()[:255] or name_of(content.item),
        points=_points(request.form.get("points", "")),
        due_at=_due_at(request.form.get("due_at", "")),
        item=content.item,
    )
    with canvas.store.writing():
        canvas.links.use(content.id, canvas.now().isoformat())
        canvas.content.make_assignment(course.id, canvas.tools.get(content.tool_id), wanted)
    return redirect(url_for("course.assignments", login=login, course_id=course_id))


@blueprint.get("/modules")
def modules(login: str, course_id: int) -> str:
    """The course's one module."""
    who, course = visitor_in(login, course_id)
    canvas = the_canvas()
    rows = [
        (link, canvas.assignments.get(link.assignment_id) if link.assignment_id else None)
        for link in canvas.links.in_course(course_id)
        if link.is_in_module
    ]
    shown = [
        (link, made)
        for link, made in rows
        if not (made and made.is_deleted) and (who.can_manage or (made or link).is_published)
    ]
    return render_template("modules.html", who=who, course=course, rows=shown)


@blueprint.get("/modules/items/<int:link_id>")
def module_item(login: str, course_id: int, link_id: int) -> str | BaseResponse:
    """A link in the module: the tool in a frame; one that is an assignment is shown as that."""
    who, course = visitor_in(login, course_id)
    link = link_for(who, course, link_id)
    if link.assignment_id is not None:
        return redirect(
            url_for("course.assignment", login=login, course_id=course_id, assignment_id=link.assignment_id)
        )
    source = url_for("launching.module_item", login=login, course_id=course_id, link_id=link_id)
    return render_template("tool.html", who=who, course=course, tool=None, title=link.title, source=source)


@blueprint.post("/modules/items/<int:link_id>/publish")
def publish_item(login: str, course_id: int, link_id: int) -> BaseResponse:
    """Publish or unpublish a link."""
    who, course = _manager(login, course_id)
    is_published = request.form.get("published") == "1"
    the_canvas().links.publish(link_for(who, course, link_id).id, is_published=is_published)
    return redirect(url_for("adding.modules", login=login, course_id=course_id))


@blueprint.post("/copy")
def copy(login: str, course_id: int) -> BaseResponse:
    """Copy the course into a new one."""
    who, course = _manager(login, course_id)
    made = the_canvas().copies.make(
        course,
        who.person,
        request.form.get("name", "").strip()[:200] or f"{course.name} (copy)",
        f"{course.code}-{len(the_canvas().courses.all()) + 1}",
        with_people=request.form.get("people") == "1",
    )
    return redirect(url_for("course.home", login=login, course_id=made.id))


def link_for(who: Visitor, course: Course, link_id: int) -> ResourceLink:
    """The course's link if the visitor may see it; unpublished ones only managers; else 404."""
    try:
        link = the_canvas().links.get(link_id)
    except KeyError:
        abort(404)
    if link.assignment_id is not None:
        assignment_for(who, course, link.assignment_id)
    elif link.course_id != course.id or not (link.is_published or who.can_manage):
        abort(404)
    return link


def _manager(login: str, course_id: int) -> tuple[Visitor, Course]:
    who, course = visitor_in(login, course_id)
    if not who.can_manage:
        abort(403)
    return who, course


def _chosen(course: Course) -> ChosenContent:
    try:
        return the_canvas().links.chosen(request.values.get("content", ""), course.id)
    except KeyError:
        abort(404)


def _points(text: str) -> float:
    try:
        points = float(text.replace(",", ".") or 0)
    except ValueError:
        abort(400, "Points are a number.")
    if not math.isfinite(points) or points < 0:
        abort(400, "Points are a number from 0.")
    return points


def _due_at(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
    except ValueError:
        abort(400, "The due date is no date.")
