"""While somebody edits how a certificate looks, the specimen beside the form follows; nothing is saved."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

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


def test_the_specimen_follows_what_is_typed_and_moves_to_where_it_is_typed(tool: ServedTool) -> None:
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

        assert middle(page.locator(".look")) < top(last(page)), "the last field is far below"
        last(page).focus()
        page.wait_for_function("document.querySelector('.look').style.marginTop")
        assert top(page.locator(".look")) < top(last(page)) < bottom(page.locator(".look"))
        page.reload()  # playwright accepts what the browser asks
        expect(page.get_by_label("Swedish").first).not_to_have_value("Intyg")


def test_a_specimen_that_cannot_follow_says_so(tool: ServedTool) -> None:
    with tool.visit("karin", 320) as page:
        page.goto(tool.root + SECTION)
        expect(page.locator("#look-notes")).to_contain_text("Allt får plats.")
        judge(page, page.main_frame, "specimen-follows-320", 320)
        said = page.get_by_text("Provtrycket kunde inte följa med.")
        expect(said).to_be_hidden()
        page.route("**/draft/look", lambda route: route.abort())
        page.get_by_label("Namn att prova").fill("Bo Ek")
        expect(said).to_be_visible()
        page.unroute("**/draft/look")
        page.get_by_role("button", name="Visa").click()
        expect(said).to_be_hidden()


def source(sheet: Locator) -> str:
    return sheet.get_attribute("src") or ""


def last(page: Page) -> Locator:
    """The last field of the form."""
    return page.locator("#section select, #section input:not([type=hidden])").last


def top(place: Locator) -> float:
    return box(place)["y"]


def middle(place: Locator) -> float:
    return box(place)["y"] + box(place)["height"] / 2


def bottom(place: Locator) -> float:
    return box(place)["y"] + box(place)["height"]


def box(place: Locator) -> dict[str, float]:
    found = place.bounding_box()
    assert found is not None
    return dict(found)
