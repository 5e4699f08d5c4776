"""Line items: made, filtered, paged, changed and deleted as Canvas does."""

from __future__ import annotations

import re
from typing import Any

import pytest

from lti_app.demo import DeveloperKey, SmallCanvas

from .conftest import BASE, SUBMISSION_TYPE, TOOL, Caller

PATH = "/api/lti/courses/1/line_items"


def test_a_line_item_without_link_makes_a_published_assignment_named_by_its_label(
    canvas: SmallCanvas, caller: Caller
) -> None:
    extension = {"type": "external_tool", "external_tool_url": f"{TOOL}/lti/launch?x=1"}
    body = {
        "label": "Aktiviteter",
        "scoreMaximum": 6,
        "tag": "t",
        "resourceId": "r",
        SUBMISSION_TYPE: extension,
    }
    answer = caller.send("POST", PATH, body, "application/vnd.ims.lis.v2.lineitem+json")
    assignment = canvas.assignment_named("Aktiviteter")
    assert answer.status_code == 201
    assert answer.mimetype == "application/vnd.ims.lis.v2.lineitem+json"
    assert answer.json == {
        "id": f"{BASE}{PATH}/1",
        "label": "Aktiviteter",
        "scoreMaximum": 6.0,
        "tag": "t",
        "resourceId": "r",
        "resourceLinkId": assignment.lti_id,
        SUBMISSION_TYPE: extension,
    }
    assert (assignment.points_possible, assignment.is_published, assignment.allowed_attempts) == (
        6.0,
        True,
        -1,
    )
    assert (assignment.tool_url, assignment.submission_type) == (f"{TOOL}/lti/launch?x=1", "external_tool")


def test_assignments_made_by_tools_may_start_unpublished(canvas: SmallCanvas, caller: Caller) -> None:
    canvas.switch(ags_assignments_published=False)
    caller.make_column("Activities")
    assert not canvas.assignment_named("Activities").is_published


def test_without_extension_the_assignment_is_a_plain_column(canvas: SmallCanvas, caller: Caller) -> None:
    answer = caller.send("POST", PATH, {"label": "Plain", "scoreMaximum": 1})
    assert "resourceLinkId" not in answer.json
    assert canvas.assignment_named("Plain").submission_type == "none"


@pytest.mark.parametrize(
    "body",
    [
        {"scoreMaximum": 1},
        {"label": "", "scoreMaximum": 1},
        {"label": "A"},
        {"label": "A", "scoreMaximum": -1},
        {"label": "A", "scoreMaximum": "ten"},
        {"label": "A" * 256, "scoreMaximum": 1},
        {"label": "A", "scoreMaximum": 1, SUBMISSION_TYPE: {"type": "online_upload"}},
    ],
)
def test_an_incomplete_line_item_is_refused(
    canvas: SmallCanvas, caller: Caller, body: dict[str, Any]
) -> None:
    assert caller.send("POST", PATH, body).status_code == 400
    assert canvas.assignments.in_course(1) == []


def test_a_launch_address_outside_the_tool_s_domain_is_refused(caller: Caller) -> None:
    extension = {"type": "external_tool", "external_tool_url": "https://evil.example/"}
    body = {"label": "A", "scoreMaximum": 1, SUBMISSION_TYPE: extension}
    assert caller.send("POST", PATH, body).status_code == 422


def test_an_unknown_resource_link_answers_404_and_a_dead_one_412(canvas: SmallCanvas, caller: Caller) -> None:
    caller.make_column()
    assignment = canvas.assignment_named("Activities")
    body = {"label": "More", "scoreMaximum": 1, "resourceLinkId": "unknown"}
    assert caller.send("POST", PATH, body).status_code == 404
    body["resourceLinkId"] = assignment.lti_id
    assert caller.send("POST", PATH, body).status_code == 201
    canvas.assignments.change(assignment.id, is_deleted=True)
    assert caller.send("POST", PATH, body).status_code == 412


