"""The time to undo a decision runs out while its page is open."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Browser, expect

from lti_app.db import Database
from lti_app.portfolio.models import Decision
from lti_app.settings import Settings
from tests.browser.looking import judge
from tests.browser.served_tool import press, served_tool
from tests.classroom import a_classroom, a_submitted_activity


def test_the_button_goes_when_its_time_is_over_and_the_rest_of_the_page_stays(
    chromium: Browser, settings: Settings, database: Database
) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        a_submitted_activity(session, room.learning, title="Merit 1")
    with served_tool(chromium, settings) as tool:
        tool.actors |= {"tove": room.teaching}
        with tool.visit("tove", 320) as page:
            page.clock.install()
            page.goto(f"{tool.root}/queue")
            press(page.get_by_role("link", name="Merit 1"))
            press(page.get_by_role("button", name="Godkänn"))
            button = page.get_by_role("button", name="Ångra")
            expect(button).to_be_visible()
            judge(page, page.main_frame, "review-undo-320", 320)
            with database.writing() as session:
                session.query(Decision).one().decided_at -= timedelta(seconds=settings.undo_seconds)
            page.clock.fast_forward((settings.undo_seconds + 2) * 1000)
            expect(button).to_be_hidden()
            expect(page.get_by_text("Ditt beslut är sparat.")).to_be_visible()
