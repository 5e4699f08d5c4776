"""While somebody edits how a certificate looks, the specimen beside the form follows; nothing is saved."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.looking import judge
from tests.browser.served_tool import ServedTool

SECTION = "/schemes/lund-medicine/draft/sections/certificate"
LONG = "Intyg över internationella meriter " * 4


def test_the_specimen_follows_what_is_typed(drafting: ServedTool) -> None:
    with drafting.visit("karin", 1280) as page:
        page.goto(drafting.root + SECTION)
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
        expect(notes).to_contain_text("The Swedish text is missing.")
        heading.fill(LONG * 3)
        expect(notes).to_contain_text("The picture shows how it was before.")
        expect(sheet).to_have_css("opacity", "0.4")
        judge(page, page.main_frame, "specimen-waits-1280", 1280)
        heading.fill("Intyg")
        expect(notes).to_contain_text("Everything fits.")
        expect(sheet).to_have_css("opacity", "1")

        before = source(sheet)
        page.get_by_label("The faculty").check()
        expect(page.get_by_label("Everything")).not_to_be_checked()
        expect(page.get_by_label("Only these")).to_be_checked()
        page.wait_for_function(
            "before => document.querySelector('#look-sheets img').src !== before", arg=before
        )

        page.get_by_label("Merits (1–60)").fill("40")
        expect(sheet).to_have_count(2)
        judge(page, page.main_frame, "specimen-of-many-1280", 1280)
        page.get_by_label("Name to try").fill("王")
        page.get_by_label("Name to try").press("Enter")
        expect(notes).to_contain_text("lacks these characters")
        assert page.url.endswith("certificate"), "Enter asked for the specimen, not for another page"

        expect(page.locator("#look-notes")).to_contain_text("The picture shows how it was before.")
        page.reload()  # what the browser asks is answered by the test with yes
        expect(page.get_by_label("Swedish").first).not_to_have_value("Intyg")


@pytest.mark.parametrize("frame_height", [900, 4600])
def test_the_specimen_stays_in_sight_whoever_scrolls(drafting: ServedTool, frame_height: int) -> None:
    """The page itself, or that of the platform around a frame as high as what is in it."""
    with drafting.visit("karin", 1280) as page:
        page.goto(drafting.root + SECTION)
        address = drafting.root + SECTION
        around = page.context.new_page()
        around.set_viewport_size({"width": 1280, "height": 900})
        around.route(
            "**/around",
            lambda route: route.fulfill(
                content_type="text/html",
                body=f"<body><iframe width=1200 height={frame_height} src='{address}'></iframe>",
            ),
        )
        around.goto(f"{drafting.url}/around")
        frame = around.frames[1]
        pane, sheet = frame.locator(".look"), frame.locator("#look-sheets img")
        expect(sheet).to_be_visible()
        end = frame.get_by_label("English").last
        end.focus()
        expect(sheet).to_be_in_viewport(ratio=0.5)
        frame.get_by_label("Swedish").first.focus()
        expect(pane.get_by_role("heading", name="Specimen")).to_be_in_viewport()
        heights = "['.with-look', '#section'].map(each => document.querySelector(each).offsetHeight)"
        assert len(set(frame.evaluate(heights))) == 1, "the page is no longer for it"


def test_a_specimen_that_cannot_follow_says_so(drafting: ServedTool) -> None:
    with drafting.visit("karin", 320) as page:
        page.goto(drafting.root + SECTION)
        notes, said = page.locator("#look-notes"), page.get_by_text("Provexemplaret kunde inte följa med.")
        expect(notes).to_contain_text("Allt får plats.")
        judge(page, page.main_frame, "specimen-follows-320", 320)
        expect(said).to_be_hidden()
        page.route("**/draft/look", lambda route: route.abort())
        page.get_by_label("Namn att prova").fill("Bo Ek")
        expect(said).to_be_visible()
        expect(notes).to_be_hidden()
        expect(page.locator("#look-sheets img")).to_have_css("opacity", "0.4")
        page.unroute("**/draft/look")
        page.get_by_label("Namn att prova").fill("Bo Eke")
        expect(said).to_be_hidden()
        expect(notes).to_be_visible()


def test_typing_on_before_the_answer_has_come_is_no_failure(drafting: ServedTool) -> None:
    with drafting.visit("karin", 1280) as page:
        page.goto(drafting.root + SECTION)
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


def test_a_specimen_that_lies_is_wider_and_every_page_can_be_made_large(drafting: ServedTool) -> None:
    with drafting.visit("karin", 1280) as page:
        page.goto(drafting.root + SECTION)
        sheets = page.locator("#look-sheets img")
        expect(sheets).to_have_count(1)
        upright = width(sheets.first)
        page.get_by_label("Orientation of the page").select_option("Landscape")
        page.get_by_label("Merits (1–60)").fill("40")
        expect(sheets.first).to_have_class("lying")
        assert width(sheets.first) > 1.3 * upright
        judge(page, page.main_frame, "specimen-lying-1280", 1280)

        page.get_by_role("button", name="Show it large").click()
        assert width(sheets.first) > 900
        assert width(sheets.last) == width(sheets.first)
        expect(page.get_by_label("Orientation of the page")).not_to_be_visible()
        judge(page, page.main_frame, "specimen-large-1280", 1280)
        page.get_by_role("button", name="Show it beside the form").press("Escape")
        expect(page.get_by_label("Orientation of the page")).to_be_visible()
        sheets.last.click()
        assert width(sheets.last) > 900
        expect(sheets.last).to_be_in_viewport()

        page.get_by_label("Merits (1–60)").fill("0")
        expect(page.get_by_text("Write a number from 1 to 60.")).to_be_visible()


def test_a_colours_swatch_and_its_words_are_the_same_and_the_specimen_follows(drafting: ServedTool) -> None:
    with drafting.visit("karin", 1280) as page:
        page.goto(drafting.root + SECTION)
        sheet = page.locator("#look-sheets img")
        expect(sheet).to_have_count(1)
        words = page.locator("[name='certificate.layout.accent']")
        swatch = page.get_by_label("Choose: Colour of headings")
        expect(swatch).to_have_value("#1a3057")
        before = source(sheet)
        swatch.fill("#aa0000")
        expect(words).to_have_value("#aa0000")
        expect(sheet).not_to_have_attribute("src", before)
        for typed, shown in (("0A5", "#00aa55"), ("", "#1a3057"), ("red", "#1a3057")):
            words.fill(typed)
            expect(swatch).to_have_value(shown)


def width(sheet: Locator) -> float:
    box = sheet.bounding_box()
    assert box is not None
    return box["width"]
