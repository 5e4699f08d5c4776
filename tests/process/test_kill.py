"""A real worker process, killed in the middle of deliveries to the small Canvas.

Grade, attempt and file arrive exactly once, in order, whenever it dies; a comment arrives at most once, and
where nobody can know whether it did, staff are told.
"""

from __future__ import annotations

import hashlib
import random
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from lti_app import create_app
from lti_app.db import Database
from lti_app.demo import SmallCanvas
from lti_app.demo.world.gradebook import Submission
from lti_app.jobs import leases
from lti_app.jobs.delivering import Delivering
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti.ags import gradebook
from lti_app.lti.ags.gradebook import WantedLineItem
from lti_app.lti.ags.models import LineItem, LineItemKind
from lti_app.lti.nrps.asking import queue_roster
from lti_app.lti.tasks import HANDLERS
from lti_app.people.models import Enrolment, Person
from lti_app.people.roles import Role
from lti_app.settings import Settings
from lti_app.storage import Storage
from lti_app.storage.models import note_stored
from lti_app.web.context import Parts
from tests.served_canvas import Joined, Server, joined, served_canvas
from tests.worker_process import WorkerProcess, wait_until
from tests.world import a_person

pytestmark = pytest.mark.process

PDF = b"%PDF-1.7\n% a certificate\n%%EOF\n"
LABELS = {LineItemKind.ACTIVITIES: "Aktiviteter", LineItemKind.CERTIFICATE: "Certifikat"}
COMMENT = "Väl genomfört!"


@dataclass
class School:
    """A served tool and small Canvas, a connected course, and a worker to start and kill."""

    canvas: SmallCanvas
    database: Database
    storage: Storage
    rows: Joined
    worker: WorkerProcess

    def submitted(self, student: Person) -> uuid.UUID:
        submission_id = uuid.uuid4()
        with self.database.writing() as session:
            gradebook.report_submitted(
                session,
                course_id=self.rows.course.id,
                person_id=student.id,
                kind=LineItemKind.ACTIVITIES,
                submission_id=submission_id,
                cause_id=None,
            )
        return submission_id

    def reviewed(self, student: Person, fraction: str, comment: str = COMMENT) -> None:
        with self.database.writing() as session:
            gradebook.report_reviewed(
                session,
                course_id=self.rows.course.id,
                person_id=student.id,
                kind=LineItemKind.ACTIVITIES,
                fraction=Decimal(fraction),
                comment=comment,
                cause_id=None,
            )

    def certified(self, student: Person) -> None:
        institution_id = self.rows.course.institution_id
        upload = self.storage.begin(institution_id)
        upload.write(PDF)
        stored = upload.finish()
        with self.database.writing() as session:
            file = note_stored(session, stored, institution_id=institution_id, media_type="application/pdf")
            gradebook.report_certificate(
                session,
                course_id=self.rows.course.id,
                person_id=student.id,
                stored_file_id=file.id,
                file_title="CIM-2026-00001.pdf",
                comment=COMMENT,
                cause_id=None,
            )

    def submission(self, kind: LineItemKind, login: str = "asa") -> Submission:
        found = self.canvas.submission_of(login, self.canvas.assignment_named(LABELS[kind]).id)
        assert found is not None
        return found

    def wait_until_none_waits(self) -> None:
        waiting = select(func.count()).where(Delivery.state == DeliveryState.WAITING)

        def none_waits() -> bool:
            with self.database.reading() as session:
                return not session.scalar(waiting)

        wait_until(none_waits, seconds=60)

    def scores(self) -> list[Delivery]:
        with self.database.reading() as session:
            wanted = select(Delivery).where(Delivery.kind == gradebook.SCORE).order_by(Delivery.sequence)
            return list(session.scalars(wanted))

    def student(self, login: str) -> Person:
        """Our row for another of the small Canvas's students."""
        with self.database.writing() as session:
            student = a_person(session, self.rows.course)
            student.sub = self.canvas.people.get(login).lti_id
            return student

    def kill_worker_during_scores(self, count: int, *, arrive: bool) -> None:
        """Canvas takes its time; the worker dies meanwhile. What it sent is processed after all, or is
        not.
        """
        answered = len(self.canvas.requests.all("/scores"))
        self.canvas.trouble.make("delay" if arrive else "drop", times=count, seconds=1.5)
        self.worker.start()
        wait_until(lambda: not self.canvas.trouble.waiting)
        self.worker.kill()
        wait_until(lambda: len(self.canvas.requests.all("/scores")) == answered + count)


