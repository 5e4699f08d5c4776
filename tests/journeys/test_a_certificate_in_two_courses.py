"""A student's certificate lies in the gradebooks of two courses of a small Canvas, one after the other: what
staff do to it afterwards is seen in both, and in no third one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from lti_app.certificates.models import Certificate
from lti_app.certificates.tasks import HANDLERS as CERTIFICATES
from lti_app.clock import now
from lti_app.demo import SmallCanvas
from lti_app.demo.world.gradebook import Submission
from lti_app.jobs import leases
from lti_app.jobs.delivering import Delivering
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti.tasks import HANDLERS as LTI
from lti_app.people.actors import Actor
from lti_app.people.models import Course, Person, Platform
from lti_app.people.roles import Role
from lti_app.portfolio.service import begin_portfolio
from lti_app.review.tasks import HANDLERS as REVIEW
from lti_app.schemes.service import set_up_course
from lti_app.settings import Settings
from lti_app.web.context import Parts
from tests.classroom import Classroom
from tests.inspect_page import Page
from tests.served_canvas import Server, joined, served_canvas
from tests.unit.certificates.issuing import an_earner, certificates
from tests.visit import Visit
from tests.world import a_course, a_person, an_actor, an_enrolment

Visiting = Callable[..., Visit]
HANDLERS = {**LTI, **CERTIFICATES, **REVIEW}
LABEL = "International merits: certificate"


@pytest.fixture
def tool() -> Server:
    """Where Canvas fetches the file from."""
    return Server()


@pytest.fixture
def settings(settings: Settings, tool: Server) -> Settings:
    """Of a tool that Canvas reaches."""
    return replace(settings, public_url=tool.url)


@dataclass
class School:
    """Three courses of the small Canvas, Åsa in all of them, and Tove who teaches them."""

    canvas: SmallCanvas
    parts: Parts
    asa: Person
    courses: list[Course]

    def acting(self, role: Role, course: int = 1) -> Actor:
        """Åsa, or somebody of the staff, in this course."""
        where = self.courses[course - 1]
        with self.parts.db.writing() as session:
            who = self.asa if role is Role.STUDENT else a_person(session, where, role, name="Tove Lärare")
            return an_actor(who, where, role)

    def set_up(self, course: int) -> Actor:
        """The teacher's actor; the assignments are connected next."""
        teaching = self.acting(Role.TEACHER, course)
        with self.parts.db.writing() as session:
            set_up_course(session, teaching, "lund-medicine", "lakare")
        return teaching

    def work(self) -> None:
        """Let the worker do everything that waits, whatever it waits for."""
        delivering = Delivering(self.parts, HANDLERS)
        for _ in range(20):
            with self.parts.db.writing() as session:
                for row in session.scalars(select(Delivery).where(Delivery.state == DeliveryState.WAITING)):
                    row.not_before = now() - timedelta(seconds=1)
            with self.parts.db.reading() as session:
                due = leases.due(session, 100)
            if not due:
                return
            for each in due:
                delivering.deliver(each)
        raise AssertionError("it never ends")

    def certificate(self) -> Certificate:
        """The one issued last."""
        with self.parts.db.reading() as session:
            return certificates(session)[-1]

    def seen(self, course: int) -> Submission | None:
        """What Åsa has in the certificate assignment of this course."""
        return self.canvas.submission_of("asa", self.canvas.assignment_named(LABEL, course).id)


@pytest.fixture
def school(app: Flask, tool: Server, tmp_path: Path, settings: Settings) -> Iterator[School]:
    """The certificate was issued in the first course; then Åsa went on in the second, before its assignments
    were connected. The third has its assignments, and she has done nothing there.
    """
    parts: Parts = app.extensions["cim"]
    with tool.serving(app), served_canvas(tmp_path / "canvas", settings, parts.db) as canvas:
        with parts.db.writing() as session:
            rows = joined(session, canvas)
            courses, platform = [rows.course], session.get_one(Platform, rows.course.platform_id)
            for title in ("Autumn", "Spring"):
                added = canvas.courses.add(title, title, title)
                canvas.people.enrol(canvas.people.get("asa").id, added.id, "StudentEnrollment")
                course = a_course(session, platform=platform, title=title)
                course.lineitems_url = f"{canvas.config.base_url}/api/lti/courses/{added.id}/line_items"
                course.gradebook_scopes = rows.course.gradebook_scopes
                an_enrolment(session, rows.student, course)
                courses.append(course)
        school = School(canvas, parts, rows.student, courses)
        teaching, learning = school.set_up(1), school.acting(Role.STUDENT)
        school.set_up(3)
        with parts.db.writing() as session:
            teacher = session.get_one(Person, teaching.person_id)
            an_earner(session, Classroom(rows.course, teacher, rows.student, teaching, learning))
        school.work()
        school.set_up(2)
        learning = school.acting(Role.STUDENT, 2)
        with parts.db.writing() as session:
            begin_portfolio(session, learning)
        school.work()
        yield school


def found(school: School, course: int) -> Submission:
    there = school.seen(course)
    assert there is not None
    return there


def button(shown: Page, ending: str) -> str:
    (form,) = (each for each in shown.main.all("form") if each.attributes["action"].endswith(ending))
    return form.attributes["action"]


def test_a_revoked_one_is_called_so_in_both_gradebooks(school: School, visit: Visiting) -> None:
    certificate = school.certificate()
    for course in (1, 2):
        there = found(school, course)
        assert (there.attempt, there.state, len(there.files)) == (1, "graded", 1)
    coordinator = visit(school.acting(Role.COORDINATOR))
    coordinator.post(f"/certificates/{certificate.id}/revoke", {"reason": "misconduct"})
    for course in (1, 2):
        waiting = visit(school.acting(Role.TEACHER, course)).page("/deliveries")
        assert LABEL in waiting.text, "staff of either course see that it is on its way"
    assert LABEL not in visit(school.acting(Role.TEACHER, 3)).page("/deliveries").text
    school.work()
    for course in (1, 2):
        there = found(school, course)
        assert (there.attempt, there.score) == (1, None)
        assert there.comments[-1].text.endswith(f"The certificate {certificate.number} is revoked.")
    assert school.seen(3) is None


def test_a_corrected_one_lies_in_both_gradebooks(school: School, visit: Visiting) -> None:
    first = school.certificate()
    student = visit(school.acting(Role.STUDENT, 2))
    student.post(f"/certificates/{first.id}/corrections", {"new_name": "Åsa Ek"})
    own = f"/certificate/{first.portfolio_id}"
    teacher = visit(school.acting(Role.TEACHER, 2))
    asked = teacher.page(teacher.page(own).links["Approve the correction"])
    teacher.post(button(asked, "/approve"), {})
    school.work()
    second = school.certificate()
    assert second.number != first.number
    assert "It is also handed in to the assignment in the course." in student.page(own).text
    for course in (1, 2):
        there = found(school, course)
        assert (there.attempt, there.state) == (2, "graded")
        assert [each.title for each in there.files] == [f"{first.number}.pdf", f"{second.number}.pdf"]
        said = [each.text for each in there.comments]
        assert [second.number in each for each in said] == [False, False, True]
        assert "is approved" in said[1]
    assert school.seen(3) is None
