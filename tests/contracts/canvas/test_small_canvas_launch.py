"""The launch: login fields, the single-use hint, errors by form, the signed token and its claims."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from flask.testing import FlaskClient

from lti_app.demo import ABSENT, SmallCanvas
from lti_app.demo.launch.claims import AGS_CLAIM, LTI, NRPS_CLAIM, PLACEMENT_CLAIM

from .conftest import BASE, TOOL, Caller, Clock

M = "http://purl.imsglobal.org/vocab/lis/v2/membership"
I = "http://purl.imsglobal.org/vocab/lis/v2/institution/person"  # noqa: E741
Y = "http://purl.imsglobal.org/vocab/lis/v2/system/person"
REDIRECT = f"{TOOL}/lti/launch"
ROLES = {
    "asa": {f"{M}#Learner", f"{I}#Student", f"{Y}#User"},
    "tove": {f"{M}#Instructor", f"{I}#Instructor", f"{Y}#User"},
    "tage": {f"{M}/Instructor#TeachingAssistant", f"{M}#Instructor", f"{I}#Instructor", f"{Y}#User"},
    "disa": {f"{M}#ContentDeveloper"},
    "olle": {f"{M}#Mentor"},
    "astrid": {f"{I}#Administrator", f"{Y}#User"},
    "student-view-1": {f"{M}#Learner", "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"},
}


def form_of(html: str) -> tuple[str, dict[str, str]]:
    """The address and fields of the only form of a page that posts itself."""
    action = re.search(r'action="([^"]*)"', html)
    assert action is not None
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', html)
    return unescape(action[1]), {unescape(name): unescape(value) for name, value in fields}


def request_for(fields: dict[str, str], **changes: Any) -> dict[str, str]:
    """The authentication request a tool makes of login fields; None leaves a parameter out."""
    wanted = {
        "client_id": fields["client_id"],
        "login_hint": fields["login_hint"],
        "lti_message_hint": fields["lti_message_hint"],
        "nonce": "the-nonce",
        "prompt": "none",
        "redirect_uri": REDIRECT,
        "response_mode": "form_post",
        "response_type": "id_token",
        "scope": "openid",
        "state": "the-state",
        **changes,
    }
    return {name: value for name, value in wanted.items() if value is not None}


def authorize(client: FlaskClient, wanted: dict[str, str]) -> dict[str, str]:
    answer = client.get("/api/lti/authorize", query_string=wanted)
    assert answer.status_code == 200, answer.text
    action, fields = form_of(answer.text)
    assert action == wanted["redirect_uri"]
    return fields


def claims_in(canvas: SmallCanvas, token: str) -> dict[str, Any]:
    keys = {jwk["kid"]: jwk for jwk in canvas.keys.public_set()["keys"]}
    key = jwt.PyJWK(keys[jwt.get_unverified_header(token)["kid"]])
    options = {"verify_exp": False, "verify_iat": False, "verify_aud": False}
    return jwt.decode(token, key, algorithms=["RS256"], options=options)  # type: ignore[arg-type]


def launched(canvas: SmallCanvas, client: FlaskClient, person: str = "asa", **where: Any) -> dict[str, Any]:
    initiation = canvas.start_launch(person, **where)
    return claims_in(canvas, authorize(client, request_for(initiation.fields))["id_token"])


def test_the_course_menu_posts_the_login_initiation(canvas: SmallCanvas, client: FlaskClient) -> None:
    action, fields = form_of(client.get("/as/asa/courses/1/external_tools/1/launch").text)
    hint = fields.pop("lti_message_hint")
    assert action == f"{TOOL}/lti/login"
    assert fields == {
        "iss": BASE,
        "login_hint": canvas.people.get("asa").opaque_id,
        "client_id": "10000000000002",
        "lti_deployment_id": canvas.deployment_id,
        "target_link_uri": REDIRECT,
        "canvas_environment": "prod",
        "canvas_region": "not_configured",
        "lti_storage_target": "post_message_forwarding",
    }
    assert jwt.get_unverified_header(hint)["alg"] == "HS256"
    assert re.fullmatch(r"1:[0-9a-f]{40}", canvas.deployment_id)
    assert re.fullmatch(r"[0-9a-f]{40}", fields["login_hint"])


def test_the_shared_host_redirects_to_the_school_s_with_the_same_parameters(
    canvas: SmallCanvas, client: FlaskClient
) -> None:
    wanted = request_for(canvas.start_launch("asa").fields)
    answer = client.get("/api/lti/authorize_redirect", query_string=wanted)
    parts = urlsplit(answer.headers["Location"])
    assert answer.status_code == 302
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{BASE}/api/lti/authorize"
    assert {name: values[0] for name, values in parse_qs(parts.query).items()} == wanted


def test_the_answer_is_a_form_with_token_state_and_rails_extras(
    canvas: SmallCanvas, client: FlaskClient, clock: Clock
) -> None:
    fields = authorize(client, request_for(canvas.start_launch("asa").fields))
    claims = claims_in(canvas, fields.pop("id_token"))
    assert set(fields) == {"state", "lti_storage_target", "utf8", "authenticity_token"}
    assert fields["state"] == "the-state"
    assert claims["nonce"] == "the-nonce"
    assert (claims["iat"], claims["exp"] - claims["iat"]) == (int(clock.now.timestamp()), 3600)
    assert claims["aud"] == claims["azp"] == canvas.client_id
    assert claims["sub"] == canvas.people.get("asa").lti_id != canvas.people.get("asa").opaque_id


def test_without_platform_storage_there_is_no_storage_target(
    canvas: SmallCanvas, client: FlaskClient
) -> None:
    canvas.switch(storage_target=None)
    initiation = canvas.start_launch("asa")
    assert "lti_storage_target" not in initiation.fields
    assert "lti_storage_target" not in authorize(client, request_for(initiation.fields))


def test_the_request_may_come_by_post(canvas: SmallCanvas, client: FlaskClient) -> None:
    answer = client.post("/api/lti/authorize", data=request_for(canvas.start_launch("asa").fields))
    assert "id_token" in form_of(answer.text)[1]


def test_a_hint_works_once(canvas: SmallCanvas, client: FlaskClient) -> None:
    wanted = request_for(canvas.start_launch("asa").fields)
    assert "id_token" in authorize(client, wanted)
    again = authorize(client, wanted)
    assert again["error"] == "launch_no_longer_valid"
    assert again["state"] == "the-state"
    assert "id_token" not in again


def test_a_refused_request_does_not_consume_the_hint(canvas: SmallCanvas, client: FlaskClient) -> None:
    fields = canvas.start_launch("asa").fields
    assert authorize(client, request_for(fields, scope="email"))["error"] == "invalid_request_object"
    assert "id_token" in authorize(client, request_for(fields))


def test_a_hint_lives_five_minutes(canvas: SmallCanvas, client: FlaskClient, clock: Clock) -> None:
    first, second = (request_for(canvas.start_launch("asa").fields) for _ in range(2))
    clock.move(minutes=4, seconds=59)
    assert "id_token" in authorize(client, first)
    clock.move(seconds=1)
    for path in ("/api/lti/authorize", "/api/lti/authorize_redirect"):
        answer = client.get(path, query_string=second)
        assert answer.status_code == 400
        assert "Invalid lti_message_hint" in answer.text


def test_a_forged_or_missing_hint_answers_400(canvas: SmallCanvas, client: FlaskClient) -> None:
    fields = canvas.start_launch("asa").fields
    forged = jwt.encode({"verifier": "x", "exp": 9_999_999_999}, "another secret of some length....", "HS256")
    for hint in (forged, "nonsense", None):
        answer = client.get("/api/lti/authorize", query_string=request_for(fields, lti_message_hint=hint))
        assert answer.status_code == 400


@pytest.mark.parametrize(
    "uri",
    [f"{TOOL}/lti/launch/", f"{TOOL}/lti/launch/submission/1", "https://evil.example/lti/launch", "", None],
)
def test_a_redirect_uri_that_is_not_registered_answers_400(
    canvas: SmallCanvas, client: FlaskClient, uri: str | None
) -> None:
    wanted = request_for(canvas.start_launch("asa").fields, redirect_uri=uri)
    answer = client.get("/api/lti/authorize", query_string=wanted)
    assert answer.status_code == 400
    assert "Invalid redirect_uri" in answer.text
    assert "id_token" not in answer.text


def test_a_query_on_the_redirect_uri_is_ignored_unless_registered(
    canvas: SmallCanvas, client: FlaskClient
) -> None:
    wanted = request_for(canvas.start_launch("asa").fields, redirect_uri=f"{REDIRECT}?more=1")
    assert "id_token" in authorize(client, wanted)
    canvas.tools.change_key(canvas.client_id, redirect_uris=(f"{REDIRECT}?school=lund",))
    wanted = request_for(canvas.start_launch("asa").fields)
    assert client.get("/api/lti/authorize", query_string=wanted).status_code == 400
    wanted = request_for(canvas.start_launch("asa").fields, redirect_uri=f"{REDIRECT}?a=1&school=lund")
    assert "id_token" in authorize(client, wanted)


@pytest.mark.parametrize(
    "name", ["client_id", "login_hint", "nonce", "prompt", "response_mode", "response_type"]
)
def test_a_missing_parameter_is_told_to_the_tool(canvas: SmallCanvas, client: FlaskClient, name: str) -> None:
    told = authorize(client, request_for(canvas.start_launch("asa").fields, **{name: None}))
    assert told["error"] == "invalid_request_object"
    assert name in told["error_description"]


def test_another_person_or_an_ended_session_needs_a_login(canvas: SmallCanvas, client: FlaskClient) -> None:
    fields = canvas.start_launch("asa").fields
    other = canvas.people.get("bjorn").opaque_id
    assert authorize(client, request_for(fields, login_hint=other))["error"] == "login_required"
    canvas.sessions.end_all()
    assert authorize(client, request_for(fields))["error"] == "login_required"


def test_a_key_turned_off_is_an_unauthorized_client(canvas: SmallCanvas, client: FlaskClient) -> None:
    fields = canvas.start_launch("asa").fields
    assert authorize(client, request_for(fields, client_id="1"))["error"] == "unauthorized_client"
    canvas.tools.change_key(canvas.client_id, is_active=False)
    assert authorize(client, request_for(fields))["error"] == "unauthorized_client"


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


def test_the_key_set_has_three_keys_for_ten_days_and_rotation_shifts_them(
    canvas: SmallCanvas, client: FlaskClient
) -> None:
    answer = client.get("/api/lti/security/jwks")
    before = [jwk["kid"] for jwk in answer.json["keys"]]
    assert len(set(before)) == 3
    assert answer.headers["Cache-Control"] == "max-age=864000"
    assert not {"d", "p", "q"} & set(answer.json["keys"][0])
    signed_with = jwt.get_unverified_header(canvas.make_id_token())["kid"]
    canvas.keys.rotate(canvas.now())
    after = [jwk["kid"] for jwk in client.get("/api/lti/security/jwks").json["keys"]]
    assert signed_with == before[1]
    assert after[:2] == before[1:]
    assert jwt.get_unverified_header(canvas.make_id_token())["kid"] == before[2]


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
