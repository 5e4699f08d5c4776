"""The operator's pages, in a real Chromium: how an administrator is invited."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from lti_app.db import Database
from lti_app.settings import Settings
from tests import world
from tests.browser.looking import judge
from tests.browser.served_tool import SPOKEN, press, served_tool


@pytest.mark.parametrize("width", SPOKEN)
def test_the_first_institution_is_invited_by_name_and_the_next_is_chosen_or_named(
    chromium: Browser, settings: Settings, database: Database, width: int
) -> None:
    with served_tool(chromium, settings) as tool, tool.operate(width) as page:
        page.goto(f"{tool.url}/admin/invitations")
        judge(page, page.main_frame, f"invite-first-{width}", width)
        page.locator("#new_name").fill("Lunds universitet")
        press(page.locator("main form button"))
        judge(page, page.main_frame, f"invited-{width}", width)
        page.locator("[data-copies]").click()
        expect(page.locator("[data-copies]")).to_have_text("Kopierad" if width == 320 else "Copied")
        with database.writing() as session:
            world.a_deployment(session)
        page.goto(f"{tool.url}/admin/invitations")
        expect(page.locator("#institution")).to_have_value("")
        press(page.locator("main form button").first)
        expect(page.locator("[data-error-summary]")).to_be_focused()
        expect(page.locator("[data-error-summary] a")).to_have_attribute("href", "#institution")
        judge(page, page.main_frame, f"invite-refused-{width}", width)
