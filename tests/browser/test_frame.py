"""What the page around the frame and the page in it do for one another, and how little either needs it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect

from lti_app.db import Database
from lti_app.settings import Settings
from tests.browser.held_school import HeldSchool, held_school
from tests.browser.looking import UNTIL_STILL
from tests.browser.people import Member

Enter = Callable[..., Member]
PLUM = "#7B2D6E"
# What the page in the frame says to the page around it, in order.
LISTEN = """if (window === top) {
  window.heard = [];
  addEventListener("message", ({ data }) => heard.push(typeof data === "string" ? JSON.parse(data) : data));
}"""
# A question of the test's own from the page in the frame, and the wait for its answer.
ASK = """() => new Promise((resolve) => {
  addEventListener("message", ({ data }) => data.message_id === "test" && resolve());
  parent.postMessage({ subject: "lti.fetchWindowSize", message_id: "test" }, "*");
})"""


@pytest.fixture
def place(chromium: Browser, tmp_path: Path, settings: Settings, database: Database) -> Iterator[HeldSchool]:
    with held_school(tmp_path, settings, database) as school:
        school.begin("asa")
        yield school


@pytest.fixture
def asa(enter: Enter, place: HeldSchool) -> Member:
    """A student who has been here before; her page around the frame notes what it hears."""
    member = enter(place, "asa")
    member.context.add_init_script(LISTEN)
    return member


def heard(member: Member, subject: str) -> list[dict[str, Any]]:
    """What the page around the frame was told of one subject."""
    told: list[dict[str, Any]] = member.page.evaluate("heard")
    return [each for each in told if each["subject"] == subject]


def wish(place: HeldSchool, *, zone: str = "Europe/Stockholm", high_contrast: bool = False) -> None:
    """Åsa's settings in the small Canvas."""
    person = place.canvas.people.get("asa")
    place.canvas.people.change(person.id, locale="en", timezone=zone, prefers_high_contrast=high_contrast)


def go_and_write(asa: Member) -> None:
    """To the questions of the returned activity, and some words, not saved."""
    asa.press("AMEE", "AMEE")
    asa.press("Reflection", "Reflection")
    asa.tool.locator("textarea").first.fill("Something new")


def test_the_frame_follows_its_page_and_the_page_shows_its_top(asa: Member) -> None:
    asa.open_tool()
    frame = asa.page.locator("iframe.tool_launch")
    wanted = asa.frame.evaluate("document.documentElement.offsetHeight") + 32
    assert wanted > 460, "the page is too short to show anything"
    expect(frame).to_have_css("height", f"{wanted}px")
    asa.frame.evaluate("document.querySelector('main').style.paddingBottom = '900px'")
    grown = asa.frame.evaluate("document.documentElement.offsetHeight") + 32
    expect(frame).to_have_css("height", f"{grown}px")
    asa.press("Record", "Your record")
    asa.frame.evaluate(ASK)
    assert heard(asa, "lti.scrollToTop") == []
    asa.press("Start", "Lund, Medicine")
    asa.frame.evaluate("document.querySelector('footer, main').style.paddingBottom = '900px'")
    asa.page.wait_for_function("document.documentElement.scrollHeight > 1500")
    asa.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    asa.frame.evaluate("document.querySelector('a[href$=record]').click()")
    asa.arrive("Your record")
    asa.page.wait_for_function("scrollY < document.querySelector('iframe.tool_launch').offsetTop + 1")
    assert len(heard(asa, "lti.frameResize")) < 12
    assert len(heard(asa, "lti.scrollToTop")) >= 1


def test_a_link_to_a_place_far_down_shows_it_once_the_frame_is_as_high_as_the_page(asa: Member) -> None:
    asa.page.set_viewport_size({"width": 400, "height": 500})
    asa.open_tool()
    asa.press("AMEE", "AMEE")
    asa.press("What and when", "What and when")
    place = f"#{asa.tool.locator('main form input[id]').last.get_attribute('id')}"
    address = asa.frame.url + place
    asa.press("Back", "AMEE")
    asa.page.locator("iframe.tool_launch").evaluate("frame => { frame.style.height = '200px'; }")
    asa.page.evaluate("scrollTo(0, 0)")
    asa.frame.evaluate("address => { location.href = address; }", address)
    asa.arrive("What and when")
    expect(asa.tool.locator(place)).to_be_in_viewport()


def test_a_page_that_grows_with_its_frame_gives_up_soon(asa: Member) -> None:
    asa.open_tool()
    asa.frame.evaluate("document.querySelector('main').style.minHeight = 'calc(100vh + 100px)'")
    asa.page.wait_for_function("heard.filter(({ subject }) => subject === 'lti.frameResize').length >= 8")
    before = asa.page.locator("iframe.tool_launch").bounding_box()
    asa.frame.evaluate(UNTIL_STILL)
    assert asa.page.locator("iframe.tool_launch").bounding_box() == before
    assert len(heard(asa, "lti.frameResize")) <= 10


