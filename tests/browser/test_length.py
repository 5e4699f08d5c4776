"""A text that is longer than the server reads stays on its page, with a sentence at its field."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from lti_app.db import Database
from lti_app.people.roles import Role
from lti_app.settings import Settings
from lti_app.web.uploads import MOST_TEXT_BYTES
from tests import world
from tests.browser.looking import judge
from tests.browser.served_tool import SPOKEN, served_tool

LONG = "å" * (MOST_TEXT_BYTES // 6)  # each letter is six signs when it is sent


@pytest.mark.parametrize("width", SPOKEN)
def test_a_text_too_long_is_not_sent_and_a_shorter_one_is(
    chromium: Browser, settings: Settings, database: Database, width: int
) -> None:
    with served_tool(chromium, settings) as tool:
        with database.writing() as session:
            course = world.a_course(session)
            keeper = world.a_person(session, course, Role.COORDINATOR)
            tool.actors["karin"] = world.an_actor(keeper, course, Role.COORDINATOR)
        with tool.visit("karin", width) as page:
            page.goto(f"{tool.root}/schemes/new")
            pasted, send = page.locator("#yaml"), page.locator("button[value=file]")
            pasted.fill(LONG)
            send.click()
            told = pasted.evaluate("each => each.validationMessage")
            assert told.startswith("Den här texten är för lång" if width == 320 else "This text is too long")
            assert pasted.input_value() == LONG
            pasted.fill("x" * 1_000_001)
            send.click()
            expect(page.get_by_role("alert")).to_contain_text("1 MB")
            judge(page, page.main_frame, f"too-long-{width}", width)
            pasted.fill("x")
            send.click()
            expect(page.get_by_role("alert")).not_to_contain_text("1 MB")


def test_the_operators_pages_do_not_send_it_either(
    chromium: Browser, settings: Settings, database: Database
) -> None:
    with served_tool(chromium, settings) as tool, tool.operate(1280) as page:
        page.goto(f"{tool.url}/admin/invitations")
        pasted, send = page.locator("#new_name"), page.locator("main form button")
        pasted.evaluate("(each, text) => { each.value = text; }", LONG)
        send.click()
        told = pasted.evaluate("each => each.validationMessage")
        assert told.startswith("This text is too long")
        pasted.fill("Lunds universitet")
        send.click()
        expect(page.locator("[data-copies]")).to_be_visible()
