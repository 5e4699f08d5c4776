"""Opening the tool in a course page of another site, in Chromium."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.people import Member
from tests.browser.school import School

Enter = Callable[..., Member]


@pytest.mark.parametrize(
    ("login", "role"),
    [("tove", "teacher"), ("asa", "student"), ("disa", "designer"), ("olle", "observer")],
)
def test_the_course_menu_opens_the_tool_in_the_page(
    enter: Enter, school: School, login: str, role: str
) -> None:
    member = enter(school, login)
    member.open_tool()
    expect(member.tool.locator("body")).to_have_attribute("data-role", role)


def test_the_launch_cookie_is_partitioned_and_belongs_to_one_launch(enter: Enter, school: School) -> None:
    tove = enter(school, "tove")
    tove.open_tool()
    cookies = [each for each in tove.context.cookies() if each["name"] == "cim_launch"]
    assert len(cookies) == 1
    cookie = cookies[0]
    assert cookie["path"] == tove.frame.evaluate("location.pathname.match(/^\\/l\\/[^/]+\\//)[0]")
    assert cookie["partitionKey"] == "http://127.0.0.1"
    assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "None")


def test_two_people_work_side_by_side_in_one_browser(enter: Enter, school: School) -> None:
    tove = enter(school, "tove")
    bjorn = enter(school, "bjorn", beside=tove)
    tove.open_tool()
    bjorn.open_tool()
    tove.press("Class", "Class")
    bjorn.press("Record", "Your record")
    tove.press("Deliveries", "Deliveries")
    bjorn.press("Start", "Lund, Medicine")
    expect(tove.tool.locator("body")).to_have_attribute("data-role", "teacher")
    expect(bjorn.tool.locator("body")).to_have_attribute("data-role", "student")
    expect(tove.tool.locator(".who")).to_have_text("Tove Lärarsson")
    expect(bjorn.tool.locator(".who")).to_have_text("Björn Ängström")
    launches = [each for each in tove.context.cookies() if each["name"] == "cim_launch"]
    assert len({each["path"] for each in launches}) == 2


def test_a_launch_ends_with_its_browser(enter: Enter, school: School) -> None:
    tove, thief = enter(school, "tove"), enter(school, "bjorn")
    tove.open_tool()
    answer = thief.page.goto(tove.frame.url)
    assert answer is not None
    assert answer.status == 401
    expect(thief.page.locator("main")).to_have_attribute("data-error-code", "session-missing")
