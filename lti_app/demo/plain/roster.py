"""Names and Role Provisioning 2.0: all at once unless `limit` asks otherwise. Moodle's roles are short."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from .claims import VOCABULARY
from .school import NRPS, Person, PlainPlatform, the_platform
from .wire import answer, require_media_type, require_scope

CONTAINER_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"


def members() -> Response:
    """Who is in the course."""
    require_scope(NRPS)
    require_media_type(CONTAINER_TYPE)
    platform = the_platform()
    people = list(platform.people.values())
    limit, start = request.args.get("limit", 0, type=int), request.args.get("from", 0, type=int)
    page = people[start : start + limit] if limit > 0 else people
    address = platform.url(platform.shape.paths.memberships)
    context = {"id": platform.shape.context_id, "label": "INTM01", "title": "Internationella meriter"}
    body = {"id": address, "context": context, "members": [_shown(platform, person) for person in page]}
    response = answer(body, CONTAINER_TYPE)
    if 0 < limit < len(people) - start:
        response.headers["Link"] = f'<{address}?limit={limit}&from={start + limit}>; rel="next"'
    return response


def _shown(platform: PlainPlatform, person: Person) -> dict[str, Any]:
    member: dict[str, Any] = {
        "status": "Active",
        "user_id": platform.sub_of(person.login),
        "roles": _roles(platform, person),
    }
    if platform.shape.has_names:
        member |= {"name": person.name, "email": person.email}
    if platform.shape.has_names and platform.shape.has_numeric_ids:
        names = {"given_name": person.given_name, "family_name": person.family_name}
        member |= {"lis_person_sourcedid": "", **names}
    return member


def _roles(platform: PlainPlatform, person: Person) -> list[str]:
    role = "Instructor" if person.is_teacher else "Learner"
    if not platform.shape.has_short_roster_roles:
        return [f"{VOCABULARY}membership#{role}"]
    above = ["urn:lti:sysrole:ims/lis/Administrator", "urn:lti:instrole:ims/lis/Administrator"]
    return [role, *(above if person.is_administrator else ())]
