"""A student's pages follow what becomes of her certificate; what she reads when it needs something of her."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from lti_app.certificates import afterwards
from lti_app.certificates.queries import ISSUE
from lti_app.db import Database
from lti_app.portfolio.models import Item, Portfolio, Submission
from lti_app.review.service import reopen
from lti_app.settings import Settings
from tests.browser.issuing import work
from tests.browser.looking import judge
from tests.browser.served_tool import ServedTool, press, served_tool
from tests.classroom import TYPES, UNDO, Classroom, a_classroom, a_submitted_activity
from tests.unit.certificates.issuing import an_earner, certificates

AS_IT_CHANGES = """() => {
  window.heard = [];
  const region = document.getElementById("next-words");
  const note = () => heard.push(region.innerText);
  new MutationObserver(note).observe(region, { childList: true, subtree: true });
}"""


@pytest.fixture
def room(database: Database) -> Classroom:
    """A course where a certificate is earned, and waits."""
    with database.writing() as session:
        room = a_classroom(session)
        an_earner(session, room)
    return room


@pytest.fixture
def tool(chromium: Browser, settings: Settings, database: Database, room: Classroom) -> Iterator[ServedTool]:
    """The tool, and who is there."""
    with served_tool(chromium, settings) as tool:
        tool.actors |= {"asa": room.learning, "tove": room.teaching}
        yield tool


def test_home_follows_in_its_place_and_then_asks_no_more(tool: ServedTool) -> None:
    with tool.visit("asa", 1280) as page:
        page.goto(f"{tool.root}/mine")
        expect(page.get_by_text("Your certificate is being prepared.")).to_be_visible()
        expect(page.get_by_role("link", name="Look again")).to_have_count(0)
        judge(page, page.main_frame, "home-certificate-coming-1280", 1280)
        page.evaluate(AS_IT_CHANGES)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        record = page.get_by_role("link", name="Everything you have submitted")
        record.focus()
        work(tool.parts, ISSUE)
        expect(page.get_by_text("You have your certificate.")).to_be_visible()
        assert page.evaluate("heard").pop().startswith("You have your certificate."), "put into what stays"
        assert record.evaluate("each => each === document.activeElement"), "the page was not loaded anew"
        expect(page.locator("#certificate-words")).to_contain_text("CIM-")
        assert all("/mine?" in each for each in asked)
        assert page.locator("[hx-get]").count() == 0
    with tool.visit("asa", 320) as page:
        page.goto(f"{tool.root}/mine")
        judge(page, page.main_frame, "home-certificate-there-320", 320)


def test_what_a_student_reads_when_her_words_cannot_be_printed(
    tool: ServedTool, database: Database, room: Classroom
) -> None:
    with database.writing() as session:
        session.scalars(select(Portfolio)).one().printed_name = "小明 Öberg"
        waiting = a_submitted_activity(session, room.learning, type_code=TYPES[3])
        waiting.snapshot = waiting.snapshot | {"title": "茶 with friends"}
    work(tool.parts, ISSUE)
    own = f"/certificate/{portfolio_id(database)}"
    tool.look("asa", {"home-certificate-failed": "/mine", "certificate-failed-own": own})
    tool.look(
        "tove",
        {
            "certificate-failed-staff": own,
            "deliveries-certificate-failed": "/deliveries?show=failed",
            "review-unprintable": f"/review/{waiting.id}",
        },
    )
    for width, save in ((320, "Spara och fortsätt"), (1280, "Save and continue")):
        with tool.visit("asa", width) as page:
            page.goto(f"{tool.root}/activities/new/intercultural_discussion")
            page.locator("#title").fill("茶 with friends")
            press(page.get_by_role("button", name=save))
            judge(page, page.main_frame, f"item-unprintable-{width}", width)


def test_what_a_student_reads_while_her_certificate_is_corrected(
    tool: ServedTool, database: Database, room: Classroom
) -> None:
    work(tool.parts, ISSUE)
    own = f"/certificate/{portfolio_id(database)}"
    for width, ask in ((320, "Begär en rättelse"), (1280, "Ask for a correction")):
        with tool.visit("asa", width) as page:
            # Chromium takes its time to show the file, and meanwhile loses what is clicked below it.
            page.route("**/view", lambda route: route.fulfill(content_type="text/html", body="The file"))
            page.goto(tool.root + own)
            page.locator("summary", has_text=ask).click()
            press(page.get_by_role("button", name=ask))
            judge(page, page.main_frame, f"correction-refused-{width}", width)
    with database.writing() as session:
        (issued,) = certificates(session)
        asked = afterwards.request_correction(session, room.learning, issued.id, note="Fel år.")
        afterwards.approve_correction(session, room.teaching, asked.id)
    tool.look("asa", {"home-correction-at-staff": "/mine", "certificate-correction-at-staff": own})
    with database.writing() as session:
        item = session.scalars(select(Item).where(Item.type_code == TYPES[0])).one()
        approved = session.scalars(select(Submission).where(Submission.item_id == item.id)).one()
        reopen(session, room.teaching, approved.id, undo_for=UNDO, reason="Rätta året.")
    tool.look("asa", {"home-correction-reopened": "/mine", "certificate-correction-reopened": own})


def portfolio_id(database: Database) -> object:
    with database.reading() as session:
        return session.scalars(select(Portfolio.id)).one()
