"""What a new small Canvas contains: a school, one course, its people, and the tool registered and installed.

Assignments are not made here: the tool makes them through line items.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from .courses import Course, Courses
from .people import People
from .tools import DeveloperKey, Tools

CLIENT_ID = "10000000000002"
TOOL_NAME = "International Merits"
AGS = "https://purl.imsglobal.org/spec/lti-ags/scope"
SCOPES = (
    f"{AGS}/lineitem",
    f"{AGS}/lineitem.readonly",
    f"{AGS}/result.readonly",
    f"{AGS}/score",
    "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
    "https://canvas.instructure.com/lti-ags/progress/scope/show",
)
CUSTOM_FIELDS = {
    "canvas_user_id": "$Canvas.user.id",
    "canvas_course_id": "$Canvas.course.id",
    "canvas_course_name": "$Canvas.course.name",
    "canvas_assignment_id": "$Canvas.assignment.id",
    "canvas_term_name": "$Canvas.term.name",
    "canvas_api_base_url": "$Canvas.api.baseUrl",
    "time_zone": "$Person.address.timezone",
    "high_contrast": "$Canvas.user.prefersHighContrast",
    "sis_user_id": "$Canvas.user.sisSourceId",
    "brand_url": "$com.instructure.brandConfigJSON.url",
    "context_history": "$Context.id.history",
    "allowed_attempts": "$Canvas.assignment.allowedAttempts",
    "observees": "$com.instructure.User.observees",
}
PLACEMENTS: tuple[dict[str, Any], ...] = (
    {
        "placement": "course_navigation",
        "message_type": "LtiResourceLinkRequest",
        "text": TOOL_NAME,
        "default": "enabled",
        "visibility": "members",
        "custom_fields": {"placement": "course_navigation"},
    },
    {"placement": "account_navigation", "message_type": "LtiResourceLinkRequest", "text": TOOL_NAME},
    {"placement": "assignment_selection", "message_type": "LtiDeepLinkingRequest", "text": TOOL_NAME},
    {"placement": "link_selection", "message_type": "LtiDeepLinkingRequest", "text": TOOL_NAME},
)


def default_developer_key(tool_url: str) -> DeveloperKey:
    """The developer key an administrator would enter for a tool at this origin."""
    return DeveloperKey(
        client_id=CLIENT_ID,
        name=TOOL_NAME,
        redirect_uris=(f"{tool_url}/lti/launch",),
        oidc_initiation_url=f"{tool_url}/lti/login",
        target_link_uri=f"{tool_url}/lti/launch",
        public_jwk_url=f"{tool_url}/lti/jwks.json",
        scopes=SCOPES,
        custom_fields=CUSTOM_FIELDS,
        placements=PLACEMENTS,
    )


def plant(people: People, courses: Courses) -> None:
    """Fill an empty small Canvas with people and their course."""
    courses.add_account("Small Canvas University")
    course = courses.add(
        "Internationella meriter – Läkarprogrammet", "INTMED", "HT 2026", sis_id="INTMED-HT26"
    )
    _enrol_people(people, course)


def install(tool_url: str, courses: Courses, tools: Tools) -> None:
    """Register the tool and install it in the account."""
    tools.register(default_developer_key(tool_url))
    tools.install(
        CLIENT_ID,
        courses.account().opaque_id,
        course_id=None,
        domain=urlsplit(tool_url).netloc,
        privacy_level="public",
    )


def _enrol_people(people: People, course: Course) -> None:
    teacher = people.add("tove", "Tove", "Lärarsson", sis_id="sis-tove")
    asa = people.add("asa", "Åsa", "Öberg", sis_id="sis-asa", locale="sv")
    bjorn = people.add("bjorn", "Björn", "Ängström")
    assistant = people.add("tage", "Tage", "Ek")
    designer = people.add("disa", "Disa", "Formgren")
    observer = people.add("olle", "Olle", "Öberg")
    people.add("astrid", "Astrid", "Admin", admin=True)
    people.enrol(teacher.id, course.id, "TeacherEnrollment")
    people.enrol(asa.id, course.id, "StudentEnrollment")
    people.enrol(bjorn.id, course.id, "StudentEnrollment")
    people.enrol(assistant.id, course.id, "TaEnrollment")
    people.enrol(designer.id, course.id, "DesignerEnrollment")
    people.enrol(observer.id, course.id, "ObserverEnrollment", observed_id=asa.id)
