"""Names and roles: active people, fifty at a time, by privacy level."""

from __future__ import annotations

import re
from typing import Any

from lti_app.demo import SmallCanvas
from lti_app.demo.launch.claims import LTI

from .conftest import BASE, Caller

PATH = "/api/lti/courses/1/names_and_roles"
LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"


def whole_roster(caller: Caller, **query: Any) -> tuple[list[dict[str, Any]], list[int]]:
    """Every member, and the size of each page."""
    members: list[dict[str, Any]] = []
    sizes: list[int] = []
    address: str | None = PATH
    while address:
        answer = caller.get(address, **query)
        assert answer.mimetype == "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
        members += answer.json["members"]
        sizes.append(len(answer.json["members"]))
        following = re.search(r'<([^>]*)>; rel="next"', answer.headers["Link"])
        address, query = (following[1].removeprefix(BASE) if following else None), {}
    return members, sizes


def test_the_roster_names_everybody_enrolled_with_course_roles_only(
    canvas: SmallCanvas, caller: Caller
) -> None:
    members, _ = whole_roster(caller)
    by_name = {member["name"]: member for member in members}
    assert set(by_name) == {
        "Tove Lärarsson",
        "Åsa Öberg",
        "Björn Ängström",
        "Tage Ek",
        "Disa Formgren",
        "Olle Öberg",
    }
    asa = by_name["Åsa Öberg"]
    assert asa["roles"] == [LEARNER]
    assert asa["user_id"] == canvas.people.get("asa").lti_id
    assert asa["status"] == "Active"
    assert asa["lis_person_sourcedid"] == "sis-asa"
    assert all("/membership" in role for member in members for role in member["roles"])


def test_pages_hold_fifty_at_most_and_no_one_twice(canvas: SmallCanvas, caller: Caller) -> None:
    canvas.add_students(120)
    members, sizes = whole_roster(caller, limit=500)
    assert sizes == [50, 50, 26]
    assert len({member["user_id"] for member in members}) == 126


def test_a_smaller_limit_and_a_role_are_kept_from_page_to_page(canvas: SmallCanvas, caller: Caller) -> None:
    canvas.add_students(3)
    members, sizes = whole_roster(caller, role=LEARNER, limit=2)
    assert sizes == [2, 2, 1]
    assert all(member["roles"] == [LEARNER] for member in members)
    assert whole_roster(caller, role="Learner")[0] == []


def test_people_who_left_are_simply_missing(canvas: SmallCanvas, caller: Caller) -> None:
    for login, state in (("asa", "inactive"), ("bjorn", "completed")):
        canvas.people.enrol(canvas.people.get(login).id, 1, "StudentEnrollment", state=state)
    assert whole_roster(caller, role=LEARNER)[0] == []


def test_the_test_student_is_missing_unless_switched_on(canvas: SmallCanvas, caller: Caller) -> None:
    canvas.people.test_student_of(1)
    assert len(whole_roster(caller)[0]) == 6
    canvas.switch(test_student_in_roster=True)
    assert len(whole_roster(caller)[0]) == 7


def test_the_privacy_level_decides_what_is_told(canvas: SmallCanvas, caller: Caller) -> None:
    personal = {"name", "given_name", "family_name", "email", "picture", "lis_person_sourcedid"}
    told = {}
    for level in ("anonymous", "email_only", "name_only", "public"):
        canvas.tools.change(canvas.tool.id, privacy_level=level)
        [asa] = [
            member
            for member in whole_roster(caller)[0]
            if member["user_id"] == canvas.people.get("asa").lti_id
        ]
        told[level] = personal & set(asa)
    assert told == {
        "anonymous": set(),
        "email_only": {"email"},
        "name_only": {"name", "given_name", "family_name", "lis_person_sourcedid"},
        "public": personal,
    }


def test_a_resource_link_adds_messages_with_personal_variables_only(
    canvas: SmallCanvas, caller: Caller, column: str
) -> None:
    link = canvas.assignment_named("Activities").lti_id
    members, _ = whole_roster(caller, rlid=link)
    [asa] = [member for member in members if member["name"] == "Åsa Öberg"]
    custom = asa["message"][0][f"{LTI}custom"]
    assert custom["canvas_user_id"] == canvas.people.get("asa").id
    assert custom["canvas_course_id"] == "$Canvas.course.id"
    assert caller.get(PATH, rlid="foreign").status_code == 400
