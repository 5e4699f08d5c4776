"""Opening the tool in a course page of another site, in Chromium."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.people import Member

Enter = Callable[..., Member]


@pytest.mark.parametrize(
    ("login", "role"),
    [("tove", "teacher"), ("asa", "student"), ("disa", "designer"), ("olle", "observer")],
)
def test_the_course_menu_opens_the_tool_in_the_page(enter: Enter, login: str, role: str) -> None:
    member = enter(login)
    member.open_tool()
    expect(member.tool.locator("body")).to_have_attribute("data-role", role)


def test_the_launch_cookie_is_partitioned_and_belongs_to_one_launch(enter: Enter) -> None:
    tove = enter("tove")
    tove.open_tool()
    cookies = [each for each in tove.context.cookies() if each["name"] == "cim_launch"]
    assert len(cookies) == 1
    cookie = cookies[0]
    sid = tove.frame.url.split("/l/")[1].split("/")[0]
    assert cookie["path"] == f"/l/{sid}/"
    assert cookie["partitionKey"].startswith("http://127.0.0.1")
    assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "None")
