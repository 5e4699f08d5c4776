"""No token, name, address or answer is in any log line, whatever happens: the whole job, and much that goes
wrong in it, logged at debug level.
"""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lti_app.cli.log import start_log
from lti_app.db import Database
from lti_app.demo import SmallCanvas
from lti_app.jobs.delivering import Delivering
from lti_app.jobs.models import DeliveryState
from lti_app.lti.launch.platform_keys import PlatformKeys
from lti_app.lti.tasks import HANDLERS
from lti_app.people.actors import Actor
from lti_app.people.models import Course, Person
from lti_app.people.roles import Role
from lti_app.review import service as review_service
from lti_app.schemes.service import set_up_course
from lti_app.settings import Settings
from lti_app.storage import Storage
from lti_app.web.context import Parts
from tests.browsing import Browser, Shown
from tests.classroom import LONG_ANSWER, UNDO, a_submitted_activity
from tests.hands import Hands, read_roster
from tests.journeys.nasties import TEXTS
from tests.served_canvas import Server, a_canvas, register

TITLE, COMMENT = "Hemlig titel", "Hemlig kommentar"


@dataclass
class School:
    """People at the small Canvas, and the tool's worker. Their browser is in this process, to log nothing."""

    canvas: SmallCanvas
    pages: Flask
    client: FlaskClient
    settings: Settings
    database: Database
    secrets: set[str] = field(default_factory=set)

    @property
    def browser(self) -> Browser:
        sites = {self.canvas.config.base_url: self.pages.test_client(), self.settings.public_url: self.client}
        return Browser(sites)

    def launch(self, login: str, *, token: str = "") -> Shown:
        """From the course menu to the tool's page; with another token than Canvas made, if one is given."""
        begun = self.canvas.start_launch(login)
        answered = self.browser.send("POST", begun.action, begun.fields)
        if answered.problem or answered.status >= 400:
            return answered
        action, fields = answered.form()
        if token:
            fields["id_token"] = token
        shown = self.browser.send("POST", action, fields)
        sent = {**begun.fields, **fields}
        names = ("login_hint", "lti_message_hint", "state", "id_token")
        self.secrets |= {sent[name] for name in names if sent.get(name)}
        self.secrets |= {cookie.value for cookie in self.client._cookies.values()}
        return shown

    def actor(self, login: str, role: Role) -> Actor:
        sub = self.canvas.people.get(login).lti_id
        with self.database.reading() as session:
            course = session.scalars(select(Course)).one()
            person = session.scalars(select(Person).where(Person.sub == sub)).one()
        return Actor(person.institution_id, person.platform_id, person.id, course.id, frozenset({role}))

    def personal(self) -> set[str]:
        """What may stand in no log: names, addresses, words of theirs, and all that opens something."""
        found = {TITLE, COMMENT, LONG_ANSWER[:40], "eyJ", self.settings.secret_key}
        for person in self.canvas.people.all():
            found |= {person.given_name, person.family_name, person.email or ""}
        return {secret for secret in found | self.secrets if len(secret) >= 4}

    def ids(self) -> set[str]:
        """By what the platform knows them."""
        return {each for person in self.canvas.people.all() for each in (person.lti_id, person.opaque_id)}


@dataclass
class Log:
    """What was logged: by the tool as it is written for real, and by its libraries."""

    written: io.StringIO
    caplog: pytest.LogCaptureFixture

    @property
    def own(self) -> list[str]:
        return self.written.getvalue().splitlines()

    @property
    def of_libraries(self) -> list[str]:
        return [record.getMessage() for record in self.caplog.records]


