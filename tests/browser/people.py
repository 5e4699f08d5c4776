"""A person at her own browser: opens course pages, works in the tool's frame, is looked over the shoulder.

`look` is what every main page must bear: both languages, 320 and 1280 px wide, nothing cut off, axe content.
It leaves pictures in test-results/screens/ for people to look at.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Frame, FrameLocator, Response, expect

from tests.browser.axe import assert_accessible
from tests.browser.school import School

SCREENS = Path(__file__).parents[2] / "test-results" / "screens"
LANGUAGES = {"sv": "Svenska", "en": "English"}
WIDTHS = {320: 800, 1280: 900}
POLICY_WORDS = ("Content Security Policy", "Refused to")


class Member:
    """Somebody of the school; `tool` finds things in the tool's frame, `page` is the page around it."""

    def __init__(self, browser: Browser, school: School, login: str, **options: Any) -> None:
        self.school = school
        self.login = login
        self.complaints: list[str] = []
        self.context = browser.new_context(
            **{"locale": "en-GB", "viewport": {"width": 1280, "height": 900}} | options
        )
        self.context.set_default_timeout(15_000)
        self.context.on("console", self._hear)
        self.context.on("weberror", lambda error: self.complaints.append(f"{login}: {error.error}"))
        self.context.on("response", self._watch)
        self.page = self.context.new_page()

    def leave(self) -> None:
        """Close the browser window."""
        self.context.close()

    @property
    def tool(self) -> FrameLocator:
        """The tool's frame in the course page."""
        return self.page.frame_locator("iframe.tool_launch")

    @property
    def frame(self) -> Frame:
        """The document that is in the tool's frame now."""
        handle = self.page.locator("iframe.tool_launch").element_handle()
        inside = handle.content_frame()
        assert inside is not None
        return inside

    def open_course(self, rest: str = "") -> None:
        """Go to a page of the course."""
        self.page.goto(self.school.course_page(self.login, rest))

    def open_tool(self) -> None:
        """Open the tool from the course menu, and see its first page in the frame."""
        self.open_course()
        self.page.get_by_role("navigation", name="Course").get_by_role(
            "link", name="International Merits"
        ).click()
        expect(self.tool.locator("h1")).to_be_visible()

    def speak(self, language: str) -> None:
        """Choose the language of the tool's pages with the button in its bar."""
        if self.frame.evaluate("document.documentElement.lang") != language:
            self.tool.get_by_role("button", name=LANGUAGES[language]).click()
        expect(self.tool.locator(f"html[lang={language}]")).to_be_attached()
        expect(self.tool.locator("h1")).to_be_visible()

    def look(self, name: str) -> None:
        """The page as it is: readable in both languages at both widths. Ends in English at 1280 px."""
        for language in LANGUAGES:
            self.speak(language)
            for width, height in WIDTHS.items():
                self.page.set_viewport_size({"width": width, "height": height})
                self.judge(f"{name}-{language}-{width}")

    def judge(self, name: str) -> None:
        """Nothing wider than the frame, nothing that axe finds; and a picture."""
        frame = self.frame
        frame.wait_for_load_state("load")
        SCREENS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENS / f"{name}.png", full_page=True)
        assert_fits(frame, name)
        assert_accessible(frame, name)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and any(words in message.text for words in POLICY_WORDS):
            self.complaints.append(f"{self.login}: {message.text}")

    def _watch(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{self.login}: {response.status} {response.url}")


def assert_fits(frame: Frame, where: str) -> None:
    """Nobody has to scroll sideways."""
    wide = frame.evaluate("document.scrollingElement.scrollWidth")
    shown = frame.evaluate("innerWidth")
    assert wide <= shown, f"{where}: {wide} px of page in {shown} px"
