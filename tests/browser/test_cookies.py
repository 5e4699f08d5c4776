"""Opening the tool in browsers that keep all cookies, partitioned ones only, none in frames, or none at all.

Tool and small Canvas are served by this process, on the two sites that the demo uses, so that the platform's
storage can be switched. Each test has a Chromium with a profile of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from lti_app.db import Database
from lti_app.demo import SmallCanvas
from lti_app.settings import Settings
from tests.browser.chromium import profile
from tests.browser.looking import judge
from tests.browser.people import Member, sitting
from tests.browser.school import School
from tests.served_canvas import Server, register, served_canvas

Sit = Callable[[str], Member]


@pytest.fixture
def tool_server() -> Server:
    """Where the tool will be served."""
    return Server()


@pytest.fixture
def settings(settings: Settings, tool_server: Server) -> Settings:
    """The tool on http://localhost, another site than the small Canvas's."""
    return replace(settings, public_url=tool_server.url.replace("127.0.0.1", "localhost"))


@pytest.fixture
def canvas(
    own_app: Flask, tool_server: Server, settings: Settings, database: Database, tmp_path: Path
) -> Iterator[SmallCanvas]:
    """The small Canvas beside the tool, which knows it."""
    with tool_server.serving(own_app), served_canvas(tmp_path / "canvas", settings, database) as canvas:
        register(canvas, settings, database)
        yield canvas


@pytest.fixture
def sit(chromium: Browser, canvas: SmallCanvas, settings: Settings, tmp_path: Path) -> Iterator[Sit]:
    """`sit("none in frames")` puts Åsa before a browser that keeps cookies like that."""
    with sitting() as members:

        def sit_down(cookies: str) -> Member:
            context = profile(chromium, tmp_path / cookies, cookies, locale="en-GB")
            school = School(settings.public_url, canvas.config.base_url)
            members.append(Member(chromium, school, "asa", context=context))
            return members[-1]

        yield sit_down


def choose_tool(asa: Member) -> None:
    """Press the tool's name in the course menu."""
    asa.open_course()
    menu = asa.page.get_by_role("navigation", name="Course")
    menu.get_by_role("link", name="International Merits").click()


def is_offered_a_tab(asa: Member, code: str = "") -> None:
    """See the page in the frame that offers one: good to look at, narrow too."""
    asa.arrive("Open the tool in a new tab")
    assert (asa.tool.locator("main").get_attribute("data-error-code") or "") == code
    judge(asa.page, asa.frame, f"new-tab-{code or 'by-storage'}", 320)


def new_tab(asa: Member) -> Page:
    """Press the frame's button, and go to the tab that it opens."""
    with asa.context.expect_page() as opened:
        asa.control("Open in a new tab").click()
    return opened.value


def sees_her_pages(place: Page) -> None:
    """The tool is open, as hers."""
    expect(place.locator("body")).to_have_attribute("data-role", "student")
    expect(place.locator(".who")).to_have_text("Åsa Öberg")


@pytest.mark.parametrize("cookies", ["allowed", "partitioned only"])
def test_with_cookies_the_tool_opens_in_the_frame_and_looks_at_them_only_once(cookies: str, sit: Sit) -> None:
    asa = sit(cookies)
    looks: list[str] = []
    asa.context.on("request", lambda sent: looks.append(sent.url) if "/lti/login/" in sent.url else None)
    for _ in range(2):
        choose_tool(asa)
        expect(asa.tool.locator("body")).to_have_attribute("data-role", "student")
    assert len(looks) == 1
    kept = {cookie["name"]: cookie for cookie in asa.context.cookies()}
    assert kept["cim_cookies"]["partitionKey"] == "http://127.0.0.1"
    assert kept["cim_launch"]["partitionKey"] == "http://127.0.0.1"