def test_a_text_that_is_not_saved_holds_the_page_around_the_frame_too(asa: Member) -> None:
    asa.open_tool()
    go_and_write(asa)
    body = asa.page.locator("body")
    expect(body).to_have_attribute("data-unload-message", "What you wrote here is not saved yet.")
    asa.press("Save", "AMEE")
    expect(body).not_to_have_attribute("data-unload-message", re.compile(".*"))
    asa.press("What and when", "What and when")
    asa.fill({"First day": "2026-08-14", "Last day": "2026-08-03"})
    expect(body).to_have_attribute("data-unload-message", re.compile("not saved"))
    asa.press("Save and continue", "What and when")
    expect(asa.tool.get_by_role("alert")).to_be_visible()
    expect(body).to_have_attribute("data-unload-message", re.compile("not saved"))
    asked: list[str] = []
    asa.page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    asa.press("Back", "AMEE")
    assert asked == ["beforeunload"]
    asa.press("Start", "Lund, Medicine")
    asa.press("Add an activity", "What kind of activity was it?")
    asa.fill({"Search": "summer"})
    expect(body).not_to_have_attribute("data-unload-message", re.compile(".*"))


def test_the_notice_after_an_act_is_seen_once_and_heard_once(asa: Member) -> None:
    asa.open_tool()
    go_and_write(asa)
    asa.press("Save", "AMEE")
    expect(asa.page.locator("#tool-said")).to_have_text("Saved.")
    expect(asa.tool.get_by_text("Saved.", exact=True)).to_be_visible()
    expect(asa.tool.get_by_role("status")).to_have_count(0)
    expect(asa.page.locator("#tool-alert")).to_be_empty()


def test_times_are_told_by_her_clock_and_contrast_is_as_she_likes_it(asa: Member, place: HeldSchool) -> None:
    wish(place, zone="Pacific/Kiritimati", high_contrast=True)
    asa.open_tool()
    expect(asa.tool.locator("html[data-contrast=high]")).to_be_attached()
    link = asa.tool.get_by_role("link", name="AMEE")
    expect(link).to_have_css("color", "rgb(10, 90, 158)")
    expect(link).to_have_css("text-decoration-line", "underline")
    asa.glance("frame-high-contrast")
    asa.press("Record", "Your record")
    ahead = asa.frame.evaluate(
        "Intl.DateTimeFormat('en-GB', { timeZone: 'Pacific/Kiritimati', dateStyle: 'long' }).format()"
    )
    expect(asa.tool.locator("main")).to_contain_text(ahead)


def test_pages_wear_the_schools_colours_where_they_can_be_read(asa: Member, place: HeldSchool) -> None:
    place.canvas.courses.paint(
        {
            "ic-brand-primary": PLUM,
            "ic-brand-button--primary-bgd": PLUM,
            "ic-link-color": "#FFCC00",  # nobody could read it on white
        }
    )
    asa.open_tool()
    button = asa.tool.locator(".next a[role=button]")
    expect(button).to_have_css("background-color", "rgb(14, 104, 179)")
    place.deliver()
    asa.open_tool()
    expect(button).to_have_css("background-color", "rgb(123, 45, 110)")
    expect(asa.tool.get_by_role("link", name="AMEE")).to_have_css("color", "rgb(14, 104, 179)")
    asa.glance("frame-brand")


def test_what_the_launch_leaves_open_the_page_around_the_frame_tells(asa: Member, place: HeldSchool) -> None:
    wish(place, zone="Pacific/Kiritimati", high_contrast=True)
    place.canvas.tools.change_key(place.canvas.client_id, custom_fields={})
    with asa.page.expect_response("**/page-settings") as kept:
        asa.open_tool()
    assert kept.value.status == 204
    expect(asa.tool.locator("html[data-contrast=high]")).to_be_attached()
    asa.press("Record", "Your record")
    expect(asa.tool.locator("html[data-contrast=high]")).to_be_attached()
    expect(asa.tool.locator("body")).not_to_have_attribute("data-settings", re.compile(".*"))
    assert len(heard(asa, "lti.getPageSettings")) == 1


def test_all_works_with_a_platform_that_answers_nothing(asa: Member) -> None:
    """As in Canvas's apps for phones."""
    answering = f"{asa.school.canvas_url}/static/messages.js"
    asa.context.route(answering, lambda route: route.fulfill(body="", content_type="text/javascript"))
    complaints: list[str] = []
    asa.context.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    asa.open_tool()
    go_and_write(asa)
    asa.press("Save", "AMEE")
    expect(asa.tool.get_by_role("status")).to_have_text("Saved.")
    assert {each["subject"] for each in asa.page.evaluate("heard")} == {"lti.capabilities"}
    assert complaints == []


def test_an_answer_from_an_origin_that_the_launch_did_not_name_is_none(
    asa: Member, place: HeldSchool
) -> None:
    def elsewhere(route: Route) -> None:
        page = route.fetch()
        named = f'data-platform="{place.canvas_url}"'
        assert named in page.text()
        told = page.text().replace(named, 'data-platform="https://elsewhere.example"')
        route.fulfill(response=page, body=told)

    asa.open_tool()
    asa.context.route("**/record", elsewhere)
    asa.press("Record", "Your record")
    expect(asa.tool.locator("body")).to_have_attribute("data-platform", "https://elsewhere.example")
    asa.frame.evaluate(ASK)  # what it had asked before is answered by then
    subjects = [each["subject"] for each in asa.page.evaluate("heard")]
    begun = len(subjects) - subjects[::-1].index("lti.capabilities")
    assert subjects[begun:] == ["lti.fetchWindowSize"]
