"""Every page about a certificate in a real Chromium: narrow in Swedish, wide in English, nothing cut off.

The tool answers from threads of this process, and pages are opened without the platform around them: what
happens between the two has tests of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from lti_app import create_app
from lti_app.certificates import afterwards, sharing
from lti_app.certificates.models import Certificate, RevokeReason
from lti_app.certificates.runs import start_run
from lti_app.db import Database
from lti_app.people.actors import Actor
from lti_app.people.roles import Role
from lti_app.settings import Settings
from lti_app.storage.models import StoredFile
from lti_app.web.context import Parts
from lti_app.web.frame import COOKIE
from lti_app.web.sessions import NewLaunch, open_launch
from tests import world
from tests.browser.looking import WIDTHS, judge
from tests.classroom import a_classroom
from tests.served_canvas import Server
from tests.unit.certificates.issuing import an_earner, certificates, deliver_due

SPOKEN = {320: "sv", 1280: "en"}


@dataclass
class Tool:
    """The served tool, who is there, and the certificate of the student."""

    url: str
    parts: Parts
    browser: Browser
    actors: dict[str, Actor]
    issued: Certificate

    @contextmanager
    def visit(self, who: str, width: int) -> Iterator[Page]:
        """A browser of one's own, in a launch that speaks the width's language."""
        context = self.browser.new_context(locale=SPOKEN[width])
        with self.parts.db.writing() as session:
            launch = NewLaunch(self.actors[who], SPOKEN[width], "", "")
            sid, secret = open_launch(session, launch)
        self._enter(context, sid, secret)
        page = context.new_page()
        yield page
        context.close()

    def _enter(self, context: BrowserContext, sid: str, secret: str) -> None:
        self.root = f"{self.url}/l/{sid}"
        at = {"domain": "localhost", "path": f"/l/{sid}/"}
        context.add_cookies([{"name": COOKIE, "value": secret, **at, "secure": True, "sameSite": "None"}])  # type: ignore[list-item,typeddict-item]

    def look(self, who: str, paths: dict[str, str]) -> None:
        """Judge these pages by name, at each width."""
        for width in WIDTHS:
            with self.visit(who, width) as page:
                for name, path in paths.items():
                    answer = page.goto(self.root + path)
                    assert answer is not None
                    assert answer.status < 400, f"{name}: {answer.status}"
                    judge(page, page.main_frame, f"{name}-{width}", width)

    def look_publicly(self, paths: dict[str, str]) -> None:
        """The same for pages outside of the frame."""
        for width, spoken in SPOKEN.items():
            page = self.browser.new_page()
            for name, path in paths.items():
                page.goto(f"{self.url}{path}?lang={spoken}")
                judge(page, page.main_frame, f"{name}-{width}", width)
            page.close()


@pytest.fixture
def tool(chromium: Browser, settings: Settings, database: Database) -> Iterator[Tool]:
    server = Server()
    url = server.url.replace("127.0.0.1", "localhost")
    app = create_app(replace(settings, public_url=url))
    parts: Parts = app.extensions["cim"]
    with server.serving(app):
        with database.writing() as session:
            room = a_classroom(session)
            an_earner(session, room)
            person = world.a_person(session, room.course, name="Karin Ko")
            coordinating = world.an_actor(person, room.course, Role.COORDINATOR)
        deliver(parts)
        with database.reading() as session:
            (issued,) = certificates(session)
        actors = {"asa": room.learning, "tove": room.teaching, "karin": coordinating}
        yield Tool(url, parts, chromium, actors, issued)
    parts.db.engine.dispose()


def test_a_certificate_from_the_day_it_is_issued_to_the_day_it_is_revoked(
    tool: Tool, database: Database, tmp_path: Path
) -> None:
    number, own = tool.issued, f"/certificate/{tool.issued.portfolio_id}"
    public = f"/verify/{number.code}"
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


def look_at_files(tool: Tool, folder: Path, files: dict[str, bytes]) -> None:
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