@pytest.fixture
def school(tmp_path: Path, settings: Settings, database: Database, storage: Storage) -> Iterator[School]:
    server = Server()
    settings = replace(settings, public_url=server.url, lease_seconds=2)
    tool = _tool(settings, database, storage)
    with server.serving(tool), served_canvas(tmp_path / "canvas", settings, database) as canvas:
        with database.writing() as session:
            rows = joined(session, canvas)
            wanted = [WantedLineItem(kind, label, Decimal(4)) for kind, label in LABELS.items()]
            gradebook.connect_line_items(session, course=rows.course, wanted=wanted)
        worker = WorkerProcess(settings, tmp_path / "worker.log")
        delivering = Delivering(Parts(settings, database, storage), HANDLERS)
        with database.reading() as session:
            for each in leases.due(session, 10):
                delivering.deliver(each)
        yield School(canvas, database, storage, rows, worker)
        worker.stop()
    assert "Traceback" not in worker.log(), worker.log()[-4000:]


def _tool(settings: Settings, database: Database, storage: Storage) -> Flask:
    app = create_app(settings)
    app.extensions["cim"].db.engine.dispose()
    app.extensions["cim"] = replace(app.extensions["cim"], db=database, storage=storage)
    return app


@pytest.mark.parametrize("arrives", [True, False])
def test_grade_attempt_and_file_arrive_once_and_comments_are_uncertain(school: School, arrives: bool) -> None:
    asa, bjorn = school.rows.student, school.student("bjorn")
    submission_id = school.submitted(bjorn)
    school.reviewed(asa, "0.75")
    school.certified(asa)
    school.kill_worker_during_scores(3, arrive=arrives)
    school.worker.start()
    school.wait_until_none_waits()

    submitted, reviewed, certified = school.scores()
    assert [row.lease_count for row in (submitted, reviewed, certified)] == [2, 2, 2]
    assert submitted.state is DeliveryState.SENT
    for row in (reviewed, certified):
        assert row.state is DeliveryState.UNCERTAIN
        assert row.reason.startswith("Nobody knows whether the comment arrived")

    of_bjorn = school.submission(LineItemKind.ACTIVITIES, "bjorn")
    assert [each.number for each in of_bjorn.attempts] == [1]
    assert of_bjorn.url is not None
    assert of_bjorn.url.endswith(f"/lti/launch/submission/{submission_id}")
    graded = school.submission(LineItemKind.ACTIVITIES)
    assert (graded.score, graded.attempt) == (3.0, 0)
    certificate = school.submission(LineItemKind.CERTIFICATE)
    assert (certificate.score, certificate.attempt, certificate.type) == (4.0, 1, "online_upload")
    (file,) = certificate.files
    assert (file.title, file.media_type) == ("CIM-2026-00001.pdf", "application/pdf")
    assert file.sha256 == hashlib.sha256(PDF).hexdigest()
    for found in (graded, certificate):
        assert [each.text for each in found.comments] == ([COMMENT] if arrives else [])


