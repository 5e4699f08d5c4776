"""Line items: `/api/lti/courses/:course_id/line_items[/:id]` (Assignment and Grade Services 2.0 §3.2, as
Canvas).
"""

from __future__ import annotations

import math
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, request

from lti_app.demo.current import the_canvas
from lti_app.demo.world.assignments import Assignment
from lti_app.demo.world.line_items import LineItem

from .access import AGS, Caller, caller_in_open_course
from .calls import answer, bare, json_object, not_found, page_of, page_size, refused
from .gate import guard

ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
CONTAINER_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
SUBMISSION_TYPE = "https://canvas.instructure.com/lti/submission_type"
LAUNCH_URL = "https://canvas.instructure.com/lti/launch_url"
WRITE = (f"{AGS}lineitem",)
READ = (f"{AGS}lineitem", f"{AGS}lineitem.readonly")

blueprint = Blueprint("line_items", __name__, url_prefix="/api/lti/courses/<int:course_id>/line_items")
guard(blueprint)


@blueprint.get("")
def index(course_id: int) -> Response:
    """The client's own items, filtered and paged."""
    canvas = the_canvas()
    caller = caller_in_open_course(course_id, *READ)
    filters = {
        name: request.args[name]
        for name in ("tag", "resource_id", "resource_link_id")
        if name in request.args
    }
    items = [
        item
        for item in canvas.line_items.of_client(caller.key.client_id, course_id)
        if all(getattr(item, name) == value for name, value in filters.items())
    ]
    page, link = page_of(items, canvas.config.base_url, page_size())
    response = answer([_shown(item, launch_url=_wants_launch_url()) for item in page], CONTAINER_TYPE)
    response.headers["Link"] = link
    return response


@blueprint.post("")
def create(course_id: int) -> Response:
    """A new item; without `resourceLinkId` an assignment named by its label comes with it."""
    canvas = the_canvas()
    caller = caller_in_open_course(course_id, *WRITE)
    body = json_object()
    fields = _fields(body, required=True)
    with canvas.store.writing():
        if body.get("resourceLinkId"):
            assignment = _linked_assignment(str(body["resourceLinkId"]), caller)
            item = canvas.line_items.add(
                assignment, caller.key.client_id, resource_link_id=assignment.lti_id, **fields
            )
        else:
            item = _with_new_assignment(caller, fields, _extension(body.get(SUBMISSION_TYPE), caller))
    return answer(_shown(item), ITEM_TYPE, 201)


@blueprint.get("/<int:line_item_id>")
def show(course_id: int, line_item_id: int) -> Response:
    """One item; 404 with an empty body once its assignment was deleted."""
    caller = caller_in_open_course(course_id, *READ)
    return answer(_shown(_own_item(caller, line_item_id), launch_url=_wants_launch_url()), ITEM_TYPE)


@blueprint.put("/<int:line_item_id>")
def update(course_id: int, line_item_id: int) -> Response:
    """Change an item; label and maximum of a primary one also change its assignment."""
    canvas = the_canvas()
    caller = caller_in_open_course(course_id, *WRITE)
    item = _own_item(caller, line_item_id)
    fields = _fields(json_object(), required=False)
    with canvas.store.writing():
        canvas.line_items.change(item.id, **fields)
        names = {"label": "name", "score_maximum": "points_possible"}
        changes = {names[name]: value for name, value in fields.items() if name in names}
        if item.is_primary and changes:
            canvas.assignments.change(item.assignment_id, **changes)
    return answer(_shown(_own_item(caller, line_item_id)), ITEM_TYPE)


@blueprint.delete("/<int:line_item_id>")
def delete(course_id: int, line_item_id: int) -> Response:
    """Delete an item and its assignment; 401 for one that came with an assignment of Canvas's own making."""
    caller = caller_in_open_course(course_id, *WRITE)
    item = _own_item(caller, line_item_id)
    if item.is_coupled:
        raise bare(401)
    the_canvas().line_items.delete(item)
    return Response(status=204)


