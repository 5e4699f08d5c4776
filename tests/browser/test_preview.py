"""The preview of a draft over a slow connection: an answer that comes late takes nothing back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.looking import judge
from tests.browser.served_tool import SPOKEN, ServedTool

PREVIEW = "/schemes/lund-medicine/draft/preview"
LISTEN = """() => {
  window.answered = new Promise((done) => {
    document.addEventListener("htmx:afterRequest", () => done(), { once: true });
  });
}"""


class Held:
    """What the page asks for from now on waits until it is let through, the newest question alone."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked: list[Route] = []
        page.route("**/draft/preview?**", self._hold)

    def _hold(self, route: Route) -> None:
        self.asked.append(route)

    def let_through(self) -> None:
        assert self.asked, "the page has asked nothing"
        self.page.evaluate(LISTEN)
        self.asked.pop().continue_()
        self.asked.clear()  # which the newest has replaced
        self.page.evaluate("window.answered")


def test_a_type_is_chosen_key_by_key_while_answers_come(drafting: ServedTool) -> None:
    with drafting.visit("karin", 1280) as page:
        page.goto(drafting.root + PREVIEW)
        held = Held(page)
        chosen = page.get_by_label("Activity type").first
        chosen.focus()
        page.keyboard.type("La")
        held.let_through()
        expect(chosen).to_be_focused()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        assert chosen.evaluate("each => each.selectedOptions[0].label") == "Language café"
        held.let_through()
        page.get_by_label("Approved").first.check()
        held.let_through()
        expect(page.locator("#shown")).to_contain_text("1 of 3 different types")
        expect(chosen).to_have_value("language_cafe")


def test_what_is_typed_meanwhile_stays(drafting: ServedTool) -> None:
    with drafting.visit("karin", 1280) as page:
        page.goto(drafting.root + PREVIEW)
        page.get_by_label("Activity type").first.select_option("language_cafe")
        expect(page.locator("#more-0, #more-1").get_by_label("First day")).to_have_count(1)
        held = Held(page)
        page.get_by_label("Approved").first.check()
        field = page.locator("[id^=more-] input:not([type=date])").first
        field.focus()
        page.keyboard.type("twelve")
        held.let_through()
        expect(page.locator("#shown")).to_contain_text("1 of 3")
        expect(field).to_be_focused()
        expect(field).to_have_value("twelve")


@pytest.mark.parametrize("width", SPOKEN)
def test_the_preview_looks_well(drafting: ServedTool, width: int) -> None:
    with drafting.visit("karin", width) as page:
        page.goto(drafting.root + PREVIEW)
        page.locator("select[name^=type]").first.select_option("language_cafe")
        expect(page.locator("[id^=more-] input[type=date]")).to_have_count(2)
        judge(page, page.main_frame, f"preview-filled-{width}", width)
