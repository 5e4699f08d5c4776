"""What the token of a launch says: roles, privacy, where it started, services, variables; and made wrong."""

from __future__ import annotations

import re
from html import unescape

import jwt
import pytest
from flask.testing import FlaskClient

from lti_app.demo import ABSENT, SmallCanvas
from lti_app.demo.launch.claims import AGS_CLAIM, LTI, NRPS_CLAIM, PLACEMENT_CLAIM

from .conftest import BASE, TOOL, Caller
from .launching import I, M, Y, authorize, claims_in, form_of, launched, request_for

ROLES = {
    "asa": {f"{M}#Learner", f"{I}#Student", f"{Y}#User"},
    "tove": {f"{M}#Instructor", f"{I}#Instructor", f"{Y}#User"},
    "tage": {f"{M}/Instructor#TeachingAssistant", f"{M}#Instructor", f"{I}#Instructor", f"{Y}#User"},
    "disa": {f"{M}#ContentDeveloper"},
    "olle": {f"{M}#Mentor"},
    "astrid": {f"{I}#Administrator", f"{Y}#User"},
    "student-view-1": {f"{M}#Learner", "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"},
}


@pytest.mark.parametrize("login", sorted(ROLES))
def test_each_person_carries_exactly_these_roles(
    canvas: SmallCanvas, client: FlaskClient, login: str
) -> None:
    canvas.people.test_student_of(1)
    roles = launched(canvas, client, login)[f"{LTI}roles"]
    assert set(roles) == ROLES[login]
    assert roles == sorted(roles)


def test_who_teaches_elsewhere_is_an_institution_instructor_as_a_student_too(
    canvas: SmallCanvas, client: FlaskClient
) -> None:
    other = canvas.courses.add("Another course", "OTHER", "HT 2026")
    canvas.people.enrol(canvas.people.get("bjorn").id, other.id, "TeacherEnrollment")
    roles = launched(canvas, client, "bjorn")[f"{LTI}roles"]
    assert f"{I}#Instructor" in roles
    assert f"{M}#Instructor" not in roles
    assert f"{M}#Learner" in roles


def test_a_site_admin_and_a_left_student(canvas: SmallCanvas, client: FlaskClient) -> None:
    canvas.people.add("sigge", "Sigge", "", site_admin=True)
    assert f"{Y}#SysAdmin" in launched(canvas, client, "sigge")[f"{LTI}roles"]
    canvas.people.enrol(canvas.people.get("asa").id, 1, "StudentEnrollment", state="completed")
    assert not [role for role in launched(canvas, client)[f"{LTI}roles"] if role.startswith(M)]


@pytest.mark.parametrize(
    ("level", "present"),
    [
        ("anonymous", set()),
        ("email_only", {"email"}),
        ("name_only", {"name", "given_name", "family_name", f"{LTI}lis"}),
        (
            "public",
            {"name", "given_name", "family_name", f"{LTI}lis", "email", "picture", f"{LTI}role_scope_mentor"},
        ),
    ],
)
def test_the_privacy_level_of_the_tool_decides_what_is_told(
    canvas: SmallCanvas, client: FlaskClient, level: str, present: set[str]
) -> None:
    personal = {
        "name",
        "given_name",
        "family_name",
        "email",
        "picture",
        f"{LTI}lis",
        f"{LTI}role_scope_mentor",
    }
    canvas.tools.change(canvas.tool.id, privacy_level=level)
    claims = launched(canvas, client, "olle")
    assert personal & set(claims) == present
    assert claims["sub"] == canvas.people.get("olle").lti_id


def test_an_observer_names_whom_she_observes(canvas: SmallCanvas, client: FlaskClient) -> None:
    claims = launched(canvas, client, "olle")
    assert claims[f"{LTI}role_scope_mentor"] == [canvas.people.get("asa").lti_id]


def test_a_launch_from_the_course_menu(canvas: SmallCanvas, client: FlaskClient) -> None:
    claims = launched(canvas, client)
    assert claims[f"{LTI}resource_link"]["id"] == claims[f"{LTI}context"]["id"]
    assert claims[f"{LTI}context"]["type"] == ["http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering"]
    assert claims[PLACEMENT_CLAIM] == "course_navigation"
    assert "lineitem" not in claims[AGS_CLAIM]
    assert claims[AGS_CLAIM]["lineitems"] == f"{BASE}/api/lti/courses/1/line_items"
    assert claims[NRPS_CLAIM]["context_memberships_url"] == f"{BASE}/api/lti/courses/1/names_and_roles"
    assert claims[f"{LTI}custom"]["placement"] == "course_navigation"


def test_a_launch_from_an_assignment(
    canvas: SmallCanvas, client: FlaskClient, caller: Caller, column: str
) -> None:
    assignment = canvas.assignment_named("Activities")
    canvas.assignments.change(assignment.id, description="<p>Log your activities</p>")
    claims = launched(canvas, client, assignment_id=assignment.id)
    assert claims[f"{LTI}resource_link"] == {
        "id": assignment.lti_id,
        "title": "Activities",
        "description": "<p>Log your activities</p>",
    }
    assert claims[PLACEMENT_CLAIM] is None
    assert claims[AGS_CLAIM]["lineitem"] == f"{BASE}{column}"
    assert claims[f"{LTI}target_link_uri"] == f"{TOOL}/lti/launch?x=1"
    assert claims[f"{LTI}custom"]["canvas_assignment_id"] == assignment.id
    assert "placement" not in claims[f"{LTI}custom"]


