"""Saving in the editor where scripts run: what is not saved is not lost, and Enter loses no place."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from lti_app.db import Database
from lti_app.people.roles import Role
from lti_app.schemes.editor.beginning import begin_from_version
from lti_app.settings import Settings
from tests import world
from tests.browser.looking import judge
from tests.browser.served_tool import ServedTool, press, served_tool

SECTION = "/schemes/lund-medicine/draft/sections/about"
NAME = "[name='name.en']"


@pytest.fixture
def tool(chromium: Browser, settings: Settings, database: Database) -> Iterator[ServedTool]:
    with database.writing() as session:
        course = world.a_running_course(session)
        karin = world.an_actor(world.a_person(session, course, name="Karin Ko"), course, Role.COORDINATOR)
        begin_from_version(session, karin, "lund-medicine", 1)
    with served_tool(chromium, settings) as served:
        served.actors["karin"] = karin
        yield served


def save(page: Page, name: str) -> None:
    page.locator(NAME).fill(name)
    press(page.locator("button[value=save]").first)


@pytest.mark.parametrize("width", [320, 1280])
def test_what_two_tabs_wrote_is_not_lost_by_leaving_until_one_is_chosen(tool: ServedTool, width: int) -> None:
    with tool.visit("karin", width) as page:
        other = page.context.new_page()
        asked: list[str] = []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
        page.goto(tool.root + SECTION)
        for each in (other, page):
            each.goto(tool.root + SECTION)
        save(other, "In the other tab")
        save(page, "In this tab")
        assert page.locator("main").get_attribute("data-error-code") == "changed-meanwhile"
        judge(page, page.main_frame, f"editor-conflict-{width}", width)
        with page.context.expect_page():  # a tab of its own
            page.locator("a[data-lets-go]").click(modifiers=["ControlOrMeta"])
        page.locator("h1").click()  # a browser asks only whoever has touched the page
        page.evaluate("location.href = '/verify'")
        page.wait_for_function("document.querySelector('main[data-error-code]')")
        assert asked == ["beforeunload"]
        press(page.locator("a[data-lets-go]"))
        expect(page.locator(NAME)).to_have_value("In the other tab")
        assert len(asked) == 1, "she has chosen"


def test_enter_saves_and_whoever_wrote_goes_on_in_the_same_field(tool: ServedTool) -> None:
    with tool.visit("karin", 1280) as page:
        page.set_viewport_size({"width": 1280, "height": 300})
        page.goto(tool.root + SECTION)
        field = page.locator(NAME)
        field.fill("Saved by a key")
        field.press("Enter")
        expect(page.locator("main .note.good")).to_be_attached()
        expect(field).to_have_value("Saved by a key")
        expect(field).to_be_focused()
        expect(field).to_be_in_viewport()
        expect(page.locator(f"{NAME} + p")).to_have_text("Saved.")
        judge(page, page.main_frame, "editor-enter-1280", 1280)
        press(page.locator("button[value=save]").first)
        expect(page).to_have_url(re.compile(r"/about\?done=saved"))
        expect(page.locator("h1")).to_be_in_viewport()
