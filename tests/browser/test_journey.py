"""The main job, end to end, in Chromium across the two sites: a student earns a certificate.

Each step is a function; what is looked at there is also judged: both languages, two widths, axe. Every button
is clicked twice, as impatient people do, and nothing may happen twice. It is one story, so it stays in one
file although that is long.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, expect

from tests.browser.looking import WIDTHS, judge
from tests.browser.papers import a_photo, address_in_qr_code, an_attendance_pdf, words_of
from tests.browser.people import Member
from tests.browser.school import School
from tests.browser.steps import (
    ANSWERS,
    CAFE,
    EXCHANGE,
    SCHOOL,
    add,
    approve_next,
    attach,
    begin_another,
    eventually,
    flowing,
    reflect,
    set_the_course_up,
    submit,
)

Enter = Callable[..., Member]

ACTIVITIES = "International merits: activities"
REPORT = "International merits: final report"
CERTIFICATE = "International merits: certificate"
TALK = "Möten i Nairobi"


def test_a_student_earns_a_certificate(
    enter: Enter, chromium: Browser, new_school: School, tmp_path: Path
) -> None:
    tove, asa = enter(new_school, "tove"), enter(new_school, "asa")
    get_ready(tove)
    add_three_activities(asa, tmp_path)
    review_them(tove)
    mend_and_resubmit(asa)
    approve_what_was_mended(tove)
    close_with_report_and_presentation(asa, tove)
    pdf = fetch_the_certificate(asa, tmp_path)
    assert_delivered_to_canvas(tove, pdf, tmp_path)
    look_back(asa, tove)
    verify_as_a_stranger(chromium, new_school, pdf)


def get_ready(tove: Member) -> None:
    """The teacher chooses programme and scheme, and three assignments appear in the course."""
    set_the_course_up(tove, looked_at="01-set-up")
    tove.look("02-ready")
    tove.open_course("/assignments")
    for name in (ACTIVITIES, REPORT, CERTIFICATE):
        expect(tove.page.get_by_role("link", name=name)).to_be_visible()


def add_three_activities(asa: Member, folder: Path) -> None:
    """The student sees what is asked for, adds activities of three types, backs them up and submits."""
    asa.open_tool()
    asa.arrive("Lund, Medicine")
    assert_cookie_is_partitioned(asa)
    asa.look("03-home-empty")
    asa.press("Add your first activity", "What kind of activity was it?")
    asa.look("04-types")
    add(asa, EXCHANGE, looked_at="05-what-and-when")
    attach(asa, an_attendance_pdf(folder / "närvarointyg.pdf"), looked_at="06-evidence")
    submit(asa, EXCHANGE.title, looked_at="07-check")
    asa.glance("08-submitted")
    begin_another(asa)
    add(asa, CAFE)
    reflect(asa, CAFE, looked_at="09-reflection")
    submit(asa, CAFE.title)
    begin_another(asa)
    add(asa, SCHOOL)
    attach(asa, a_photo(folder / "diploma.png"))
    submit(asa, SCHOOL.title)
    eventually(lambda: row_of(asa.school, ACTIVITIES)["state"] == "pending_review")


def review_them(tove: Member) -> None:
    """The teacher looks at the files in the page, approves two activities and returns one."""
    tove.open_tool()
    tove.arrive("Review queue")
    expect(tove.tool.locator("tbody tr")).to_have_count(3)
    tove.look("10-queue")
    with tove.page.expect_response(lambda answer: "/evidence/" in answer.url) as shown:
        tove.press("Start reviewing", EXCHANGE.title)
    assert shown.value.status == 200
    assert shown.value.headers["content-type"] == "application/pdf"
    assert shown.value.headers["content-disposition"].startswith("inline")
    tove.look("11-review")
    tove.press("Approve", CAFE.title)
    tove.press("Return for completion", CAFE.title)
    expect(tove.tool.get_by_role("alert")).to_contain_text("Write what is missing")
    expect(tove.tool.get_by_role("alert")).to_be_focused()
    judge(tove.page, tove.frame, "12-comment-missing-en-1280", 1280)
    tove.fill({"Comment to the student": "Say more about what you want to keep doing."})
    tove.press("Return for completion", SCHOOL.title)
    photo = tove.tool.get_by_role("img", name="diploma.png")
    expect(photo).to_be_visible()
    assert photo.evaluate("image => image.naturalWidth") == 800
    tove.press("Approve", "Review queue")
    expect(tove.tool.get_by_text("All caught up")).to_be_visible()
    eventually(lambda: row_of(tove.school, ACTIVITIES)["score"] == 2)


def mend_and_resubmit(asa: Member) -> None:
    """The student reads the comment, writes more and submits again."""
    asa.open_tool()
    asa.look("13-home-returned")
    asa.press("See the comment", CAFE.title)
    expect(asa.tool.get_by_text("Say more about what you want to keep doing.").first).to_be_visible()
    asa.glance("13-returned")
    asa.press("Reflection", "Reflection")
    question = asa.tool.get_by_label("What did you learn")
    question.fill(question.input_value() + " I will keep going to the café.")
    asa.press("Save", CAFE.title)
    submit(asa, CAFE.title)
    eventually(lambda: len(row_of(asa.school, ACTIVITIES)["attempts"]) == 4)


def approve_what_was_mended(tove: Member) -> None:
    """SpeedGrader opens the very submission; the teacher sees what changed there, and approves it."""
    tove.open_course("/gradebook")
    expect(cell_of(tove, ACTIVITIES)).to_contain_text("needs review")
    tove.page.get_by_role("link", name=f"SpeedGrader: Åsa Öberg, {ACTIVITIES}").click()
    tove.arrive(CAFE.title)
    expect(tove.tool.get_by_role("insertion")).to_contain_text("I will keep going to the café.")
    judge(tove.page, tove.frame, "14-speedgrader-en-1280", 1280)
    tove.open_tool()
    tove.press(CAFE.title, CAFE.title)
    tove.glance("15-changed")
    tove.press("Approve", "Review queue")
    eventually(lambda: row_of(tove.school, ACTIVITIES)["score"] == 3)
    tove.open_course("/gradebook")
    expect(cell_of(tove, ACTIVITIES)).to_contain_text("graded")
    expect(cell_of(tove, ACTIVITIES)).to_contain_text("4 attempts")


def close_with_report_and_presentation(asa: Member, tove: Member) -> None:
    """Three types are approved: the report opens and is approved, then the presentation."""
    asa.open_tool()
    asa.glance("16-home-report-open")
    asa.press("Write the final report", "Final report")
    asa.glance("17-report")
    asa.press("The questions", "Final report")
    asa.fill(flowing(ANSWERS))
    asa.press("Save", "Final report")
    asa.press("The questions", "Final report")
    asa.look("18-report-questions")
    asa.press("Back", "Final report")
    asa.press("Name on the certificate", "Name on the certificate")
    asa.look("19-name")
    asa.fill({"Name on the certificate": "Åsa Öberg"})
    asa.press("Save", "Final report")
    submit(asa, "Final report")
    approve_next(tove)
    asa.open_tool()
    asa.press("Enter your presentation", "Presentation")
    asa.press("How, what and when", "Presentation")
    asa.look("20-presentation")
    asa.tool.get_by_label("Talk").check()
    asa.fill({"Title": TALK, "Date": "2026-11-12"})
    asa.press("Save and continue", TALK)
    submit(asa, TALK)
    eventually(lambda: len(row_of(asa.school, REPORT)["attempts"]) == 2)
    approve_next(tove, looked_at="21-review-presentation")


def fetch_the_certificate(asa: Member, folder: Path) -> Path:
    """The worker issues it; the student downloads it in the tool."""
    asa.open_tool()
    eventually(lambda: is_issued(asa))
    asa.look("22-certificate")
    with asa.page.expect_download() as download:
        asa.control("Download the PDF").click()
    pdf = folder / "certificate.pdf"
    download.value.save_as(pdf)
    words = words_of(pdf)
    for expected in (
        "Åsa Öberg",
        "Certificate of International Merits",
        "Intyg om internationella meriter",
        EXCHANGE.title,
        CAFE.title,
        SCHOOL.title,
    ):
        assert expected in words
    return pdf


def assert_delivered_to_canvas(tove: Member, pdf: Path, folder: Path) -> None:
    """The same file is in Canvas, as a submission of the certificate assignment."""
    eventually(lambda: row_of(tove.school, CERTIFICATE)["state"] == "graded")
    tove.open_course("/gradebook")
    expect(cell_of(tove, CERTIFICATE)).to_contain_text("graded")
    tove.page.get_by_role("link", name=f"SpeedGrader: Åsa Öberg, {CERTIFICATE}").click()
    with tove.page.expect_download() as download:
        tove.page.get_by_role("link", name="Download", exact=False).click()
    delivered = folder / "delivered.pdf"
    download.value.save_as(delivered)
    assert delivered.read_bytes() == pdf.read_bytes()


def look_back(asa: Member, tove: Member) -> None:
    """What both see when it is over."""
    asa.open_tool()
    asa.glance("23-home-done")
    asa.press("Record", "Your record")
    asa.look("24-record")
    tove.open_tool()
    tove.glance("25-queue-empty")
    tove.press("Class", "Class")
    tove.look("26-class")
    tove.press("Åsa Öberg", "Åsa Öberg")
    tove.look("27-student")
    tove.press("Deliveries", "Deliveries")
    tove.press("Sent", "Deliveries")
    tove.look("28-deliveries")


def verify_as_a_stranger(chromium: Browser, school: School, pdf: Path) -> None:
    """Somebody with a phone scans the code."""
    address = address_in_qr_code(pdf)
    assert address.startswith(f"{school.tool_url}/verify/")
    context = chromium.new_context(locale="en-GB")
    page = context.new_page()
    for language in ("sv", "en"):
        page.goto(f"{address}?lang={language}")
        expect(page.locator("main")).to_have_attribute("data-certificate-state", "issued")
        for width in WIDTHS:
            judge(page, page.main_frame, f"29-verify-{language}-{width}", width)
    expect(page.get_by_role("heading", level=1)).to_have_text("This certificate is valid")
    for fact in ("Certificate of International Merits", "Lund University"):
        expect(page.locator("main")).to_contain_text(fact)
    assert "Öberg" not in page.content()
    context.close()


def assert_cookie_is_partitioned(member: Member) -> None:
    """The cookie belongs to this launch, in this frame, under this site."""
    sid = member.frame.url.split("/l/")[1].split("/")[0]
    cookies = [each for each in member.context.cookies() if each["path"] == f"/l/{sid}/"]
    assert [each["partitionKey"] for each in cookies] == ["http://127.0.0.1"]


def is_issued(asa: Member) -> bool:
    """Whether the student's page shows the certificate by now."""
    asa.press("Certificate", "Certificate")
    return asa.control("Download the PDF").count() == 1


def cell_of(tove: Member, assignment: str) -> Any:
    """Åsa's cell in the gradebook page."""
    return tove.page.locator(f'td[data-login="asa"][data-assignment="{assignment}"]')


def row_of(school: School, assignment: str) -> dict[str, Any]:
    """What Canvas has received for Åsa in an assignment."""
    rows = [row for row in school.gradebook() if (row["assignment"], row["login"]) == (assignment, "asa")]
    return rows[0] if rows else {"state": "unsubmitted", "score": None, "attempts": []}