def test_speedgrader_opens_the_stored_address_as_the_teacher_without_line_item(
    canvas: SmallCanvas, client: FlaskClient, caller: Caller, column: str
) -> None:
    caller.submit(column)
    assignment = canvas.assignment_named("Activities")
    asa = canvas.people.get("asa")
    page = client.get(
        f"/as/tove/courses/1/gradebook/speed_grader?assignment_id={assignment.id}&student_id={asa.id}"
    ).text
    frame = re.search(r'<iframe class="tool_launch"[^>]* src="([^"]*)"', page)
    assert frame is not None
    action, fields = form_of(client.get(unescape(frame[1])).text)
    assert action == f"{TOOL}/lti/login"
    assert fields["target_link_uri"] == f"{TOOL}/lti/launch/submission/1"
    claims = claims_in(canvas, authorize(client, request_for(fields))["id_token"])
    assert claims["sub"] == canvas.people.get("tove").lti_id
    assert claims[f"{LTI}target_link_uri"] == f"{TOOL}/lti/launch/submission/1"
    assert "lineitem" not in claims[AGS_CLAIM]
    assert claims[f"{LTI}resource_link"]["id"] == claims[f"{LTI}context"]["id"]
    assert claims[PLACEMENT_CLAIM] is None
    assert "placement" not in claims[f"{LTI}custom"]


def test_retrieve_refuses_addresses_outside_the_tool_s_domain_and_may_encode_twice(
    canvas: SmallCanvas, client: FlaskClient
) -> None:
    path = "/as/tove/courses/1/external_tools/retrieve"
    for url in ("https://evil.example/lti/launch", "http://[", ""):
        assert client.get(path, query_string={"url": url}).status_code == 400
    canvas.switch(double_encode_retrieve=True)
    _, fields = form_of(client.get(path, query_string={"url": f"{TOOL}/lti/launch?q=a%2Fb&c"}).text)
    assert fields["target_link_uri"] == f"{TOOL}/lti/launch?q=a%252Fb&c"


def test_an_account_launch_has_no_services_and_no_course_roles(
    canvas: SmallCanvas, client: FlaskClient
) -> None:
    _, fields = form_of(client.get("/as/astrid/accounts/1/external_tools/1/launch").text)
    claims = claims_in(canvas, authorize(client, request_for(fields))["id_token"])
    assert claims[f"{LTI}context"]["type"] == ["Account"]
    assert "label" not in claims[f"{LTI}context"]
    assert AGS_CLAIM not in claims
    assert NRPS_CLAIM not in claims
    assert claims[f"{LTI}roles"] == [f"{I}#Administrator", f"{Y}#User"]
    assert client.get("/as/tove/accounts/1/external_tools/1/launch").status_code == 403


def test_service_claims_need_the_key_s_scopes(canvas: SmallCanvas, client: FlaskClient) -> None:
    canvas.tools.change_key(canvas.client_id, scopes=())
    claims = launched(canvas, client)
    assert AGS_CLAIM not in claims
    assert NRPS_CLAIM not in claims


def test_unresolved_variables_arrive_as_their_literal_names(canvas: SmallCanvas, client: FlaskClient) -> None:
    canvas.tools.change_key(
        canvas.client_id,
        custom_fields={
            "assignment": "$Canvas.assignment.id",
            "unknown": "$Made.up",
            "user": "$Canvas.user.id",
            "contrast": "$Canvas.user.prefersHighContrast",
            "sis": "$Canvas.user.sisSourceId",
            "plain": "5 $ each",
            "inside": "course ${Canvas.course.id} of ${Made.up}",
            "rights": "$Canvas.membership.permissions<manage_grades,read_roster>",
        },
    )
    bjorn = canvas.people.get("bjorn")
    claims = launched(canvas, client, "bjorn")
    custom = claims[f"{LTI}custom"]
    assert custom == {
        "assignment": "$Canvas.assignment.id",
        "unknown": "$Made.up",
        "user": bjorn.id,
        "contrast": False,
        "sis": "$Canvas.user.sisSourceId",
        "plain": "5 $ each",
        "inside": "course 1 of ${Made.up}",
        "rights": "",
        "placement": "course_navigation",
    }
    assert claims[f"{LTI}lis"] == {
        "person_sourcedid": "$Person.sourcedId",
        "course_offering_sourcedid": "$CourseSection.sourcedId",
    }
    assert launched(canvas, client, "tove")[f"{LTI}custom"]["rights"] == "manage_grades"


def test_tokens_can_be_crafted_wrong_in_any_way(canvas: SmallCanvas) -> None:
    claims = canvas.make_claims(claims={"aud": "other", "nonce": ABSENT})
    assert claims["aud"] == "other"
    assert "nonce" not in claims
    assert "sub" not in canvas.make_claims(person=None)
    assert canvas.make_claims(person=None)[f"{LTI}roles"] == [f"{Y}#None"]
    unsigned = canvas.make_id_token(algorithm="none", headers={"kid": None})
    assert jwt.get_unverified_header(unsigned) == {"typ": "JWT", "alg": "none"}
    assert unsigned.endswith(".")
    confused = canvas.make_id_token(algorithm="HS256")
    assert jwt.get_unverified_header(confused)["alg"] == "HS256"
    raw = canvas.make_id_token(payload=b'{"iss":"a","iss":"b"}')
    assert claims_in(canvas, raw) == {"iss": "b"}
