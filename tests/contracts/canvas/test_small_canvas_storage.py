"""Platform storage: which window keeps values for tools, by the switch."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from lti_app.demo import SmallCanvas

from .launching import form_of

PAGE = "/as/asa/courses/1/external_tools/1"


@pytest.mark.parametrize(
    ("target", "has_frame", "has_script"),
    [("post_message_forwarding", True, True), ("_parent", False, True), (None, False, False)],
)
def test_the_page_around_the_tool_offers_what_the_login_says(
    target: str | None, has_frame: bool, has_script: bool, canvas: SmallCanvas, client: FlaskClient
) -> None:
    canvas.switch(storage_target=target)
    _, fields = form_of(client.get(f"{PAGE}/launch").text)
    assert fields.get("lti_storage_target") == target
    page = client.get(PAGE).text
    assert ('name="post_message_forwarding"' in page) is has_frame
    assert ("storage.js" in page) is has_script
    assert "messages.js" in page


def test_the_hidden_frame_holds_nothing_but_the_store(client: FlaskClient) -> None:
    frame = client.get("/post_message_forwarding").text
    assert 'storage.js" data-target="post_message_forwarding"' in frame
    assert frame.count("<script") == 1
