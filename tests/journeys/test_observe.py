"""An observer sees how far the students have come whom the platform names, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from lti_app.db import Database
from lti_app.lti.launch.noticing import note_observed
from lti_app.people.actors import Actor
from lti_app.people.models import Course, Enrolment, Person
from lti_app.people.roles import Role
from lti_app.portfolio.service import Details, add_activity, begin_portfolio
from lti_app.review.service import approve, return_
from tests.classroom import LONG_ANSWER, TYPES, UNDO, Classroom, a_classroom, a_submitted_activity
from tests.journeys.reviewing import Visiting
from tests.queries import counting_queries
from tests.world import a_course, a_person, a_platform, an_actor, an_institution


def an_observer(session: Session, room: Classroom, *observed: Person) -> Actor:
    """Somebody who observes these people in the room's course, as her launch said."""
    return observing(session, room.course, *(each.sub for each in observed))


def observing(session: Session, course: Course, *subs: str) -> Actor:
    person = a_person(session, course, Role.OBSERVER, name="Olle Öberg")
    note_observed(session, course.institution_id, person.id, course.id, subs)
    return an_actor(person, course, Role.OBSERVER)


def test_an_observer_finds_the_student_and_how_far_she_has_come(visit: Visiting, database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        sent = a_submitted_activity(session, room.learning, title="Hemlig titel")
        approve(session, room.teaching, sent.id, undo_for=UNDO, comment="Hemlig kommentar")
        again = a_submitted_activity(session, room.learning, type_code=TYPES[1], title="Hemlig titel")
        return_(session, room.teaching, again.id, undo_for=UNDO, comment="Hemlig kommentar")
        add_activity(session, room.learning, TYPES[2], Details(title="Hemligt utkast"))
        begin_portfolio(session, room.learning)
        watching = an_observer(session, room, room.student)
    parent = visit(watching)
    start = parent.page()
    assert start.h1 == "Students you observe"
    with counting_queries(database.engine) as seen:
        shown = parent.page(start.links["Åsa Öberg"])
    assert seen.count <= 8
    assert shown.h1 == "Åsa Öberg"
    assert "1 of 3" in shown.text
    for state in ("Approved", "Returned"):
        assert state in shown.text
    assert "Draft" not in shown.text
    for secret in ("Hemlig", LONG_ANSWER[:20]):
        assert secret not in parent.get(start.links["Åsa Öberg"]).get_data(as_text=True)


def test_students_come_by_family_name_in_the_swedish_order(visit: Visiting, database: Database) -> None:
    names = ["Can Çelik", "Ida Zetterlund", "Eva Åkesson", "Eva Ängström", "Bo Öberg"]
    with database.writing() as session:
        room = a_classroom(session)
        watching = an_observer(
            session, room, *(a_person(session, room.course, name=each) for each in names[::-1])
        )
    assert [each for each in visit(watching).page().links if each in names] == names


def test_a_student_who_has_not_started_is_shown_so(visit: Visiting, database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        watching = an_observer(session, room, room.student)
    parent = visit(watching)
    assert "Not started" in parent.page(f"/observed/{room.student.id}").text


def test_work_in_another_course_is_not_shown(visit: Visiting, database: Database) -> None:
    with database.writing() as session:
        here, there = a_classroom(session), a_classroom(session)
        a_submitted_activity(session, there.learning)
        session.add(
            Enrolment(
                institution_id=here.course.institution_id,
                person_id=there.student.id,
                course_id=here.course.id,
                role=Role.STUDENT,
            )
        )
        session.flush()
        watching = an_observer(session, here, there.student)
    parent = visit(watching)
    shown = parent.page(f"/observed/{there.student.id}").text
    assert "Works on it in another course" in shown
    assert "Submitted so far" not in shown


def test_one_who_observes_nobody_is_told_so_politely(visit: Visiting, database: Database) -> None:
    with database.writing() as session:
        watching = an_observer(session, a_classroom(session))
    parent = visit(watching)
    shown = parent.page()
    assert "nothing for you to do here" in shown.text
    assert 'data-role="observer"' in parent.get().get_data(as_text=True)


def test_nobody_else_is_seen_whatever_the_platform_names(visit: Visiting, database: Database) -> None:
    """Named, but no student here: a teacher, one who left, one of another course, university or platform."""
    with database.writing() as session:
        room, other = a_classroom(session), a_classroom(session)
        gone = a_person(session, room.course, name="Borta Bengtsson")
        session.query(Enrolment).filter_by(person_id=gone.id).one().is_active = False
        trial = a_person(session, room.course, name="Test Student", is_test=True)
        foreign_course = a_course(
            session, an_institution(session, "Uppsala universitet"), a_platform(session)
        )
        foreign = a_person(session, foreign_course, name="Främmande Student")
        elsewhere = a_course(session, platform=a_platform(session, issuer="https://other.test"))
        same_sub = a_person(session, elsewhere, name="Samma Sub")
        same_sub.sub = "the same"
        named = [room.teacher, other.student, gone, trial, foreign, same_sub]
        watching = an_observer(session, room, *named)
    parent = visit(watching)
    assert "nothing for you to do here" in parent.page().text
    for each in [*named, room.student]:
        assert parent.get(f"/observed/{each.id}").status_code == 404


def test_only_an_observer_of_the_course_has_the_page(visit: Visiting, database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        parent = an_observer(session, room, room.student)
        other = a_course(session)
        elsewhere = replace(parent, course_id=other.id)
    path = f"/observed/{room.student.id}"
    assert visit(parent).get(path).status_code == 200
    for actor in (room.learning, room.teaching, elsewhere, replace(parent, roles=frozenset({Role.STUDENT}))):
        assert visit(actor).get(path).status_code == 404


@pytest.mark.parametrize("later", [[], ["somebody else"]])
def test_what_the_last_launch_no_longer_names_is_no_longer_seen(
    visit: Visiting, database: Database, later: list[str]
) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        parent = an_observer(session, room, room.student)
        note_observed(session, room.course.institution_id, parent.person_id, room.course.id, later)
    assert visit(parent).get(f"/observed/{room.student.id}").status_code == 404
