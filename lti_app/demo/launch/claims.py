"""The claims of an id_token by placement, privacy level and person.

Time and nonce are added when it is signed.

Source: LTI 1.3 core, LTI Advantage services, and what Canvas sends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lti_app.demo.config import CanvasConfig
from lti_app.demo.world.assignments import Assignment
from lti_app.demo.world.courses import Account, Course
from lti_app.demo.world.line_items import LineItem
from lti_app.demo.world.people import Enrolment, Person
from lti_app.demo.world.resource_links import ResourceLink
from lti_app.demo.world.tools import DeveloperKey, Tool

from . import variables
from .roles import NOBODY, launch_roles

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
AGS_CLAIM = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS_CLAIM = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
NRPS_SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
AGS_SCOPE_PREFIX = "https://purl.imsglobal.org/spec/lti-ags/scope/"
DEEP_LINKING_CLAIM = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
PLACEMENT_CLAIM = "https://www.instructure.com/placement"
COURSE_OFFERING = "http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering"


@dataclass(frozen=True, slots=True)
class LaunchFacts:
    """Everything one launch is about.

    Without `course` it is an account launch. With `assignment` and `with_line_item` it is an assignment
    launch; a SpeedGrader launch knows the assignment but carries no line item and no placement fields.
    `link` is what deep linking made; with `deep_linking`, its settings, the launch asks for content.
    """

    config: CanvasConfig
    key: DeveloperKey
    tool: Tool
    account: Account
    person: Person | None
    everywhere: tuple[Enrolment, ...]
    observed_lti_ids: tuple[str, ...]
    target_link_uri: str
    return_url: str
    placement: str | None
    course: Course | None = None
    assignment: Assignment | None = None
    line_item: LineItem | None = None
    is_resource_link: bool = False
    attempts: int | None = None
    link: ResourceLink | None = None
    deep_linking: dict[str, Any] | None = None
    history: tuple[Course, ...] = ()

    @property
    def here(self) -> tuple[Enrolment, ...]:
        """Enrolments in the course of the launch."""
        return tuple(entry for entry in self.everywhere if self.course and entry.course_id == self.course.id)


def claims_of(facts: LaunchFacts) -> dict[str, Any]:
    """All claims but `iat`, `exp` and `nonce`; `aud` is plain text and `azp` equals it."""
    claims: dict[str, Any] = {
        "iss": facts.config.issuer_url,
        "aud": facts.key.client_id,
        "azp": facts.key.client_id,
        "locale": facts.person.locale if facts.person else "en",
        f"{LTI}message_type": "LtiDeepLinkingRequest" if facts.deep_linking else "LtiResourceLinkRequest",
        f"{LTI}version": "1.3.0",
        f"{LTI}deployment_id": facts.tool.deployment_id,
        f"{LTI}target_link_uri": facts.target_link_uri,
        f"{LTI}context": _context(facts),
        f"{LTI}tool_platform": {
            "guid": facts.account.guid,
            "name": facts.account.name,
            "version": "cloud",
            "product_family_code": "canvas",
        },
        f"{LTI}launch_presentation": _presentation(facts),
        f"{LTI}roles": _roles(facts),
        f"{LTI}custom": variables.expand(_custom_fields(facts), _scope(facts)),
        f"{LTI}lti11_legacy_user_id": facts.person.opaque_id if facts.person else "",
        f"{LTI}lti1p1": {"user_id": facts.person.opaque_id} if facts.person else {},
        PLACEMENT_CLAIM: facts.placement,
    }
    if facts.deep_linking:
        claims[DEEP_LINKING_CLAIM] = facts.deep_linking
    else:
        claims[f"{LTI}resource_link"] = _resource_link(facts)
    if facts.person:
        claims["sub"] = facts.person.lti_id
        claims |= _personal(facts, facts.person)
    return claims | _services(facts)


def _context(facts: LaunchFacts) -> dict[str, Any]:
    if facts.course is None:
        return {"id": facts.account.opaque_id, "title": facts.account.name, "type": ["Account"]}
    return {
        "id": facts.course.opaque_id,
        "label": facts.course.code,
        "title": facts.course.name,
        "type": [COURSE_OFFERING],
    }


def _resource_link(facts: LaunchFacts) -> dict[str, str]:
    if facts.assignment and facts.is_resource_link:
        link = {"id": facts.assignment.lti_id, "title": facts.assignment.name}
        return link | ({"description": facts.assignment.description} if facts.assignment.description else {})
    if facts.link:
        return {"id": facts.link.lti_id, "title": facts.link.title}
    context = facts.course or facts.account
    return {"id": context.opaque_id, "title": context.name}


def _presentation(facts: LaunchFacts) -> dict[str, Any]:
    placement = (facts.placement and facts.key.placement(facts.placement)) or {}
    sizes = {
        name: int(placement[f"selection_{name}"])
        for name in ("height", "width")
        if placement.get(f"selection_{name}")
    }
    if facts.link and facts.link.width and facts.link.height:
        sizes = {"width": facts.link.width, "height": facts.link.height}
    locale = facts.person.locale if facts.person else "en"
    return {"document_target": "iframe", "return_url": facts.return_url, "locale": locale, **sizes}


def _roles(facts: LaunchFacts) -> list[str]:
    if facts.person is None:
        return [NOBODY]
    return launch_roles(facts.person, facts.everywhere, facts.course.id if facts.course else None)


def _custom_fields(facts: LaunchFacts) -> dict[str, str]:
    placement = (facts.placement and facts.key.placement(facts.placement)) or {}
    own = facts.link.custom if facts.link else {}
    return {**facts.key.custom_fields, **placement.get("custom_fields", {}), **own}


def _scope(facts: LaunchFacts) -> variables.Scope:
    return variables.Scope(
        base_url=facts.config.base_url,
        account=facts.account,
        person=facts.person,
        course=facts.course,
        enrolments=facts.here,
        observed_lti_ids=facts.observed_lti_ids,
        assignment=facts.assignment if facts.is_resource_link else None,
        attempts=facts.attempts,
        history=tuple(course.opaque_id for course in facts.history),
    )


def _personal(facts: LaunchFacts, person: Person) -> dict[str, Any]:
    level = facts.tool.privacy_level
    claims: dict[str, Any] = {}
    if level in ("name_only", "public"):
        claims |= {"name": person.name, "given_name": person.given_name, "family_name": person.family_name}
        lis = {
            "person_sourcedid": "$Person.sourcedId",
            "course_offering_sourcedid": "$CourseSection.sourcedId",
        }
        claims[f"{LTI}lis"] = variables.expand(lis, _scope(facts))
    if level in ("email_only", "public") and person.email:
        claims["email"] = person.email
    if level == "public":
        claims["picture"] = f"{facts.config.base_url}/images/avatar-50.png"
        if facts.observed_lti_ids:
            claims[f"{LTI}role_scope_mentor"] = list(facts.observed_lti_ids)
    return claims


def _services(facts: LaunchFacts) -> dict[str, Any]:
    if facts.course is None:
        return {}
    course_url = f"{facts.config.base_url}/api/lti/courses/{facts.course.id}"
    claims: dict[str, Any] = {}
    ags_scopes = [scope for scope in facts.key.scopes if scope.startswith(AGS_SCOPE_PREFIX)]
    if ags_scopes:
        endpoint: dict[str, Any] = {"lineitems": f"{course_url}/line_items", "scope": ags_scopes}
        if facts.config.has_http_lineitems:
            endpoint["lineitems"] = endpoint["lineitems"].replace("https://", "http://", 1)
        if facts.line_item:
            endpoint["lineitem"] = f"{course_url}/line_items/{facts.line_item.id}"
        claims[AGS_CLAIM] = endpoint
    if NRPS_SCOPE in facts.key.scopes:
        claims[NRPS_CLAIM] = {
            "context_memberships_url": f"{course_url}/names_and_roles",
            "service_versions": ["2.0"],
        }
    return claims
