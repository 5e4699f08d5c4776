"""A part of a page that is fetched every few seconds is not replaced under the hands of who chooses in it."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from lti_app.db import Database
from lti_app.lti.models import LineItem
from lti_app.settings import Settings
from tests.browser.served_tool import served_tool
from tests.classroom import a_classroom


def test_a_choice_outlasts_what_is_fetched_meanwhile(
    chromium: Browser, settings: Settings, database: Database
) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        first, *_others = session.scalars(select(LineItem)).all()
        first.url = "https://school.test/items/1"  # the others are being connected
    with served_tool(chromium, settings) as tool:
        tool.actors["tove"] = room.teaching
        with tool.visit("tove", 1280) as page:
            page.goto(f"{tool.root}/set-up")
            page.get_by_text("Name them in another language").click()
            names = page.locator("#names")
            names.focus()
            page.locator("#set-up").evaluate("each => { each.dataset.same = 'yes' }")
            fetched_again(page)
            expect(names).to_be_focused()
            expect(page.locator("#set-up[data-same]")).to_be_attached()
            names.blur()
            fetched_again(page)
            expect(page.locator("#set-up[data-same]")).not_to_be_attached()
            page.get_by_text("Name them in another language").click()
            names.select_option("sv")
            page.get_by_role("button", name="Rename").focus()
            fetched_again(page)
            expect(names).to_have_value("sv")


def fetched_again(page: Page) -> None:
    """Wait until that has happened."""
    with page.expect_response("**/set-up"):
        pass
    page.wait_for_timeout(100)
