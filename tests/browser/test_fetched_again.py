"""A part of a page that is fetched every few seconds is not replaced under the hands of who chooses in it."""

from __future__ import annotations

from playwright.sync_api import Browser, Page
from sqlalchemy import select

from lti_app.db import Database
from lti_app.lti.ags.models import LineItem
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
            count = (
                "window.fetched = 0; document.addEventListener('htmx:afterOnLoad', () => { fetched += 1; })"
            )
            page.evaluate(count)
            opener = page.get_by_text("Name them in another language")
            opener.click()
            names = page.locator("#names")
            names.focus()
            page.locator("#set-up").evaluate("each => { each.dataset.same = 'yes' }")
            fetched_again(page)
            assert names.evaluate("each => each === document.activeElement")
            assert page.locator("#set-up[data-same]").count() == 1
            opener.focus()
            fetched_again(page)
            assert page.locator("#set-up[data-same]").count() == 0
            assert names.is_visible(), "what was opened stays open"
            assert opener.evaluate("each => each === document.activeElement")
            names.select_option("sv")
            page.get_by_role("button", name="Rename").focus()
            fetched_again(page)
            assert names.input_value() == "sv"


def fetched_again(page: Page) -> None:
    """Wait until that has happened."""
    page.wait_for_function("before => fetched > before", arg=page.evaluate("fetched"))
