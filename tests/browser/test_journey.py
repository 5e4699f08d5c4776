"""The main job, end to end, in Chromium across the two sites: a student earns a certificate."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.people import Member
from tests.browser.school import School

Enter = Callable[..., Member]


def test_a_student_earns_a_certificate(enter: Enter, school: School, tmp_path: Path) -> None:
    tove = enter("tove")
    set_the_course_up(tove)


def set_the_course_up(tove: Member) -> None:
    """The teacher chooses programme and scheme, and three assignments appear in the course."""
    tove.open_tool()
    tove.follow("Set-up", "Set up the certificate in this course")
    tove.look("01-set-up")
    tove.tool.get_by_label("Lund, Medicine").check()
    tove.tool.get_by_label("Programme").select_option(label="Study Programme in Medicine")
    tove.tool.get_by_role("button", name="Save and connect the assignments").click()
    expect(tove.tool.get_by_text("Connected", exact=True)).to_have_count(3)
    expect(tove.tool.get_by_text("The course is ready.")).to_be_visible()
    tove.look("02-ready")
    tove.open_course("/assignments")
    expect(tove.page.get_by_text("opens the tool")).to_have_count(3)
