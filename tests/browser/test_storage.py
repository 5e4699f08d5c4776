"""The small Canvas's platform storage in Chromium, to the letter: what it keeps, for whom, and how much."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, Frame

from tests.browser.people import Member
from tests.browser.school import School

ASK = """([where, message]) => new Promise((resolve) => {
  const hear = (event) => {
    if (event.data.message_id !== "m") return;
    removeEventListener("message", hear);
    resolve(event.data);
  };
  addEventListener("message", hear);
  const to = where === "frame" ? parent.frames["post_message_forwarding"] : parent;
  to.postMessage(message, "*");
})"""


def ask(tool: Frame, subject: str, where: str = "frame", **more: Any) -> dict[str, Any]:
    """What the storage answers to a message from this frame."""
    message = {"subject": f"lti.{subject}", "message_id": "m"} | more
    answer: dict[str, Any] = tool.evaluate(ASK, [where, message])
    assert answer.pop("subject") == f"lti.{subject}.response"
    assert answer.pop("message_id") == "m"
    return answer


def refusal(answer: dict[str, Any]) -> str:
    """The code of the error that is all of the answer."""
    assert set(answer) == {"error"}
    return str(answer["error"]["code"])


def test_the_small_canvas_keeps_values_as_canvas_does(chromium: Browser, school: School) -> None:
    asa = Member(chromium, school, "asa")
    asa.open_tool()
    tool = asa.frame
    listed = ask(tool, "capabilities", "page")["supported_messages"]
    frames = {each["subject"]: each.get("frame") for each in listed if each["subject"].endswith("_data")}
    assert frames == dict.fromkeys(("lti.put_data", "lti.get_data"), "post_message_forwarding")
    assert ask(tool, "get_data", key="a") == {"key": "a", "value": None}
    assert ask(tool, "put_data", key="a", value="1") == {"key": "a", "value": "1"}
    assert ask(tool, "get_data", "page", key="a") == {"key": "a", "value": "1"}
    assert ask(tool, "put_data", key="a", value=None) == {"key": "a", "value": None}
    assert ask(tool, "get_data", key="a") == {"key": "a", "value": None}
    for wrong in ({}, {"key": ""}, {"key": 5}):
        assert refusal(ask(tool, "get_data", **wrong)) == "bad_request"
    assert ask(tool, "put_data", key="k", value="x" * 4095)["value"] == "x" * 4095
    assert refusal(ask(tool, "put_data", key="k2", value="")) == "storage_exhaustion"
    ask(tool, "put_data", key="k", value=None)
    for number in range(500):
        ask(tool, "put_data", key=str(number), value="")
    assert refusal(ask(tool, "put_data", key="500", value="")) == "storage_exhaustion"
    stores = asa.page.evaluate("Object.keys(sessionStorage).filter((name) => name.startsWith('lti:'))")
    assert stores == [f"lti:{school.tool_url}"]
    asa.leave()
