"""A long roster and many waiting scores for a small Canvas that meters its calls; and what must come of it.

Everybody is stored once, every score arrives, those of one student in their order, and no attempt twice.
"""

from __future__ import annotations

import tempfile
import time
import uuid
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from sqlalchemy import func, select

from lti_app import migrations
from lti_app import settings as settings_module
from lti_app.db import Database, make_engine
from lti_app.demo import SmallCanvas
from lti_app.jobs.delivering import Delivering
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.jobs.worker import Worker
from lti_app.lti.ags import gradebook
from lti_app.lti.ags.gradebook import WantedLineItem
from lti_app.lti.ags.models import LineItemKind
from lti_app.lti.nrps.asking import queue_roster
from lti_app.lti.tasks import HANDLERS
from lti_app.people.models import Course, Enrolment, Person
from lti_app.people.roles import Role
from lti_app.settings import Settings
from lti_app.storage import open_storage
from lti_app.web.context import Parts
from tests.served_canvas import joined, served_canvas
from tests.world import a_person

LABEL = "Aktiviteter"
SEEDED_STUDENTS = 2


@dataclass(frozen=True)
class Load:
    """How much there is to do: new students, and two scores for each of half as many of them; and how fast
    the small Canvas lets it be done.
    """

    members: int
    scores: int
    calls_per_second: float
    calls_at_once: int


@dataclass(frozen=True)
class Throttled:
    """All of it, queued."""

    canvas: SmallCanvas
    database: Database
    load: Load
    course_id: uuid.UUID
    submissions: dict[str, uuid.UUID]

    @classmethod
    def begun(cls, canvas: SmallCanvas, database: Database, settings: Settings, load: Load) -> Throttled:
        """A connected course, the roster and the scores waiting, and the meter switched on."""
        students = canvas.add_students(load.members)
        with database.writing() as session:
            course = joined(session, canvas).course
            wanted = [WantedLineItem(LineItemKind.ACTIVITIES, LABEL, Decimal(3))]
            gradebook.connect_line_items(session, course=course, wanted=wanted)
            connecting = session.scalars(select(Delivery.id)).one()
        delivering = Delivering(Parts(settings, database, open_storage(settings.storage_url)), HANDLERS)
        delivering.deliver(connecting)
        canvas.requests.clear()
        submissions = {}
        with database.writing() as session:
            for student in students[: load.scores // 2]:
                person = a_person(session, course, name=student.name)
                person.sub = student.lti_id
                session.flush()
                submissions[student.login] = uuid.uuid4()
                about = {
                    "course_id": course.id,
                    "person_id": person.id,
                    "kind": LineItemKind.ACTIVITIES,
                    "cause_id": None,
                }
                gradebook.report_submitted(session, **about, submission_id=submissions[student.login])
                gradebook.report_reviewed(session, **about, fraction=Decimal(1), comment="Godkänt.")
            queue_roster(session, session.get_one(Course, course.id))
        canvas.switch(calls_per_second=load.calls_per_second, calls_at_once=load.calls_at_once)
        return cls(canvas, database, load, course.id, submissions)


def finished(database: Database) -> bool:
    """Whether nothing waits any more."""
    with database.reading() as session:
        return not session.scalar(select(func.count()).where(Delivery.state == DeliveryState.WAITING))


def problems(throttled: Throttled) -> list[str]:
    """What did not come as it must, in words."""
    canvas, load = throttled.canvas, throttled.load
    found = []
    with throttled.database.reading() as session:
        students = select(func.count()).where(
            Enrolment.course_id == throttled.course_id, Enrolment.role == Role.STUDENT, Enrolment.is_active
        )
        if (count := session.scalar(students)) != load.members + SEEDED_STUDENTS:
            found.append(f"{count} students, not {load.members + SEEDED_STUDENTS}")
        if (
            doubles := session.scalar(select(func.count(Person.id) - func.count(Person.sub.distinct())))
        ) != 0:
            found.append(f"{doubles} people are there twice")
        unsent = select(func.count()).where(Delivery.state != DeliveryState.SENT)
        if count := session.scalar(unsent):
            found.append(f"{count} deliveries were not sent")
    assignment = canvas.assignment_named(LABEL)
    for login, submission_id in throttled.submissions.items():
        told = canvas.submission_of(login, assignment.id)
        if told is None or (told.attempt, told.score, len(told.comments)) != (1, 3.0, 1):
            found.append(f"{login}: {told}")
        elif not str(told.url).endswith(str(submission_id)):
            found.append(f"{login}: another submission")
    order: dict[str, list[str]] = {}
    for call in canvas.requests.all("/scores"):
        if call.status == 200:
            order.setdefault(call.body["userId"], []).append(call.body["gradingProgress"])
    found += [f"{user}: {seen}" for user, seen in order.items() if seen != ["PendingManual", "FullyGraded"]]
    return found


def measure(load: Load) -> tuple[float, float, list[str]]:
    """Seconds that it took, seconds that the meter asks for at least, and what went wrong."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_module.load(
            {
                "CIM_PUBLIC_URL": "http://localhost",
                "CIM_SECRET_KEY": "a secret for this measurement only",
                "CIM_DEVELOPMENT": "1",
                "CIM_VAR_DIR": folder,
            }
        )
        engine = make_engine(settings.database_url)
        migrations.upgrade(engine)
        engine.dispose()
        database = Database(settings.database_url)
        with served_canvas(Path(folder) / "canvas", settings, database) as canvas:
            throttled = Throttled.begun(canvas, database, settings, load)
            storage = open_storage(settings.storage_url)
            worker = Worker(Parts(settings, database, storage), HANDLERS)
            started = time.monotonic()
            worker.start()
            while not finished(database) and time.monotonic() - started < 900:
                time.sleep(0.1)
            took = time.monotonic() - started
            worker.stop()
            taken = [call for call in canvas.requests.all() if call.status not in {403, 429}]
            least = max((len(taken) - load.calls_at_once) / load.calls_per_second, 0.1)
            wrong = problems(throttled)
        database.engine.dispose()
    return took, least, wrong
