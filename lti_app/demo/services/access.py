"""May this bearer do this in this course, or with this line item? Whom Canvas refuses is refused as there."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from lti_app.demo.current import the_canvas
from lti_app.demo.launch.tokens import AccessToken, InvalidAccessTokenError
from lti_app.demo.world.courses import Course
from lti_app.demo.world.line_items import LineItem
from lti_app.demo.world.tools import DeveloperKey, Tool

from .calls import not_found, refused

AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"


@dataclass(frozen=True, slots=True)
class Caller:
    """A client allowed to act in a course, and the installation through which it may."""

    key: DeveloperKey
    tool: Tool
    course: Course


def bearer() -> AccessToken:
    """The valid access token of the request; 401 otherwise."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise refused(401, "Missing access token")
    try:
        return the_canvas().tokens.read(token.strip())
    except InvalidAccessTokenError as error:
        raise refused(401, str(error)) from error


def caller_in(course_id: int, *any_scope: str) -> Caller:
    """Who calls, having one of the scopes, with the tool present in the course."""
    canvas = the_canvas()
    token = bearer()
    key = canvas.tools.key(token.client_id)
    if key is None or not key.is_active:
        raise refused(401, "Unknown or inactive Developer Key")
    try:
        course = canvas.courses.get(course_id)
    except KeyError as error:
        raise not_found() from error
    tool = canvas.tools.of_client_in(token.client_id, course_id)
    if tool is None:
        raise refused(401, "Access Token not linked to a Tool associated with this Context")
    if not token.scopes.intersection(any_scope):
        raise refused(401, "Insufficient permissions")
    return Caller(key, tool, course)


def caller_in_open_course(course_id: int, *any_scope: str) -> Caller:
    """As `caller_in`; a concluded course does not exist for the service."""
    caller = caller_in(course_id, *any_scope)
    if caller.course.is_concluded:
        raise not_found()
    return caller


def line_item_of(caller: Caller, line_item_id: int) -> LineItem:
    """A line item to read results of or to post scores to; 404 outside of the course, 412 for another's."""
    canvas = the_canvas()
    item = canvas.line_items.find(line_item_id)
    if (
        item is None
        or item.course_id != caller.course.id
        or canvas.assignments.get(item.assignment_id).is_deleted
    ):
        raise not_found()
    if item.client_id != caller.key.client_id:
        raise refused(412, "Tool does not have permission to view line_item")
    return item
