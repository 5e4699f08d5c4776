"""Every page about a certificate in a real Chromium: narrow in Swedish, wide in English, nothing cut off.

The tool answers from threads of this process, and pages are opened without the platform around them: what
happens between the two has tests of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from lti_app.certificates import afterwards, sharing
from lti_app.certificates.code import grouped
from lti_app.certificates.erasing import erase
from lti_app.certificates.making import make
from lti_app.certificates.models import Certificate, RevokeReason
from lti_app.certificates.queries import ISSUE
from lti_app.certificates.runs import RUN, start_run
from lti_app.db import Database
from lti_app.people.models import Course
from lti_app.people.roles import Role
from lti_app.schemes.queries import bundled_schemes
from lti_app.schemes.service import publish
from lti_app.settings import Settings
from lti_app.storage.models import StoredFile
from lti_app.web.context import Parts
from tests import world
from tests.browser.issuing import elsewhere, with_an_earner, work
from tests.browser.looking import judge
from tests.browser.served_tool import SPOKEN, ServedTool, press
from tests.certificate_samples import TYPICAL
from tests.unit.certificates.issuing import certificates


@pytest.fixture
def tool(chromium: Browser, settings: Settings, database: Database) -> Iterator[ServedTool]:
    """The tool, where a certificate has just been issued."""
    with with_an_earner(chromium, settings, database) as (tool, room):
        with database.writing() as session:
            person = world.a_person(session, room.course, name="Karin Ko")
            coordinating = world.an_actor(person, room.course, Role.COORDINATOR)
        work(tool.parts, ISSUE)
        tool.actors["karin"] = coordinating
        yield tool


def test_the_way_to_a_certificate_and_a_run_that_is_interrupted(tool: ServedTool, database: Database) -> None:
    with database.writing() as session:
        course = session.get_one(Course, tool.actors["tove"].course_id)
        begun, first, _second, stuck, waiting = (
            begin(session, world.a_person(session, course, name=name), course)
            for begin, name in (
                (world.a_portfolio, "Begonia Börjesson"),
                (world.an_earned_portfolio, "Första Person"),
                (world.an_earned_portfolio, "Andra Person"),
                (world.an_earned_portfolio, "王小明"),
                (world.an_earned_portfolio, "Vera Väntar"),
            )
        )
        document = bundled_schemes()["lund-medicine"]
        by_staff = replace(document.certificate, is_issued_by_staff=True)
        version = publish(session, course.institution_id, replace(document, certificate=by_staff))
        waiting.scheme_version_id = version.id
    page_of = {each: f"/certificate/{each.id}" for each in (begun, first, stuck, waiting)}
    tool.look(
        "tove",
        {
            "certificate-open": page_of[begun],
            "certificate-coming": page_of[first],
            "certificate-at-staff": page_of[waiting],
            "certificate-issue-one": f"{page_of[waiting]}/issue",
            "queue-left-to-staff": "/queue",
            "class-certificates": "/class",
        },
    )
    with database.writing() as session:
        start_run(session, tool.actors["tove"])
    work(tool.parts, RUN)
    work(tool.parts, ISSUE, most=2)  # and then the worker is killed
    with tool.visit("tove", 320) as page:
        page.goto(f"{tool.root}/certificates")
        judge(page, page.main_frame, "certificate-run-under-way-320", 320)
        bar = page.get_by_role("progressbar")
        assert (bar.get_attribute("value"), bar.get_attribute("max")) == ("2", "4")
        work(tool.parts, ISSUE)
        page.get_by_role("button", name="Försök med dem igen").wait_for()  # nobody asked for the page again
        assert "3 av 4 utfärdade." in page.locator("#run-words").inner_text()
        assert page.locator("#issued tbody tr").count() == 4, (
            "what the run issued is listed without asking, too"
        )
        judge(page, page.main_frame, "certificate-run-over-320", 320)
        page.goto(tool.root + page_of[stuck])
        judge(page, page.main_frame, "certificate-failed-320", 320)


def test_a_certificate_from_the_day_it_is_issued_to_the_day_it_is_revoked(
    tool: ServedTool, database: Database, tmp_path: Path
) -> None:
    with database.reading() as session:
        (number,) = certificates(session)
    own, public = f"/certificate/{number.portfolio_id}", f"/verify/{number.code}"
    with database.writing() as session:
        link = sharing.share(session, tool.actors["asa"], number.id, shows_name=True, shows_merits=True)
        asked = afterwards.request_correction(
            session, tool.actors["asa"], number.id, note="Fel år på konferensen."
        )
    whole = bytes_of(tool.parts, number)
    tool.look("asa", {"certificate-issued": own})
    tool.look(
        "karin",
        {
            "certificate-correction-asked": own,
            "certificate-approve": f"/corrections/{asked.id}/approve",
            "certificate-decline": f"/corrections/{asked.id}/decline",
            "certificate-revoke": f"/certificates/{number.id}/revoke",
            "certificate-list": "/certificates",
            "certificate-list-searched": "/certificates?q=nobody",
            "certificate-specimen": "/schemes/lund-medicine/draft/specimen?merits=30",
            "certificate-pictures": "/pictures",
        },
    )
    tool.look_publicly(
        {
            "verify": "/verify",
            "verify-valid": public,
            "verify-shared": f"{public}/{link.token}",
            "verify-unknown": "/verify/7777-7777-7777",
        }
    )
    specimen = replace(TYPICAL, specimen=True)
    signed = elsewhere(lambda: make(tool.parts.settings, specimen))
    files = {
        "genuine": whole,
        "changed": whole[:-20] + b"x" * 20,
        "copy": f"%PDF-1.7 /verify/{grouped(number.code)} ".encode(),
        "foreign": b"%PDF-1.7 another document",
        "not_pdf": b"\x89PNG a picture",
        "signed_only": signed,
    }
    look_at_files(tool, tmp_path, files)

    with database.writing() as session:
        afterwards.approve_correction(session, tool.actors["tove"], asked.id)
    tool.look(
        "tove",
        {"certificate-correction-approved": own, "certificate-anew": f"/corrections/{asked.id}/issue"},
    )
    with tool.visit("asa", 1280) as page:
        page.route("**/view", lambda route: route.fulfill(content_type="text/html", body="The file"))
        page.goto(tool.root + own)
        page.get_by_role("button", name="Copy the address").click()
        page.get_by_role("button", name="Copied").wait_for()
        press(page.get_by_role("button", name="Take it back"))
        press(page.get_by_role("button", name="Let it work again"))
        judge(page, page.main_frame, "certificate-link-again-1280", 1280)
    with database.writing() as session:
        afterwards.issue_corrected(session, tool.actors["tove"], asked.id)
    work(tool.parts, ISSUE)
    with database.writing() as session:
        (new,) = (each for each in certificates(session) if each.id != number.id)
        other = afterwards.request_correction(session, tool.actors["asa"], new.id, new_name="Åsa Ny")
        afterwards.decline_correction(session, tool.actors["tove"], other.id, reply="Namnet stämmer.")
    tool.look("asa", {"certificate-correction-declined": own})
    with database.writing() as session:
        afterwards.revoke(session, tool.actors["karin"], new.id, reason=RevokeReason.ERROR, note="Intern")
    tool.look(
        "karin",
        {"certificate-revoked": own, "certificate-another": f"/certificates/{new.id}/another"},
    )
    tool.look_publicly({"verify-superseded": public, "verify-revoked": f"/verify/{new.code}"})
    look_at_files(tool, tmp_path, {"superseded": whole, "revoked": bytes_of(tool.parts, new)})


def test_what_is_left_of_a_certificate_that_was_erased(tool: ServedTool, database: Database) -> None:
    with database.writing() as session:
        (found,) = certificates(session)
        erase(session, found.id)
    own = f"/certificate/{found.portfolio_id}"
    tool.look("asa", {"erased-own": own, "erased-home": "/mine", "erased-record": "/record"})
    tool.look("karin", {"erased-staff": own, "erased-list": "/certificates"})
    with tool.visit("asa", 320) as page:
        answer = page.goto(f"{tool.root}{own}/download")
        assert answer is not None
        assert answer.status == 410
        judge(page, page.main_frame, "erased-file-320", 320)
    tool.look_publicly({"erased-verify": f"/verify/{found.code}"})


def bytes_of(parts: Parts, certificate: Certificate) -> bytes:
    """The file that was issued."""
    with parts.db.reading() as session:
        key = session.get_one(StoredFile, certificate.stored_file_id).key
    with parts.storage.open(key) as file:
        return file.read()


def look_at_files(tool: ServedTool, folder: Path, files: dict[str, bytes]) -> None:
    """Send each in by the public form, and judge the answer, by which its name is told."""
    for width, spoken in SPOKEN.items():
        page = tool.browser.new_page()
        for name, content in files.items():
            (folder / f"{name}.pdf").write_bytes(content)
            page.goto(f"{tool.url}/verify?lang={spoken}")
            page.locator("input[type=file]").set_input_files(folder / f"{name}.pdf")
            press(page.locator("form[enctype] button"))
            main = page.locator("main")
            told = [main.get_attribute(f"data-{each}") for each in ("judgement", "certificate-state")]
            assert name in told
            judge(page, page.main_frame, f"verify-file-{name}-{width}", width)
        page.close()
