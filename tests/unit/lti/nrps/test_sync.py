"""A course's people follow the small Canvas's roster: joiners, leavers, roles, names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from lti_app.clock import now
from lti_app.db import Database
from lti_app.demo import SmallCanvas
from lti_app.jobs import leases
from lti_app.jobs.delivering import Delivering
from lti_app.jobs.models import Delivery, DeliveryState, LanePause
from lti_app.lti.nrps.asking import ROSTER, RosterStatus, queue_roster, roster_status
from lti_app.lti.nrps.models import RosterReading
from lti_app.lti.tasks import HANDLERS
from lti_app.people.models import Course, Enrolment, Person
from lti_app.people.names import name_key
from lti_app.people.roles import Role
from lti_app.settings import Settings
from lti_app.storage import Storage
from lti_app.web.context import Parts
from tests.queries import counting_queries
from tests.served_canvas import joined, served_canvas
from tests.world import a_course, a_person, a_platform, an_institution


@dataclass
class School:
    """A course of the small Canvas, Åsa in it, and what a test does there."""

    canvas: SmallCanvas
    database: Database
    course: Course
    asa: Person
    delivering: Delivering

    def sync(self) -> RosterStatus:
        """Ask for the roster and let it be read as far as that goes now."""
        with self.database.writing() as session:
            queue_roster(session, session.get_one(Course, self.course.id))
        self.deliver()
        return self.status()

    def deliver(self) -> None:
        with self.database.reading() as session:
            due = leases.due(session, 10)
        for each in due:
            self.delivering.deliver(each)

    def status(self) -> RosterStatus:
        with self.database.reading() as session:
            return roster_status(session, session.get_one(Course, self.course.id))

    def roles(self) -> dict[str, set[Role]]:
        """The active roles of everybody, by name."""
        with self.database.reading() as session:
            rows = session.execute(
                select(Person.name, Enrolment.role)
                .join(Enrolment, Enrolment.person_id == Person.id)
                .where(Enrolment.course_id == self.course.id, Enrolment.is_active)
            )
            found: dict[str, set[Role]] = {}
            for name, role in rows:
                found.setdefault(name, set()).add(role)
            return found

    def person(self, login: str) -> Person:
        with self.database.reading() as session:
            sub = self.canvas.people.get(login).lti_id
            return session.scalars(select(Person).where(Person.sub == sub)).one()

    def count(self) -> int:
        with self.database.reading() as session:
            return session.scalar(select(func.count()).select_from(Person)) or 0


@pytest.fixture
def school(tmp_path: Path, settings: Settings, database: Database, storage: Storage) -> Iterator[School]:
    with served_canvas(tmp_path / "canvas", settings, database) as canvas:
        with database.writing() as session:
            rows = joined(session, canvas)
        delivering = Delivering(Parts(settings, database, storage), HANDLERS)
        yield School(canvas, database, rows.course, rows.student, delivering)


def test_who_never_opened_the_tool_appears_with_role_and_names(school: School) -> None:
    status = school.sync()
    assert school.roles() == {
        "Tove Lärarsson": {Role.TEACHER},
        "Åsa Öberg": {Role.STUDENT},
        "Björn Ängström": {Role.STUDENT},
        "Tage Ek": {Role.TEACHER},
        "Disa Formgren": {Role.DESIGNER},
        "Olle Öberg": {Role.OBSERVER},
    }
    bjorn = school.person("bjorn")
    assert (bjorn.family_name, bjorn.email, bjorn.has_launched) == (
        "Ängström",
        "bjorn@school.example",
        False,
    )
    assert school.person("asa").id == school.asa.id
    assert school.person("asa").has_launched
    assert (status.joined_count, status.left_count, status.is_under_way) == (1, 0, False), (
        "students count, not staff"
    )
    assert status.finished_at is not None


def test_a_second_reading_changes_nothing(school: School) -> None:
    school.sync()
    before = (school.roles(), school.count())
    status = school.sync()
    assert (school.roles(), school.count()) == before
    assert (status.joined_count, status.left_count) == (0, 0)


def test_who_is_missing_has_left_and_may_come_back(school: School) -> None:
    school.sync()
    asa = school.canvas.people.get("asa")
    school.canvas.people.enrol(asa.id, 1, "StudentEnrollment", state="inactive")
    assert school.sync().left_count == 1
    assert "Åsa Öberg" not in school.roles()
    school.canvas.people.enrol(asa.id, 1, "StudentEnrollment")
    assert school.sync().joined_count == 1
    assert school.roles()["Åsa Öberg"] == {Role.STUDENT}


def test_a_role_that_changed_replaces_the_one_before(school: School) -> None:
    school.sync()
    bjorn = school.canvas.people.get("bjorn")
    school.canvas.people.enrol(bjorn.id, 1, "StudentEnrollment", state="completed")
    school.canvas.people.enrol(bjorn.id, 1, "TaEnrollment")
    status = school.sync()
    assert school.roles()["Björn Ängström"] == {Role.TEACHER}
    assert (status.joined_count, status.left_count) == (0, 1)


def test_names_are_kept_where_the_platform_gives_none(school: School) -> None:
    school.canvas.tools.change(school.canvas.tool.id, privacy_level="anonymous")
    school.sync()
    assert "Åsa Öberg" in school.roles()
    assert school.person("bjorn").name == ""
    school.canvas.tools.change(school.canvas.tool.id, privacy_level="public")
    school.sync()
    assert school.person("bjorn").name == "Björn Ängström"


def test_who_is_told_of_or_renamed_stands_in_lists_by_that_name(school: School) -> None:
    school.sync()
    assert school.person("bjorn").name_key == name_key("", "Björn", "Ängström")
    with school.canvas.store.writing() as db:
        db.execute("UPDATE person SET name = 'Björn Ek', family_name = 'Ek' WHERE login = 'bjorn'")
    school.sync()
    assert school.person("bjorn").name_key == name_key("", "Björn", "Ek")


def test_a_test_student_neither_joins_nor_leaves(school: School) -> None:
    with school.database.writing() as session:
        a_person(session, session.get_one(Course, school.course.id), name="Test Student", is_test=True)
    school.sync()
    assert school.roles()["Test Student"] == {Role.STUDENT}
    assert school.status().left_count == 0


def test_a_roster_that_names_nobody_changes_nothing_and_says_so(school: School) -> None:
    school.sync()
    with school.canvas.store.writing() as db:
        db.execute("UPDATE enrolment SET state = 'inactive'")
    status = school.sync()
    assert len(school.roles()) == 6
    assert status.reason.startswith("The platform named nobody")
    assert not status.is_under_way


def test_nobody_leaves_before_the_last_page_is_in(school: School) -> None:
    """The reading breaks off on its second page; the people of the third are still to come."""
    school.canvas.add_students(120)
    school.sync()
    school.canvas.requests.clear()
    school.canvas.trouble.make("delay", path="names_and_roles", seconds=0.01)
    school.canvas.trouble.make("status_500", path="names_and_roles")
    status = school.sync()
    assert status.read_count == 50
    assert status.reason == "The platform had a problem of its own."
    assert len(school.roles()) == 126
    with school.database.writing() as session:
        session.scalars(
            select(Delivery).where(Delivery.state == DeliveryState.WAITING)
        ).one().not_before = now()
    school.deliver()
    assert school.status().left_count == 0
    pages = [call.query for call in school.canvas.requests.all("names_and_roles")]
    assert pages == ["", "page=2&per_page=50", "page=2&per_page=50", "page=3&per_page=50"]


def test_an_old_reading_begins_again(school: School) -> None:
    with school.database.writing() as session:
        session.add(
            RosterReading(
                course_id=school.course.id,
                institution_id=school.course.institution_id,
                begun_at=now() - timedelta(hours=1),
                next_url="http://127.0.0.1:1/nowhere",
                read_count=50,
            )
        )
    assert school.sync().finished_at is not None


def test_throttling_pauses_the_platform_and_the_reading_goes_on_where_it_was(school: School) -> None:
    school.canvas.add_students(60)
    school.canvas.trouble.make("delay", path="names_and_roles", seconds=0.01)
    school.canvas.trouble.make("rate_limit_403", path="names_and_roles")
    status = school.sync()
    assert status.is_under_way
    assert status.reason == "The platform is busy and asked us to wait."
    with school.database.writing() as session:
        pause = session.scalars(select(LanePause)).one()
        assert pause.lane == f"platform:{school.course.platform_id}"
        session.delete(pause)
        session.scalars(select(Delivery)).one().not_before = now()
    school.deliver()
    assert len(school.roles()) == 66
    assert len(school.canvas.requests.all("names_and_roles")) == 3


def test_asking_twice_reads_once_and_what_is_over_is_forgotten(school: School) -> None:
    with school.database.writing() as session:
        course = session.get_one(Course, school.course.id)
        queue_roster(session, course, not_before=now() + timedelta(hours=3))
        assert not roster_status(session, course).is_under_way
        queue_roster(session, course)
        assert roster_status(session, course).is_under_way
    school.deliver()
    school.sync()
    with school.database.reading() as session:
        assert session.scalar(select(func.count()).where(Delivery.kind == ROSTER)) == 1


def test_one_that_a_killed_worker_held_is_read_now_when_asked_for(school: School) -> None:
    with school.database.writing() as session:
        course = session.get_one(Course, school.course.id)
        queue_roster(session, course, not_before=now() + timedelta(hours=3))
        session.scalars(select(Delivery)).one().lease_until = now() - timedelta(seconds=1)
        queue_roster(session, course)
        assert roster_status(session, course).is_under_way
    school.deliver()
    assert school.roles()


def test_a_course_without_a_roster_asks_for_none(school: School) -> None:
    with school.database.writing() as session:
        course = session.get_one(Course, school.course.id)
        course.memberships_url = ""
        queue_roster(session, course)
        assert not roster_status(session, course).is_offered
        assert session.scalars(select(Delivery)).all() == []


def test_a_long_roster_takes_a_few_statements_a_page(school: School) -> None:
    school.canvas.add_students(200)
    with counting_queries(school.database.engine) as seen:
        school.sync()
    assert len(school.roles()) == 206
    pages = len(school.canvas.requests.all("names_and_roles"))
    assert pages == 5
    assert seen.count <= 6 * pages + 35


def test_another_institution_of_the_same_platform_is_not_touched(school: School) -> None:
    """One global client serves two universities: the same `sub` is somebody else at each."""
    with school.database.writing() as session:
        platform = a_platform(
            session, issuer=school.canvas.config.base_url, client_id=school.canvas.client_id
        )
        other = a_course(session, an_institution(session, "Uppsala universitet"), platform)
        theirs = a_person(session, other, name="Någon Annan")
        theirs.sub = school.canvas.people.get("bjorn").lti_id
        theirs_id = theirs.id
    school.sync()
    with school.database.reading() as session:
        kept = session.get_one(Person, theirs_id)
        assert kept.name == "Någon Annan"
        enrolments = session.scalars(select(Enrolment).where(Enrolment.person_id == theirs_id)).all()
        assert [(each.course_id, each.is_active) for each in enrolments] == [(other.id, True)]
