"""The tool where scripts are off: every act is a plain form, and the second of two clicks changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.papers import an_attendance_pdf
from tests.browser.people import Member
from tests.browser.school import School
from tests.browser.steps import SCHOOL, add, attach, submit

Enter = Callable[..., Member]

MERIT = replace(SCHOOL, title="Global Health from home")


def test_an_activity_is_submitted_and_approved_once(enter: Enter, school: School, tmp_path: Path) -> None:
    bjorn = enter(school, "bjorn", java_script_enabled=False)
    tove = enter(school, "tove", java_script_enabled=False)
    bjorn.open_tool()
    bjorn.press("Add your first activity", "What kind of activity was it?")
    add(bjorn, MERIT)
    attach(bjorn, an_attendance_pdf(tmp_path / "attendance.pdf"))
    submit(bjorn, MERIT.title)
    expect(bjorn.tool.get_by_text("Waiting for review")).to_have_count(1)
    tove.open_tool()
    tove.press(MERIT.title, MERIT.title)
    tove.press("Return for completion", MERIT.title)
    expect(tove.tool.get_by_role("alert")).to_contain_text("Write what is missing")
    tove.press("Approve", "Review queue")
    expect(tove.tool.get_by_text("Your decision is saved.")).to_be_visible()
    bjorn.press("Start", "Lund, Medicine")
    expect(bjorn.tool.get_by_role("link", name=MERIT.title)).to_have_count(1)
    expect(bjorn.tool.get_by_text("Approved", exact=True)).to_have_count(1)
    bjorn.press("Record", "Your record")
    expect(bjorn.tool.get_by_role("heading", name=MERIT.title)).to_have_count(1)
