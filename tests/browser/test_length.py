"""A text that is longer than the server reads stays on its page, with a sentence at its field."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, expect

from lti_app.db import Database
from lti_app.people.roles import Role
from lti_app.settings import Settings
from lti_app.web.uploads import MOST_TEXT_BYTES
from tests import world
from tests.browser.looking import judge
from tests.browser.served_tool import SPOKEN, ServedTool, press, served_tool

SECTION = "/schemes/lund-medicine/draft/sections/about"
# As they are sent: in a form with files a letter such as å is two bytes, and so is the end of a line; in
# other forms each is six signs.
LINE = "å" * 60 + "\n"
LONG = LINE * (MOST_TEXT_BYTES // 122 + 1)
SHORTER = LINE * (MOST_TEXT_BYTES // 366 + 1)


def paste(field: Locator, text: str) -> None:
    """Write what would take long to type."""
    event = "new Event('input', { bubbles: true })"
    field.evaluate(f"(each, text) => {{ each.value = text; each.dispatchEvent({event}); }}", text)


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
            paste(pasted, LONG)
            send.click()
            told = pasted.evaluate("each => each.validationMessage")
            assert told.startswith("Den här texten är för lång" if width == 320 else "This text is too long")
            assert pasted.input_value() == LONG
            paste(pasted, SHORTER)
            press(send)
            expect(page.get_by_role("alert")).to_contain_text("1 MB")
            judge(page, page.main_frame, f"too-long-{width}", width)
            pasted.fill("x")
            press(send)
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
        press(send)
        expect(page.locator("[data-copies]")).to_be_visible()


def test_lines_count_as_they_are_sent_and_any_field_of_the_form_can_be_shortened(
    drafting: ServedTool,
) -> None:
    with drafting.visit("karin", 1280) as page:
        page.goto(drafting.root + SECTION)
        one, other = (page.locator("main form.editor textarea").nth(each) for each in (0, 1))
        save = page.locator("button[value=save]").first
        too_long = "each => each.validationMessage.startsWith('This text is too long')"
        paste(one, SHORTER)
        save.click()
        assert one.evaluate(too_long)
        half = SHORTER[: len(SHORTER) // 2]
        paste(one, half + LINE)
        paste(other, half)
        save.click()
        assert one.evaluate(too_long)
        other.fill("x")
        assert not one.evaluate(too_long)
