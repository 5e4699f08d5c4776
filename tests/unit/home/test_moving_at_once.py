"""Moving a course while others are at work on it, or on its students: they take turns."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from lti_app.clock import now
from lti_app.db import IN_TURN, Database
from lti_app.home.moving_runs import start_move
from lti_app.lti.launch.attendance import Place, attend
from lti_app.lti.launch.claims import CourseContext, read_claims
from lti_app.people.models import Course, Person
from lti_app.portfolio.models import Portfolio
from lti_app.schemes.models import CourseSetup, SchemeVersion
from lti_app.schemes.requirements import Distinct
from tests.taking_turns import taking_turns
from tests.unit.home.moving import School, a_school, begun
from tests.unit.lti.test_service_claims import WHOLE


def a_school_to_move(database: Database) -> tuple[School, SchemeVersion, list[Portfolio]]:
    """A course of two students with a newer version, and their portfolios, by the students' ids; who has the
    higher id began first.
    """
    with database.writing() as session:
        school = a_school(session)
        theirs = [school.portfolio, begun(session, school.course)[1]]
        theirs.sort(key=lambda each: each.person_id)
        theirs[1].created_at = now() - timedelta(days=1)
        return school, school.published(Distinct(2, "r")), theirs


def test_who_tells_of_the_same_students_in_another_order_takes_a_turn(database: Database) -> None:
    school, version, theirs = a_school_to_move(database)
    with taking_turns(database) as (session, meanwhile):
        session.get_one(Person, theirs[0].person_id, with_for_update=IN_TURN)
        meanwhile(lambda other: start_move(other, school.teacher, school.course.id, version.id))
        session.get_one(Person, theirs[1].person_id, with_for_update=IN_TURN)


def test_who_sets_the_course_up_takes_a_turn(database: Database) -> None:
    school, version, _ = a_school_to_move(database)
    with taking_turns(database) as (session, meanwhile):
        session.get_one(Course, school.course.id, with_for_update=IN_TURN)
        meanwhile(lambda other: start_move(other, school.teacher, school.course.id, version.id))
        assert session.get_one(CourseSetup, school.course.id).scheme_version_id != version.id


def test_a_students_launch_takes_a_turn(database: Database) -> None:
    school, _, theirs = a_school_to_move(database)
    course = school.course
    place = Place(course.institution_id, course.platform_id, course.lineitems_url, course.memberships_url)
    with taking_turns(database) as (session, meanwhile):
        session.get_one(Course, course.id, with_for_update=IN_TURN)
        student = session.get_one(Person, theirs[0].person_id)
        claims = replace(
            read_claims(WHOLE), sub=student.sub, course=CourseContext(course.context_id, "", "Renamed")
        )
        meanwhile(lambda other: attend(other, place, claims))
        session.refresh(student, with_for_update=IN_TURN)
