"""The button that changes the language: where it comes back to, and what is written and not saved."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from lti_app.db import Database
from lti_app.people.roles import Role
from lti_app.settings import Settings
from tests import world
from tests.browser.looking import judge
from tests.browser.served_tool import SPOKEN, ServedTool, press, served_tool
from tests.classroom import a_classroom, a_submitted_activity

BAD_SCHEME = "scheme: our-own\nname: {sv: Vår, en: Ours}\n"
KEPT = {"sv": "Det du skrev finns kvar, men", "en": "What you wrote is still here, but"}
WOULD_ASK = "!dispatchEvent(new Event('beforeunload', { cancelable: true }))"
OTHER = {"sv": "English", "en": "Svenska"}


@pytest.fixture
def tool(chromium: Browser, settings: Settings, database: Database) -> Iterator[ServedTool]:
    """The tool, with a student, a teacher and a coordinator."""
    with served_tool(chromium, settings) as tool:
        with database.writing() as session:
            room = a_classroom(session)
            keeper = world.a_person(session, room.course, Role.COORDINATOR)
            karin = world.an_actor(keeper, room.course, Role.COORDINATOR)
        tool.actors |= {"asa": room.learning, "tove": room.teaching, "karin": karin}
        yield tool


def questions_asked(page: Page, *, stay: bool = False) -> list[str]:
    """What the browser asks from now on; whoever is asked leaves the page, or stays."""
    asked: list[str] = []
    page.on("dialog", lambda each: (asked.append(each.type), each.dismiss() if stay else each.accept()))
    return asked


def speak_the_other(page: Page, spoken: str) -> str:
    """Press the button; the language that is spoken then."""
    press(page.get_by_role("button", name=OTHER[spoken]))
    other = "en" if spoken == "sv" else "sv"
    expect(page.locator(f"html[lang={other}]")).to_be_attached()
    return other


@pytest.mark.parametrize(("width", "spoken"), SPOKEN.items())
def test_a_refused_scheme_is_still_there_in_the_other_language(
    tool: ServedTool, width: int, spoken: str
) -> None:
    with tool.visit("karin", width) as page:
        asked = questions_asked(page)
        page.goto(f"{tool.root}/schemes/new")
        page.locator("#yaml").fill(BAD_SCHEME)
        press(page.locator("button[value=file]"))
        expect(page.get_by_role("alert")).to_be_focused()
        other = speak_the_other(page, spoken)
        expect(page.locator("#yaml")).to_have_value(BAD_SCHEME)
        expect(page.locator("main .note[role=status]")).to_contain_text(KEPT[other])
        judge(page, page.main_frame, f"language-kept-{width}", width)
        spoken = speak_the_other(page, other)
        expect(page.locator("#yaml")).to_have_value(BAD_SCHEME)
        assert asked == []
        press(page.locator("p.back a"))
        expect(page).to_have_url(f"{tool.root}/schemes")
        assert asked == ["beforeunload"]
        page.goto(f"{tool.root}/schemes/new")
        expect(page.locator("#yaml")).to_have_value("")


def test_what_is_half_written_comes_along_as_it_was_chosen(tool: ServedTool) -> None:
    with tool.visit("asa", 1280) as page:
        asked = questions_asked(page)
        page.goto(f"{tool.root}/activities/new/language_cafe")
        page.locator("#title").fill("Café Babel")
        page.locator("#starts_on").fill("2026-03-02")
        speak_the_other(page, "en")
        expect(page.locator("#title")).to_have_value("Café Babel")
        expect(page.locator("#starts_on")).to_have_value("2026-03-02")
        press(page.get_by_role("button", name="Spara").first)
        expect(page.get_by_role("heading", level=1)).to_contain_text("Café Babel")
        speak_the_other(page, "sv")
        expect(page.locator("main .note.warn")).to_have_count(0)
        assert asked == []


def test_a_chosen_file_cannot_come_along_so_the_browser_asks_and_the_button_still_works(
    tool: ServedTool,
) -> None:
    with tool.visit("karin", 1280) as page:
        asked = questions_asked(page, stay=True)
        page.goto(f"{tool.root}/schemes/new")
        chosen = {"name": "scheme.yaml", "mimeType": "text/plain", "buffer": BAD_SCHEME.encode()}
        page.locator("#file").set_input_files(chosen)  # type: ignore[arg-type]
        page.locator("main input[type=radio]").first.check()
        language = page.get_by_role("button", name="Svenska")
        begins = [page.locator(f"button[value={each}]") for each in ("bundled", "file")]
        # Whoever stays has sent nothing: neither form is let go by having been the first of the two.
        for times, button in enumerate((language, language, *begins), start=1):
            with page.expect_event("dialog"):
                button.click()
            assert asked == ["beforeunload"] * times
            expect(page.locator("form[data-sending]")).to_have_count(0)
        assert page.locator("#file").evaluate("each => each.files.length") == 1


@pytest.mark.parametrize(("width", "spoken"), SPOKEN.items())
def test_the_operators_forms_are_kept_and_asked_about_too(tool: ServedTool, width: int, spoken: str) -> None:
    with tool.operate(width) as page:
        asked = questions_asked(page)
        page.goto(f"{tool.url}/admin/platforms/new")
        page.locator("#name").fill("Malmö universitet")
        press(page.locator("main form button"))
        expect(page.locator("[data-error-summary]")).to_be_visible()
        other = speak_the_other(page, spoken)
        expect(page.locator("#name")).to_have_value("Malmö universitet")
        expect(page.locator("main .note[role=status]")).to_contain_text(KEPT[other])
        judge(page, page.main_frame, f"language-operator-{width}", width)
        assert asked == []
        press(page.locator("p.back a"))
        expect(page).to_have_url(f"{tool.url}/admin/platforms")
        assert asked == ["beforeunload"]
        page.goto(f"{tool.url}/admin/invitations")
        press(page.locator("main form button").first)
        expect(page.locator("[data-error-summary]")).to_be_visible()
        assert not page.evaluate(WOULD_ASK), "nothing was written"


def test_it_comes_back_to_a_narrowed_list_and_to_the_page_above_a_refused_act(tool: ServedTool) -> None:
    with tool.parts.db.writing() as session:
        sent = a_submitted_activity(session, tool.actors["asa"])
    with tool.visit("asa", 1280) as page:
        page.goto(f"{tool.root}/activities/new")
        page.get_by_label("Search").fill("café")
        page.wait_for_url("**q=caf%C3%A9**")
        speak_the_other(page, "en")
        expect(page.get_by_label("Sök", exact=True)).to_have_value("café")
    with tool.visit("tove", 1280) as page:
        page.goto(f"{tool.root}/review/{sent.id}")
        press(page.get_by_role("button", name="Return for completion"))
        speak_the_other(page, "en")
        expect(page).to_have_url(f"{tool.root}/review/{sent.id}")


def test_a_page_of_two_texts_does_not_come_back_so_the_browser_asks(tool: ServedTool) -> None:
    with tool.parts.db.writing() as session:
        sent = a_submitted_activity(session, tool.actors["asa"])
    with tool.visit("tove", 1280) as page:
        late = page.context.new_page()
        for each in (late, page):
            each.goto(f"{tool.root}/review/{sent.id}")
        for each, comment in ((page, "Write more"), (late, "Write more about the journey")):
            each.locator("#comment").fill(comment)
            press(each.get_by_role("button", name="Return for completion"))
            expect(each.locator("h1")).to_have_text(re.compile("Review queue|changed meanwhile"))
        expect(late.locator("#typed")).to_have_value("Write more about the journey")
        assert late.evaluate(WOULD_ASK)
        asked = questions_asked(late, stay=True)
        with late.expect_event("dialog"):
            late.get_by_role("button", name="Svenska").click()
        assert asked == ["beforeunload"]
        expect(late.locator("#typed")).to_be_visible()


def test_what_is_kept_goes_no_further_than_the_page_that_it_was_kept_for(tool: ServedTool) -> None:
    with tool.visit("karin", 1280) as page:
        page.route("**/language", lambda route: route.fulfill(status=204))  # the page stays
        written = page.locator("#yaml")
        page.goto(f"{tool.root}/schemes/new")
        written.fill("what: first")
        page.get_by_role("button", name="Svenska").click()
        page.goto(f"{tool.root}/schemes")
        page.goto(f"{tool.root}/schemes/new")
        expect(page.locator("main .note.warn")).to_have_count(0)
        expect(written).to_have_value("")
        written.fill("what: first")
        page.get_by_role("button", name="Svenska").click()
        page.evaluate("dispatchEvent(new Event('pageshow'))")  # as when Back brings the page as it was left
        assert page.evaluate(WOULD_ASK)
        written.fill("what: second")
        press(page.locator("button[value=file]"))
        expect(page.get_by_role("alert")).to_be_focused()
        expect(written).to_have_value("what: second")
        expect(page.locator("main .note.warn")).to_have_count(0)


def test_where_the_language_cannot_be_changed_back_leads_to_what_was_written(tool: ServedTool) -> None:
    with tool.visit("karin", 320) as page:
        asked = questions_asked(page)
        page.goto(f"{tool.root}/schemes/new")
        page.locator("#yaml").fill(BAD_SCHEME)
        page.evaluate("document.querySelector('form[data-language] [name=csrf_token]').value = 'old'")
        press(page.get_by_role("button", name="English"))
        expect(page.locator("main[data-error-code=form-expired]")).to_be_attached()
        page.go_back()
        expect(page.locator("#yaml")).to_have_value(BAD_SCHEME)
        expect(page.locator("main .note.warn")).to_contain_text(KEPT["sv"])
        assert asked == []
        # The form is not there any more in the page that comes.
        page.evaluate("document.querySelector('main form:has(#yaml)').action = '/gone'")
        speak_the_other(page, "sv")
        expect(page.locator("main .note.warn")).to_contain_text("could not come along")
        expect(page.locator("#yaml")).to_have_value("")
        judge(page, page.main_frame, "language-lost-320", 320)


def test_the_coordinators_menu_stands_in_one_row_in_either_language(tool: ServedTool) -> None:
    for width in SPOKEN:
        with tool.visit("karin", width) as page:
            page.set_viewport_size({"width": 1280, "height": 900})
            page.goto(tool.root + "/schemes")
            bar = page.locator(".bar").bounding_box()
            assert bar is not None
            assert bar["height"] < 2 * 44
