"""A school in the test's own hands: tool and small Canvas answer from threads of this process.

Two sites, as with `cim demo` (tests/browser/school.py), but the test alters the small Canvas by its handle,
puts rows into the tool's database, and delivers when it wants to.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select

from lti_app import create_app
from lti_app.db import Database
from lti_app.demo import SmallCanvas
from lti_app.jobs.delivering import Delivering
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti.tasks import HANDLERS
from lti_app.portfolio.states import ItemState
from lti_app.settings import Settings
from lti_app.web.context import Parts
from tests import world
from tests.browser.school import School
from tests.served_canvas import Server, register, served_canvas


@dataclass(frozen=True)
class HeldSchool(School):
    """A running tool beside a running small Canvas, and the handles to both."""

    canvas: SmallCanvas
    parts: Parts

    def deliver(self) -> None:
        """Do what the worker would do now."""
        with self.parts.db.reading() as session:
            waiting = session.scalars(select(Delivery.id).where(Delivery.state == DeliveryState.WAITING))
            due = waiting.all()
        for each in due:
            Delivering(self.parts, HANDLERS).deliver(each)

    def begin(self, login: str) -> None:
        """The course is set up and this student has an approved activity, as if she had been here before."""
        with self.parts.db.writing() as session:
            platform = world.a_platform(
                session, issuer=self.canvas.config.issuer_url, client_id=self.canvas.client_id
            )
            institution = world.an_institution(session, platform.name)
            course = world.a_course(session, institution, platform)
            course.context_id = self.canvas.courses.get(1).opaque_id
            known = self.canvas.people.get(login)
            student = world.a_person(session, course, name=known.name)
            student.sub = known.lti_id
            portfolio = world.a_portfolio(session, student, course)
            world.a_submitted_item(session, portfolio, "language_cafe", title="Swahili")
            world.a_submitted_item(
                session, portfolio, "conference_abroad", state=ItemState.RETURNED, title="AMEE"
            )


@contextmanager
def held_school(folder: Path, settings: Settings, database: Database) -> Iterator[HeldSchool]:
    """A school until the block ends; the tool keeps its rows in this database."""
    server = Server()
    tool_url = server.url.replace("127.0.0.1", "localhost")
    settings = replace(settings, public_url=tool_url)
    app = create_app(settings)
    with server.serving(app), served_canvas(folder / "canvas", settings, database) as canvas:
        register(canvas, settings, database)
        yield HeldSchool(tool_url, canvas.config.base_url, canvas, app.extensions["cim"])
    app.extensions["cim"].db.engine.dispose()