@pytest.fixture
def log(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> Iterator[Log]:
    """The log at its most talkative."""
    before, written = structlog.get_config(), io.StringIO()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", written)
        start_log(replace(settings, log_level="debug", development=False))
    structlog.configure(**{**structlog.get_config(), "cache_logger_on_first_use": False})
    caplog.set_level(logging.INFO, "sqlalchemy")  # below that it writes rows, and `start_log` stays above
    caplog.set_level(logging.DEBUG)
    yield Log(written, caplog)
    structlog.configure(**before)


@pytest.fixture
def school(tmp_path: Path, client: FlaskClient, settings: Settings, database: Database) -> Iterator[School]:
    server = Server()
    app = a_canvas(tmp_path / "canvas", settings, database, base_url=server.url)
    canvas: SmallCanvas = app.extensions["canvas"]
    register(canvas, settings, database)
    with server.serving(app):
        yield School(canvas, app, client, settings, database)


@pytest.fixture
def hands(settings: Settings, database: Database, storage: Storage) -> Hands:
    return Hands(database, Delivering(Parts(settings, database, storage), HANDLERS))


def whole_job(school: School, hands: Hands) -> None:
    """Launch, set up, submit, review, deliver, and read who is there."""
    assert school.launch("asa").role == "student"
    assert school.launch("tove").role == "teacher"
    teaching, learning = school.actor("tove", Role.TEACHER), school.actor("asa", Role.STUDENT)
    with school.database.writing() as session:
        set_up_course(session, teaching, "lund-medicine", "lakare")
        submission = a_submitted_activity(session, learning, title=TITLE)
        review_service.approve(session, teaching, submission.id, undo_for=UNDO, comment=COMMENT)
    for _ in range(2):
        hands.deliver()
    with school.database.reading() as session:
        course = session.scalars(select(Course)).one()
    assert len(read_roster(school.settings, school.database, course.memberships_url)) > 3
    assert school.canvas.requests.all("/scores")


def much_that_goes_wrong(school: School, hands: Hands) -> None:
    """Refused launches of all kinds, and services in trouble."""
    canvas = school.canvas
    for claims in (
        {"iss": "https://other.test"},
        {"nonce": "x"},
        {"sub": None},
        {"name": {"given": "Åsa"}},
        {"https://purl.imsglobal.org/spec/lti/claim/deployment_id": "9:new"},
        {"https://purl.imsglobal.org/spec/lti/claim/roles": "Åsa Öberg"},
    ):
        assert school.launch("asa", token=canvas.make_id_token(claims=claims)).problem
    for crafted in ({"algorithm": "none"}, {"algorithm": "HS256"}, {"headers": {"kid": "Åsa Öberg"}}):
        assert school.launch("asa", token=canvas.make_id_token(**crafted)).problem
    for kind in ("login_required", "launch_no_longer_valid", "unauthorized_client"):
        canvas.launch_trouble.make(kind)
        assert school.launch("asa").problem
    canvas.launch_trouble.are_keys_unreachable = True
    school.client.application.extensions["cim.platform_keys"] = PlatformKeys(development=True)
    assert school.launch("asa").problem == "platform-keys-unreachable"
    canvas.launch_trouble.clear()
    for value in TEXTS.values():
        school.client.post("/lti/launch", data={"state": "x" * 22, "id_token": b"eyJ" + value})
    learning = school.actor("asa", Role.STUDENT)
    for kind in ("status_500", "rate_limit_403", "rate_limit_429", "drop", "process_then_500"):
        canvas.trouble.make(kind)
        with school.database.writing() as session:
            a_submitted_activity(session, learning, title=TITLE)
        hands.deliver()
    canvas.people.enrol(canvas.people.get("bjorn").id, 1, "TeacherEnrollment")
    canvas.tokens.revoke_all()
    for assignment in canvas.assignments.in_course(1):
        canvas.assignments.change(assignment.id, is_published=False)
    assert DeliveryState.FAILED in {each.state for each in hands.deliver()}


def test_nothing_personal_and_nothing_that_opens_is_in_the_log(
    log: Log, school: School, hands: Hands
) -> None:
    whole_job(school, hands)
    much_that_goes_wrong(school, hands)
    school.client.get("/l/" + "x" * 22 + "/")
    own, of_libraries = log.own, log.of_libraries
    for said in ("lti.service_call", '"refused"', "platform_keys_unreachable", "delivery."):
        assert any(said in line for line in own), f"{said} was not captured"
    for said in ("POST /api/lti/courses", "SELECT"):
        assert any(said in line for line in of_libraries), f"{said} was not captured"
    assert not spilled(school.personal() | school.ids(), own)
    assert not spilled(school.personal(), of_libraries)  # at this level addresses, which may name a user id


def spilled(secrets: set[str], lines: list[str]) -> list[str]:
    return [line for line in lines if any(secret in line for secret in secrets)][:5]
