"""docs/installing-in-canvas.md, followed word by word: both ways end with a teacher who opens the tool."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.installing import BareSchool, Guide, bare_school
from tests.browser.looking import WIDTHS, judge, resize
from tests.browser.people import WINDOW, Member

Enter = Callable[..., Member]


@pytest.fixture
def school(chromium: Browser, tmp_path: Path) -> Iterator[BareSchool]:
    """A school whose Canvas never heard of the tool. (The browser comes first: without one, no school.)"""
    with bare_school(tmp_path, dict(os.environ)) as running:
        yield running


def open_in_a_course(tove: Member, school: BareSchool) -> None:
    """The section for teachers."""
    guide = Guide("In a course", school)
    tove.open_course()
    tove.page.get_by_role("link", name=guide.next("Settings"), exact=True).click()
    tove.page.get_by_role("button", name=f"{guide.next('Enable')} International Merits").click()
    guide.next("International Merits")
    tove.open_tool()
    tove.arrive("Set up the certificate in this course")
    guide.finish()


def look(astrid: Member, name: str) -> None:
    """The page in the frame, wide and narrow."""
    for width in WIDTHS:
        judge(astrid.page, astrid.frame, f"{name}-en-{width}", width)
    resize(astrid.page, astrid.frame, **WINDOW)


def test_by_dynamic_registration(school: BareSchool, enter: Enter) -> None:
    guide = Guide("By dynamic registration", school)
    address = school.run(guide.command())
    astrid = enter(school, "astrid")
    page = astrid.page
    page.goto(f"{school.canvas_url}/as/astrid/")
    page.get_by_role("link", name=guide.next("Admin"), exact=True).click()
    page.get_by_role("link", name=guide.next("Apps"), exact=True).click()
    page.get_by_label(guide.next("Dynamic Registration URL")).fill(address)
    page.get_by_role("button", name=guide.next("Continue")).click()
    astrid.arrive("Register International Merits")
    look(astrid, "register")
    astrid.control(guide.next("Register")).dblclick()  # which is one registration, as one click is
    astrid.arrive("International Merits is registered")
    look(astrid, "registered")
    astrid.control(guide.next("Close and go back")).click()
    page.get_by_role("button", name=guide.next("Install & Enable")).click()
    expect(page.get_by_text("Available", exact=True)).to_be_visible()
    guide.finish()
    open_in_a_course(enter(school, "tove"), school)


def test_by_developer_key(school: BareSchool, enter: Enter) -> None:
    guide = Guide("By developer key", school)
    page = enter(school, "astrid").page
    page.goto(f"{school.canvas_url}/as/astrid/")
    page.get_by_role("link", name=guide.next("Admin"), exact=True).click()
    page.get_by_role("link", name=guide.next("Developer Keys"), exact=True).click()
    page.get_by_text(guide.next("+ Developer Key"), exact=True).click()
    page.get_by_label(guide.next("Key Name")).fill("International Merits")
    page.get_by_label(guide.next("Redirect URIs")).fill(guide.address("/lti/launch"))
    page.get_by_label("Method").select_option(guide.next("Enter URL"))
    page.get_by_label(guide.next("JSON URL")).fill(guide.address("/lti/canvas.json"))
    page.get_by_role("button", name=guide.next("Save")).click()
    client_id = page.locator("main code").inner_text()
    page.get_by_role("button", name=re.compile(f"^{guide.next('On')} ")).click()
    page.get_by_role("link", name=guide.next("Admin"), exact=True).click()
    page.get_by_role("link", name=guide.next("Apps"), exact=True).click()
    page.get_by_label(guide.next("Client ID")).fill(client_id)
    page.get_by_role("button", name=guide.next("Submit")).click()
    deployment_id = page.locator(f"[data-deployment='{client_id}']").inner_text()
    guide.finish()
    school.run(guide.command(**{"client-id": client_id, "deployment-id": deployment_id}))
    open_in_a_course(enter(school, "tove"), school)
