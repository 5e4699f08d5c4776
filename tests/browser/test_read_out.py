"""News that come by themselves are put into a status that stays, so that they are read out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import update

from lti_app.certificates import afterwards
from lti_app.certificates.queries import ISSUE
from lti_app.certificates.runs import RUN, start_run
from lti_app.clock import now
from lti_app.db import Database
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.people.models import Course
from lti_app.settings import Settings
from tests import world
from tests.browser.issuing import with_an_earner, work
from tests.browser.served_tool import ServedTool
from tests.unit.certificates.issuing import certificates

MARK = "each => { each.isTheSame = true }"
IS_MARKED = "each => each.isTheSame === true"


@pytest.fixture
def tool(chromium: Browser, settings: Settings, database: Database) -> Iterator[ServedTool]:
    """The tool, where a student has earned her certificate."""
    with with_an_earner(chromium, settings, database) as (tool, _room):
        yield tool


def marked(page: Page, address: str, part: str, said: str) -> Locator:
    """A status of the page that says this, marked, so that another in its place would be noticed."""
    page.goto(address)
    region = page.locator(f"#{part}[role=status]")
    expect(region).to_contain_text(said)
    region.evaluate(MARK)
    return region


def assert_told(region: Locator, said: str) -> None:
    """The marked status, the same element, comes to say this by itself."""
    expect(region).to_contain_text(said, timeout=30_000)
    assert region.evaluate(IS_MARKED), "another element has taken its place"


def assert_over(page: Page) -> None:
    """Nothing is fetched any more."""
    expect(page.locator("[hx-get]")).to_have_count(0)


def test_a_certificate_that_is_issued_is_told_in_the_same_status_on_each_page(
    tool: ServedTool, database: Database
) -> None:
    with database.writing() as session:
        course = session.get_one(Course, tool.actors["tove"].course_id)
        world.an_earned_portfolio(session, world.a_person(session, course, name="Bo Öst"), course)
        start_run(session, tool.actors["tove"])
    work(tool.parts, RUN)
    with tool.visit("tove", 1280) as listing:
        run = marked(listing, f"{tool.root}/certificates", "run-words", "0 of 1 issued.")
        listing.get_by_role("link", name="Look again").focus()
        with tool.visit("asa", 1280) as home:
            step = marked(home, f"{tool.root}/mine", "next-words", "being prepared")
            own = home.context.new_page()
            standing = marked(own, f"{tool.root}/certificate", "standing", "being prepared")
            work(tool.parts, ISSUE)
            assert_told(step, "You have your certificate.")
            assert_over(home)
            assert_told(standing, "It is also on its way")
            expect(own.get_by_role("button", name="Make a link")).to_be_visible()
            pdf = own.locator("#rest iframe")
            pdf.evaluate(MARK)
            with database.writing() as session:
                session.execute(update(Delivery).values(state=DeliveryState.SENT, finished_at=now()))
            assert_told(standing, "It is also handed in")
            assert pdf.evaluate(IS_MARKED), "the PDF is fetched again under the eyes of who reads it"
            assert_over(own)
        assert_told(run, "1 certificate was issued.")
        assert_over(listing)
        expect(listing.locator("#issued tbody tr")).to_have_count(2)
        expect(listing.locator("#run")).to_be_focused()  # where the link was that had the focus


def test_a_corrected_certificate_takes_the_place_of_the_other_without_taking_the_focus(
    tool: ServedTool, database: Database
) -> None:
    work(tool.parts, ISSUE)
    with database.writing() as session:
        (issued,) = certificates(session)
        asked = afterwards.request_correction(session, tool.actors["asa"], issued.id, new_name="Åsa Ek")
        afterwards.approve_correction(session, tool.actors["tove"], asked.id)
    with tool.visit("asa", 320) as page:
        correction = marked(page, f"{tool.root}/certificate", "correction", "håller på att")
        page.get_by_role("button", name="Ladda ner som PDF").focus()
        work(tool.parts, ISSUE)
        expect(page.locator("#rest")).to_contain_text("Åsa Ek", timeout=30_000)
        assert correction.evaluate(IS_MARKED)
        expect(correction).to_have_text("")
        expect(page.get_by_role("button", name="Ladda ner som PDF")).to_be_focused()


def test_news_come_while_somebody_writes_and_only_what_she_writes_in_waits(
    tool: ServedTool, database: Database
) -> None:
    work(tool.parts, ISSUE)
    with database.writing() as session:
        session.execute(update(Delivery).values(state=DeliveryState.SENT, finished_at=now()))
        (issued,) = certificates(session)
        asked = afterwards.request_correction(session, tool.actors["asa"], issued.id, new_name="Åsa Ek")
        afterwards.approve_correction(session, tool.actors["tove"], asked.id)
    with tool.visit("asa", 1280) as page:
        correction = marked(page, f"{tool.root}/certificate", "correction", "being prepared")
        chosen = page.locator("#rest input[type=checkbox]").first
        was = chosen.is_checked()
        chosen.focus()
        work(tool.parts, ISSUE)
        expect(correction).to_have_text("", timeout=30_000)
        expect(chosen).to_be_focused()
        assert "Åsa Ek" not in page.locator("#rest").inner_text()
        page.get_by_role("button", name="Download the PDF").focus()
        expect(page.locator("#rest")).to_contain_text("Åsa Ek", timeout=30_000)
        assert chosen.is_checked() is was