def test_the_list_can_be_filtered_and_tell_launch_addresses(canvas: SmallCanvas, caller: Caller) -> None:
    caller.make_column("A", tag="activities", resourceId="one")
    caller.make_column("B", tag="report", resourceId="one")
    link = canvas.assignment_named("B").lti_id
    labels = [
        [item["label"] for item in caller.get(PATH, **query).json]
        for query in (
            {},
            {"tag": "report"},
            {"resource_id": "one"},
            {"resource_link_id": link},
            {"tag": "none"},
        )
    ]
    assert labels == [["A", "B"], ["B"], ["A", "B"], ["B"], []]
    [shown] = caller.get(PATH, **{"tag": "report", "include[]": "launch_url"}).json
    assert shown["https://canvas.instructure.com/lti/launch_url"] == f"{TOOL}/lti/launch?x=1"


def test_the_list_is_paged_with_link_headers_that_keep_the_filter(caller: Caller) -> None:
    for number in range(12):
        caller.make_column(f"Column {number}", tag="many")
    first = caller.get(PATH, tag="many")
    assert len(first.json) == 10
    following = re.search(r'<([^>]*)>; rel="next"', first.headers["Link"])
    assert following is not None
    second = caller.get(following[1].removeprefix(BASE))
    assert [item["label"] for item in second.json] == ["Column 10", "Column 11"]
    assert 'rel="next"' not in second.headers["Link"]
    assert "tag=many" in following[1]
    assert len(caller.get(PATH, limit=5).json) == 5
    assert len(caller.get(PATH, limit="-1").json) == 10


def test_put_renames_and_repoints_the_assignment(canvas: SmallCanvas, caller: Caller) -> None:
    column = caller.make_column()
    answer = caller.send("PUT", column, {"label": "New name", "scoreMaximum": 4, "tag": "new"})
    assert (answer.json["label"], answer.json["scoreMaximum"], answer.json["tag"]) == ("New name", 4.0, "new")
    assert canvas.assignment_named("New name").points_possible == 4
    assert caller.send("PUT", column, {"label": ""}).status_code == 400


def test_delete_takes_the_assignment_along(canvas: SmallCanvas, caller: Caller) -> None:
    column = caller.make_column()
    assert caller.delete(column).status_code == 204
    assert canvas.assignments.in_course(1) == []
    gone = caller.get(column)
    assert (gone.status_code, gone.data) == (404, b"")


def test_a_coupled_line_item_cannot_be_deleted_by_the_tool(canvas: SmallCanvas, caller: Caller) -> None:
    assignment = canvas.assignments.add(
        1, "By hand", 5, submission_type="external_tool", tool_id=1, tool_url=f"{TOOL}/lti/launch"
    )
    item = canvas.line_items.add(
        assignment,
        canvas.client_id,
        label="By hand",
        score_maximum=5,
        resource_link_id=assignment.lti_id,
        is_coupled=True,
    )
    assert caller.delete(f"{PATH}/{item.id}").status_code == 401
    assert canvas.assignment_named("By hand")


def test_a_line_item_whose_assignment_was_deleted_is_gone_everywhere(
    canvas: SmallCanvas, caller: Caller
) -> None:
    column = caller.make_column()
    canvas.assignments.change(canvas.assignment_named("Activities").id, is_deleted=True)
    assert caller.get(column).status_code == 404
    assert caller.get(column).data == b""
    assert caller.get(PATH).json == []
    assert caller.score(column).status_code == 404
    assert caller.get(f"{column}/results").status_code == 404


def test_line_items_of_another_client_are_not_shown(canvas: SmallCanvas, caller: Caller) -> None:
    key = canvas.developer_key
    canvas.tools.register(
        DeveloperKey("10000000000099", "Other", key.redirect_uris, "x", "x", None, key.scopes)
    )
    assignment = canvas.assignments.add(1, "Other's", 5)
    item = canvas.line_items.add(assignment, "10000000000099", label="Other's", score_maximum=5)
    assert caller.get(PATH).json == []
    assert caller.get(f"{PATH}/{item.id}").status_code == 412
    assert caller.score(f"{PATH}/{item.id}").status_code == 412


def test_a_concluded_course_has_no_line_items(canvas: SmallCanvas, caller: Caller) -> None:
    column = caller.make_column()
    canvas.courses.conclude(1)
    assert caller.get(PATH).status_code == 404
    canvas.courses.reopen(1)
    assert caller.get(column).status_code == 200


def test_an_unknown_course_answers_404(caller: Caller) -> None:
    answer = caller.get("/api/lti/courses/99/line_items")
    assert (answer.status_code, answer.json["errors"][0]["message"]) == (
        404,
        "The specified resource does not exist.",
    )
