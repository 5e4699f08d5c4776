"""Every page about a certificate in a real Chromium: narrow in Swedish, wide in English, nothing cut off.

The tool answers from threads of this process, and pages are opened without the platform around them: what
happens between the two has tests of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from lti_app.certificates import afterwards, sharing
from lti_app.certificates.models import RevokeReason
from lti_app.certificates.runs import start_run
from lti_app.db import Database
from lti_app.people.roles import Role
from lti_app.settings import Settings
from lti_app.storage.models import StoredFile
from lti_app.web.context import Parts
from tests import world
from tests.browser.looking import judge
from tests.browser.served_tool import SPOKEN, ServedTool, served_tool
from tests.classroom import a_classroom
from tests.unit.certificates.issuing import an_earner, certificates, deliver_due


@pytest.fixture
def tool(chromium: Browser, settings: Settings, database: Database) -> Iterator[ServedTool]:
    """The tool, where a certificate has just been issued."""
    with served_tool(chromium, settings) as tool:
        with database.writing() as session:
            room = a_classroom(session)
            an_earner(session, room)
            person = world.a_person(session, room.course, name="Karin Ko")
            coordinating = world.an_actor(person, room.course, Role.COORDINATOR)
        deliver(tool.parts)
        tool.actors |= {"asa": room.learning, "tove": room.teaching, "karin": coordinating}
        yield tool


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
        start_run(session, tool.actors["tove"])
        file = tool.parts.storage.open(session.get_one(StoredFile, number.stored_file_id).key)
    with file:
        whole = file.read()
    tool.look("asa", {"certificate-issued": own})
    tool.look(
        "karin",
        {
            "certificate-correction-asked": own,
            "certificate-decline": f"/corrections/{asked.id}/decline",
            "certificate-revoke": f"/certificates/{number.id}/revoke",
            "certificate-list": "/certificates",
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
    look_at_files(tool, tmp_path, {"genuine": whole, "changed": whole[:-20] + b"x" * 20, "foreign": b"%PDF-"})

    with database.writing() as session:
        afterwards.approve_correction(session, tool.actors["tove"], asked.id)
    tool.look("tove", {"certificate-correction-approved": own})
    with database.writing() as session:
        afterwards.issue_corrected(session, tool.actors["tove"], asked.id)
    deliver(tool.parts)
    with database.writing() as session:
        (new,) = (each for each in certificates(session) if each.id != number.id)
        other = afterwards.request_correction(session, tool.actors["asa"], new.id, new_name="Åsa Ny")
        afterwards.decline_correction(session, tool.actors["tove"], other.id, reply="Namnet stämmer.")
    tool.look("asa", {"certificate-correction-declined": own})
    with database.writing() as session:
        afterwards.revoke(session, tool.actors["karin"], new.id, reason=RevokeReason.ERROR, note="Intern")
    tool.look("karin", {"certificate-revoked": own})
    tool.look_publicly({"verify-superseded": public, "verify-revoked": f"/verify/{new.code}"})


def deliver(parts: Parts) -> None:
    """Issue what is due, in a thread without Playwright's event loop: signing brings its own."""
    with ThreadPoolExecutor(1) as worker:
        worker.submit(deliver_due, parts).result()


def look_at_files(tool: ServedTool, folder: Path, files: dict[str, bytes]) -> None:
    """Send each in by the public form, and judge the answer."""
    for width, spoken in SPOKEN.items():
        page = tool.browser.new_page()
        for name, content in files.items():
            (folder / f"{name}.pdf").write_bytes(content)
            page.goto(f"{tool.url}/verify?lang={spoken}")
            page.locator("input[type=file]").set_input_files(folder / f"{name}.pdf")
            page.locator("form[enctype] button").click()
            assert page.locator("main").get_attribute("data-judgement") == name
            judge(page, page.main_frame, f"verify-file-{name}-{width}", width)
        page.close()
