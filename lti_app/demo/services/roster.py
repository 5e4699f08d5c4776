"""`GET /api/lti/courses/:id/names_and_roles`.

Active people only, 50 at a time (Names and Role Provisioning 2.0).
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from lti_app.demo.current import the_canvas
from lti_app.demo.launch import variables
from lti_app.demo.launch.claims import LTI, NRPS_SCOPE
from lti_app.demo.launch.roles import course_roles
from lti_app.demo.world.people import Person

from .access import Caller, caller_in
from .calls import answer, page_of, page_size, refused
from .gate import guard

CONTAINER_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
LARGEST_PAGE = 50

blueprint = Blueprint("roster", __name__, url_prefix="/api/lti/courses/<int:course_id>")
guard(blueprint)


@blueprint.get("/names_and_roles")
def index(course_id: int) -> Response:
    """The course's members; `role` and `rlid` narrow them down."""
    canvas = the_canvas()
    caller = caller_in(course_id, NRPS_SCOPE)
    resource_link = request.args.get("rlid")
    if resource_link and not _knows_link(caller, resource_link):
        raise refused(400, "Requested ResourceLink was not found")
    role = request.args.get("role")
    roles = {
        person_id: course_roles(enrolments)
        for person_id, enrolments in canvas.people.enrolments_in(course_id).items()
    }
    hidden = set() if canvas.switches.test_student_in_roster else canvas.people.test_student_ids()
    ids = [each for each in sorted(roles) if each not in hidden and (role is None or role in roles[each])]
    page, link = page_of(ids, canvas.config.base_url, page_size(LARGEST_PAGE, LARGEST_PAGE))
    course = caller.course
    body = {
        "id": f"{canvas.config.base_url}{request.full_path.rstrip('?')}",
        "context": {"id": course.opaque_id, "label": course.code, "title": course.name},
        "members": [_shown(canvas.people.by_id(each), roles[each], caller, resource_link) for each in page],
    }
    response = answer(body, CONTAINER_TYPE)
    response.headers["Link"] = link
    return response


def _knows_link(caller: Caller, resource_link: str) -> bool:
    if resource_link == caller.course.opaque_id:
        return True
    assignment = the_canvas().assignments.by_lti_id(resource_link)
    return (
        assignment is not None
        and not assignment.is_deleted
        and assignment.course_id == caller.course.id
        and assignment.tool_id == caller.tool.id
    )


def _shown(person: Person, roles: list[str], caller: Caller, resource_link: str | None) -> dict[str, Any]:
    canvas = the_canvas()
    level = caller.tool.privacy_level
    member: dict[str, Any] = {"status": "Active"}
    if level in ("name_only", "public"):
        member |= {"name": person.name, "given_name": person.given_name, "family_name": person.family_name}
        if person.sis_id:
            member["lis_person_sourcedid"] = person.sis_id
    if level == "public":
        member["picture"] = f"{canvas.config.base_url}/images/avatar-50.png"
    if level in ("email_only", "public") and person.email:
        member["email"] = person.email
    member |= {"user_id": person.lti_id, "lti11_legacy_user_id": person.opaque_id, "roles": roles}
    if resource_link:
        member["message"] = [_message(person, caller)]
    return member


def _message(person: Person, caller: Caller) -> dict[str, Any]:
    canvas = the_canvas()
    scope = variables.Scope(canvas.config.base_url, canvas.courses.account(), person, caller.course)
    return {
        f"{LTI}message_type": "LtiResourceLinkRequest",
        "locale": person.locale,
        f"{LTI}custom": variables.expand(caller.key.custom_fields, scope, personal_only=True),
    }
