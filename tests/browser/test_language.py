"""The button that changes the language, where scripts say what page it comes back to."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from lti_app.db import Database
from lti_app.settings import Settings
from tests.browser.served_tool import served_tool
from tests.classroom import a_classroom, a_submitted_activity


def test_it_comes_back_to_a_narrowed_list_and_to_the_page_above_a_refused_act(
    chromium: Browser, settings: Settings, database: Database
) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        sent = a_submitted_activity(session, room.learning)
    with served_tool(chromium, settings) as tool:
        tool.actors |= {"asa": room.learning, "tove": room.teaching}
        with tool.visit("asa", 1280) as page:
            page.goto(f"{tool.root}/activities/new")
            page.get_by_label("Search").fill("café")
            page.wait_for_url("**q=caf%C3%A9**")
            page.get_by_role("button", name="Svenska").click()
            expect(page.locator("html[lang=sv]")).to_be_attached()
            expect(page.get_by_label("Sök", exact=True)).to_have_value("café")
        with tool.visit("tove", 1280) as page:
            page.goto(f"{tool.root}/review/{sent.id}")
            page.get_by_role("button", name="Return for completion").click()
            expect(page.get_by_role("alert")).to_be_focused()  # the scripts have run
            page.get_by_role("button", name="Svenska").click()
            expect(page.locator("html[lang=sv]")).to_be_attached()
            expect(page).to_have_url(f"{tool.root}/review/{sent.id}")
