"""The tool served from threads of this process, its pages opened without the platform around them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from lti_app import create_app
from lti_app.people.actors import Actor
from lti_app.settings import Settings
from lti_app.web.context import Parts
from lti_app.web.frame import COOKIE
from lti_app.web.limits import limiter
from lti_app.web.operators import new_link
from lti_app.web.sessions import NewLaunch, open_launch
from tests.browser.looking import HEIGHT, WIDTHS, judge
from tests.served_canvas import Server

SPOKEN = {320: "sv", 1280: "en"}
LEAVE = "document.documentElement.dataset.left = ''"


def press(control: Locator) -> None:
    """Click what leads to another page, which is there then: its scripts have run."""
    page = control.page
    page.evaluate(LEAVE)
    control.click()
    expect(page.locator("html:not([data-left])")).to_be_attached()
    page.wait_for_load_state("load")


def _window(width: int) -> dict[str, Any]:
    return {"locale": SPOKEN[width], "viewport": {"width": width, "height": HEIGHT}}


@dataclass
class ServedTool:
    """The served tool and who is there."""

    url: str
    parts: Parts
    browser: Browser
    actors: dict[str, Actor] = field(default_factory=dict)

    @contextmanager
    def visit(self, who: str, width: int) -> Iterator[Page]:
        """A browser of one's own, so wide, in a launch that speaks the width's language."""
        context = self.browser.new_context(**_window(width))
        with self.parts.db.writing() as session:
            launch = NewLaunch(self.actors[who], SPOKEN[width], "", "")
            sid, secret = open_launch(session, launch)
        self._enter(context, sid, secret)
        page = context.new_page()
        yield page
        context.close()

    @contextmanager
    def operate(self, width: int) -> Iterator[Page]:
        """The operator's first page, in a browser of one's own, so wide, that speaks the width's language."""
        with self.parts.db.writing() as session:
            link = new_link(session, self.parts.settings, lives=timedelta(minutes=15))
        context = self.browser.new_context(**_window(width))
        page = context.new_page()
        page.goto(link)
        press(page.locator("main button"))
        yield page
        context.close()

    def _enter(self, context: BrowserContext, sid: str, secret: str) -> None:
        self.root = f"{self.url}/l/{sid}"
        at = {"domain": "localhost", "path": f"/l/{sid}/"}
        context.add_cookies([{"name": COOKIE, "value": secret, **at, "secure": True, "sameSite": "None"}])  # type: ignore[list-item,typeddict-item]

    def look(self, who: str, paths: dict[str, str]) -> None:
        """Judge these pages by name, at each width."""
        for width in WIDTHS:
            with self.visit(who, width) as page:
                for name, path in paths.items():
                    answer = page.goto(self.root + path)
                    assert answer is not None
                    assert answer.status < 400, f"{name}: {answer.status}"
                    judge(page, page.main_frame, f"{name}-{width}", width)

    def look_publicly(self, paths: dict[str, str]) -> None:
        """The same for pages outside of the frame."""
        for width, spoken in SPOKEN.items():
            page = self.browser.new_page()
            for name, path in paths.items():
                page.goto(f"{self.url}{path}?lang={spoken}")
                judge(page, page.main_frame, f"{name}-{width}", width)
            page.close()


@contextmanager
def served_tool(browser: Browser, settings: Settings) -> Iterator[ServedTool]:
    """The tool, until the block ends."""
    server = Server()
    url = server.url.replace("127.0.0.1", "localhost")
    app = create_app(replace(settings, public_url=url))
    parts: Parts = app.extensions["cim"]
    limiter.reset()
    with server.serving(app):
        yield ServedTool(url, parts, browser)
    parts.db.engine.dispose()
