"""A teacher updates the list of students, sees who has not come yet, and who has left."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lti_app.clock import now
from lti_app.db import Database
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti.ags.read_back import RESULTS
from lti_app.lti.nrps.asking import ROSTER
from lti_app.lti.nrps.models import RosterReading
from lti_app.people.models import Course, Enrolment, Person
from lti_app.schemes.tasks import queue_courses
from tests.classroom import a_classroom
from tests.journeys.reviewing import Visiting
from tests.queries import counting_queries
from tests.world import a_course, a_person


def waiting(database: Database, kind: str) -> int:
    with database.reading() as session:
        wanted = select(func.count()).where(Delivery.kind == kind, Delivery.state == DeliveryState.WAITING)
        return session.scalar(wanted) or 0


def test_the_button_asks_the_platform_once(visit: Visiting, database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        session.get_one(Course, room.course.id).gradebook_scopes = "lineitem result.readonly score"
    teacher = visit(room.teaching)
    before = teacher.page("/class")
    assert "So far only those are listed who have opened the tool here." in before.text
    for _ in range(2):
        done = teacher.post("/class/update", before.form("/class/update"))
        assert done.status_code == 303
    assert "The list is being updated." in teacher.page(done.location).text
    assert waiting(database, ROSTER) == 1
    assert waiting(database, RESULTS) == 0, "none of its assignments is connected yet"
    assert "nrps.roster" not in teacher.page("/deliveries").text


def test_what_the_last_reading_came_to_is_said(visit: Visiting, database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        session.add(
            RosterReading(
                course_id=room.course.id,
                institution_id=room.course.institution_id,
                finished_at=now(),
                joined_count=3,
                left_count=1,
            )
        )
    shown = visit(room.teaching).page("/class").text
    assert "Last updated" in shown
    assert "3 joined. 1 has left." in shown


def test_progress_and_a_failure_are_said(visit: Visiting, database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
    teacher = visit(room.teaching)
    teacher.post("/class/update")
    with database.writing() as session:
        here = {"course_id": room.course.id, "institution_id": room.course.institution_id}
        session.add(RosterReading(**here, begun_at=now(), next_url="https://canvas.test/2", read_count=1250))
    under_way = teacher.page("/class")
    assert "1250 people read so far." in under_way.text
    assert under_way.watched == {"roster-words": "status", "roster-reason": ""}
    (again,) = under_way.fetched_again.values()
    assert teacher.get(again).status_code == 204
    with database.writing() as session:
        row = session.scalars(select(Delivery).where(Delivery.kind == ROSTER)).one()
        row.state, row.finished_at = DeliveryState.FAILED, now()
        row.reason = "The platform refused it.\n400 <odd>"
    shown = teacher.page(again)
    assert "The platform refused it. 400 <odd>" in shown.part("roster-reason").text
    assert "being updated" not in shown.text
    assert not shown.fetched_again


def test_a_platform_without_a_roster_offers_no_button(visit: Visiting, database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        session.get_one(Course, room.course.id).memberships_url = ""
    teacher = visit(room.teaching)
    shown = teacher.page("/class")
    assert "does not tell the tool who is in the course" in shown.text
    assert "Update the list" not in shown.text
    assert teacher.post("/class/update").status_code == 303
    assert waiting(database, ROSTER) == 0


def test_who_has_not_opened_the_tool_and_who_has_left_are_told_apart(
    visit: Visiting, database: Database
) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        a_person(session, room.course, name="Ny Nilsson").has_launched = False
        gone = a_person(session, room.course, name="Borta Bengtsson")
        session.scalars(select(Enrolment).where(Enrolment.person_id == gone.id)).one().is_active = False
    teacher = visit(room.teaching)
    with counting_queries(database.engine) as seen:
        here = teacher.page("/class")
    assert seen.count <= 10
    assert "Ny Nilsson Has not opened the tool yet" in here.text
    assert "Borta Bengtsson" not in here.text
    left = teacher.page(here.links["Have left"])
    assert "Borta Bengtsson" in left.text
    assert "Åsa Öberg" not in left.text


@pytest.mark.parametrize("is_in_use", [True, False])
def test_every_night_the_courses_in_use_are_read(database: Database, is_in_use: bool) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        a_person(session, a_course(session))  # a course that is not set up
        if not is_in_use:
            for person in session.scalars(select(Person)):
                person.last_launch_at = now() - timedelta(days=90)
    with database.writing() as session:
        queue_courses(session)
        queue_courses(session)
    with database.reading() as session:
        queued = session.scalars(select(Delivery).where(Delivery.kind == ROSTER)).all()
    assert [each.course_id for each in queued] == ([room.course.id] if is_in_use else [])
    assert all(now() <= each.not_before + timedelta(seconds=1) for each in queued)
