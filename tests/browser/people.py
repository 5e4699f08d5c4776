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
WIDTHS = (320, 1280)
HEIGHT = 900
POLICY_WORDS = ("Content Security Policy", "Refused to")

# A frame of another process follows its page's size a little later; so does the height that it asks for.
UNTIL_STILL = """() => new Promise(resolve => {
  let before = "", since = 0;
  const look = () => {
    const now = `${innerWidth} ${innerHeight} ${document.documentElement.scrollHeight}`;
    since = now === before ? since + 1 : 0;
    before = now;
    if (since < 12) requestAnimationFrame(look); else resolve();
  };
  look();
})"""


class Member:
    """Somebody of the school; `tool` finds things in the tool's frame, `page` is the page around it."""

    def __init__(self, browser: Browser, school: School, login: str, **options: Any) -> None:
        self.school = school
        self.login = login
        self.complaints: list[str] = []
        self.context = browser.new_context(
            **{"locale": "en-GB", "viewport": {"width": 1280, "height": HEIGHT}} | options
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

    def arrive(self, heading: str) -> None:
        """See the page of the tool with this heading."""
        expect(self.tool.get_by_role("heading", level=1, name=heading)).to_be_visible()

    def follow(self, link: str, heading: str) -> None:
        """Follow a link in the tool, and arrive."""
        self.tool.get_by_role("link", name=link, exact=True).click()
        self.arrive(heading)

    def press(self, button: str, heading: str) -> None:
        """Press a button in the tool, and arrive."""
        self.tool.get_by_role("button", name=button, exact=True).click()
        self.arrive(heading)

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
            for width in WIDTHS:
                self.judge(f"{name}-{language}-{width}", width)

    def judge(self, name: str, width: int) -> None:
        """At this width nothing is wider than the frame, axe finds nothing; and a picture of all of it."""
        self.widen(width)
        frame = self.frame
        assert_fits(frame, name)
        assert_accessible(frame, name)
        SCREENS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENS / f"{name}.png")

    def widen(self, width: int) -> None:
        """Make the window so wide, and high enough for the whole page."""
        self.frame.wait_for_load_state("load")
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        self.frame.evaluate(UNTIL_STILL)
        height = self.page.evaluate("document.scrollingElement.scrollHeight")
        self.page.set_viewport_size({"width": width, "height": max(height, HEIGHT)})
        self.frame.evaluate(UNTIL_STILL)

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
