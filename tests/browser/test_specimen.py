"""While somebody edits how a certificate looks, the specimen beside the form follows; nothing is saved."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from lti_app.db import Database
from lti_app.people.roles import Role
from lti_app.schemes.editor.beginning import begin_from_version
from lti_app.settings import Settings
from tests import world
from tests.browser.looking import judge
from tests.browser.served_tool import ServedTool, served_tool

SECTION = "/schemes/lund-medicine/draft/sections/certificate"
LONG = "Intyg över internationella meriter " * 4


@pytest.fixture
def tool(chromium: Browser, settings: Settings, database: Database) -> Iterator[ServedTool]:
    """The tool, with a draft."""
    with served_tool(chromium, settings) as tool:
        with database.writing() as session:
            course = world.a_running_course(session)
            person = world.a_person(session, course, name="Karin Ko")
            tool.actors["karin"] = world.an_actor(person, course, Role.COORDINATOR)
            begin_from_version(session, tool.actors["karin"], "lund-medicine", 1)
        yield tool


def test_the_specimen_follows_what_is_typed(tool: ServedTool) -> None:
    with tool.visit("karin", 1280) as page:
        page.goto(tool.root + SECTION)
        notes, sheet = page.locator("#look-notes"), page.locator("#look-sheets img")
        expect(notes).to_contain_text("Everything fits.")
        before = source(sheet)
        heading = page.get_by_label("Swedish").first
        heading.fill(LONG)
        expect(notes).to_contain_text("The title in Swedish: set at")
        expect(heading).to_be_focused()
        assert source(sheet) != before
        judge(page, page.main_frame, "specimen-follows-1280", 1280)

        heading.fill("")
        expect(notes).to_contain_text("The specimen follows again once these are mended")
        expect(sheet).to_have_css("opacity", "0.4")
        judge(page, page.main_frame, "specimen-waits-1280", 1280)
        heading.fill("Intyg")
        expect(notes).to_contain_text("Everything fits.")
        expect(sheet).to_have_css("opacity", "1")

        page.get_by_label("Number of merits").fill("40")
        expect(sheet).to_have_count(4)
        judge(page, page.main_frame, "specimen-of-many-1280", 1280)
        page.get_by_label("Name to try").fill("王")
        page.get_by_label("Name to try").press("Enter")
        expect(notes).to_contain_text("lacks these characters")
        assert page.url.endswith("certificate"), "Enter asked for the specimen, not for another page"

        expect(page.locator("#look-notes")).to_contain_text("The picture is from before.")
        page.reload()  # what the browser asks is answered by the test with yes
        expect(page.get_by_label("Swedish").first).not_to_have_value("Intyg")


def test_the_specimen_stays_in_sight_in_a_frame_as_high_as_its_page(tool: ServedTool) -> None:
    with tool.visit("karin", 1280) as page:
        page.set_viewport_size({"width": 1280, "height": 3600})
        page.goto(tool.root + SECTION)
        pane, end = page.locator(".look"), page.locator("#section select, #section input:visible").last
        expect(pane.get_by_role("img")).to_be_visible()
        assert bottom(pane) < top(end), "the last field is far below"
        height = page.evaluate("document.documentElement.scrollHeight")
        end.focus()
        expect(pane).not_to_have_css("margin-top", "0px")
        assert top(pane) < top(end) < bottom(pane)
        assert page.evaluate("document.documentElement.scrollHeight") == height
        page.get_by_label("Swedish").first.focus()
        expect(pane).to_have_css("margin-top", "0px")


def test_a_specimen_that_cannot_follow_says_so(tool: ServedTool) -> None:
    with tool.visit("karin", 320) as page:
        page.goto(tool.root + SECTION)
        notes, said = page.locator("#look-notes"), page.get_by_text("Provtrycket kunde inte följa med.")
        expect(notes).to_contain_text("Allt får plats.")
        judge(page, page.main_frame, "specimen-follows-320", 320)
        expect(said).to_be_hidden()
        page.route("**/draft/look", lambda route: route.abort())
        page.get_by_label("Namn att prova").fill("Bo Ek")
        expect(said).to_be_visible()
        expect(notes).to_be_hidden()
        expect(page.locator("#look-sheets img")).to_have_css("opacity", "0.4")
        page.unroute("**/draft/look")
        page.get_by_role("button", name="Visa").click()
        expect(said).to_be_hidden()
        expect(notes).to_be_visible()


def test_typing_on_before_the_answer_has_come_is_no_failure(tool: ServedTool) -> None:
    with tool.visit("karin", 1280) as page:
        page.goto(tool.root + SECTION)
        expect(page.locator("#look-notes")).to_contain_text("Everything fits.")
        page.evaluate(
            """() => {
                const failed = document.querySelector("[data-failed]");
                new MutationObserver(() => { if (!failed.hidden) window.hasFailed = true; })
                    .observe(failed, {attributes: true});
                document.addEventListener("htmx:sendAbort", () => { window.wasReplaced = true; });
            }"""
        )
        page.route("**/draft/look", lambda _route: None)  # no answer comes
        for typed in ("Bo", "Bo Ek"):
            with page.expect_request("**/draft/look"):
                page.get_by_label("Name to try").fill(typed)
        page.wait_for_function("window.wasReplaced")
        assert not page.evaluate("window.hasFailed")


def source(sheet: Locator) -> str:
    return sheet.get_attribute("src") or ""


def top(place: Locator) -> float:
    return box(place)["y"]


def bottom(place: Locator) -> float:
    return box(place)["y"] + box(place)["height"]


def box(place: Locator) -> dict[str, float]:
    found = place.bounding_box()
    assert found is not None
    return dict(found)