@pytest.mark.parametrize("target", ["post_message_forwarding", "_parent"])
def test_without_cookies_in_frames_storage_proves_the_launch_and_a_tab_gets_it(
    target: str, sit: Sit, canvas: SmallCanvas
) -> None:
    canvas.switch(storage_target=target)
    asa = sit("none in frames")
    choose_tool(asa)
    is_offered_a_tab(asa)
    asa.frame.evaluate("location.reload()")
    asa.arrive("The tool works in a tab of its own")
    tab = new_tab(asa)
    sees_her_pages(tab)
    assert tab.url.startswith(f"{asa.school.tool_url}/l/")
    expect(asa.tool.get_by_text("The tool is open in its own tab.")).to_be_visible()
    assert not [
        cookie for cookie in asa.context.cookies() if cookie.get("partitionKey") == "http://127.0.0.1"
    ]
    kept = asa.page.evaluate("Object.values(sessionStorage).join()")
    assert "cim_" not in kept, "the secret was not taken out of the platform's storage"
    asa.frame.evaluate("location.reload()")
    expect(asa.tool.get_by_text("It was opened from here: go on in that tab.")).to_be_visible()
    expect(asa.control("Open in a new tab")).to_be_hidden()


def test_a_frame_that_keeps_silent_falls_back_to_the_page_around(sit: Sit, canvas: SmallCanvas) -> None:
    asa = sit("none in frames")
    asa.context.route("**/post_message_forwarding", lambda route: route.abort())
    choose_tool(asa)
    asa.arrive("Open the tool in a new tab")
    sees_her_pages(new_tab(asa))


def test_without_cookies_and_storage_a_new_tab_repeats_the_login(sit: Sit, canvas: SmallCanvas) -> None:
    canvas.switch(storage_target=None)
    asa = sit("none in frames")
    choose_tool(asa)
    is_offered_a_tab(asa, "cookies-in-frame")
    sees_her_pages(new_tab(asa))


def test_where_all_cookies_are_blocked_that_is_explained(sit: Sit) -> None:
    asa = sit("none")
    choose_tool(asa)
    expect(asa.tool.get_by_text("The course page did not answer")).to_be_visible()
    tab = new_tab(asa)
    expect(tab.locator("main")).to_have_attribute("data-error-code", "cookies-blocked")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Your browser keeps no cookies for this site")


@pytest.mark.parametrize("cookies", ["allowed", "none in frames"])
def test_a_launch_that_somebody_else_began_is_not_let_in(cookies: str, sit: Sit, canvas: SmallCanvas) -> None:
    """Login CSRF: Björn logs in, keeps the answer for himself, and has Åsa's browser post it."""
    fields = _launch_of_another(canvas, "bjorn")
    asa = sit(cookies)
    asa.page.goto(canvas.config.base_url)
    inputs = "".join(f'<input name="{name}" value="{value}">' for name, value in fields.items())
    address = f"{asa.school.tool_url}/lti/launch"
    asa.page.set_content(
        f'<form method="post" action="{address}">{inputs}<button>Win a prize</button></form>'
    )
    with asa.page.expect_response(address) as answer:
        asa.page.get_by_role("button").click()
    assert answer.value.status == 403
    expect(asa.page.locator("main")).to_have_attribute("data-error-code", "cookie-missing")
    assert "cim_launch" not in [cookie["name"] for cookie in asa.context.cookies()]


def _launch_of_another(canvas: SmallCanvas, login: str) -> dict[str, str]:
    """State and token of a launch that this person began in a browser of his own."""
    begun = canvas.start_launch(login)
    with requests.Session() as his:
        his.trust_env = False
        started = his.post(begun.action, data=begun.fields, allow_redirects=False)
        kept = "; ".join(f"{cookie.name}={cookie.value}" for cookie in his.cookies)
        look = his.get(
            f"{canvas.config.tool_url}{started.headers['Location']}",
            headers={"Cookie": kept},
            allow_redirects=False,
        )
        assert look.status_code == 302, look.text
        answered = his.get(look.headers["Location"])
    return {
        name: answered.text.partition(f'name="{name}" value="')[2].partition('"')[0]
        for name in ("state", "id_token")
    }
