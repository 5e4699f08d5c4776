"""A person at her own browser: opens course pages, works in the tool's frame, is looked over the shoulder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Frame,
    FrameLocator,
    Locator,
    Response,
    expect,
)

from tests.browser.looking import HAS_PICTURES, HEIGHT, judge, resize
from tests.browser.school import School

LANGUAGES = {"sv": "Svenska", "en": "English"}
GLANCE = [("en", 1280), ("sv", 320)]
LOOK = [("en", 1280), ("en", 320), ("sv", 320), ("sv", 1280)] if HAS_PICTURES else GLANCE
WINDOW = {"width": 1280, "height": HEIGHT}
LEAVE = "control => { document.documentElement.dataset.left = ''; return control.tagName }"
POLICY_WORDS = ("Content Security Policy", "Refused to")


class Member:
    """Somebody of the school; `tool` finds things in the tool's frame, `page` is the page around it.

    She sits at a browser of her own (a new one, or that `context`), or in a second tab `beside` somebody.
    """

    def __init__(
        self,
        browser: Browser,
        school: School,
        login: str,
        *,
        beside: Member | None = None,
        context: BrowserContext | None = None,
        **options: Any,
    ) -> None:
        self.school = school
        self.login = login
        self.complaints: list[str] = []
        self.has_scripts = options.get("java_script_enabled", True)
        own = {"locale": "en-GB", "viewport": WINDOW}
        self.context = beside.context if beside else context or browser.new_context(**own | options)
        self.context.set_default_timeout(30_000)
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
        inside = self.page.locator("iframe.tool_launch").element_handle().content_frame()
        assert inside is not None
        return inside

    def open_course(self, rest: str = "") -> None:
        """Go to a page of the course."""
        self.page.goto(self.school.course_page(self.login, rest))

    def open_tool(self) -> None:
        """Open the tool from the course menu, and see its first page in the frame, in English."""
        self.open_course()
        menu = self.page.get_by_role("navigation", name="Course")
        menu.get_by_role("link", name="International Merits").click()
        if not self.has_scripts:
            for step in ("login", "launch"):
                self.tool.locator(f"form[action$='/lti/{step}'] button").click()
        expect(self.tool.locator("h1")).to_be_visible()
        self.speak("en")

    def arrive(self, heading: str) -> None:
        """See the page of the tool with this heading, with its styles and scripts."""
        try:
            expect(self.tool.get_by_role("heading", level=1, name=heading)).to_be_visible()
        except AssertionError:
            seen = f"{self.frame.url}\n{self.tool.locator('body').inner_text()}"
            raise AssertionError(f"{self.login} waits for “{heading}” and sees {seen}") from None
        self.frame.wait_for_load_state("load")

    def control(self, name: str) -> Locator:
        """The link or button of this name; some links look like buttons and say so."""
        link = self.tool.get_by_role("link", name=name, exact=True)
        return link.or_(self.tool.get_by_role("button", name=name, exact=True))

    def click_twice(self, name: str) -> None:
        """Click a button as impatient people do."""
        self.tool.get_by_role("button", name=name, exact=True).dblclick()

    def press(self, name: str, heading: str) -> None:
        """Go to this tab, click a link, or twice a button, and arrive on another page (of this heading)."""
        self.page.bring_to_front()
        control = self.control(name)
        if control.evaluate(LEAVE) == "BUTTON":
            control.dblclick()
        else:
            control.click()
        expect(self.tool.locator("html:not([data-left])")).to_be_attached()
        self.arrive(heading)

    def fill(self, fields: dict[str, str]) -> None:
        """Fill in or choose, by the fields' labels."""
        for label, value in fields.items():
            field = self.tool.get_by_label(label)
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(label=value)
            else:
                field.fill(value)

    def speak(self, language: str) -> None:
        """Choose the language of the tool's pages with the button in its bar."""
        if self.tool.locator("html").get_attribute("lang") != language:
            self.tool.get_by_role("button", name=LANGUAGES[language]).click()
        expect(self.tool.locator(f"html[lang={language}]")).to_be_attached()
        expect(self.tool.locator("h1")).to_be_visible()

    def look(self, name: str) -> None:
        """As in a glance; where pictures are made, in all four ways. Ends in English, wide."""
        self._look(name, LOOK)

    def glance(self, name: str) -> None:
        """A page much like one that was looked at: wide in English, narrow in Swedish."""
        self._look(name, GLANCE)

    def _look(self, name: str, ways: Iterable[tuple[str, int]]) -> None:
        for language, width in ways:
            self.speak(language)
            has_axe = (language, width) in GLANCE
            judge(self.page, self.frame, f"{name}-{language}-{width}", width, has_axe=has_axe)
        self.speak("en")
        resize(self.page, self.frame, **WINDOW)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and any(words in message.text for words in POLICY_WORDS):
            self.complaints.append(f"{self.login}: {message.text}")

    def _watch(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{self.login}: {response.status} {response.url}")


@contextmanager
def sitting() -> Iterator[list[Member]]:
    """Whoever is added is sent home in the end; what their pages complained about fails the test."""
    members: list[Member] = []
    yield members
    complaints = [told for member in members for told in member.complaints]
    for member in members:
        member.leave()
    assert not complaints, "\n".join(complaints)