def test_a_worker_killed_while_it_makes_an_assignment_makes_it_once(school: School) -> None:
    with school.database.writing() as session:
        label = "Slutrapport"
        wanted = [WantedLineItem(LineItemKind.FINAL_REPORT, label, Decimal(1))]
        gradebook.connect_line_items(session, course=school.rows.course, wanted=wanted)
    school.canvas.trouble.make("delay", times=2, path="/line_items", seconds=0.01)  # both searches
    school.canvas.trouble.make("delay", path="/line_items", seconds=1.0)
    school.worker.start()
    wait_until(lambda: not school.canvas.trouble.waiting)
    school.worker.kill()
    wait_until(lambda: len(school.canvas.line_items.of_client(school.canvas.client_id, 1)) == 3)
    school.worker.start()
    school.wait_until_none_waits()
    assert len(school.canvas.line_items.of_client(school.canvas.client_id, 1)) == 3
    with school.database.reading() as session:
        assert all(session.scalars(select(LineItem.url)))


def test_a_worker_killed_while_it_reads_a_roster_goes_on_where_it_was(school: School) -> None:
    school.canvas.add_students(110)
    with school.database.writing() as session:
        queue_roster(session, school.rows.course)
    school.canvas.trouble.make("delay", path="/names_and_roles", seconds=0.01)  # the first page
    school.canvas.trouble.make("delay", path="/names_and_roles", seconds=1.0)
    school.worker.start()
    wait_until(lambda: not school.canvas.trouble.waiting)
    school.worker.kill()
    wait_until(lambda: len(school.canvas.requests.all("/names_and_roles")) == 2)
    school.worker.start()
    school.wait_until_none_waits()
    pages = [call.query.partition("&")[0] for call in school.canvas.requests.all("/names_and_roles")]
    assert pages == ["", "page=2", "page=2", "page=3"]
    students = select(func.count()).where(Enrolment.role == Role.STUDENT, Enrolment.is_active)
    with school.database.reading() as session:
        assert session.scalar(students) == 112
        assert session.scalar(select(func.count()).select_from(Person)) == 116


def test_sigterm_finishes_what_is_in_hand(school: School) -> None:
    school.reviewed(school.rows.student, "1")
    school.canvas.trouble.make("delay", seconds=1.0)
    school.worker.start()
    wait_until(lambda: not school.canvas.trouble.waiting)
    assert school.worker.stop() == 0
    (row,) = school.scores()
    assert (row.state, row.lease_count) == (DeliveryState.SENT, 1)


def test_many_students_and_a_worker_that_keeps_dying(school: School) -> None:
    dice = random.Random(11)
    logins = [person.login for person in school.canvas.add_students(5)]
    students = {login: school.student(login) for login in logins}
    for round_number in range(1, 5):
        for student in students.values():
            school.submitted(student)
            school.reviewed(student, str(round_number / 4), f"Omgång {round_number}")
    school.canvas.trouble.make("delay", times=40, seconds=0.1)
    for _ in range(3):
        school.worker.start()
        time.sleep(dice.uniform(0.4, 0.9))
        school.worker.kill()
    school.worker.start()
    school.wait_until_none_waits()
    uncertain = 0
    for login, student in students.items():
        rows = [row for row in school.scores() if row.payload["person_id"] == str(student.id)]
        assert {row.state for row in rows} <= {DeliveryState.SENT, DeliveryState.UNCERTAIN}
        found = school.submission(LineItemKind.ACTIVITIES, login)
        assert (found.score, found.attempt) == (4.0, 4)
        said = [each.text for each in found.comments]
        assert said == sorted(set(said)), "in order, and none twice"
        unsaid = {row.payload["comment"] for row in rows if row.payload["comment"]} - set(said)
        in_doubt = {row.payload["comment"] for row in rows if row.state is DeliveryState.UNCERTAIN}
        assert unsaid <= in_doubt
        uncertain += len(in_doubt)
    posted = [str(call.body["timestamp"]) for call in school.canvas.requests.all("/scores")]
    assert len(set(posted)) == 40
    assert uncertain <= 3 * 4, "each death leaves at most one delivery per thread in doubt"
