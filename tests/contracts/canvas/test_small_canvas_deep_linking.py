"""The small Canvas asks for content and makes what comes back, as Canvas does; courses are copied."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from flask.testing import FlaskClient

from lti_app.demo import SmallCanvas

from .answering import DL, ITEM, LTI, PLAIN, Tool, asked
from .conftest import BASE
from .launching import I, M, Y, launched


@pytest.fixture
def tool(canvas: SmallCanvas, client: FlaskClient, tool_key: RSAPrivateKey) -> Tool:
    return Tool(canvas, client, tool_key)


def test_a_request_for_content_names_no_link_and_sends_no_data(
    canvas: SmallCanvas, client: FlaskClient
) -> None:
    claims = asked(canvas, client, "assignment_selection")
    assert claims[f"{LTI}message_type"] == "LtiDeepLinkingRequest"
    assert f"{LTI}resource_link" not in claims
    settings = dict(claims[f"{DL}deep_linking_settings"])
    back = urlsplit(settings.pop("deep_link_return_url"))
    assert f"{back.scheme}://{back.netloc}{back.path}" == f"{BASE}/as/tove/courses/1/deep_linking_response"
    assert set(parse_qs(back.query)) == {"data"}
    assert settings == {
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe", "window"],
        "accept_media_types": "application/vnd.ims.lti.v1.ltilink",
        "auto_create": False,
        "accept_multiple": False,
    }
    assert claims["https://www.instructure.com/placement"] == "assignment_selection"
    assert claims[f"{LTI}launch_presentation"]["return_url"].endswith(
        "/deep_linking_cancel?include_host=true&placement=assignment_selection"
    )


def test_a_modules_dialog_takes_several(canvas: SmallCanvas, client: FlaskClient) -> None:
    assert asked(canvas, client)[f"{DL}deep_linking_settings"]["accept_multiple"] is True


def test_a_line_item_makes_an_unpublished_assignment_with_all_that_was_said(
    canvas: SmallCanvas, tool: Tool
) -> None:
    assert tool.answer(tool.signed(ITEM)).status_code == 200
    (made,) = canvas.assignments.in_course(1)
    assert (made.name, made.points_possible, made.description) == ("My activities", 3, "Collect")
    assert (made.is_published, made.tool_url) == (False, ITEM["url"])
    assert made.due_at is not None
    assert made.due_at.isoformat() == "2026-12-24T12:00:00+00:00"
    (column,) = canvas.line_items.on_assignment(made.id)
    assert (column.tag, column.resource_id, column.is_coupled) == ("cim:activities", "cim:1", True)
    assert column.resource_link_id == made.lti_id


def test_a_link_without_line_item_stands_in_the_module(
    canvas: SmallCanvas, client: FlaskClient, tool: Tool
) -> None:
    tool.answer(tool.signed(PLAIN, PLAIN | {"title": "Second"}))
    assert canvas.assignments.in_course(1) == []
    first, second = canvas.links.in_course(1)
    assert (first.title, second.title) == ("Activities", "Second")
    claims = launched(canvas, client, "tove", link_id=first.id)
    assert claims[f"{LTI}resource_link"] == {"id": first.lti_id, "title": "Activities"}
    assert claims[f"{LTI}target_link_uri"] == ITEM["url"]
    assert "lineitem" not in claims["https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"]
    assert claims[f"{LTI}launch_presentation"]["width"] == 1000


def test_an_assignment_is_launched_with_its_line_item_and_merged_custom_parameters(
    canvas: SmallCanvas, client: FlaskClient, tool: Tool
) -> None:
    overriding = ITEM["custom"] | {
        "canvas_user_id": "the link's own",
        "due": "$Canvas.assignment.dueAt.iso8601",
    }
    tool.answer(tool.signed(ITEM | {"custom": overriding}))
    (made,) = canvas.assignments.in_course(1)
    canvas.assignments.change(made.id, is_published=True)
    claims = launched(canvas, client, "asa", assignment_id=made.id)
    custom = claims[f"{LTI}custom"]
    assert custom["cim_kind"] == "activities"
    assert custom["canvas_user_id"] == "the link's own"
    assert custom["due"] == "2026-12-24T12:00:00+00:00"
    assert custom["canvas_course_id"] == 1
    assert claims[f"{LTI}resource_link"]["id"] == made.lti_id
    assert claims["https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"]["lineitem"].startswith(BASE)


def test_an_assignments_dialog_makes_nothing_before_its_form_is_saved_and_one_then(
    canvas: SmallCanvas, client: FlaskClient, tool: Tool
) -> None:
    closed = tool.answer(tool.signed(ITEM), "assignment_selection")
    assert canvas.assignments.in_course(1) == []
    back = re.search(r'id="back" href="([^"]+)"', closed.text)
    assert back
    form = client.get(unescape(back[1]))
    assert 'value="My activities"' in form.text
    assert 'value="2026-12-24T12:00"' in form.text
    content = parse_qs(urlsplit(unescape(back[1])).query)["content"][0]
    fields = {"content": content, "name": "Renamed", "points": "5", "due_at": ""}
    assert client.post("/as/tove/courses/1/assignments/new", data=fields).status_code == 302
    (made,) = canvas.assignments.in_course(1)
    assert (made.name, made.points_possible, made.due_at) == ("Renamed", 5, None)
    assert client.post("/as/tove/courses/1/assignments/new", data=fields).status_code == 404


def test_nothing_chosen_makes_nothing_and_shows_the_tools_message(canvas: SmallCanvas, tool: Tool) -> None:
    answer = tool.answer(tool.signed(**{f"{DL}msg": "Nothing was added."}))
    assert "Message from the tool: Nothing was added." in answer.text
    failed = tool.answer(tool.signed(**{f"{DL}errormsg": "<b>Broken</b>"}))
    assert "&lt;b&gt;Broken&lt;/b&gt;" in failed.text
    assert canvas.links.in_course(1) == []


@pytest.mark.parametrize(
    ("item", "fault"),
    [
        (ITEM | {"type": "html"}, "is not taken here"),
        (ITEM | {"url": "https://elsewhere.example/x"}, "not on the tool&#39;s domain"),
        (ITEM | {"url": None}, "not on the tool&#39;s domain"),
        (ITEM | {"lineItem": {"label": "x"}}, "needs a scoreMaximum"),
    ],
)
def test_what_an_item_says_wrongly_is_left_out_and_said(
    canvas: SmallCanvas, tool: Tool, item: dict[str, Any], fault: str
) -> None:
    answer = tool.answer(tool.signed(item, PLAIN))
    assert fault in answer.text
    assert [link.title for link in canvas.links.in_course(1)] == ["Activities"]


def test_dialogs_open_for_those_who_may_edit_the_course(client: FlaskClient) -> None:
    for placement in ("link_selection", "assignment_selection"):
        page = f"/courses/1/external_tools/1/resource_selection?placement={placement}"
        assert "tool_launch" in client.get(f"/as/tove{page}").text
        assert client.get(f"/as/asa{page}").status_code == 403
    for path in ("/assignments/new", "/external_tools/1/selection_launch?placement=link_selection"):
        assert client.get(f"/as/asa/courses/1{path}").status_code == 403
    assert (
        client.get(
            "/as/tove/courses/1/external_tools/1/resource_selection?placement=editor_button"
        ).status_code
        == 404
    )


def test_module_items_are_hidden_from_students_until_published(
    canvas: SmallCanvas, client: FlaskClient, tool: Tool
) -> None:
    tool.answer(tool.signed(PLAIN))
    (link,) = canvas.links.in_course(1)
    item = f"/courses/1/modules/items/{link.id}"
    assert "Activities" not in client.get("/as/asa/courses/1/modules").text
    assert client.get(f"/as/asa{item}").status_code == 404
    assert client.get(f"/as/asa{item}/launch").status_code == 404
    client.post(f"/as/tove{item}/publish", data={"published": "1"})
    assert "Activities" in client.get("/as/asa/courses/1/modules").text
    assert "tool_launch" in client.get(f"/as/asa{item}").text
    assert client.get(f"/as/asa{item}/launch").status_code == 200


def test_an_account_launch_has_an_account_as_its_context_and_no_services(
    canvas: SmallCanvas, client: FlaskClient
) -> None:
    claims = launched(canvas, client, "astrid", placement="account_navigation")
    assert claims[f"{LTI}context"]["type"] == ["Account"]
    assert "label" not in claims[f"{LTI}context"]
    assert claims[f"{LTI}roles"] == [f"{I}#Administrator", f"{Y}#User"]
    assert not any("lti-ags" in name or "lti-nrps" in name for name in claims)
    assert not any(role.startswith(M) for role in claims[f"{LTI}roles"])


def test_a_copied_course_has_new_ids_and_the_same_words(
    canvas: SmallCanvas, client: FlaskClient, tool: Tool
) -> None:
    tool.answer(tool.signed(ITEM, PLAIN))
    assert client.post("/as/tove/courses/1/copy", data={"name": "New"}).status_code == 302
    assert [course.name for course in canvas.courses.all()][1:] == ["New"]
    for old, new in zip(canvas.links.in_course(1), canvas.links.in_course(2), strict=True):
        assert (new.custom, new.url, new.title) == (old.custom, old.url, old.title)
        assert new.lti_id != old.lti_id
    (old_made,), (new_made,) = canvas.assignments.in_course(1), canvas.assignments.in_course(2)
    (old_column,), (new_column,) = map(canvas.line_items.on_assignment, (old_made.id, new_made.id))
    assert new_column.id != old_column.id
    assert (new_column.tag, new_column.resource_id) == (old_column.tag, old_column.resource_id)
    assert [person.login for person in canvas.people.enrolled_in(2)] == ["tove"]


def test_a_copy_says_what_it_was_copied_from_the_nearest_first(
    canvas: SmallCanvas, client: FlaskClient
) -> None:
    client.post("/as/tove/courses/1/copy", data={"people": "1"})
    client.post("/as/tove/courses/2/copy", data={"people": "1"})
    ids = [course.opaque_id for course in canvas.courses.all()]
    history = "context_history"
    assert launched(canvas, client, "asa", course_id=3)[f"{LTI}custom"][history] == f"{ids[1]},{ids[0]}"
    assert launched(canvas, client, "asa", course_id=1)[f"{LTI}custom"][history] == "$Context.id.history"
    assert client.post("/as/asa/courses/1/copy").status_code == 403