def _own_item(caller: Caller, line_item_id: int) -> LineItem:
    canvas = the_canvas()
    item = canvas.line_items.find(line_item_id)
    if item is None:
        raise bare(404)
    if item.course_id != caller.course.id:
        raise not_found()
    if item.client_id != caller.key.client_id:
        raise refused(412, "Tool does not have permission to view line_item")
    if canvas.assignments.get(item.assignment_id).is_deleted:
        raise bare(404)
    return item


def _linked_assignment(resource_link_id: str, caller: Caller) -> Assignment:
    canvas = the_canvas()
    assignment = canvas.assignments.by_lti_id(resource_link_id)
    if assignment is None or assignment.tool_id != caller.tool.id:
        raise not_found()
    if assignment.is_deleted or assignment.course_id != caller.course.id:
        raise bare(412)
    if not canvas.line_items.on_assignment(assignment.id):
        raise bare(412)
    return assignment


def _with_new_assignment(caller: Caller, fields: dict[str, Any], extension: dict[str, str]) -> LineItem:
    canvas = the_canvas()
    opens_tool = extension.get("type") == "external_tool"
    assignment = canvas.assignments.add(
        caller.course.id,
        fields["label"],
        fields["score_maximum"],
        submission_type="external_tool" if opens_tool else "none",
        tool_id=caller.tool.id if opens_tool else None,
        tool_url=extension.get("external_tool_url") or caller.key.target_link_uri if opens_tool else None,
        is_published=canvas.switches.ags_assignments_published,
    )
    return canvas.line_items.add(
        assignment,
        caller.key.client_id,
        resource_link_id=assignment.lti_id if opens_tool else None,
        extension_type=extension.get("type"),
        extension_url=extension.get("external_tool_url"),
        **fields,
    )


def _extension(given: Any, caller: Caller) -> dict[str, str]:
    if given is None:
        return {}
    if not isinstance(given, dict) or given.get("type") not in ("none", "external_tool"):
        raise refused(400, "Invalid submission_type for new assignment. Must be one of: none, external_tool")
    url = given.get("external_tool_url")
    if (
        given["type"] == "external_tool"
        and url is not None
        and urlsplit(str(url)).netloc != caller.tool.domain
    ):
        raise refused(422, "external_tool_url is not on the tool's domain")
    return {
        name: str(value) for name, value in given.items() if name in ("type", "external_tool_url") and value
    }


def _fields(body: dict[str, Any], *, required: bool) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if required or "label" in body:
        label = body.get("label")
        if not isinstance(label, str) or not label.strip() or len(label) > 255:
            raise refused(400, "param is missing or the value is empty: label")
        fields["label"] = label
    if required or "scoreMaximum" in body:
        maximum = body.get("scoreMaximum")
        if not isinstance(maximum, int | float) or isinstance(maximum, bool) or not 0 <= maximum < math.inf:
            raise refused(400, "param is missing or the value is empty: scoreMaximum")
        fields["score_maximum"] = float(maximum)
    for name, column in (("tag", "tag"), ("resourceId", "resource_id"), ("endDateTime", "end_at")):
        if body.get(name) is not None:
            fields[column] = str(body[name])
    return fields


def _wants_launch_url() -> bool:
    return "launch_url" in request.args.getlist("include[]") or "launch_url" in request.args.getlist(
        "include"
    )


def _shown(item: LineItem, *, launch_url: bool = False) -> dict[str, Any]:
    canvas = the_canvas()
    extension = {"type": item.extension_type, "external_tool_url": item.extension_url}
    shown = {
        "id": f"{canvas.config.base_url}/api/lti/courses/{item.course_id}/line_items/{item.id}",
        "scoreMaximum": item.score_maximum,
        "label": item.label,
        "tag": item.tag,
        "resourceId": item.resource_id,
        "resourceLinkId": item.resource_link_id,
        "endDateTime": item.end_at,
        SUBMISSION_TYPE: {name: value for name, value in extension.items() if value} or None,
        LAUNCH_URL: canvas.assignments.get(item.assignment_id).tool_url if launch_url else None,
    }
    return {name: value for name, value in shown.items() if value is not None}
